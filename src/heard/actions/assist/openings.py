"""From a ledger of turns so far to what stands open now."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from heard.actions.assist.scoring import Line
from heard.moments.ledger import Ledger
from heard.moments.replies import WINDOW_BLOCKS

REPLIERS = frozenset({"agent", "bot"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A moment that no reply has answered and that can still be answered in time.

    Attributes:
        moment_id: The key that the batch would give it.
        turn_id: Turn of the customer at which it opened.
        words: The customer's words that opened it, redacted.
        kind: explicit or implicit.
        emotion: Main emotion as the words show it, or concern.
        intensity: 1 mild, 2 clear, 3 strong.
        cause: What it is about.
        since_epoch_s: When that turn was sent; None when undated.
        since_turn_count: Public turns after it.
        blocks_left: Blocks of replies in which an answer still counts: 2 is in time, 1 is late.
        is_harmed: A reply dismissed, deflected or stonewalled.
    """

    moment_id: str
    turn_id: str
    words: str
    kind: str
    emotion: str
    intensity: int
    cause: str
    since_epoch_s: int | None
    since_turn_count: int
    blocks_left: int
    is_harmed: bool

    @property
    def said(self) -> str:
        """What stands on the screen: what was written, never what is felt (PRODUCT, words on the screen)."""
        if self.kind == "implicit":
            return "wrote of a hardship"
        return f"wrote words of {self.emotion}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the ledger says of a conversation so far: what is open, and how many moments there were."""

    open: tuple[Open, ...]
    moment_count: int
    states: dict[str, int]

    @property
    def first(self) -> Open | None:
        """The one to answer now: the strongest, and of those the oldest."""
        return max(self.open, key=lambda one: (one.intensity, one.since_turn_count), default=None)


NOTHING = Reading(open=(), moment_count=0, states={})


def reading_of(ledger: Ledger, lines: Sequence[Line]) -> Reading:
    """Read a ledger that was made of these turns."""
    place = {line.turn_id: i for i, line in enumerate(lines)}
    rows = ledger.moments.to_pylist()
    opened = (_open(row, lines, place) for row in rows)
    states: dict[str, int] = {}
    for row in rows:
        states[row["state"]] = states.get(row["state"], 0) + 1
    return Reading(open=tuple(one for one in opened if one), moment_count=len(rows), states=states)


def _open(row: dict[str, Any], lines: Sequence[Line], place: dict[str, int]) -> Open | None:
    if row["state"] not in ("unanswered", "missed"):
        return None
    at = place[row["opens_turn_id"]]
    public = [line for line in lines[at + 1 :] if line.is_public and line.role in {*REPLIERS, "customer"}]
    sides = [is_reply for is_reply, _ in groupby(public, key=lambda line: line.role in REPLIERS)]
    used = sum(sides)
    is_running = bool(sides) and sides[-1]
    left = WINDOW_BLOCKS - used + (1 if is_running else 0)
    if left < 1:
        return None
    line = lines[at]
    return Open(
        moment_id=row["moment_id"],
        turn_id=line.turn_id,
        words=line.text[row["opens_span_start"] : row["opens_span_end"]],
        kind=row["kind"],
        emotion=row["emotion"],
        intensity=row["intensity"],
        cause=row["cause"],
        since_epoch_s=line.sent_epoch_s,
        since_turn_count=len(public),
        blocks_left=left,
        is_harmed=row["is_harmful"],
    )
