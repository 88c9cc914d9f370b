"""One write to the workspace: many tables, visible at once or not at all."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
import sqlalchemy as sa

from heard.errors import BadInput
from heard.store import fault, lock, repair, staging, state, upsert
from heard.store.draft import Draft, keys_table
from heard.store.folder import Folder
from heard.store.upsert import Changes
from heard.store.waiting import Waiting, staged
from heard.terms.columns import Table
from heard.terms.tables import TABLES

if TYPE_CHECKING:
    from heard.store.draft import Keys


class Transaction:
    """What a block of `Store.write` may do. Nothing that it does can be seen before the block ends.

    Attributes:
        manifest: Number of the manifest that this write will make if it changes a table.
    """

    def __init__(self, engine: sa.Engine, draft: Draft, manifest: int) -> None:
        self.manifest = manifest
        self._engine = engine
        self._draft = draft
        self._waiting: dict[str, Waiting] = {}
        self._state: sa.Connection | None = None

    @property
    def is_changed(self) -> bool:
        """Whether a table has been changed so far."""
        self._flush(*self._waiting)
        return bool(self._draft.changed)

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
        return self._wait(_spec(table), rows, None, None)

    def replace(self, table: str, rows: pa.Table | pa.RecordBatchReader, by: str, keys: "Keys") -> int:
        """Take out all rows whose `by` is in `keys`, then add `rows`; returns how many were added.

        Many replacements in one write cost little more than one, if no key comes twice.

        Raises:
            BadInput: Rows do not fit the table's schema, or it has no column `by`.
        """
        return self._wait(_spec(table), rows, by, keys)

    def upsert(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> Changes:
        """Add rows with new keys, replace those with changed content, leave the others untouched.

        Of several rows with one key the last counts; in tables whose key names a group of rows (signal, moment,
        empathic_sentence, released) the whole group is compared and replaced.

        Raises:
            BadInput: Rows do not fit the table's schema.
        """
        spec = _spec(table)
        self._flush(table)
        path = self._draft.staging_path(table)
        count = staging.spool(rows, spec, path)
        if not count:
            return Changes(0, 0, 0)
        with fault.told():
            plan = upsert.plan(self._draft.connection, spec, staged([path]), self._draft.files(spec))
            if plan.rows:
                self._draft.write(spec, dropped=plan.dropped, rows=plan.rows)
            path.unlink()
        return plan.changes

    def delete(self, table: str, by: str, keys: "Keys") -> int:
        """Take out all rows whose `by` is in `keys` (nulls match nothing); returns how many.

        The keys meet the table in a join: no file of the workspace holds them afterwards.

        Raises:
            BadInput: The table has no column `by`.
        """
        spec = _spec(table)
        self._flush(table)
        with fault.told():
            keys_table(self._draft.connection, spec, by, keys, "dropped")
            dropped, taken = self._draft.doomed(spec, by)
            if dropped:
                self._draft.write(spec, dropped=dropped)
        return taken

    def compact(self, table: str, *, fewest_files: int = 2) -> bool:
        """Put the files of each part of a table together where there are at least `fewest_files`; no row changes."""
        self._flush(table)
        with fault.told():
            return self._draft.compact(_spec(table), fewest_files)

    def _wait(self, spec: Table, rows: pa.Table | pa.RecordBatchReader, by: str | None, keys: "Keys | None") -> int:
        if by is not None and by not in spec.names():
            raise BadInput(f"column of {spec.name}", by, "one of its columns", "")
        with fault.told():
            path = self._draft.staging_path(spec.name)
        count = staging.spool(rows, spec, path)
        with fault.told():
            if spec.name in self._waiting and not self._waiting[spec.name].fits(by, keys):
                self._flush(spec.name)
            if spec.name not in self._waiting:
                self._waiting[spec.name] = Waiting(self._draft, spec, by)
            self._waiting[spec.name].add(path, count, keys)
        return count

    def _flush(self, *tables: str) -> None:
        with fault.told():
            for table in tables:
                if table in self._waiting:
                    self._waiting.pop(table).flush()

    def _commit(self, kind: str, batch_id: str, token: str) -> None:
        with fault.told():
            if self.is_changed:
                self._draft.tidy()
                state.add_manifest(self.state, kind=kind, batch_id=batch_id, versions=self._draft.versions)
            self.state.execute(state.unfinished.delete().where(state.unfinished.c.token == token))
            self.state.commit()

    def _close(self) -> None:
        if self._state is not None:
            self._state.close()
        self._draft.close()


@contextmanager
def writing(folder: Folder, engine: sa.Engine, kind: str, batch_id: str, wait_seconds: float) -> Iterator[Transaction]:
    """A write under the lock: committed at the end of the block, taken back by an exception."""
    with lock.held(folder.write_lock, wait_seconds=wait_seconds):
        token = uuid.uuid4().hex
        with fault.told():
            repair.settle(folder, engine)
            transaction = _begun(folder, engine, token, kind, batch_id)
        try:
            yield transaction
            transaction._commit(kind, batch_id, token)
        except BaseException:
            transaction._close()
            repair.take_back_quietly(folder, engine)
            raise
        transaction._close()


def _begun(folder: Folder, engine: sa.Engine, token: str, kind: str, batch_id: str) -> Transaction:
    with state.transaction(engine) as connection:
        number = state.current(connection)
        base = state.versions(connection, number)
        row = {"token": token, "kind": kind, "batch_id": batch_id, "since": state.now()}
        connection.execute(state.unfinished.insert().values(row))
    return Transaction(engine, Draft(folder, token, base), number + 1)


def _spec(table: str) -> Table:
    if table not in TABLES:
        raise BadInput("table", table, "one of " + ", ".join(TABLES), "")
    return TABLES[table]
