"""After a crash: the lake is put back to the manifest, a killed purge is finished. Under the write lock only."""

import shutil

import duckdb
import sqlalchemy as sa
from deltalake.exceptions import DeltaError

from heard.store import lake, lock, state
from heard.store.folder import Folder
from heard.terms.tables import TABLES

PURGING = "purging"
"""Setting that stands while files of old manifests are being removed."""
OLDEST = "oldest_manifest"
"""Setting with the first manifest that can still be read."""


def settle(folder: Folder, engine: sa.Engine) -> None:
    """Bring a workspace to rest; does nothing, in a few file look-ups, when it is at rest already."""
    take_back(folder, engine)
    _restore_what_is_ahead(folder, engine)
    finish_purge(folder, engine)
    _clear_staging(folder)


def take_back(folder: Folder, engine: sa.Engine) -> None:
    """Remove what an unfinished write left in the lake; may itself be killed and run again."""
    with state.reading(engine) as connection:
        tokens = list(connection.execute(sa.select(state.unfinished.c.token)).scalars())
        base = state.versions(connection, state.current(connection))
    for token in tokens:
        for name in TABLES:
            home = folder.lake / name
            if home.exists():
                lake.roll_back(home, base.get(name), token)
        with state.transaction(engine) as connection:
            connection.execute(state.unfinished.delete().where(state.unfinished.c.token == token))


def take_back_quietly(folder: Folder, engine: sa.Engine) -> None:
    """The same while another error is on its way: when the disk refuses this too, the next opening does it."""
    try:
        take_back(folder, engine)
    except (OSError, duckdb.Error, DeltaError, sa.exc.DBAPIError):
        return


def _restore_what_is_ahead(folder: Folder, engine: sa.Engine) -> None:
    """Put tables back that are ahead without an unfinished write, as after an older state.db was copied in.

    Here nothing is removed from the disk: the newer rows may be wanted once the right state.db is back.
    """
    with state.reading(engine) as connection:
        versions = state.versions(connection, state.current(connection))
    ahead = [name for name in TABLES if lake.is_ahead(folder.lake / name, versions.get(name))]
    for name in ahead:
        home = folder.lake / name
        if name in versions:
            versions[name] = lake.restore(home, versions[name])
        else:
            versions[name] = lake.commit(home, TABLES[name], added=(), removed=lake.files(home, None, TABLES[name]))
    if ahead:
        with state.transaction(engine) as connection:
            state.add_manifest(connection, kind="repair", batch_id="", versions=versions)


def finish_purge(folder: Folder, engine: sa.Engine) -> None:
    """Remove files and logs of manifests that may no longer be read, if a purge has begun."""
    with state.reading(engine) as connection:
        if state.read_setting(connection, PURGING) is None:
            return
        versions = state.versions(connection, state.current(connection))
    for name, version in versions.items():
        lake.sweep(folder.lake / name, version, TABLES[name])
    with state.transaction(engine) as connection:
        state.write_setting(connection, PURGING, None)
    _shrink_state(engine)


def _shrink_state(engine: sa.Engine) -> None:
    # Deleted rows live on in free pages and in the write-ahead log until both are rewritten.
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM")
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _clear_staging(folder: Folder) -> None:
    """Remove files of dead writers (no other can live: the lock is held) and of dead readers."""
    for path in folder.staging.iterdir():
        kind, _, rest = path.name.partition("-")
        if kind == "write" or not lock.is_alive(int(rest.partition("-")[0])):
            shutil.rmtree(path, ignore_errors=True)
