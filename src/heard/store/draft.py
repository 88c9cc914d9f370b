"""The lake's side of one write: which version each table has come to, and the engine that writes its files."""

import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from heard.errors import BadInput
from heard.store import lake, rewrite, scan, staging
from heard.store.folder import Folder
from heard.store.lake import File
from heard.terms.columns import Table
from heard.terms.tables import TABLES

if TYPE_CHECKING:
    Keys = pa.Array[Any] | pa.ChunkedArray[Any]

FILES_BEFORE_TIDYING = 16
"""A part of a table that has come to so many files is put together by the write that finds it so."""


class Draft:
    """Tables as a write sees them: the base manifest with its own changes on top.

    Attributes:
        changed: Delta version of each table that this write has changed.
    """

    def __init__(self, folder: Folder, token: str, base: dict[str, int]) -> None:
        self.changed: dict[str, int] = {}
        self._folder = folder
        self._token = token
        self._base = base
        self._spill = folder.staging / f"write-{token}"
        self._duckdb: duckdb.DuckDBPyConnection | None = None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The engine, made at first use."""
        if self._duckdb is None:
            self._duckdb = rewrite.engine(self._spill)
        return self._duckdb

    @property
    def versions(self) -> dict[str, int]:
        """Delta versions that the new manifest will name."""
        return self._base | self.changed

    def staging_path(self, table: str) -> Path:
        """A new name for a file of rows on their way in."""
        assert self.connection
        return self._spill / f"{table}-{uuid.uuid4().hex}.parquet"

    def files(self, table: Table) -> tuple[File, ...]:
        """Files of a table as this write has left it."""
        version = self.versions.get(table.name)
        return () if version is None else lake.files(self._folder.lake / table.name, version, table)

    def write(
        self,
        table: Table,
        *,
        dropped: rewrite.Dropped | None = None,
        rows: str | None = None,
        is_new_data: bool = True,
    ) -> None:
        """Leave rows out and add rows, as one version of the table."""
        home = self._folder.lake / table.name
        if table.name not in self.versions:
            lake.create(home, table)
            self.changed[table.name] = 0
        self.changed[table.name] = rewrite.write(
            self.connection, home, table, self._token, dropped=dropped, rows=rows, is_new_data=is_new_data
        )

    def doomed(self, table: Table, by: str) -> tuple[rewrite.Dropped | None, int]:
        """What the temporary table `dropped` (one column, `by`) takes out of a table, and how many rows that is."""
        found = rewrite.files_with(self.connection, table, self.files(table), "dropped", (by,))
        return (rewrite.Dropped("dropped", (by,), tuple(found)) if found else None), sum(found.values())

    def compact(self, table: Table, fewest_files: int) -> bool:
        """Put the files of each part together that has at least `fewest_files`; whether there was one."""
        files = self.files(table)
        counts: dict[str | None, int] = {}
        for file in files:
            counts[file.partition] = counts.get(file.partition, 0) + 1
        many = tuple(file for file in files if counts[file.partition] >= fewest_files)
        if many:
            self.write(table, dropped=rewrite.Dropped("", (), many), is_new_data=False)
        return bool(many)

    def tidy(self) -> None:
        """Keep the number of files small where this write has added to them."""
        for name in list(self.changed):
            self.compact(TABLES[name], FILES_BEFORE_TIDYING)

    def close(self) -> None:
        """Close the engine and remove its files."""
        if self._duckdb is not None:
            self._duckdb.close()
        shutil.rmtree(self._spill, ignore_errors=True)


def keys_table(connection: duckdb.DuckDBPyConnection, table: Table, by: str, keys: "Keys", name: str) -> None:
    """Make a temporary table of distinct keys with the one column `by`; nulls are left out.

    Raises:
        BadInput: The table has no such column, or the keys are of another type.
    """
    if by not in table.names():
        raise BadInput(f"column of {table.name}", by, "one of its columns", "")
    many = keys if isinstance(keys, pa.ChunkedArray) else pa.chunked_array([keys])
    values = staging.cast(many, table.column(by).type, f"{table.name}.{by}")
    connection.register("keys", pa.Table.from_arrays([values], names=[by]))
    column = scan.quoted(by)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT DISTINCT {column} FROM keys WHERE {column} IS NOT NULL"
    )
    connection.unregister("keys")
