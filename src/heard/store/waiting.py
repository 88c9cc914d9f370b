"""Rows of one table that wait within a write, so that a thousand small replacements make one version and few files."""

from pathlib import Path
from typing import TYPE_CHECKING

from heard.store import rewrite, scan
from heard.store.draft import Draft, keys_table
from heard.terms.columns import Table

if TYPE_CHECKING:
    from heard.store.draft import Keys


class Waiting:
    """Staged files to be added to a table, and keys of rows to be taken out of it first.

    Replacements may wait together as long as none takes out what an earlier one puts in; `fits` tells.
    """

    def __init__(self, draft: Draft, table: Table, by: str | None) -> None:
        self._draft, self._table, self._by = draft, table, by
        self._paths: list[Path] = []
        if by is not None:
            kind = scan.sql_type(table.column(by).type)
            draft.connection.execute(f"CREATE OR REPLACE TEMP TABLE {self._seen} (value {kind}, is_doomed BOOLEAN)")

    @property
    def _seen(self) -> str:
        return f"waiting_{self._table.name}"

    def fits(self, by: str | None, keys: "Keys | None") -> bool:
        """Whether an append (None) or a replacement may be added."""
        if by != self._by:
            return False
        if by is None or keys is None:
            return True
        connection = self._draft.connection
        keys_table(connection, self._table, by, keys, "coming")
        met = connection.execute(f"SELECT 1 FROM {self._seen} SEMI JOIN coming ON value = {scan.quoted(by)} LIMIT 1")
        return met.fetchone() is None

    def add(self, path: Path, count: int, keys: "Keys | None") -> None:
        """Add a staged file with so many rows and the keys that go before it."""
        connection = self._draft.connection
        if self._by is not None and keys is not None:
            column = scan.quoted(self._by)
            keys_table(connection, self._table, self._by, keys, "coming")
            connection.execute(f"INSERT INTO {self._seen} SELECT {column}, true FROM coming")
            if count:
                connection.execute(f"INSERT INTO {self._seen} SELECT DISTINCT {column}, false FROM ({staged([path])})")
        if count:
            self._paths.append(path)

    def flush(self) -> None:
        """Write what waits."""
        dropped: rewrite.Dropped | None = None
        if self._by is not None:
            column = scan.quoted(self._by)
            doomed = f"SELECT DISTINCT value AS {column} FROM {self._seen} WHERE is_doomed"
            self._draft.connection.execute(f"CREATE OR REPLACE TEMP TABLE dropped AS {doomed}")
            dropped, _ = self._draft.doomed(self._table, self._by)
        if self._paths or dropped:
            self._draft.write(self._table, dropped=dropped, rows=staged(self._paths) if self._paths else None)
        for path in self._paths:
            path.unlink()


def staged(paths: list[Path]) -> str:
    """A query for staged rows with their `file_row_number`."""
    listed = ", ".join(scan.literal(str(path)) for path in paths)
    return f"SELECT * FROM read_parquet([{listed}], file_row_number=true, hive_partitioning=false)"
