"""`join`, `split`, `undo_people`: customers known under several ids become one person, and several again (TR2).

Three rules, each with its confidence: ids that a list declares to be one customer (or that share a source's ids by
`customers_of`), the exact e-mail address, the exact international phone number. Names are never compared.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pyarrow as pa

from heard.errors import BadInput
from heard.gate import audit, consent, imports, leftovers, objections, persons, pseudonym
from heard.gate.arrays import flat
from heard.gate.erasure import deleted, subjects_of, traces_of, withdraw
from heard.gate.persons import Link
from heard.gate.workspace import Workspace
from heard.store import Transaction

CONTACTS = {"email": "exact_email", "phone": "exact_phone"}
"""Columns of a list that are ways to reach a customer, and their rules; every other column names a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a list, a split or an undoing did.

    Attributes:
        person_count: Persons who are known here under two ids or more, afterwards.
        counts: What → how many.
        removed_row_count: Rows removed because the person had objected under another id.
    """

    batch_id: str
    person_count: int
    counts: dict[str, int]
    removed_row_count: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"ok": True} | {n: getattr(self, n) for n in self.__slots__}

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        lines = [f"{self.person_count:,} customers are known under several ids and counted once ({self.batch_id})."]
        lines += [f"  {what}: {count:,}" for what, count in self.counts.items() if count]
        if self.removed_row_count:
            lines.append(f"{self.removed_row_count:,} rows removed: their customers had objected under another id.")
        return [*lines, "Released figures were withdrawn: freeze them anew with heard run."]


def join(workspace: Workspace, rows: Iterable[Mapping[str, str]], *, actor: str = "owner") -> Joined:
    """Join the ids that stand in one row of a list, whole or not at all.

    Args:
        workspace: An open workspace.
        rows: Columns `email`, `phone`, and names of sources with that source's customer id; blanks say nothing.
        actor: Who brought it.

    Raises:
        BadInput: A column is no source of this workspace, or no row joins anything.
        Busy: Another process writes.
    """
    counts: Counter[str] = Counter()
    batch_id = f"people-{workspace.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    links = _read(workspace, list(rows), batch_id, counts)
    with workspace.store.snapshot() as snapshot:
        every = persons.resolved([*persons.stored(snapshot), *links])
    leaving = _objecting(workspace, every)
    counts["links to a shared mailbox or telephone, left out"] = sum(
        link.person_id is None and link.split_batch is None for link in every if link.batch_id == batch_id
    )
    return _written(workspace, every, batch_id, "people.join", actor, counts, leaving)


def split(workspace: Workspace, subject: str, *, actor: str = "owner") -> Joined:
    """Take a person apart again; the same links in a later list do not bring them together.

    Args:
        workspace: An open workspace.
        subject: One of the person's ids: a pseudonym, an e-mail address, a phone number or an id of a source.
        actor: Who says so.

    Raises:
        BadInput: That customer was not joined with anybody.
        Busy: Another process writes.
    """
    asked = set(subjects_of(workspace, subject))
    batch_id = f"split-{workspace.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    with workspace.store.snapshot() as snapshot:
        every = persons.stored(snapshot)
    whose = {link.person_id for link in every if link.person_id and asked & {link.customer_id, link.linked_id}}
    parted = [replace(link, split_batch=batch_id) if link.person_id in whose else link for link in every]
    count = sum(link.split_batch == batch_id for link in parted)
    if not count:
        raise BadInput("customer", "nobody who was joined", "an id of a joined customer", "See `heard people list`.")
    return _written(workspace, persons.resolved(parted), batch_id, "people.split", actor, Counter({"links": count}))


def undo_people(workspace: Workspace, batch_id: str, *, actor: str = "owner") -> Joined:
    """Take back one join or one split, as if it had never been.

    Raises:
        BadInput: There is no such batch.
        Busy: Another process writes.
    """
    with workspace.store.snapshot() as snapshot:
        every = persons.stored(snapshot)
    kept = [
        replace(link, split_batch=None) if link.split_batch == batch_id else link
        for link in every
        if link.batch_id != batch_id
    ]
    if kept == every:
        raise BadInput("batch", batch_id, "the id of a join or a split", "See `heard audit log`.")
    changed = len(every) - len(kept) or sum(link.split_batch == batch_id for link in every)
    return _written(
        workspace, persons.resolved(kept), f"undo-{batch_id}", "people.undo", actor, Counter({"links": changed})
    )


def joined(workspace: Workspace) -> list[dict[str, Any]]:
    """Persons with two or more ids that have rows here: ids, rules, confidence, batches."""
    with workspace.store.snapshot() as snapshot:
        every = persons.stored(snapshot)
        met = _met(snapshot)
    trusted = persons.confidences(every)
    rows: dict[str, dict[str, set[str]]] = {}
    for link in every:
        if link.person_id:
            row = rows.setdefault(link.person_id, {"ids": set(), "rules": set(), "batches": set()})
            row["ids"] |= {link.customer_id, link.linked_id} & met
            row["rules"].add(link.rule)
            row["batches"].add(link.batch_id)
    return [
        {"person_id": person, "confidence": trusted[person]} | {name: sorted(held) for name, held in row.items()}
        for person, row in sorted(rows.items())
        if len(row["ids"]) > 1
    ]


def _met(snapshot: Any) -> set[str]:
    """Ids under which rows came in."""
    query = "SELECT customer_id AS id FROM stored.{}"
    asked = " UNION ".join(query.format(n) for n in ("interaction", "outcome", "customer", "survey_answer"))
    return {str(one) for one in flat(snapshot.sql(asked)["id"]).to_pylist() if one}


def _read(workspace: Workspace, rows: list[Mapping[str, str]], batch_id: str, counts: Counter[str]) -> list[Link]:
    _check(workspace, {name for row in rows for name in row})
    made: dict[tuple[str, str, str], Link] = {}
    for row in rows:
        for source, one, other, rule in _pairs(workspace, row, counts):
            made[one, other, rule] = Link(customer_id=one, linked_id=other, rule=rule, source=source, batch_id=batch_id)
    if not made:
        raise BadInput(
            "list of customers", f"{len(rows):,} rows that join nothing", "rows with two ids, or an id and a contact",
            "Columns: email, phone, and names of sources.",
        )  # fmt: skip
    counts["rows of the list"], counts["links"] = len(rows), len(made)
    return list(made.values())


def _check(workspace: Workspace, columns: set[str]) -> None:
    with workspace.store.state() as connection:
        known = {row.source for row in imports.listed(connection)} | set(workspace.policy.sources)
    if unknown := sorted(columns - known - set(CONTACTS)):
        raise BadInput(
            "list of customers", f"{len(unknown)} columns that are no source here",
            f"email, phone, {', '.join(sorted(known))}", "Name columns with --column SOURCE=NAME.",
        )  # fmt: skip


def _pairs(workspace: Workspace, row: Mapping[str, str], counts: Counter[str]) -> list[tuple[str, str, str, str]]:
    """Links of one row: source, id, other id, rule."""
    contacts, ids = {}, {}
    for name, value in row.items():
        told = (value or "").strip()
        if not told:
            continue
        if name not in CONTACTS:
            ids[name] = _pseudonym(workspace, name, told)
        elif contact := pseudonym.contact_of(told):
            contacts[name] = pseudonym.of(workspace.key, "customer", "", contact)
        else:
            counts[f"{name} that cannot be compared exactly, left out"] += 1
    found = [
        (source, one, contact, CONTACTS[name])
        for source, one in sorted(ids.items())
        for name, contact in contacts.items()
    ]
    chain = [*sorted(ids.items())] or [*sorted(contacts.items())]
    found += [(source, min(one, other), max(one, other), "declared") for (source, one), (_, other) in pairwise(chain)]
    return [pair for pair in found if pair[1] != pair[2]]


def _pseudonym(workspace: Workspace, source: str, foreign: str) -> str:
    mapping = workspace.policy.sources.get(source)
    return pseudonym.of(workspace.key, "customer", (mapping and mapping.customers_of) or source, foreign)


def _objecting(workspace: Workspace, links: Sequence[Link]) -> list[str]:
    """Ids of persons one of whose ids is on the suppression list: an objection follows the person."""
    with workspace.store.state() as connection:
        digests = objections.suppressed(connection)
    if not digests:
        return []
    nodes = {one: link.person_id for link in links if link.person_id for one in (link.customer_id, link.linked_id)}
    gone = {person for one, person in nodes.items() if pseudonym.digest_of(workspace.key, one) in digests}
    return sorted(one for one, person in nodes.items() if person in gone)


def _written(
    workspace: Workspace, links: Sequence[Link], batch_id: str, kind: str, actor: str, counts: Counter[str],
    leaving: Sequence[str] = (),
) -> Joined:  # fmt: skip
    out, removed = set(leaving), 0
    kept = persons.resolved(link for link in links if not {link.customer_id, link.linked_id} & out)
    now = workspace.now()
    known = traces_of(workspace, list(leaving)) if leaving else None
    with workspace.store.snapshot() as snapshot:
        before = flat(snapshot.sql("SELECT DISTINCT customer_id FROM stored.person_link")["customer_id"])
    at = now.isoformat(timespec="seconds")
    with workspace.store.write(kind, batch_id) as transaction:
        if leaving:
            removed = _removed(workspace, transaction, leaving, at)
        own = pa.array(sorted({*map(str, before.to_pylist()), *(link.customer_id for link in kept)}), pa.string())
        transaction.replace("person_link", persons.table_of(kept, now), "customer_id", own)
        withdraw(workspace, transaction)
        audit.append(
            transaction.state, workspace.key, at=at, kind=kind, actor=actor,
            details={"counts": dict(counts), "rows_removed": removed}, batch_id=batch_id,
            manifest=transaction.manifest,
        )  # fmt: skip
    if known is not None:
        workspace.store.purge()
        leftovers.remove(workspace.store.folder, known)
    return Joined(
        batch_id=batch_id, person_count=len(joined(workspace)), counts=dict(counts), removed_row_count=removed
    )


def _removed(workspace: Workspace, transaction: Transaction, leaving: Sequence[str], at: str) -> int:
    digests = [pseudonym.digest_of(workspace.key, one) for one in leaving]
    counts = deleted(workspace, transaction, list(leaving))
    for digest in digests:
        objections.suppress(transaction.state, digest, at=at, reason="objected")
    lines = [
        consent.Line(
            subject_digest=one, purpose=objections.EVERYTHING, state="objected", at=workspace.now(),
            evidence="objected under another id",
        )
        for one in digests
    ]  # fmt: skip
    consent.record(transaction, lines, imported_at=workspace.now(), batch_id=f"people-{secrets.token_hex(4)}")
    return sum(count for name, count in counts.items() if name != "released")
