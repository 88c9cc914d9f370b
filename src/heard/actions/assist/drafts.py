"""What a draft already does: behaviours with their words, and what would become of the open moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from heard.actions.assist.scoring import Found, Line
from heard.moments.boilerplate import fingerprint
from heard.moments.ledger import Ledger
from heard.terms.labels import BEHAVIOR_NAMES, HARMFUL, LABELS

if TYPE_CHECKING:
    from heard.actions.assist.openings import Open, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Does:
    """One behaviour with the words that show it; spans are code points of the redacted draft."""

    behavior: str
    words: str
    start: int
    end: int
    is_harmful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a draft does.

    Attributes:
        does: Behaviours in the order of the text.
        answers: Whether it would answer the open moment; None when none is open.
        is_generic: The answer would fit any ticket; None when it answers nothing.
        is_overdone: Three or more sorry-or-sympathy statements where progress is due.
        is_readable: False where the signal cannot say, as in a language that it does not read.
        fingerprints: Of its empathic sentences, by which a canned line is known.
    """

    does: tuple[Does, ...]
    answers: bool | None
    is_generic: bool | None
    is_overdone: bool
    is_readable: bool
    fingerprints: tuple[int, ...]

    @property
    def harms(self) -> tuple[Does, ...]:
        """Words that dismiss, deflect or stonewall."""
        return tuple(one for one in self.does if one.is_harmful)


def draft_of(line: Line, found: Found, *, before: "Reading", after: "Reading", ledger: Ledger) -> Draft:
    """Judge a draft by the ledger with it against the one without."""
    opened = before.first
    row = _row(ledger, opened)
    answers = None if opened is None else row is not None and row["reply_turn_id"] == line.turn_id
    sentences = ledger.empathic_sentences
    own = [s for s in sentences.to_pylist() if s["turn_id"] == line.turn_id] if sentences.num_rows else []
    return Draft(
        does=_does(line, found or ()),
        answers=answers,
        is_generic=row["is_generic"] if answers and row else None,
        is_overdone=bool(row and answers and row["is_overdone"]),
        is_readable=found is not None,
        fingerprints=tuple(fingerprint(line.text[s["span_start"] : s["span_end"]]) for s in own),
    )


def _row(ledger: Ledger, opened: "Open | None") -> dict[str, Any] | None:
    if opened is None:
        return None
    return next((row for row in ledger.moments.to_pylist() if row["moment_id"] == opened.moment_id), None)


def _does(line: Line, found: Sequence[tuple[str, float, int, int]]) -> tuple[Does, ...]:
    best: dict[str, tuple[str, float, int, int]] = {}
    for one in found:
        if one[0] in BEHAVIOR_NAMES and (one[0] not in best or one[1] > best[one[0]][1]):
            best[one[0]] = one
    kept = sorted(best.values(), key=lambda one: (one[2], LABELS[one[0]].name))
    return tuple(
        Does(behavior=label, words=line.text[start:end], start=start, end=end, is_harmful=label in HARMFUL)
        for label, _, start, end in kept
    )
