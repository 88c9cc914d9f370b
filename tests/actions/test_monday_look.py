"""How the page looks, asked of a real browser where there is one, and of the style sheet where there is none."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest
from browser import Browser, find_browser
from monday_example import CASES, example_inputs

from heard.actions.monday.build import build
from heard.actions.monday.html import html

PROGRAM = find_browser()
STYLE = files("heard.actions.monday").joinpath("templates", "monday.css").read_text()
needs_browser = pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine to look with")


@pytest.fixture(scope="module")
def browser():
    with Browser(PROGRAM) as found:
        yield found


@pytest.fixture
def path(tmp_path, request):
    place = tmp_path / "page.html"
    place.write_text(html(build(CASES[request.param]())), encoding="utf-8")
    return place


@needs_browser
@pytest.mark.parametrize("path", CASES, indirect=True)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways_and_nothing_complains(browser, path, width):
    browser.log.clear()
    browser.open(path, width=width)
    browser.ask("document.querySelectorAll('details').forEach(door => door.open = true)")
    assert browser.ask("document.documentElement.scrollWidth") == width
    assert browser.log == []


@needs_browser
@pytest.mark.parametrize("path", ["example_inputs", "four_moments", "everything_hidden"], indirect=True)
def test_it_prints_on_two_sheets(browser, path):
    browser.open(path, width=1280)
    assert len(re.findall(rb"/Type\s*/Page\b", browser.printed())) == 2


@needs_browser
@pytest.mark.parametrize("path", ["example_inputs"], indirect=True)
def test_the_style_passes_its_own_policy(browser, path):
    browser.open(path, width=1280)
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 246)"
    browser.open(path, width=1280, dark=True)
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(23, 25, 27)"


@needs_browser
@pytest.mark.parametrize("path", ["example_inputs"], indirect=True)
def test_a_script_in_the_page_would_not_run(browser, path):
    # The policy is the second wall: even with the escaping broken by hand, nothing runs.
    path.write_text(path.read_text().replace("</main>", "<script>document.title='broken'</script></main>"))
    browser.open(path, width=1280)
    assert browser.ask("document.title") != "broken"
    assert any("Content Security Policy" in line for line in browser.log)


def _colours(block):
    return dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", block))


def _luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent"])
def test_words_have_the_contrast_of_wcag_aa(scheme, ink):
    colours = _colours(re.findall(r":root\{([^}]*--ink[^}]*)\}", STYLE)[scheme])
    assert _contrast(colours[ink], colours["paper"]) >= 4.5  # WCAG 2.2, 1.4.3


def test_every_colour_of_the_drawings_has_its_turn_in_the_dark():
    used = set(re.findall(r'(fill|stroke)="(#[0-9a-f]{6})"', html(build(example_inputs()))))
    assert used
    assert not [(what, colour) for what, colour in used if f'[{what}="{colour}"]' not in STYLE]


def test_drawings_have_titles_tables_have_captions_and_headings_step_by_one():
    page = html(build(example_inputs()))
    assert page.count("<svg") == page.count("<svg xmlns") == len(re.findall(r"<svg[^>]*role=\"img\"[^>]*><title", page))
    assert page.count("<table") == page.count("<caption")
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_an_interval_is_drawn_before_it_is_written():
    page = html(build(example_inputs()))
    for door in page.split('<details class="figure')[1:]:
        shown = door.split("</summary>")[0]
        assert shown.index('class="interval"') < shown.index('class="value"')


def test_ids_are_unique():
    found = re.findall(r'\bid="([^"]+)"', html(build(example_inputs())))
    assert len(found) == len(set(found))
