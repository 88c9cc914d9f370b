"""The state database: the manifest, the audit chain and other small facts that need a transaction.

SQLite in WAL mode, one file. The manifest is the truth about the lake: a row in `manifest` is one commit, and
`manifest_table` names the Delta version of every table at that commit.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from heard.errors import NotSupported
from heard.store import folder as places

SCHEMA_VERSION = 1
WAIT_FOR_STATE_SECONDS = 30
_READING = "heard_reading"

METADATA = sa.MetaData()

schema_version = sa.Table("schema_version", METADATA, sa.Column("version", sa.Integer, nullable=False))
manifest = sa.Table(
    "manifest",
    METADATA,
    sa.Column("manifest_id", sa.Integer, primary_key=True),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("batch_id", sa.Text, nullable=False),
)
manifest_table = sa.Table(
    "manifest_table",
    METADATA,
    sa.Column("manifest_id", sa.Integer, primary_key=True),
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)
unfinished = sa.Table(
    "unfinished",
    METADATA,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("batch_id", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
)
"""A write that has begun; a row that nobody holds the lock for is a crash, and its files are removed."""
audit = sa.Table(
    "audit",
    METADATA,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("batch_id", sa.Text),
    sa.Column("manifest_id", sa.Integer),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous_digest", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""The audit chain; the gate writes and checks it. `body` is JSON without words, names or raw ids."""
progress = sa.Table(
    "progress",
    METADATA,
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("batch_id", sa.Text, primary_key=True),
)
suppression = sa.Table(
    "suppression",
    METADATA,
    sa.Column("subject_digest", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
setting = sa.Table(
    "setting",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

MIGRATIONS: dict[int, Callable[[sa.Connection], None]] = {}
"""Step from version n to n + 1, by n; all steps of an opening run in one SQLite transaction."""


def engine(path: Path) -> sa.Engine:
    """An engine on a SQLite file; a transaction begins as a writer, so that none fails half way by rivalry."""
    made = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": WAIT_FOR_STATE_SECONDS, "check_same_thread": False}
    )
    sa.event.listen(made, "connect", _prepare)
    sa.event.listen(made, "begin", _begin)
    return made


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself; the driver would say it too late
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    is_reading = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def make(path: Path) -> None:
    """Make a state database with an empty first manifest."""
    places.make_private_file(path)
    made = engine(path)
    with made.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))
        add_manifest(connection, kind="create", batch_id="", versions={})
    made.dispose()


def copy(source: Path, target: Path) -> None:
    """SQLite's own copy of a live database, as it is at one instant."""
    places.make_private_file(target)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copied:
        live.backup(copied)


def bring_up(made: sa.Engine) -> None:
    """Bring an older database to SCHEMA_VERSION in one transaction.

    Raises:
        NotSupported: A newer Heard made it.
    """
    with reading(made) as connection:
        found = connection.execute(sa.select(schema_version.c.version)).scalar_one()
    if found > SCHEMA_VERSION:
        raise NotSupported(
            "state.db",
            f"schema {found}",
            f"at most {SCHEMA_VERSION}",
            "A newer Heard made this workspace; upgrade Heard.",
        )
    if found < SCHEMA_VERSION:
        with transaction(made) as connection:
            _migrate(connection)


def _migrate(connection: sa.Connection) -> None:
    # Read again: another process may have done it since.
    found = connection.execute(sa.select(schema_version.c.version)).scalar_one()
    for version in range(found, SCHEMA_VERSION):
        MIGRATIONS[version](connection)
    connection.execute(schema_version.update().values(version=SCHEMA_VERSION))


def now() -> str:
    """This instant in UTC, ISO 8601 to the second."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")


def current(connection: sa.Connection) -> int:
    """Number of the newest manifest."""
    return int(connection.execute(sa.select(sa.func.max(manifest.c.manifest_id))).scalar_one())


def versions(connection: sa.Connection, manifest_id: int) -> dict[str, int]:
    """Delta version of each table at a manifest; a table that had no row yet is absent."""
    asked = sa.select(manifest_table.c.table_name, manifest_table.c.version).where(
        manifest_table.c.manifest_id == manifest_id
    )
    return {row.table_name: row.version for row in connection.execute(asked)}


def add_manifest(connection: sa.Connection, *, kind: str, batch_id: str, versions: dict[str, int]) -> int:
    """Add the next manifest and return its number; numbers have no gaps."""
    newest = connection.execute(sa.select(sa.func.max(manifest.c.manifest_id))).scalar_one()
    number = int(newest or 0) + 1
    connection.execute(manifest.insert().values(manifest_id=number, made_at=now(), kind=kind, batch_id=batch_id))
    rows = [
        {"manifest_id": number, "table_name": name, "version": version} for name, version in sorted(versions.items())
    ]
    if rows:
        connection.execute(manifest_table.insert(), rows)
    return number


def read_setting(connection: sa.Connection, key: str) -> str | None:
    """Value of a setting; None when it was never set."""
    value = connection.execute(sa.select(setting.c.value).where(setting.c.key == key)).scalar_one_or_none()
    return None if value is None else str(value)


def write_setting(connection: sa.Connection, key: str, value: str | None) -> None:
    """Set a setting; None removes it."""
    connection.execute(setting.delete().where(setting.c.key == key))
    if value is not None:
        connection.execute(setting.insert().values(key=key, value=value))


@contextmanager
def transaction(made: sa.Engine) -> Iterator[sa.Connection]:
    """One SQLite transaction: committed at the end of the block, rolled back by an exception."""
    with made.begin() as connection:
        yield connection


@contextmanager
def reading(made: sa.Engine) -> Iterator[sa.Connection]:
    """One view of the database as it is now, which waits for no writer; a write in the block fails."""
    with made.connect().execution_options(**{_READING: True}) as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA query_only=ON")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("PRAGMA query_only=OFF")
