"""Answers as they come in: one SQLite file beside the form, each invitation accepted once."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

INBOX_FILE = "answers.sqlite"
_TABLE = """
CREATE TABLE IF NOT EXISTS answer (
  invitation_id TEXT PRIMARY KEY, answered_epoch_s INTEGER NOT NULL, item_order TEXT NOT NULL, given TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Given:
    """One returned form: item → value or words, and the order in which the items stood."""

    invitation_id: str
    answered_epoch_s: int
    item_order: tuple[str, ...]
    given: Mapping[str, float | str]


@contextmanager
def _open(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / INBOX_FILE, timeout=30, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(_TABLE)
        yield connection


def prepare(folder: Path) -> None:
    """Make the file, readable by its owner alone."""
    (folder / INBOX_FILE).touch(mode=0o600)
    with _open(folder):
        pass


def accept(folder: Path, given: Given) -> bool:
    """Keep an answer; False when this invitation was answered before, and then nothing changes."""
    row = (given.invitation_id, given.answered_epoch_s, json.dumps(given.item_order), json.dumps(dict(given.given)))
    with _open(folder) as connection:
        return connection.execute("INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?)", row).rowcount == 1


def is_answered(folder: Path, invitation_id: str) -> bool:
    """Whether this invitation was answered."""
    with _open(folder) as connection:
        found = connection.execute("SELECT 1 FROM answer WHERE invitation_id = ?", (invitation_id,)).fetchone()
    return found is not None


def read(folder: Path) -> list[Given]:
    """All answers, in the order of their invitations."""
    if not (folder / INBOX_FILE).is_file():
        return []
    with _open(folder) as connection:
        rows = connection.execute("SELECT * FROM answer ORDER BY invitation_id").fetchall()
    return [Given(row[0], row[1], tuple(json.loads(row[2])), json.loads(row[3])) for row in rows]
