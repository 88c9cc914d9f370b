"""Writing data files: the rows that stay and the rows that come, one file for each touched part of a table.

Files are never changed in place. DuckDB writes the new file with a memory limit, and one Delta commit swaps the old
files for it; the cost follows the touched months, not the table.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from heard.store import folder as places
from heard.store import lake, scan
from heard.store.lake import File
from heard.terms.columns import Table

MEMORY_LIMIT = "256MB"
ROWS_A_GROUP = 30_000
"""With the widest table (turn) about 10 MB a group, so that a writer stays well inside MEMORY_LIMIT."""


def engine(spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection for writing that spills to a private folder instead of growing."""
    places.make_private_folder(spill)
    config = {"memory_limit": MEMORY_LIMIT, "threads": 2, "temp_directory": str(spill)}
    connection = duckdb.connect(config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows to leave out: those whose `columns` match a row of the temporary table `name`."""

    name: str
    columns: tuple[str, ...]
    files: tuple[File, ...]

    def survivors(self, table: Table, files: Sequence[File]) -> str:
        """A query over the rows of `files` that stay; all of them when nothing is to be matched."""
        rows = scan.everything(table, files)
        if not self.columns:
            return rows
        return f"SELECT t.* FROM ({rows}) t ANTI JOIN {self.name} d ON {matches(self.columns)}"


def matches(columns: Sequence[str], left: str = "t", right: str = "d") -> str:
    """A join condition on columns in which null equals null."""
    pairs = (f"{left}.{scan.quoted(c)} IS NOT DISTINCT FROM {right}.{scan.quoted(c)}" for c in columns)
    return " AND ".join(pairs)


def files_with(
    connection: duckdb.DuckDBPyConnection, table: Table, files: Sequence[File], name: str, columns: Sequence[str]
) -> dict[File, int]:
    """Files that hold a row matching the temporary table `name`, with the number of such rows; reads `columns` only."""
    by_path = {str(file.path): file for file in files}
    rows = scan.everything(table, files, with_file=True)
    found = connection.execute(
        f"SELECT t.filename, count(*) FROM ({rows}) t SEMI JOIN {name} d ON {matches(columns)} GROUP BY 1"
    ).fetchall()
    return {by_path[path]: count for path, count in found}


def write(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    table: Table,
    token: str,
    *,
    dropped: Dropped | None = None,
    rows: str | None = None,
    is_new_data: bool = True,
) -> int:
    """Write the files that a change needs and commit them; returns the new version of the table.

    Args:
        token: Mark of the running write, put into file names so that a crash can be cleared.
        dropped: Rows to leave out, and the files that hold them.
        rows: A query for rows to add.
    """
    touched = dropped.files if dropped else ()
    added = []
    for part in _parts(connection, table, touched, rows):
        here = [file for file in touched if file.partition == part]
        bodies = [dropped.survivors(table, here)] if dropped and here else []
        if rows:
            bodies.append(_of_part(rows, table, part))
        written = _copy(connection, home, table, f"{token}-{uuid.uuid4().hex}", part, " UNION ALL ".join(bodies))
        added += [written] if written else []
    return lake.commit(home, table, added=added, removed=touched, is_new_data=is_new_data)


def _parts(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Sequence[File], rows: str | None
) -> list[str | None]:
    if table.partition is None:
        return [None]
    found = {file.partition for file in touched}
    if rows:
        asked = f"SELECT DISTINCT {scan.quoted(table.partition)} FROM ({rows})"
        found |= {str(value) for (value,) in connection.execute(asked).fetchall()}
    return sorted(found, key=str)


def _of_part(rows: str, table: Table, part: str | None) -> str:
    if table.partition is None or part is None:
        return f"SELECT {scan.columns(table.names())} FROM ({rows})"
    return f"SELECT {scan.columns(table.names())} FROM ({rows}) WHERE {scan.quoted(table.partition)} = {int(part)}"


def _copy(
    connection: duckdb.DuckDBPyConnection, home: Path, table: Table, mark: str, part: str | None, body: str
) -> File | None:
    """Write a query's rows to one parquet file; None when there are no rows."""
    at = home / f"{table.partition}={part}" if table.partition else home
    places.make_private_folder(at)
    path = at / f"part-{mark}.parquet"
    names = [name for name in table.names() if name != table.partition]
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_A_GROUP}, RETURN_STATS"
    copy = f"COPY (SELECT {scan.columns(names)} FROM ({body})) TO {scan.literal(str(path))} ({options})"
    result = connection.execute(copy)
    heads = [column[0] for column in result.description or ()]
    told = dict(zip(heads, result.fetchone() or (), strict=False))
    if not told.get("count"):
        path.unlink(missing_ok=True)
        return None
    places.close_and_sync(path)
    places.sync_folder(at)
    return File(path, part, path.stat().st_size, int(told["count"]), _stats(told))


def _stats(told: dict[str, Any]) -> str:
    """Lowest and highest of the date columns, from what DuckDB says about the file it wrote."""
    columns = told["column_statistics"]
    known = {
        name: columns[f'"{name}"'] for name in ("local_day", "week_start") if "min" in columns.get(f'"{name}"', {})
    }
    lowest = {name: int(column["min"]) for name, column in known.items()}
    highest = {name: int(column["max"]) for name, column in known.items()}
    return lake.stats(int(told["count"]), lowest, highest)
