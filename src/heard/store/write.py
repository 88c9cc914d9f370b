"""One write to the workspace: many tables, visible at once or not at all."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from heard.errors import BadInput
from heard.store import fault, lake, lock, repair, rewrite, scan, staging, state, upsert
from heard.store.folder import Folder
from heard.store.lake import File
from heard.store.upsert import Changes
from heard.terms.columns import Table
from heard.terms.tables import TABLES

if TYPE_CHECKING:
    Keys = pa.Array[Any] | pa.ChunkedArray[Any]


class Transaction:
    """What a block of `Store.write` may do. Nothing that it does can be seen before the block ends.

    Attributes:
        manifest: Number of the manifest that this write will make if it changes a table.
        is_changed: Whether a table has been changed so far.
    """

    def __init__(self, folder: Folder, engine: sa.Engine, token: str, base: dict[str, int], manifest: int) -> None:
        self.manifest = manifest
        self._folder = folder
        self._engine = engine
        self._token = token
        self._base = base
        self._changed: dict[str, int] = {}
        self._spill = folder.staging / f"write-{token}"
        self._duckdb: duckdb.DuckDBPyConnection | None = None
        self._state: sa.Connection | None = None

    @property
    def is_changed(self) -> bool:
        """Whether a table has been changed so far."""
        return bool(self._changed)

    @property
    def state(self) -> sa.Connection:
        """Connection inside the one SQLite transaction of this write.

        Touch it late: from the first touch to the end of the block other processes wait with their writes to state.
        """
        if self._state is None:
            with fault.told():
                self._state = self._engine.connect()
                self._state.begin()
        return self._state

    def append(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Add rows without looking for their keys; returns how many.

        Raises:
            BadInput: Rows do not fit the table's schema.
        """
        with self._staged(table, rows) as (spec, path, count):
            if count:
                self._write(spec, rows=f"SELECT * FROM ({_staged_rows(path)})")
        return count

    def upsert(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> Changes:
        """Add rows with new keys, replace those with changed content, leave the others untouched.

        Of several rows with one key the last counts; in tables whose key names a group of rows (signal, moment,
        empathic_sentence, released) the whole group is compared and replaced.

        Raises:
            BadInput: Rows do not fit the table's schema.
        """
        with self._staged(table, rows) as (spec, path, count):
            if not count:
                return Changes(0, 0, 0)
            plan = upsert.plan(self._connection(), spec, _staged_rows(path), self._files(spec))
            if plan.rows:
                self._write(spec, dropped=plan.dropped, rows=plan.rows)
        return plan.changes

    def replace(self, table: str, rows: pa.Table | pa.RecordBatchReader, by: str, keys: "Keys") -> int:
        """Take out all rows whose `by` is in `keys`, then add `rows`; returns how many were taken out.

        Raises:
            BadInput: Rows do not fit the table's schema, or it has no column `by`.
        """
        with self._staged(table, rows) as (spec, path, count):
            dropped, taken = self._doomed(spec, by, keys)
            if count or taken:
                self._write(spec, dropped=dropped, rows=_staged_rows(path) if count else None)
        return taken

    def delete(self, table: str, by: str, keys: "Keys") -> int:
        """Take out all rows whose `by` is in `keys` (nulls match nothing); returns how many.

        The keys meet the table in a join: no file of the workspace holds them afterwards.

        Raises:
            BadInput: The table has no column `by`.
        """
        with fault.told():
            spec = _spec(table)
            dropped, taken = self._doomed(spec, by, keys)
            if taken:
                self._write(spec, dropped=dropped)
        return taken

    def compact(self, table: str, *, fewest_files: int = 2) -> bool:
        """Put the files of each part of a table together where there are at least `fewest_files`; no row changes."""
        with fault.told():
            spec = _spec(table)
            many = _parts_with_many(self._files(spec), fewest_files)
            if many:
                self._write(spec, dropped=rewrite.Dropped("", (), many), is_new_data=False)
        return bool(many)

    @contextmanager
    def _staged(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> Iterator[tuple[Table, Path, int]]:
        spec = _spec(table)
        with fault.told():
            self._connection()
        path = self._spill / f"{table}-{uuid.uuid4().hex}.parquet"
        try:
            count = staging.spool(rows, spec, path)
            with fault.told():
                yield spec, path, count
        finally:
            path.unlink(missing_ok=True)

    def _doomed(self, spec: Table, by: str, keys: "Keys") -> tuple[rewrite.Dropped | None, int]:
        if by not in spec.names():
            raise BadInput(f"column of {spec.name}", by, "one of its columns", "")
        connection = self._connection()
        many = keys if isinstance(keys, pa.ChunkedArray) else pa.chunked_array([keys])
        values = pa.Table.from_arrays([staging.cast(many, spec.column(by).type, f"{spec.name}.{by}")], names=[by])
        connection.register("keys", values)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE dropped AS SELECT DISTINCT * FROM keys WHERE {scan.quoted(by)} IS NOT NULL"
        )
        connection.unregister("keys")
        found = rewrite.files_with(connection, spec, self._files(spec), "dropped", (by,))
        return (rewrite.Dropped("dropped", (by,), tuple(found)) if found else None), sum(found.values())

    def _write(
        self, spec: Table, *, dropped: rewrite.Dropped | None = None, rows: str | None = None, is_new_data: bool = True
    ) -> None:
        home = self._folder.lake / spec.name
        if self._version(spec.name) is None:
            lake.create(home, spec)
            self._changed[spec.name] = 0
        self._changed[spec.name] = rewrite.write(
            self._connection(), home, spec, self._token, dropped=dropped, rows=rows, is_new_data=is_new_data
        )

    def _version(self, table: str) -> int | None:
        return self._changed.get(table, self._base.get(table))

    def _files(self, spec: Table) -> tuple[File, ...]:
        version = self._version(spec.name)
        return () if version is None else lake.files(self._folder.lake / spec.name, version, spec)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._duckdb is None:
            self._duckdb = rewrite.engine(self._spill)
        return self._duckdb

    def _commit(self, kind: str, batch_id: str) -> None:
        with fault.told():
            if self._changed:
                versions = self._base | self._changed
                state.add_manifest(self.state, kind=kind, batch_id=batch_id, versions=versions)
            self.state.execute(state.unfinished.delete().where(state.unfinished.c.token == self._token))
            self.state.commit()

    def _close(self) -> None:
        if self._state is not None:
            self._state.close()
        if self._duckdb is not None:
            self._duckdb.close()
        shutil.rmtree(self._spill, ignore_errors=True)


@contextmanager
def writing(folder: Folder, engine: sa.Engine, kind: str, batch_id: str, wait_seconds: float) -> Iterator[Transaction]:
    """A write under the lock: committed at the end of the block, taken back by an exception."""
    with lock.held(folder.write_lock, wait_seconds=wait_seconds):
        with fault.told():
            repair.settle(folder, engine)
            transaction = _begun(folder, engine, kind, batch_id)
        try:
            yield transaction
            transaction._commit(kind, batch_id)
        except BaseException:
            transaction._close()
            repair.take_back_quietly(folder, engine)
            raise
        transaction._close()


def _begun(folder: Folder, engine: sa.Engine, kind: str, batch_id: str) -> Transaction:
    token = uuid.uuid4().hex
    with state.transaction(engine) as connection:
        number = state.current(connection)
        base = state.versions(connection, number)
        row = {"token": token, "kind": kind, "batch_id": batch_id, "since": state.now()}
        connection.execute(state.unfinished.insert().values(row))
    return Transaction(folder, engine, token, base, number + 1)


def _spec(table: str) -> Table:
    if table not in TABLES:
        raise BadInput("table", table, "one of " + ", ".join(TABLES), "")
    return TABLES[table]


def _staged_rows(path: Path) -> str:
    return f"SELECT * FROM read_parquet({scan.literal(str(path))}, file_row_number=true, hive_partitioning=false)"


def _parts_with_many(files: tuple[File, ...], fewest: int) -> tuple[File, ...]:
    counts: dict[str | None, int] = {}
    for file in files:
        counts[file.partition] = counts.get(file.partition, 0) + 1
    return tuple(file for file in files if counts[file.partition] >= fewest)
