"""Rows of survey exports: CSV with one, two or three header rows, whatever they are called."""

import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from heard.errors import BadInput
from heard.sources.files import head, open_text
from heard.sources.table_guess import SYNONYMS, slug
from heard.sources.tabular import MAX_CELL_CHARACTERS

Cells = list[str]
CONTACT_WORDS = frozenset(SYNONYMS["surveys"]["interaction_id"].split())
CUSTOMER_WORDS = frozenset(SYNONYMS["surveys"]["customer_id"].split())


def lines(path: Path, options: Mapping[str, str], *, what: str) -> Iterator[tuple[int, Cells]]:
    """Rows as cells with their line number; empty rows are left out, a trailing empty column is cut.

    Raises:
        BadInput: No file, a quote that is not closed, or a row longer than the first.
    """
    csv.field_size_limit(min(MAX_CELL_CHARACTERS, sys.maxsize))
    with open_text(path, encoding=options.get("encoding")) as text:
        rows = csv.reader(text, delimiter=options.get("delimiter", ","), strict=True)
        width = 0
        try:
            for cells in rows:
                width = width or len(cells)
                if len(cells) > width:
                    raise BadInput(
                        what, where=f"{path.name} line {rows.line_num}", got=f"{len(cells)} cells",
                        expected=f"{width} as in the first row", todo="Export it again as CSV.",
                    )  # fmt: skip
                if any(cell.strip() for cell in cells):
                    yield rows.line_num, [*cells, *[""] * (width - len(cells))]
        except csv.Error as fault:
            raise BadInput(
                what, where=f"{path.name} line {rows.line_num}", got="a quote that is not closed, or a broken cell",
                expected="CSV", todo="Export it again as CSV.",
            ) from fault.with_traceback(None)  # fmt: skip


def first_rows(path: Path, count: int) -> list[Cells]:
    """The first rows of a file, as far as its first 64 KB go; empty when it is no text. For `sniff`."""
    text = head(path).decode("utf-8-sig", "replace")
    try:
        found = []
        for cells in csv.reader(text.splitlines(keepends=True)):
            found.append(cells)
            if len(found) == count:
                break
        return found
    except csv.Error:
        return []


def contact_column(names: Mapping[str, str], options: Mapping[str, str]) -> str | None:
    """The column that holds the contact's id: options["column.interaction_id"], or a usual name; None without one."""
    return _column(names, options, "interaction_id", CONTACT_WORDS)


def customer_column(names: Mapping[str, str], options: Mapping[str, str]) -> str | None:
    """The column that holds the customer's id, alike."""
    return _column(names, options, "customer_id", CUSTOMER_WORDS)


def _column(names: Mapping[str, str], options: Mapping[str, str], role: str, words: frozenset[str]) -> str | None:
    """`names` is key → header; returns the key."""
    named = options.get(f"column.{role}")
    if named is not None:
        key = next((key for key, header in names.items() if named in (key, header)), None)
        if key is None:
            raise BadInput(
                f"option column.{role}", got="no such column", expected="a header of the file", todo="Correct it."
            )
        return key
    return next((key for key, header in names.items() if slug(header) in words or slug(key) in words), None)
