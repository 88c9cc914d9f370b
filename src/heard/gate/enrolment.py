"""`enrol`: lists of consents, withdrawals and objections, as a shop or a consent tool exports them (EG1)."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from heard.errors import BadInput
from heard.gate import audit, consent, leftovers, objections, pseudonym
from heard.gate.erasure import deleted, subjects_of, traces_of, withdraw
from heard.gate.workspace import Workspace

COLUMNS = ("customer", "purpose", "state", "at")
"""Needed columns of a list; `text_version` and `evidence` may stand beside them."""
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a list of consents did.

    Attributes:
        counts: State → lines added.
        removed_row_count: Rows of customers who left altogether.
    """

    counts: dict[str, int]
    removed_row_count: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"ok": True, "counts": self.counts, "removed_row_count": self.removed_row_count}

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        lines = [f"  {state}: {count:,}" for state, count in self.counts.items() if count]
        if self.removed_row_count:
            lines.append(f"{self.removed_row_count:,} rows of customers who left altogether were removed.")
        return lines or ["The list is empty."]


def enrol(workspace: Workspace, rows: Iterable[Mapping[str, str]], *, actor: str = "owner") -> Enrolled:
    """Add a list to the ledger, whole or not at all. Who objects to everything is removed as by `object_to`.

    Args:
        workspace: An open workspace.
        rows: customer (an id of a source, an e-mail address, a phone number or a pseudonym), purpose (or *), state
            (granted, withdrawn, objected), at (ISO 8601 with a zone), and optionally text_version and evidence.
        actor: Who brought it.

    Raises:
        BadInput: Some rows are wrong; the message names up to twenty, by number and column, without their values.
        Busy: Another process writes.
    """
    lines, leaving = _read(workspace, list(rows))
    counts = {state: sum(line.state == state for line in lines) for state in consent.STATES}
    now, batch_id = workspace.now(), f"consent-{secrets.token_hex(4)}"
    at = now.isoformat(timespec="seconds")
    removed = 0
    if not lines:
        return Enrolled(counts, 0)
    known = traces_of(workspace, sorted(leaving))
    with workspace.store.write("consent", batch_id) as transaction:
        consent.record(transaction, lines, imported_at=now, batch_id=batch_id)
        if leaving:
            removed = sum(deleted(workspace, transaction, sorted(leaving)).values())
        withdraw(workspace, transaction)
        for one in sorted(leaving):
            objections.suppress(transaction.state, pseudonym.digest_of(workspace.key, one), at=at, reason="objected")
        audit.append(
            transaction.state, workspace.key, at=at, kind="consent", actor=actor,
            details={"counts": counts, "rows_removed": removed}, batch_id=batch_id, manifest=transaction.manifest,
        )  # fmt: skip
    if leaving:
        workspace.store.purge()
        leftovers.remove(workspace.store.folder, known)
    return Enrolled(counts, removed)


def _read(workspace: Workspace, rows: list[Mapping[str, str]]) -> tuple[list[consent.Line], set[str]]:
    """Lines of the ledger, and pseudonyms of those who leave altogether."""
    faults: list[str] = []
    lines: list[consent.Line] = []
    leaving: set[str] = set()
    for number, row in enumerate(rows, start=1):
        wrong = [f"row {number}: {fault}" for fault in _faults(workspace, row)]
        if wrong:
            faults += wrong
            continue
        people = subjects_of(workspace, row["customer"])
        lines += [_line(row, pseudonym.digest_of(workspace.key, one)) for one in people]
        if row["purpose"] == objections.EVERYTHING and row["state"] != "granted":
            leaving.update(people)
    if faults:
        shown = "; ".join(faults[:_MOST_FAULTS])
        more = f" and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise BadInput(
            "list of consents", f"{shown}{more}", "columns customer, purpose, state, at", "Nothing was added."
        )
    return lines, leaving


def _faults(workspace: Workspace, row: Mapping[str, str]) -> list[str]:
    missing = [name for name in COLUMNS if not (row.get(name) or "").strip()]
    if missing:
        return [f"no {name}" for name in missing]
    faults = []
    if row["purpose"] != objections.EVERYTHING and row["purpose"] not in workspace.policy.purposes:
        faults.append("a purpose that is not in heard.toml")
    if row["state"] not in consent.STATES:
        faults.append(f"a state that is none of {', '.join(consent.STATES)}")
    if _instant(row["at"]) is None:
        faults.append("a time that is not ISO 8601 with a zone")
    return faults


def _line(row: Mapping[str, str], digest: str) -> consent.Line:
    at = _instant(row["at"])
    assert at is not None
    return consent.Line(
        subject_digest=digest, purpose=row["purpose"], state=row["state"], at=at,
        evidence=row.get("evidence") or "list", text_version=row.get("text_version") or None,
    )  # fmt: skip


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo else None
