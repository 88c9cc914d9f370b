"""One Delta table: which files it has at a version, one commit, rolling back, clearing its log.

Data files are written by `store.rewrite`; this file tells Delta about them. Column statistics in the log are kept to
dates and batch ids, because Delta would otherwise copy words and ids into `_delta_log` (CONTRACTS 2).
"""

import json
import re
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, Schema
from deltalake.transaction import AddAction, PostCommitHookProperties, RemoveAction

from heard.store import folder as places
from heard.terms.columns import Table

STATS_COLUMNS = ("local_day", "week_start", "batch_id")
LOG = "_delta_log"

_COMMIT = re.compile(r"\d{20}\.json")
_VERSIONED = re.compile(r"\d{20}\.(json|checkpoint\.parquet)")
_LAST = "_last_checkpoint"
_NO_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


@dataclass(frozen=True, slots=True)
class File:
    """One parquet file of a table.

    Attributes:
        path: Absolute path.
        partition: Value of the table's partition column as Delta spells it; None where the table has none.
        byte_count: Size in bytes.
        row_count: Rows in it.
        stats: Delta's statistics as JSON; empty for a file that was read back from the log.
    """

    path: Path
    partition: str | None
    byte_count: int
    row_count: int
    stats: str = ""


def head(home: Path) -> int:
    """Newest version in the log, whether a manifest names it or not."""
    return max(int(path.name[:20]) for path in (home / LOG).iterdir() if _VERSIONED.fullmatch(path.name))


def create(home: Path, table: Table) -> None:
    """Make an empty table at version 0."""
    places.make_private_folder(home)
    names = set(table.names())
    DeltaTable.create(
        str(home),
        schema=_nullable(table),
        partition_by=[table.partition] if table.partition else None,
        configuration={"delta.dataSkippingStatsColumns": ",".join(n for n in STATS_COLUMNS if n in names)},
        post_commithook_properties=_NO_HOOKS,
    )
    _close_log(home, 0)


def _nullable(table: Table) -> pa.Schema:
    # Required columns are checked when rows are staged; a nullable column can be added to a table that has rows.
    return pa.schema([field.with_nullable(True) for field in table.schema])


def files(home: Path, version: int | None, table: Table) -> tuple[File, ...]:
    """Files of a table at a version (None: its newest), sorted by path."""
    delta = DeltaTable(str(home), version=version)
    actions = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    column = f"partition.{table.partition}"
    found = [
        File(
            home / action["path"],
            str(action[column]) if table.partition else None,
            int(action["size_bytes"]),
            int(action["num_records"]),
        )
        for action in actions
    ]
    return tuple(sorted(found, key=lambda file: str(file.path)))


def commit(
    home: Path, table: Table, *, added: Sequence[File], removed: Iterable[File], is_new_data: bool = True
) -> int:
    """Tell Delta of written and dropped files in one version; returns that version.

    The commit names files, counts and dates only: no predicate, so no literal.
    """
    now = int(time.time() * 1000)
    delta = DeltaTable(str(home))
    _add_missing_columns(delta, table)
    actions: list[AddAction | RemoveAction] = [
        AddAction(_relative(home, f), f.byte_count, _values(table, f), now, is_new_data, f.stats) for f in added
    ]
    actions += [RemoveAction(_relative(home, f), is_new_data, now, f.byte_count, _values(table, f)) for f in removed]
    before = head(home)
    delta.create_write_transaction(
        actions,
        "append",
        delta.schema(),
        partition_by=[table.partition] if table.partition else None,
        post_commithook_properties=_NO_HOOKS,
    )
    after = head(home)
    for version in range(before + 1, after + 1):
        _close_log(home, version)
    return after


def _add_missing_columns(delta: DeltaTable, table: Table) -> None:
    held = {field.name for field in delta.schema().fields}
    wanted = pa.schema([field for field in _nullable(table) if field.name not in held])
    if len(wanted):
        delta.alter.add_columns(list(Schema.from_arrow(wanted).fields), post_commithook_properties=_NO_HOOKS)


def _relative(home: Path, file: File) -> str:
    return file.path.relative_to(home).as_posix()


def _values(table: Table, file: File) -> dict[str, str | None]:
    return {table.partition: file.partition} if table.partition else {}


def _close_log(home: Path, version: int) -> None:
    log = home / LOG
    log.chmod(places.PRIVATE_FOLDER)
    places.close_and_sync(log / f"{version:020}.json")
    places.sync_folder(log)


def roll_back(home: Path, version: int | None, token: str) -> None:
    """Take away what an unfinished write left: its commits and its data files, so that nothing of it stays on the disk.

    Args:
        version: The manifest's version; None when the table was not there.
        token: The mark in the names of the files of that write.
    """
    if version is None:
        shutil.rmtree(home, ignore_errors=False)
        return
    # Newest first: a kill in between leaves a shorter log, never one with a hole.
    for path in sorted((home / LOG).iterdir(), reverse=True):
        if _COMMIT.fullmatch(path.name):
            if int(path.stem) > version:
                path.unlink()
        elif not _is_log(path):
            path.unlink()
    for path in home.rglob(f"part-{token}-*"):
        path.unlink()


def _is_log(path: Path) -> bool:
    """Whether a file of the log folder is a commit or a checkpoint; all others are left by a killed process."""
    return path.name == _LAST or _VERSIONED.fullmatch(path.name) is not None


def is_ahead(home: Path, version: int | None) -> bool:
    """Whether the log has a commit that the manifest does not know; one look at the folder."""
    following = 0 if version is None else version + 1
    return (home / LOG / f"{following:020}.json").exists()


def restore(home: Path, version: int) -> int:
    """Put an older version on top as a new one; nothing is removed from the disk. Returns the new version."""
    before = head(home)
    delta = DeltaTable(str(home))
    delta.restore(version)
    after = head(home)
    for number in range(before + 1, after + 1):
        _close_log(home, number)
    return after


def sweep(home: Path, version: int, table: Table) -> None:
    """Keep one version only: a checkpoint replaces the log, and every file that it does not name is removed."""
    delta = DeltaTable(str(home), version=version)
    delta.create_checkpoint()
    kept = {file.path for file in files(home, version, table)}
    for path in (home / LOG).iterdir():
        is_kept = _is_log(path) and (path.name == _LAST or int(path.name[:20]) == version)
        if is_kept:
            path.chmod(places.PRIVATE_FILE)
        else:
            path.unlink()
    for path in home.rglob("*"):
        if path.is_file() and path.parent.name != LOG and path not in kept:
            path.unlink()


def stats(row_count: int, lowest: dict[str, int], highest: dict[str, int]) -> str:
    """Delta's statistics of one file as JSON; dates only."""
    return json.dumps({"numRecords": row_count, "minValues": lowest, "maxValues": highest, "nullCount": {}})
