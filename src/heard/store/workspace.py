"""The store of one workspace: writing, reading, compacting, purging."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from heard.errors import BadInput, Busy
from heard.store import fault, lake, lock, query, readers, repair, state, write
from heard.store import folder as places
from heard.store.folder import Folder
from heard.store.lake import File
from heard.store.query import Snapshot
from heard.store.write import Transaction
from heard.terms.tables import TABLES

WAIT_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Held:
    """Files of the lake at one manifest: path inside the workspace, with / → path on the disk."""

    manifest: int
    files: dict[str, Path]


class Store:
    """Delta tables under one manifest, with the state database beside them. Make it with `create` or `open`."""

    def __init__(self, folder: Folder, engine: sa.Engine) -> None:
        self._folder = folder
        self._engine = engine
        self._readers = state.engine(folder.readers_db)
        self._files: dict[tuple[str, int], tuple[File, ...]] = {}

    @contextmanager
    def write(self, kind: str, batch_id: str, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[Transaction]:
        """Change tables and state at once: leaving the block commits, an exception leaves all as before.

        A block that changed no table makes no manifest.

        Args:
            kind: What it is ("import", "score", "erase"), kept in the manifest.
            batch_id: The import or run, kept in the manifest.
            wait_seconds: How long to wait for another writer.

        Raises:
            Busy: Another process writes.
            BadInput: Rows do not fit, or the disk is full or read-only.
        """
        with write.writing(self._folder, self._engine, kind, batch_id, wait_seconds) as transaction:
            yield transaction

    @contextmanager
    def snapshot(self, manifest: int | None = None) -> Iterator[Snapshot]:
        """Read one manifest (None: the newest) while writers go on; a purge waits for the end of the block.

        Raises:
            BadInput: No such manifest, or an erasure or retention run made it unreadable.
        """
        with fault.told():
            lease, number, versions = self._lease(manifest)
        try:
            with fault.told():
                files = {name: self._held(name, version) for name, version in versions.items()}
                snapshot = Snapshot(number, files, query.spill_folder(self._folder.staging))
            try:
                yield snapshot
            finally:
                snapshot.close()
        finally:
            with fault.told():
                readers.give_back(self._readers, lease)

    @contextmanager
    def held(self, state_copy: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[Held]:
        """The newest manifest's files, kept on the disk until the block ends while others read and write.

        Args:
            state_copy: Where a copy of state.db at the same instant goes.
            wait_seconds: How long to wait for another writer.

        Raises:
            Busy: Another process writes.
        """
        with fault.told(), lock.held(self._folder.write_lock, wait_seconds=wait_seconds):
            repair.settle(self._folder, self._engine)
            lease, number, _ = self._lease(None)
            state.copy(self._folder.state_db, state_copy)
            found = sorted(path for path in self._folder.lake.rglob("*") if path.is_file())
        try:
            yield Held(number, {path.relative_to(self._folder.root).as_posix(): path for path in found})
        finally:
            with fault.told():
                readers.give_back(self._readers, lease)

    @contextmanager
    def state(self, *, is_reading: bool = False) -> Iterator[sa.Connection]:
        """A short transaction on the state database, for what needs no manifest.

        Args:
            is_reading: Look only: waits for no writer, and a write in the block fails. Without it the block waits for
                any other write to state, also for that of an open `Transaction.state` of this process.
        """
        try:
            with (state.reading if is_reading else state.transaction)(self._engine) as connection:
                yield connection
        except sa.exc.OperationalError as error:  # locked, full, read-only; other errors are the caller's own
            raise fault.translated(error) from None

    @property
    def folder(self) -> Path:
        """The workspace's folder, absolute."""
        return self._folder.root

    @property
    def manifest(self) -> int:
        """Number of the newest manifest."""
        with fault.told(), state.reading(self._engine) as connection:
            return state.current(connection)

    def compact(self, *, wait_seconds: float = WAIT_SECONDS) -> None:
        """Put small files together; no row changes and older manifests stay readable.

        Raises:
            Busy: Another process writes.
        """
        with self.write("compact", "", wait_seconds=wait_seconds) as transaction:
            for name in TABLES:
                transaction.compact(name)

    def purge(self, *, wait_seconds: float = WAIT_SECONDS) -> None:
        """Remove from the disk what the newest manifest does not show: old files, old logs, free pages of state.db.

        Readers of older manifests are waited for; those that come meanwhile read the newest and need not be.
        Older manifests are refused from then on. A purge that was killed is finished by the next opening.

        Raises:
            Busy: Another process writes, or reads an older manifest.
        """
        self.compact(wait_seconds=wait_seconds)
        with fault.told(), lock.held(self._folder.write_lock, wait_seconds=wait_seconds):
            repair.settle(self._folder, self._engine)
            self._refuse_older(time.monotonic() + wait_seconds)
            repair.finish_purge(self._folder, self._engine)
            self._files.clear()

    def close(self) -> None:
        """Give the database connections back."""
        self._engine.dispose()
        self._readers.dispose()

    def _refuse_older(self, deadline: float) -> None:
        """Make the newest manifest the oldest that can be read, once nobody reads an older one."""
        while not self._refused_older():
            if time.monotonic() >= deadline:
                raise Busy(
                    "workspace", "readers of an older manifest", "none", "Close open reports and run this again."
                )
            time.sleep(_LOOK_AGAIN_SECONDS)

    def _refused_older(self) -> bool:
        with readers.coming(self._readers) as leases, state.transaction(self._engine) as connection:
            newest = state.current(connection)
            if readers.are_older_than(leases, newest):
                return False
            connection.execute(state.manifest_table.delete().where(state.manifest_table.c.manifest_id < newest))
            state.write_setting(connection, repair.OLDEST, str(newest))
            state.write_setting(connection, repair.PURGING, str(newest))
            return True

    def _lease(self, manifest: int | None) -> tuple[str, int, dict[str, int]]:
        with readers.coming(self._readers) as leases, state.reading(self._engine) as connection:
            newest = state.current(connection)
            number = newest if manifest is None else manifest
            _check_readable(number, int(state.read_setting(connection, repair.OLDEST) or 1), newest)
            return readers.take(leases, number), number, state.versions(connection, number)

    def _held(self, name: str, version: int) -> tuple[File, ...]:
        """Files of a committed version; they never change, so they are remembered."""
        if (name, version) not in self._files:
            self._files[name, version] = lake.files(self._folder.lake / name, version, TABLES[name])
        return self._files[name, version]


def _check_readable(number: int, oldest: int, newest: int) -> None:
    if oldest <= number <= newest:
        return
    got = "one that an erasure or retention run removed" if 0 < number < oldest else "no such manifest"
    raise BadInput(f"manifest {number}", got, f"{oldest} to {newest}", "Leave --manifest out to read the newest.")


def create(folder: Path) -> Store:
    """Make an empty store in a folder, which is then closed to other users of the machine.

    Raises:
        BadInput: There is a store already, or the folder cannot be written.
    """
    places_of = places.at(folder)
    if places_of.state_db.exists():
        raise BadInput("workspace", "a folder that has a state.db", "a folder without one", "Open it instead.")
    with fault.told():
        for path in (places_of.root, places_of.lake, places_of.staging):
            places.make_private_folder(path)
        places.make_private_file(places_of.write_lock)
        readers.make(places_of.readers_db)
        state.make(places_of.state_db)
    return Store(places_of, state.engine(places_of.state_db))


def open(folder: Path) -> Store:
    """Open a store; what a crashed write left is taken back first, unless another process is writing now.

    Raises:
        BadInput: There is no store, or the folder cannot be written.
        NotSupported: A newer Heard made it.
    """
    places_of = places.at(folder)
    if not places_of.state_db.exists():
        raise BadInput("workspace", "a folder without state.db", "a workspace", "Make one with: heard init FOLDER")
    engine = state.engine(places_of.state_db)
    with fault.told():
        state.bring_up(engine)
        # A backup holds none of these: they belong to running processes.
        for path in (places_of.lake, places_of.staging):
            places.make_private_folder(path)
        places.make_private_file(places_of.write_lock)
        readers.make(places_of.readers_db)
        _settle_if_free(places_of, engine)
    return Store(places_of, engine)


def _settle_if_free(folder: Folder, engine: sa.Engine) -> None:
    try:
        with lock.held(folder.write_lock, wait_seconds=0):
            repair.settle(folder, engine)
    except Busy:
        return
