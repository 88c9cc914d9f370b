"""A folder of warehouse tables, CSV or parquet, as rows: one file or one folder of parts a table."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from heard.errors import BadInput
from heard.sources.files import head, open_text

Record = dict[str, Any]
_SUFFIXES = (".csv", ".csv.gz", ".parquet")
MAX_FIELD_CHARACTERS = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables of a folder by name: `ticket` is ticket.csv, ticket_data.csv, x.ticket.parquet or ticket/*.parquet."""

    folder: Path

    def parts(self, table: str) -> list[Path]:
        """Files of a table, sorted; empty when the folder has none."""
        if not self.folder.is_dir():
            return []
        found: list[Path] = []
        for entry in sorted(self.folder.iterdir()):
            name, suffix = _name(entry)
            if name == table and (suffix or entry.is_dir()):
                found += [entry] if entry.is_file() else sorted(entry.glob("*.parquet")) + sorted(entry.glob("*.csv"))
        return found

    def has(self, *tables: str) -> bool:
        """Whether all of these tables are there."""
        return all(self.parts(table) for table in tables)

    def rows(self, table: str, *needs: str) -> Iterator[Record]:
        """Rows with column names in lower case, streamed; empty values of a CSV are None.

        Yields nothing when the table is not there.

        Raises:
            BadInput: A file is broken, or lacks a column of `needs`.
        """
        for file in self.parts(table):
            rows = _parquet(file, needs) if file.suffix.lower() == ".parquet" else _csv(file, needs)
            yield from rows

    def columns(self, table: str) -> set[str]:
        """Names of a table's columns, lower case; empty when it is not there or cannot be read. For `sniff`."""
        for file in self.parts(table)[:1]:
            if file.suffix.lower() == ".parquet":
                try:
                    return {name.lower() for name in pq.read_schema(file).names}
                except (pa.ArrowException, OSError):
                    return set()
            first = head(file, 16_384).decode("utf-8", "replace").lstrip("\ufeff").split("\n")[0]
            return {name.strip().strip('"').lower() for name in first.split(",")}
        return set()


def _name(entry: Path) -> tuple[str, str]:
    """Table's name and suffix: the part after a schema's dot, without a loader's `_data`."""
    lower = entry.name.lower()
    suffix = next((suffix for suffix in sorted(_SUFFIXES, key=len, reverse=True) if lower.endswith(suffix)), "")
    stem = lower.removesuffix(suffix).split(".")[-1]
    return stem.removesuffix("_data"), suffix


def _csv(file: Path, needs: tuple[str, ...]) -> Iterator[Record]:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    with open_text(file) as text:
        reader = csv.reader(text, strict=True)
        try:
            names = [name.strip().strip('"').lower() for name in next(reader, [])]
            _check(file, names, needs)
            for values in reader:
                if values and len(values) != len(names):
                    raise _broken(file, reader.line_num, f"{len(values)} values", f"{len(names)}, as in the first line")
                if values:
                    yield {name: value or None for name, value in zip(names, values, strict=True)}
        except csv.Error:
            raise _broken(file, reader.line_num, "a broken line", "CSV with quotes in pairs") from None


def _parquet(file: Path, needs: tuple[str, ...]) -> Iterator[Record]:
    try:
        with pq.ParquetFile(file) as table:
            names = [name.lower() for name in table.schema_arrow.names]
            _check(file, names, needs)
            for batch in table.iter_batches(batch_size=10_000):
                for row in batch.to_pylist():
                    yield {key.lower(): value for key, value in row.items()}
    except (pa.ArrowException, OSError):
        raise _broken(file, 0, "a broken file", "parquet") from None


def _check(file: Path, names: list[str], needs: tuple[str, ...]) -> None:
    if missing := [name for name in needs if name not in names]:
        raise BadInput(
            "table",
            where=file.name,
            got=f"no column {', '.join(missing)}",
            expected=f"columns {', '.join(needs)}",
            todo="Export the whole table.",
        )


def _broken(file: Path, line: int, got: str, expected: str) -> BadInput:
    where = f"{file.name} line {line}" if line else file.name
    return BadInput("table", where=where, got=got, expected=expected, todo="Export the table again.")
