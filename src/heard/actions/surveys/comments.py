"""Scores beside the comments that explain them: which agree, which do not, with the words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from heard.gate.redact.language import language_of
from heard.signals.base import Signal
from heard.terms.labels import NEGATIVE_EMOTIONS

HIGH, LOW = 75.0, 50.0
"""On 0 to 100: 4 of 5 and above is high, 3 of 5 and below is low; what lies between is neither (7 of 10)."""
MOST = 20_000
"""Comments that are read at most, the newest first; the answer says how many there were."""
QUOTES = 3
WORD = re.compile(r"[^\W\d_]+")
UNHEARD = frozenset({"says_unheard", "reports_effort", "threatens_to_leave", "asks_for_person", "abusive"})
PRAISE = frozenset({"says_heard", "gratitude", "satisfaction", "relief"})
_RESPONSE = """coalesce(invitation_id, interaction_id || '/' || answered_epoch_s,
      customer_id || '/' || answered_epoch_s, answer_id) AS response"""
"""Answers given together: by invitation, else by contact or customer and instant."""
COMMENTS = f"""
WITH said AS (
  SELECT answer_id, verbatim, answered_epoch_s, customer_id, {_RESPONSE}
  FROM survey_answer WHERE verbatim IS NOT NULL
), rated AS (
  SELECT {_RESPONSE},
    avg(CASE WHEN polarity = 'lower_better' THEN scale_high - value ELSE value - scale_low END
      / (scale_high - scale_low)) AS place
  FROM survey_answer WHERE value IS NOT NULL AND scale_high > scale_low GROUP BY response
)
SELECT said.answer_id, said.verbatim, said.customer_id, 100 * rated.place AS score, count(*) OVER () AS whole
FROM said LEFT JOIN rated ON rated.response = said.response
ORDER BY said.answered_epoch_s DESC NULLS LAST, said.answer_id LIMIT {MOST}
"""


class View(Protocol):
    """What is needed of a view."""

    def sql(self, query: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment with its score on 0 to 100 (None without one) and what its words say.

    Attributes:
        is_read: Whether the words could be read; those of other languages than English cannot, and say nothing.
    """

    answer_id: str
    text: str
    customer_id: str | None
    score: float | None
    labels: frozenset[str]
    is_read: bool = True

    @property
    def tone(self) -> str:
        """praise, complaint, no cue, or cannot say; a complaint within praise is a complaint."""
        if not self.is_read:
            return "cannot say"
        if self.labels & (UNHEARD | NEGATIVE_EMOTIONS):
            return "complaint"
        return "praise" if self.labels & PRAISE else "no cue"

    @property
    def level(self) -> str | None:
        """high, low, or None for a score between or none."""
        if self.score is None or LOW < self.score < HIGH:
            return None
        return "high" if self.score >= HIGH else "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """Scores by comments.

    Attributes:
        counts: (high or low, praise or complaint) → comments; None where fewer than k, and then a second one too.
        quotes: The same → up to three comments; only for cells that are shown.
        read: Comments that were read; None when a cell is hidden, since it would give the cell away.
        whole: Comments that there are.
    """

    counts: dict[tuple[str, str], int | None]
    quotes: dict[tuple[str, str], tuple[str, ...]]
    read: int | None
    whole: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        cells = [
            {"score": level, "comment": tone, "count": count, "quotes": list(self.quotes.get((level, tone), ()))}
            for (level, tone), count in self.counts.items()
        ]
        return {"cells": cells, "read": self.read, "whole": self.whole}


def comments(view: View, signal: Signal) -> tuple[list[Comment], int]:
    """Comments with their scores and labels, newest first, and how many there are in all."""
    told = view.sql(COMMENTS).to_pylist()
    if not told:
        return [], 0
    texts = [str(row["verbatim"]) for row in told]
    distinct = list(dict.fromkeys(texts))
    turns = pa.table(
        {
            "turn_id": [str(i) for i in range(len(distinct))],
            "interaction_id": [str(i) for i in range(len(distinct))],
            "position": pa.array([0] * len(distinct), pa.int32()),
            "speaker_role": ["customer"] * len(distinct),
            "text": distinct,
            "language": pa.array([_language(text) for text in distinct], pa.string()),
            "context": [""] * len(distinct),
        }
    )
    found = dict(zip(distinct, signal.score(turns).to_pylist(), strict=True))
    made = [
        Comment(
            answer_id=row["answer_id"],
            text=text,
            customer_id=row["customer_id"],
            score=row["score"],
            labels=frozenset(one["label"] for one in found[text] or ()),
            is_read=found[text] is not None,
        )
        for row, text in zip(told, texts, strict=True)
    ]
    return made, int(told[0]["whole"])


def _language(text: str) -> str | None:
    words = WORD.findall(text.lower())
    return language_of(text, words, frozenset(words))


def square(read: Sequence[Comment], whole: int, *, k: int) -> Square:
    """The two-by-two of scores and comments; those without a cue, a clear score or a readable word are in no cell."""
    cells: dict[tuple[str, str], list[Comment]] = {(s, c): [] for s in ("high", "low") for c in ("praise", "complaint")}
    for one in read:
        if one.level is not None and (one.level, one.tone) in cells:
            cells[one.level, one.tone].append(one)
    counts: dict[tuple[str, str], int | None] = {cell: len(own) for cell, own in cells.items()}
    small = [cell for cell, own in cells.items() if 0 < _people(own) < k]
    if small:
        others = sorted(
            (cell for cell in cells if cell not in small and cells[cell]), key=lambda cell: len(cells[cell])
        )
        hidden = {*small, *others[:1]} if len(small) == 1 else set(small)
        counts |= dict.fromkeys(hidden)
    quotes = {cell: _quotes(own) for cell, own in cells.items() if counts[cell]}
    return Square(counts=counts, quotes=quotes, read=None if small else len(read), whole=whole)


def _people(own: Sequence[Comment]) -> int:
    return len({one.customer_id or one.answer_id for one in own})


def _quotes(own: Sequence[Comment]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.text for one in own))[:QUOTES]
