"""Whole stories in a real browser: first start, review by keyboard, two tabs, an appeal; axe on every page."""

import os
import re
from pathlib import Path

import pytest
from browser_kit import CHROMIUM, browser, served, sign_in
from web_kit import PASSWORD, SMALL, agents_of, join, make_workspace

from heard import flow
from heard.flow.serving.house import House
from heard.gate.accounts import invitations
from heard.sample import write

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
OWNER_PAGES = (
    "/", "/moments", "/heard", "/journey", "/plan", "/coaching", "/data", "/governance", "/people", "/me", "/agreement",
    "/review", "/import", "/appeals", "/measures/heard_rate", "/worth", "/heard/said", "/experiments", "/surveys",
)  # fmt: skip
SHOTS = os.environ.get("HEARD_SHOTS")
"""A folder for pictures of every page, to be looked at by a person."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    house = House(make_workspace(tmp_path_factory.mktemp("stories")))
    join(house.workspace, "owner", "olive")
    join(house.workspace, "coach", "cora")
    join(house.workspace, "agent", "ada", agent_id=agents_of(house.workspace)[0])
    with served(house) as base, browser() as made:
        yield base, made, house
    house.close()


def page_of(made, base, login, **more):
    page = made.new_context(**{"viewport": {"width": 1280, "height": 900}} | more).new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    sign_in(page, base, login, PASSWORD)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize(("login", "paths"), [("olive", OWNER_PAGES), ("ada", ("/mirror", "/me", "/appeals"))])
def test_every_page_passes_axe_and_never_scrolls_sideways(shop, login, paths, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    base, made, _ = shop
    page = page_of(made, base, login, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in paths:
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        if SHOTS:
            name = path.strip("/").replace("/", "-") or "home"
            page.screenshot(path=Path(SHOTS) / f"{login}-{name}-{width}-{scheme}.png", full_page=True)
    assert page.complaints == []


def test_first_start_import_monday_page(tmp_path):
    flow.init(tmp_path / "ws", name="Acme", timezone="UTC", key_path=tmp_path / "key").close()
    write(tmp_path / "export", planted=SMALL)
    house = House(tmp_path / "ws")
    token = invitations.first_owner(house.workspace)
    export = tmp_path / "chats.csv"
    export.write_text(_table(tmp_path / "export"), encoding="utf-8")
    with served(house) as base, browser() as made:
        page = made.new_context().new_page()
        page.goto(f"{base}/join/{token}")
        page.fill("#login", "olive")
        page.fill("#password", PASSWORD)
        page.click("button")
        assert "Nothing has been read yet" in page.content()
        page.click("text=Choose an export")
        page.set_input_files("#file", export)
        page.click("text=Look at it")
        page.wait_for_selector("text=Three questions", timeout=60_000)
        assert "Ten turns" in page.content()
        page.check("[name=keep_history]")
        page.click("text=Take it in")
        page.wait_for_selector("text=To the Monday page", timeout=120_000)
        page.click("text=To the Monday page")
        page.wait_for_selector("text=Were customers heard?")
        assert "uncalibrated" in page.content()
    house.close()


def _table(folder):
    """The sample company's turns as one plain table, as a help desk without a source of its own would give it."""
    import csv
    import io
    import json

    rows = [json.loads(line) for line in (folder / "turn.jsonl").read_text(encoding="utf-8").splitlines()]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["conversation", "time", "role", "author", "message"])
    for row in rows:
        writer.writerow([row["interaction_id"], row["sent_at"], row["speaker_role"], row["speaker_id"], row["text"]])
    return out.getvalue()


def test_a_coach_reviews_by_keyboard_and_nothing_is_lost(shop):
    base, made, _ = shop
    page = page_of(made, base, "cora")
    page.goto(f"{base}/review")
    page.click("button:has-text('Draw twelve')")
    page.click("text=Begin")
    page.wait_for_selector("#review")
    assert page.locator("mark").count() == 0
    while page.locator(".turn[aria-current][data-role=customer]").count() == 0:
        page.keyboard.press("j")
    page.keyboard.press("2")  # frustration, on the whole turn
    page.keyboard.press("m")
    page.select_option("[data-field=cause]", "delay")
    page.wait_for_selector("text=Saved: 1 quotes, 1 moments.")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#marks li")
    assert "frustration" in other.locator("#marks").inner_text()
    page.fill("#note", "the first tab")
    page.wait_for_selector("text=Saved: 1 quotes")
    other.fill("#note", "the second tab")
    other.wait_for_selector("#conflict[open]")
    other.click("#theirs")
    other.wait_for_selector("#state:has-text('The other tab')")
    assert other.input_value("#note") == "the first tab"
    page.select_option("#overall", "3")
    page.wait_for_selector("#state:has-text('Saved')")
    page.keyboard.press("Escape")
    page.click("#done")
    page.wait_for_selector("text=What the machine said")


def test_words_that_are_selected_become_the_quote_in_code_points(shop):
    base, made, _ = shop
    page = page_of(made, base, "cora")
    page.goto(f"{base}/review")
    page.click("a.button")
    page.wait_for_selector("#review")
    page.evaluate(
        """() => { const box = document.querySelector('.turn[data-role=customer] .words');
        box.firstChild.textContent = '\\u{1F600} still waiting'; const range = document.createRange();
        range.setStart(box.firstChild, 3); range.setEnd(box.firstChild, 8);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    page.click("[data-label=frustration]")
    assert "“still”" in page.locator("#marks").inner_text()
    kept = page.evaluate(
        "JSON.parse(localStorage.getItem('heard-review-' + document.getElementById('review').dataset.draw))"
    )
    assert (kept["review"]["marks"][-1]["start"], kept["review"]["marks"][-1]["end"]) == (2, 7)


def test_an_agent_appeals_and_an_owner_prints(shop):
    base, made, _ = shop
    page = page_of(made, base, "ada")
    page.goto(f"{base}/mirror")
    page.click("a:has-text('whole conversation')")
    page.click("summary:has-text('this label is wrong') >> nth=0")
    page.fill("textarea >> nth=0", "It was answered by phone.")
    page.click("text=Send it to a person >> nth=0")
    page.wait_for_selector("text=It was answered by phone.")
    owner = page_of(made, base, "olive")
    owner.goto(base)
    printed = owner.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 4
    owner.goto(f"{base}/appeals")
    assert "It was answered by phone." in owner.content()
