"""Golden pages of an invented company: a person reads the diff. Write them anew with HEARD_WRITE_GOLDEN=1."""

import os
from pathlib import Path

import pytest

from heard.actions.monday.build import build
from heard.actions.monday.json_text import json_text
from heard.actions.monday.markdown import markdown

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("render", "ending"), [(markdown, "md"), (json_text, "json")])
def test_the_page_is_as_it_was_read(render, ending, case, inputs):
    path = GOLDEN / f"monday-{case.replace('_', '-')}.{ending}"
    made = render(build(inputs))
    if os.environ.get("HEARD_WRITE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")
