"""Which rows of an import are new, changed or already there.

A record is all rows of one key. Two records are the same when the digests of their rows are, over every column but
`imported_at` and `batch_id`; so reading one file twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from heard.store import rewrite, scan
from heard.store.lake import File
from heard.terms.columns import Table

NOT_COMPARED = frozenset({"imported_at", "batch_id"})
MANY_ROWS_A_KEY = frozenset({"signal", "moment", "empathic_sentence", "released"})
"""Tables whose key names a group of rows. In the others the last of several rows with one key in an import counts."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Records (rows, in tables with one row a key) that an upsert found.

    Attributes:
        new: The key was not there.
        changed: The key was there with other content; the old rows are gone.
        same: The key was there with this content; nothing was written.
    """

    new: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upsert will do: `rows` is a query for the rows to write, None when there are none."""

    changes: Changes
    dropped: rewrite.Dropped | None
    rows: str | None


def plan(connection: duckdb.DuckDBPyConnection, table: Table, staged: str, files: Sequence[File]) -> Plan:
    """Compare staged rows with a table.

    The whole table is read by key only; other columns are read in files that hold one of the keys.

    Args:
        staged: A query for the staged rows, with their `file_row_number`.
        files: All files of the table.
    """
    _incoming(connection, table, staged)
    known = tuple(rewrite.files_with(connection, table, files, "incoming", table.key))
    _verdict(connection, table, known)
    counts = dict(connection.execute("SELECT verdict, count(*) FROM verdict GROUP BY 1").fetchall())
    changes = Changes(counts.get("new", 0), counts.get("changed", 0), counts.get("same", 0))
    dropped = _dropped(connection, table, known) if changes.changed else None
    rows = _rows(table, staged) if changes.new or changes.changed else None
    return Plan(changes, dropped, rows)


def _digest(table: Table) -> str:
    return f"hash({scan.columns(name for name in table.names() if name not in NOT_COMPARED)})"


def _incoming(connection: duckdb.DuckDBPyConnection, table: Table, staged: str) -> None:
    keys = scan.columns(table.key)
    if table.name in MANY_ROWS_A_KEY:
        values = f"sum({_digest(table)})::HUGEINT AS digest, NULL::BIGINT AS last_row"
    else:
        values = f"arg_max({_digest(table)}, file_row_number)::HUGEINT AS digest, max(file_row_number) AS last_row"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {keys}, {values} FROM ({staged}) GROUP BY {keys}"
    )


def _verdict(connection: duckdb.DuckDBPyConnection, table: Table, known: Sequence[File]) -> None:
    keys = scan.columns(table.key)
    stored = (
        f"SELECT {scan.columns(table.key, 't.')}, sum({_digest(table)})::HUGEINT AS digest, true AS is_there"
        f" FROM ({scan.everything(table, known)}) t SEMI JOIN incoming d ON {rewrite.matches(table.key)}"
        f" GROUP BY {keys}"
    )
    word = "CASE WHEN d.is_there IS NULL THEN 'new' WHEN d.digest = t.digest THEN 'same' ELSE 'changed' END"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE verdict AS SELECT {scan.columns(table.key, 't.')}, t.last_row, {word} AS verdict"
        f" FROM incoming t LEFT JOIN ({stored}) d ON {rewrite.matches(table.key)}"
    )


def _dropped(connection: duckdb.DuckDBPyConnection, table: Table, known: Sequence[File]) -> rewrite.Dropped:
    connection.execute("CREATE OR REPLACE TEMP TABLE dropped AS SELECT * FROM verdict WHERE verdict = 'changed'")
    files = tuple(rewrite.files_with(connection, table, known, "dropped", table.key))
    return rewrite.Dropped("dropped", table.key, files)


def _rows(table: Table, staged: str) -> str:
    on = rewrite.matches(table.key)
    if table.name not in MANY_ROWS_A_KEY:
        on = "t.file_row_number = d.last_row"
    wanted = "(SELECT * FROM verdict WHERE verdict <> 'same')"
    return f"SELECT {scan.columns(table.names(), 't.')} FROM ({staged}) t SEMI JOIN {wanted} d ON {on}"
