"""T8: the same inputs give the same bytes, in this process and in others with another clock, locale and hash seed."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from heard.actions.monday.build import build
from heard.actions.monday.html import html
from heard.actions.monday.json_text import json_text
from heard.actions.monday.markdown import markdown
from heard.actions.monday.pdf import pdf

RENDERERS = [html, markdown, json_text, pdf]
PROGRAM = """
import sys; sys.path.insert(0, sys.argv[1])
from hashlib import sha256
from monday_example import example_inputs
from heard.actions.monday.build import build
from heard.actions.monday.html import html
from heard.actions.monday.json_text import json_text
from heard.actions.monday.markdown import markdown
from heard.actions.monday.pdf import pdf
page = build(example_inputs())
for made in (html(page).encode(), markdown(page).encode(), json_text(page).encode(), pdf(page)):
    print(sha256(made).hexdigest())
"""


@pytest.mark.parametrize("render", RENDERERS)
def test_twice_the_same_bytes(render, inputs):
    assert render(build(inputs)) == render(build(inputs))


def _elsewhere(**settings):
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(Path(__file__).parent)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.split()


def test_another_process_clock_and_locale_give_the_same_bytes():
    here = _elsewhere(PYTHONHASHSEED="1", TZ="UTC", LANG="C.UTF-8", SOURCE_DATE_EPOCH="1")
    there = _elsewhere(PYTHONHASHSEED="2", TZ="Pacific/Auckland", LANG="de_DE.UTF-8", LC_ALL="tr_TR.UTF-8")
    assert len(here) == 4
    assert here == there


def test_the_order_of_drawing_does_not_change_a_drawing():
    # vl-convert numbers its ids on through a process; they are normalised away.
    from monday_example import example_inputs, undated

    first = sha256(html(build(example_inputs())).encode()).hexdigest()
    html(build(undated()))
    assert sha256(html(build(example_inputs())).encode()).hexdigest() == first
