"""`retain`: what is past its clock leaves the tables, the log of changes and the disk (CONTRACTS 8)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from heard.gate import audit
from heard.gate.arrays import flat, pc
from heard.gate.policy import Retention
from heard.gate.workspace import Workspace
from heard.store import Transaction
from heard.terms.tables import SURVEY_ANSWER, TABLES

DAY_S = 86_400
RULES = ("text", "label", "outcome")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One clock over one table: the rows whose anchor, in seconds since 1970, lies before the cut."""

    clock: str
    table: str
    column: str
    anchor: str


_CLOSED = "SELECT interaction_id FROM stored.interaction WHERE coalesce(closed_epoch_s, opened_epoch_s) < {cut}"
_ANSWERED = "SELECT answer_id FROM stored.survey_answer WHERE answered_epoch_s < {cut}"
_RULES = (
    _Rule("text", "turn", "interaction_id", _CLOSED),
    _Rule("label", "signal", "interaction_id", _CLOSED),
    _Rule("label", "moment", "interaction_id", _CLOSED),
    _Rule("label", "interaction_fact", "interaction_id", _CLOSED),
    _Rule("label", "empathic_sentence", "interaction_id", _CLOSED),
    _Rule("label", "interaction", "interaction_id", _CLOSED),
    _Rule("label", "survey_answer", "answer_id", _ANSWERED),
    _Rule(
        "label", "survey_invitation", "invitation_id",
        "SELECT invitation_id FROM stored.survey_invitation WHERE epoch_us(sent_at) // 1000000 < {cut}",
    ),
    _Rule("outcome", "outcome", "outcome_id", "SELECT outcome_id FROM stored.outcome WHERE occurred_epoch_s < {cut}"),
)  # fmt: skip
_COMMENTS = "SELECT * FROM stored.survey_answer WHERE verbatim IS NOT NULL AND answered_epoch_s < {cut}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """What a retention run removed, or would remove.

    Attributes:
        counts: (clock, table) → rows past the clock; "survey_answer.verbatim" counts comments that were blanked.
        is_kept: The workspace keeps its history (`keep_history`), so nothing is removed.
        manifest: First manifest without the rows; None for a dry run or when nothing was past its clock.
        audit_digest: Digest of the entry in the audit log; None likewise.
    """

    at: str
    counts: dict[tuple[str, str], int]
    is_dry_run: bool
    is_kept: bool
    manifest: int | None = None
    audit_digest: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        counts = [{"clock": clock, "table": table, "rows": n} for (clock, table), n in self.counts.items()]
        names = ("at", "is_dry_run", "is_kept", "manifest", "audit_digest")
        return {"ok": True, "counts": counts} | {name: getattr(self, name) for name in names}

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        if self.is_kept:
            return ["keep_history is set in heard.toml: nothing is removed."]
        told = [f"  {clock} clock: {n:,} of {table}" for (clock, table), n in self.counts.items() if n]
        if not told:
            return ["Nothing is past its clock."]
        head = "Dry run, nothing was removed. Past their clocks:" if self.is_dry_run else f"Removed at {self.at}:"
        proof = (
            [] if self.audit_digest is None else [f"Audit entry {self.audit_digest[:16]}…, manifest {self.manifest}."]
        )
        return [head, *told, *proof]


def retain(workspace: Workspace, *, dry_run: bool = False, actor: str = "schedule") -> Retained:
    """Remove what is past its clock; undated rows have no clock and stay.

    Words go after `text_days`, counted from the closing of their conversation (comments: from the answer); labels,
    facts and answers after `label_days`; outcomes after `outcome_days`. Released figures hold no person and stay.

    Raises:
        Busy: Another process writes, or reads an older manifest.
    """
    now = workspace.now()
    at = now.isoformat(timespec="seconds")
    if workspace.policy.keep_history:
        return Retained(at=at, counts={}, is_dry_run=dry_run, is_kept=True)
    due = dict(_due(workspace, _cuts(workspace.policy.retention, now)))
    counts = {place: rows.num_rows for place, (rows, _) in due.items()}
    if dry_run or not sum(counts.values()):
        return Retained(at=at, counts=counts, is_dry_run=dry_run, is_kept=False)
    batch_id = f"retain-{secrets.token_hex(4)}"
    with workspace.store.write("retain", batch_id) as transaction:
        removed = {place: _remove(transaction, place, rows, column) for place, (rows, column) in due.items()}
        told = {f"{clock}: {table}": n for (clock, table), n in removed.items()}
        digest = audit.append(
            transaction.state, workspace.key, at=at, kind="retain", actor=actor, details={"counts": told},
            batch_id=batch_id, manifest=transaction.manifest,
        )  # fmt: skip
    workspace.store.purge()
    return Retained(
        at=at, counts=removed, is_dry_run=False, is_kept=False, manifest=workspace.manifest, audit_digest=digest
    )


def _cuts(clocks: Retention, now: datetime) -> dict[str, int]:
    """Clock → instant before which its rows go."""
    seconds = int(now.timestamp())
    days = {"text": clocks.text_days, "label": clocks.label_days, "outcome": clocks.outcome_days}
    return {name: seconds - days[name] * DAY_S for name in RULES}


def _due(workspace: Workspace, cuts: dict[str, int]) -> Iterator[tuple[tuple[str, str], tuple[pa.Table, str]]]:
    """(clock, table) → keys of the rows that are past the clock, and the column of the key; comments come whole."""
    with workspace.store.snapshot() as snapshot:
        # Before the rules: a comment that is blanked is written back, and may be past its own clock as well.
        yield ("text", "survey_answer.verbatim"), (snapshot.sql(_COMMENTS.format(cut=cuts["text"])), "answer_id")
        for rule in _RULES:
            asked = rule.anchor.format(cut=cuts[rule.clock])
            rows = snapshot.sql(f"SELECT {rule.column} FROM stored.{rule.table} WHERE {rule.column} IN ({asked})")
            yield (rule.clock, rule.table), (rows, rule.column)


def _remove(transaction: Transaction, place: tuple[str, str], rows: pa.Table, column: str) -> int:
    if not rows.num_rows:
        return 0
    if place[1] in TABLES:
        return transaction.delete(place[1], column, pc.unique(flat(rows[column])))
    blank = pa.nulls(rows.num_rows, pa.string())
    kept = rows.set_column(rows.schema.get_field_index("verbatim"), "verbatim", blank)
    return transaction.replace("survey_answer", kept.cast(SURVEY_ANSWER.schema), by=column, keys=flat(rows[column]))
