"""The PDF is two sheets, whatever the week; and says who it is for."""

import json
from dataclasses import asdict
from importlib.resources import files

import typst

from heard.actions.monday.build import build
from heard.actions.monday.pdf import _drawings, pdf


def test_every_case_is_two_sheets(inputs):
    page = build(inputs)
    source = files("heard.actions.monday").joinpath("templates", "monday.typ").read_bytes()
    given = {"page": json.dumps(asdict(page)), "drawings": json.dumps(_drawings(page))}
    sheets = typst.compile(source, format="svg", sys_inputs=given, ignore_system_fonts=True)
    assert len(sheets) == 2


def test_no_date_and_no_system_font_is_inside(inputs):
    made = pdf(build(inputs))
    assert b"CreationDate" not in made
    assert b"ModDate" not in made
