"""`erase` and `object_to`: a customer leaves every table, and stays out (T6)."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from heard.errors import BadInput
from heard.gate import audit, consent, desk, imports, leftovers, objections, persons, pseudonym
from heard.gate.arrays import flat
from heard.gate.workspace import Workspace
from heard.store import Transaction
from heard.terms.tables import TABLES

_PSEUDONYM = "c_"
_LENGTH = 26
_TOUCHED = """
SELECT interaction_id FROM stored.interaction WHERE customer_id IN (SELECT id FROM asked)
UNION SELECT interaction_id FROM stored.interaction_fact WHERE customer_id IN (SELECT id FROM asked)
UNION SELECT interaction_id FROM stored.moment WHERE customer_id IN (SELECT id FROM asked)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Proof of an erasure or an objection; holds no name.

    Attributes:
        subject_digests: Salted digests, as the suppression list and the audit log hold them.
        counts: Table → rows that were removed; "files" counts reports, exports and logs that told of them.
        manifest: First manifest without the customer.
        audit_digest: Digest of the entry in the audit log.
    """

    kind: str
    at: str
    purpose: str
    subject_digests: tuple[str, ...]
    counts: dict[str, int]
    manifest: int
    audit_digest: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        names = ("kind", "at", "purpose", "subject_digests", "counts", "manifest", "audit_digest")
        return {"ok": True} | {name: getattr(self, name) for name in names}

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        total = sum(count for name, count in self.counts.items() if name != "files")
        lines = [f"{self.kind} at {self.at}: {total:,} rows removed."]
        lines += [f"  {name}: {count:,}" for name, count in self.counts.items() if count]
        return [*lines, f"Audit entry {self.audit_digest[:16]}…, manifest {self.manifest}."]


def subjects_of(workspace: Workspace, subject: str) -> list[str]:
    """Pseudonyms that a customer may have here: the given one, or one for each source that was read; and whatever other
    ids were joined with them.

    Args:
        subject: A pseudonym (c_…), an e-mail address, a phone number, or a customer id of a source.
    """
    if subject.startswith(_PSEUDONYM) and len(subject) == _LENGTH:
        return _with_joined(workspace, [subject])
    with workspace.store.state() as connection:
        sources = {row.source for row in imports.listed(connection)}
    mapped = {m.customers_of for m in workspace.policy.sources.values() if m.customers_of}
    names = sorted(sources | mapped | set(workspace.policy.sources)) or [""]
    found = sorted({pseudonym.of(workspace.key, "customer", name, subject.strip()) for name in names})
    return _with_joined(workspace, found)


def _with_joined(workspace: Workspace, people: list[str]) -> list[str]:
    with workspace.store.snapshot() as snapshot:
        return persons.members(snapshot, people)


def erase(workspace: Workspace, subject: str, *, actor: str = "owner") -> Certificate:
    """Remove a customer from every table, from the log of changes and from the disk, and keep them out.

    Released figures are withdrawn as well, since the customer stands behind some of them; freeze them anew.

    Raises:
        Busy: Another process writes or reads an older manifest.
    """
    return _remove(workspace, subject, kind="erase", actor=actor, reason="erased")


def object_to(
    workspace: Workspace, subject: str, *, purpose: str = objections.EVERYTHING, actor: str = "owner"
) -> Certificate:
    """Record an objection: to everything removes the customer as an erasure does, to one purpose hides them from it.

    Raises:
        BadInput: The purpose is not in `heard.toml`.
        Busy: Another process writes.
    """
    if purpose == objections.EVERYTHING:
        return _remove(workspace, subject, kind="object", actor=actor, reason="objected")
    if purpose not in workspace.policy.purposes:
        raise BadInput("purpose", purpose, ", ".join(workspace.policy.purposes), "")
    digests = [pseudonym.digest_of(workspace.key, one) for one in subjects_of(workspace, subject)]
    now, batch_id = workspace.now(), f"object-{secrets.token_hex(4)}"
    at = now.isoformat(timespec="seconds")
    with workspace.store.write("object", batch_id) as transaction:
        consent.record(transaction, _objections(digests, purpose, now), imported_at=now, batch_id=batch_id)
        withdrawn = withdraw(workspace, transaction)
        noted = _note(
            workspace, transaction, "object", actor, at, digests, {"purpose": purpose, "released": withdrawn}, batch_id
        )
        manifest = transaction.manifest
    return Certificate(
        kind="object", at=at, purpose=purpose, subject_digests=tuple(digests), counts={"released": withdrawn},
        manifest=manifest, audit_digest=noted,
    )  # fmt: skip


def _objections(digests: Iterable[str], purpose: str, at: datetime) -> list[consent.Line]:
    return [
        consent.Line(subject_digest=one, purpose=purpose, state="objected", at=at, evidence="heard object")
        for one in digests
    ]


def _remove(workspace: Workspace, subject: str, *, kind: str, actor: str, reason: str) -> Certificate:
    people = subjects_of(workspace, subject)
    digests = [pseudonym.digest_of(workspace.key, one) for one in people]
    now, batch_id = workspace.now(), f"{kind}-{secrets.token_hex(4)}"
    at = now.isoformat(timespec="seconds")
    known = traces_of(workspace, people)
    with workspace.store.write(kind, batch_id) as transaction:
        counts = deleted(workspace, transaction, people)
        for digest in digests:
            objections.suppress(transaction.state, digest, at=at, reason=reason)
        if kind == "object":
            everything = _objections(digests, objections.EVERYTHING, now)
            consent.record(transaction, everything, imported_at=now, batch_id=batch_id)
        noted = _note(workspace, transaction, kind, actor, at, digests, {"counts": counts}, batch_id)
    workspace.store.purge()
    files = leftovers.remove(workspace.store.folder, known)
    return Certificate(
        kind=kind, at=at, purpose="*", subject_digests=tuple(digests), counts=counts | {"files": files},
        manifest=workspace.manifest, audit_digest=noted,
    )  # fmt: skip


def traces_of(workspace: Workspace, people: list[str]) -> leftovers.Traces:
    """By what customers are known in files beside the tables; read it before their rows go."""
    with workspace.store.snapshot() as snapshot:
        asked = pa.table({"id": pa.array(people, pa.string())})
        theirs = snapshot.sql(_TOUCHED, tables={"asked": asked})
        return leftovers.traces(snapshot, people, theirs)


def deleted(workspace: Workspace, transaction: Transaction, people: list[str]) -> dict[str, int]:
    """Take all rows about customers, and the figures they stand behind, out of every table; rows by table."""
    asked = pa.table({"id": pa.array(people, pa.string())})
    with workspace.store.snapshot() as snapshot:
        theirs = flat(snapshot.sql(_TOUCHED, tables={"asked": asked})["interaction_id"])
    counts = {}
    for name, table in TABLES.items():
        if name in ("released", "consent"):
            continue
        found = sum(
            transaction.delete(name, column, flat(asked["id"]))
            for column in ("customer_id", "speaker_id")
            if column in table.names()
        )
        if "interaction_id" in table.names():
            found += transaction.delete(name, "interaction_id", theirs)
        counts[name] = found
    counts["desk_record"] = desk.forget(transaction.state, (str(one) for one in theirs.to_pylist()))
    if sum(counts.values()):
        counts["released"] = withdraw(workspace, transaction)
    return counts


def withdraw(workspace: Workspace, transaction: Transaction) -> int:
    """Take all released figures back; returns how many there were."""
    with workspace.store.snapshot() as snapshot:
        measures = flat(snapshot.sql("SELECT DISTINCT measure FROM stored.released")["measure"])
    return transaction.delete("released", "measure", measures) if len(measures) else 0


def _note(
    workspace: Workspace,
    transaction: Transaction,
    kind: str,
    actor: str,
    at: str,
    digests: list[str],
    details: dict[str, Any],
    batch_id: str,
) -> str:
    return audit.append(
        transaction.state, workspace.key, at=at, kind=kind, actor=actor, details={"subjects": digests, **details},
        batch_id=batch_id, manifest=transaction.manifest,
    )  # fmt: skip


def remove_suppressed(workspace: Workspace) -> int:
    """Remove rows of customers who are on the suppression list but still there, as after a restore; how many rows."""
    with workspace.store.state() as connection:
        digests = objections.suppressed(connection)
    with workspace.store.snapshot() as snapshot:
        people = [str(one) for one in objections.among(workspace.key, consent.people(snapshot), digests).to_pylist()]
    if not people:
        return 0
    with workspace.store.write("restore", f"restore-{secrets.token_hex(4)}") as transaction:
        counts = deleted(workspace, transaction, people)
    workspace.store.purge()
    return sum(counts.values())


def keep_out(connection: sa.Connection, digests: list[str], *, at: str) -> None:
    """Put digests on the suppression list again, as a restored backup must."""
    for digest in digests:
        objections.suppress(connection, digest, at=at, reason="restored")
