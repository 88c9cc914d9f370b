"""Leases: which manifests are being read, and by which process.

They stand in a database of their own: a reader must be able to come while a write holds the state database, also when
both are the same process. Whoever holds a transaction on the leases keeps readers from coming and going.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from heard.store import folder as places
from heard.store import lock, state

METADATA = sa.MetaData()

lease = sa.Table(
    "lease",
    METADATA,
    sa.Column("lease_id", sa.Text, primary_key=True),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("manifest_id", sa.Integer, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
)


def make(path: Path) -> None:
    """Make the database of leases; one that is there is kept."""
    places.make_private_file(path)
    made = state.engine(path)
    with made.begin() as connection:
        METADATA.create_all(connection)
    made.dispose()


@contextmanager
def coming(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A block in which no other reader comes and no purge begins."""
    with state.transaction(engine) as connection:
        yield connection


def take(connection: sa.Connection, manifest: int) -> str:
    """Add a lease of this process and return its id."""
    made = uuid.uuid4().hex
    row = {"lease_id": made, "pid": os.getpid(), "manifest_id": manifest, "since": state.now()}
    connection.execute(lease.insert().values(row))
    return made


def give_back(engine: sa.Engine, lease_id: str) -> None:
    """Remove a lease."""
    with state.transaction(engine) as connection:
        connection.execute(lease.delete().where(lease.c.lease_id == lease_id))


def are_older_than(connection: sa.Connection, manifest: int) -> bool:
    """Whether a living process reads an older manifest; leases of dead processes are dropped."""
    for pid in list(connection.execute(sa.select(lease.c.pid).distinct()).scalars()):
        if not lock.is_alive(pid):
            connection.execute(lease.delete().where(lease.c.pid == pid))
    older = sa.select(sa.func.count()).select_from(lease).where(lease.c.manifest_id < manifest)
    return bool(connection.execute(older).scalar_one())
