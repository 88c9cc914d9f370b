"""The audit log: each entry holds the keyed digest of the one before, so that a change anywhere shows.

Entries hold counts, names of purposes and salted digests of subjects; never words, names or raw ids. Who owns the
files and the key can write a new chain: note the head that `verify` prints where they cannot reach it.
"""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from heard.store.state import audit as entries

if TYPE_CHECKING:
    from heard.gate.workspace import Workspace

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the chain; `details` is what was noted, without words."""

    position: int
    at: str
    kind: str
    batch_id: str | None
    manifest_id: int | None
    body: str
    previous_digest: str
    digest: str

    @property
    def details(self) -> dict[str, Any]:
        """What was noted, and by whom."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds.

    Attributes:
        is_sound: No entry was changed, removed or put in between.
        entry_count: Entries that were read.
        head: Digest of the last entry; a note of it kept elsewhere shows a log cut short.
        broken_at: Position of the first entry that does not fit; None when sound.
    """

    is_sound: bool
    entry_count: int
    head: str
    broken_at: int | None = None


def append(
    connection: sa.Connection,
    key: bytes,
    *,
    at: str,
    kind: str,
    actor: str,
    details: dict[str, Any],
    batch_id: str | None = None,
    manifest: int | None = None,
) -> str:
    """Add an entry inside a transaction that is already open; returns its digest."""
    last = connection.execute(
        sa.select(entries.c.position, entries.c.digest).order_by(entries.c.position.desc()).limit(1)
    ).first()
    position, previous = (last[0] + 1, last[1]) if last else (1, FIRST)
    body = json.dumps({"actor": actor, **details}, sort_keys=True, ensure_ascii=False)
    made = Entry(position, at, kind, batch_id, manifest, body, previous, "")
    digest = _digest(key, made)
    connection.execute(
        entries.insert().values(
            position=position,
            at=at,
            kind=kind,
            batch_id=batch_id,
            manifest_id=manifest,
            body=body,
            previous_digest=previous,
            digest=digest,
        )
    )
    return digest


def note(workspace: "Workspace", kind: str, actor: str, details: dict[str, Any]) -> str:
    """Add an entry about something that changed no table, such as a read; returns its digest."""
    with workspace.store.state() as connection:
        at = workspace.now().isoformat(timespec="seconds")
        return append(connection, workspace.key, at=at, kind=kind, actor=actor, details=details)


def log(workspace: "Workspace") -> list[Entry]:
    """All entries, oldest first."""
    with workspace.store.state() as connection:
        columns = [entries.c[name] for name in Entry.__slots__]
        return [Entry(*row) for row in connection.execute(sa.select(*columns).order_by(entries.c.position))]


def verify(workspace: "Workspace") -> Verdict:
    """Compute every digest again, from the first entry on."""
    previous, found = FIRST, log(workspace)
    for expected, entry in enumerate(found, start=1):
        fits = entry.position == expected and entry.previous_digest == previous
        if not fits or entry.digest != _digest(workspace.key, entry):
            return Verdict(False, len(found), previous, expected)
        previous = entry.digest
    return Verdict(True, len(found), previous)


def _digest(key: bytes, entry: Entry) -> str:
    told = [entry.position, entry.at, entry.kind, entry.batch_id, entry.manifest_id, entry.body, entry.previous_digest]
    return blake2b(json.dumps(told).encode(), key=key, digest_size=32, person=b"heard.audit").hexdigest()
