"""The page as PDF on two sheets of A4, by Typst with its own typefaces: no system library or font, no date inside."""

import json
import re
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from heard.actions.monday import charts
from heard.actions.monday.document import Document, FigureBlock
from heard.actions.monday.interval import interval_bar
from heard.actions.monday.theme import PRINT

_LONG_WORD = re.compile(r"\S{22}(?=\S)")
"""So many letters of 9.6 points fill a column of 54 mm."""
_EXACT = frozenset({"name", "kind", "key", "url"})
"""Values that are compared or linked and never set."""


def pdf(document: Document, *, font_folder: Path | None = None) -> bytes:
    """The page as PDF bytes, the same every time for the same document.

    Words reach Typst as JSON strings handed in beside the template, so that nothing in them is ever read as markup.

    Args:
        document: The page.
        font_folder: More typefaces, for scripts that the built-in ones lack (Arabic, Chinese, Japanese, Korean); there
            such letters are empty boxes. Null uses the built-in ones alone.
    """
    source = files("heard.actions.monday").joinpath("templates", "monday.typ").read_bytes()
    given = {"page": json.dumps(_breakable(asdict(document))), "drawings": json.dumps(_drawings(document))}
    more = [str(font_folder)] if font_folder else []
    fonts = typst.Fonts(include_system_fonts=False, font_paths=more)
    return bytes(typst.compile(source, format="pdf", sys_inputs=given, font_paths=fonts))


def _breakable(value: Any, name: str = "") -> Any:
    """The same values with places to break in long words, which Typst would otherwise set across the next column."""
    if isinstance(value, dict):
        return {key: _breakable(item, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_breakable(item, name) for item in value]
    if isinstance(value, str) and name not in _EXACT:
        return _LONG_WORD.sub("\\g<0>\u200b", value)
    return value


def _drawings(document: Document) -> dict[str, str]:
    drawn: dict[str, str] = {}
    for section in document.sections:
        for chart in (section.trend, section.chart):
            if chart is not None:
                drawn[f"chart-{chart.kind}"] = charts.svg(chart, PRINT)
        for figure in section.figures:
            drawn |= _bar(figure, "bar", is_small=False)
        for figure in section.beside:
            drawn |= _bar(figure, "small", is_small=True)
    return drawn


def _bar(figure: FigureBlock, prefix: str, *, is_small: bool) -> dict[str, str]:
    if figure.axis is None:
        return {}
    return {f"{prefix}-{figure.name}": interval_bar(figure.axis, figure.title, PRINT, is_small=is_small)}
