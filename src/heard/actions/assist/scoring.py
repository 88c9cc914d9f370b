"""The batch's own way on a batch of one: redact, score, ledger. No second scorer that could drift."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from heard.gate import Redactor
from heard.gate.redact import Redacted
from heard.moments import ledger
from heard.moments.latency import AlwaysOpen, BusinessClock
from heard.signals.base import FOUND, Signal
from heard.signals.context import with_context
from heard.terms.arrow import Array

Finding = tuple[str, float, int, int]
Found = tuple[Finding, ...] | None
INTERACTION = "live"
EMPTY: dict[str, pa.DataType] = {
    **dict.fromkeys(("queue", "team_id", "issue", "customer_id", "first_agent_id"), pa.string()),
    **dict.fromkeys(("opened_epoch_s", "closed_epoch_s", "solved_epoch_s"), pa.int64()),
    **dict.fromkeys(("local_day", "week_start"), pa.int32()),
    "offset_seconds": pa.float64(),
}
"""Columns of an interaction that a live one does not have yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """A turn after redaction, in the columns that scorer and ledger read."""

    turn_id: str
    role: str
    text: str
    language: str | None
    is_public: bool
    sent_epoch_s: int | None
    speaker: str


@dataclass(frozen=True, slots=True)
class Scorer:
    """Redactor, text signal and business clock; one for all sessions, without a memory of its own.

    Attributes:
        unanswered_business_hours: As in `heard.toml`; a live moment is never called missed by silence.
    """

    signal: Signal
    redactor: Redactor = field(default_factory=Redactor)
    clock: BusinessClock = field(default_factory=AlwaysOpen)
    unanswered_business_hours: float = 8

    def redacted(self, text: str, known: tuple[str, ...] = ()) -> Redacted:
        """The words as the import would store them."""
        return self.redactor.redact(text, tuple(sorted(known))) if known else self.redactor.redact(text)

    def contexts(self, lines: Sequence[Line]) -> list[str]:
        """The customer's words to which each turn belongs."""
        return [str(one) for one in with_context(_plain(lines))["context"].to_pylist()]

    def found(self, line: Line, context: str) -> Found:
        """What the signal finds in one turn; None where it cannot say."""
        turns = _plain([line]).append_column("context", pa.array([context], pa.string()))
        one = self.signal.score(turns)[0].as_py()
        return None if one is None else tuple((f["label"], f["score"], f["start"], f["end"]) for f in one)

    def ledger(self, lines: Sequence[Line], found: Sequence[Found], channel: str) -> ledger.Ledger:
        """The codebook's rules over the turns so far; silence is not counted while a conversation lives."""
        return ledger.of(
            _whole(lines, channel),
            _findings(found),
            clock=self.clock,
            as_of_epoch_s=None,
            unanswered_business_hours=self.unanswered_business_hours,
        )


def _plain(lines: Sequence[Line]) -> pa.Table:
    return pa.table({
        "interaction_id": pa.array([INTERACTION] * len(lines), pa.string()),
        "position": pa.array(range(len(lines)), pa.int32()),
        "speaker_role": pa.array([line.role for line in lines], pa.string()),
        "text": pa.array([line.text for line in lines], pa.string()),
        "language": pa.array([line.language for line in lines], pa.string()),
    })  # fmt: skip


def _whole(lines: Sequence[Line], channel: str) -> pa.Table:
    n = len(lines)
    columns: dict[str, Array] = {
        "turn_id": pa.array([line.turn_id for line in lines], pa.string()),
        "speaker_id": pa.array([line.speaker or None for line in lines], pa.string()),
        "is_public": pa.array([line.is_public for line in lines], pa.bool_()),
        "sent_epoch_s": pa.array([line.sent_epoch_s for line in lines], pa.int64()),
        "channel": pa.array([channel] * n, pa.string()),
        "month": pa.array([0] * n, pa.int32()),
    }
    table = _plain(lines)
    for name, column in columns.items():
        table = table.append_column(name, column)
    for name, kind in EMPTY.items():
        table = table.append_column(name, pa.array([None] * n, kind))
    return table


def _findings(found: Sequence[Found]) -> Array:
    keys = ("label", "score", "start", "end")
    rows = [None if one is None else [dict(zip(keys, f, strict=True)) for f in one] for one in found]
    return pa.array(rows, FOUND)
