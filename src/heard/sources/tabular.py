"""Rows of any flat file as dicts, streamed: CSV, TSV, JSON, JSON Lines, Parquet, XLSX."""

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from heard.errors import BadInput
from heard.sources.files import json_items, json_lines, members, open_text, start_of

Format = Literal["csv", "json", "jsonl", "parquet", "xlsx"]
MAX_CELL_CHARACTERS = 64 * 2**20
DELIMITERS = ",;\t|"
BATCH_ROWS = 20_000


def format_of(path: Path) -> Format:
    """The format by content: spreadsheets and Parquet have marks, JSON its brackets, the rest is delimited text."""
    try:
        with path.open("rb") as plain:
            magic = plain.read(4)
    except OSError as fault:
        raise BadInput("file", where=path.name, got="nothing readable", expected="a file", todo="Check it.") from fault
    if magic == b"PAR1":
        return "parquet"
    if magic == b"PK\x03\x04" and any(member.filename.startswith("xl/") for member in members(path)):
        return "xlsx"
    start = start_of(path)
    if start[:1] == b"[":
        return "json"
    return "jsonl" if start[:1] == b"{" else "csv"


def records_of(path: Path, options: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their number from 1; options "encoding", "delimiter" and "sheet" are honoured.

    Raises:
        BadInput: The file is broken, a row has more or fewer cells than the header, or the header names a column twice.
    """
    kind = format_of(path)
    if kind == "parquet":
        return _parquet(path)
    if kind == "xlsx":
        return _xlsx(path, options.get("sheet"))
    if kind == "json":
        return _json(path, options.get("encoding"))
    return json_lines(path, encoding=options.get("encoding")) if kind == "jsonl" else csv_records(path, options)


def csv_records(path: Path, options: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of delimited text with a header; the delimiter is the one that the header has most of."""
    # The limit of the csv module is global; a customer's e-mail of 1 MB is long, and still one cell.
    csv.field_size_limit(min(MAX_CELL_CHARACTERS, sys.maxsize))
    with open_text(path, encoding=options.get("encoding")) as text:
        lines = _lines(text, path)
        first = next(lines, "")
        delimiter = options.get("delimiter") or max(DELIMITERS, key=first.count)
        if len(delimiter) != 1 or delimiter in '\r\n"':
            raise BadInput("option delimiter", got="another text", expected="one character", todo="Correct it.")
        rows = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
        try:
            names = _header(next(rows, []), path.name)
            for number, cells in enumerate(rows, 1):
                if len(cells) != len(names):
                    if not cells:
                        continue
                    raise _ragged(path.name, rows.line_num, len(cells), len(names))
                yield number, dict(zip(names, cells, strict=True))
        except csv.Error as fault:
            raise BadInput(
                "table",
                where=f"{path.name} line {rows.line_num}",
                got="a quote that is not closed, or stands in a word",
                expected='cells with quotes as "…" and quotes within doubled',
                todo="Export it again as CSV.",
            ) from fault.with_traceback(None)


def _lines(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    """Lines as the csv module wants them. Where lines end with \\n, a lone \\r is in a cell; pandas writes it bare."""
    if b"\n" not in start_of(path, 65_536):
        yield from text
        return
    text.reconfigure(newline="\n")
    for line in text:
        yield line if "\r" not in line else line.replace("\r\n", "\n").replace("\r", " ")


def _header(cells: list[Any], name: str) -> list[str]:
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    if not any(names):
        raise BadInput("table", where=name, got="no header", expected="names of columns in the first row")
    double = sorted({n for n in names if n and names.count(n) > 1})
    if double:
        raise BadInput("table", where=name, got="a column name twice", expected="each name once", todo="Rename one.")
    return [n or f"column {i}" for i, n in enumerate(names, 1)]


def _ragged(name: str, line: int, got: int, expected: int) -> BadInput:
    return BadInput(
        "table", where=f"{name} line {line}", got=f"{got} cells", expected=f"{expected} as in the header",
        todo="A cell may hold the delimiter without quotes, or the file was cut off.",
    )  # fmt: skip


def _json(path: Path, encoding: str | None) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, item in enumerate(json_items(path, encoding=encoding), 1):
        if not isinstance(item, dict):
            raise BadInput("table", where=f"{path.name} row {number}", got="no object", expected="a list of objects")
        yield number, item


def _parquet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    try:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=BATCH_ROWS):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except (pa.ArrowException, OSError, ValueError, OverflowError) as fault:
        if isinstance(fault, BadInput):
            raise
        raise _broken(path, "a whole Parquet file") from fault.with_traceback(None)


def _xlsx(path: Path, sheet: str | None) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        if sheet is not None and sheet not in book.sheetnames:
            raise BadInput("option sheet", where=path.name, got="no such sheet", expected="one of the file's sheets")
        rows = (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
        names = _header(list(next(rows, ())), path.name)
        for number, cells in enumerate(rows, 1):
            if any(cell is not None for cell in cells):
                yield number, dict(zip(names, cells, strict=False))
    except BadInput:
        raise
    # openpyxl lets faults of zip, XML and its own checks through as a dozen types; all mean that the file is broken.
    except Exception as fault:
        raise _broken(path, "a whole .xlsx file") from fault.with_traceback(None)


def _broken(path: Path, expected: str) -> BadInput:
    return BadInput("table", where=path.name, got="a broken file", expected=expected, todo="Export it again.")
