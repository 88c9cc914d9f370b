"""The text signal: splits turns into sentences, scores each once, and says the labels with their evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heard.errors import BadInput
from heard.signals.base import FOUND
from heard.signals.text.fast import FastEngine, Scores
from heard.signals.text.features import Hasher, Unit
from heard.signals.text.labels import (
    AFTER_LABELS,
    ANSWERS,
    CAUSE_LABELS,
    CUSTOMER_SENTENCE,
    HARDSHIP,
    INTENSITY_LABELS,
    OPENS,
    STAFF_SENTENCE,
)
from heard.signals.text.sentences import clauses, split
from heard.signals.text.turns import DECIDING, OPENING, Choice, Decision, evidence, strongest
from heard.terms.labels import CUE_NAMES, EMOTION_NAMES

CHUNK = 2048
"""Turns held in memory at once."""
CONTEXT_CHARACTERS = 400
"""The newest characters of the context that are read."""
_HEAD_OF_ROLE = {"customer": "customer", "agent": "staff", "bot": "staff"}
_LABELS = {"customer": CUSTOMER_SENTENCE, "staff": STAFF_SENTENCE}
_EMOTIONS = frozenset(EMOTION_NAMES)
_WHOLE = {"customer": OPENS, "staff": ANSWERS}
_TELLING = {
    "customer": np.array([label in OPENING or label in CUE_NAMES for label in CUSTOMER_SENTENCE]),
    "staff": np.array([i in DECIDING["staff"] for i in range(len(STAFF_SENTENCE))]),
}
"""Labels beside which the decision about the turn is stated even where it is no."""
NO_WORD = AFTER_LABELS.index("after:none")
YES = 0.5
LAST_LATIN = "\u024f"
"""Last letter of Unicode's block Latin Extended-B."""

Found = tuple[str, float, int, int]
Answers = list[list[Found] | None]
Place = tuple[Unit, str, int, int]


class Engine(Protocol):
    """What scores units of text; see `fast.FastEngine`."""

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def thresholds(self) -> dict[str, npt.NDArray[np.float32]]: ...
    @property
    def decisions(self) -> dict[str, Decision]: ...
    @property
    def after(self) -> Choice: ...
    def sentences(self, head: str, units: Sequence[Unit], hasher: Hasher) -> Scores: ...
    def turns(self, units: Sequence[Unit], hasher: Hasher) -> tuple[Scores, Scores]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A turn that is scored: its place in the chunk, its head, its words and its sentences."""

    at: int
    head: str
    text: str
    context: str
    spans: tuple[tuple[int, int], ...]

    def units(self) -> Iterable[Unit]:
        """One unit a sentence."""
        before, last = "", len(self.spans) - 1
        for i, (start, end) in enumerate(self.spans):
            yield Unit(self.text[start:end], before, self.context, i == 0, i == last)
            before = self.text[start:end]

    @property
    def length(self) -> int:
        """Characters of its sentences."""
        return sum(end - start for start, end in self.spans)

    @property
    def whole(self) -> Unit:
        """The turn as one unit."""
        return Unit(self.text[:CONTEXT_CHARACTERS], "", self.context)


@dataclass(frozen=True, slots=True)
class TextSignal:
    """Emotions, cues and behaviours of CODEBOOK version 1, and the auxiliary labels of `signals.text.labels`.

    A label may come several times in a turn, once a sentence. A turn is null when its language is known and not
    English, or when its letters are not Latin; turns of a system, and empty ones, are empty lists. Only the first 256
    sentences of a turn are read.

    Attributes:
        engine: Decides which labels a sentence carries.
        narrower: The fast engine, by which evidence is narrowed to a clause.
    """

    engine: Engine
    narrower: FastEngine
    name: ClassVar[str] = "text"
    needs: ClassVar[frozenset[str]] = frozenset({"speaker_role", "text", "language", "context"})
    scale: ClassVar[str] = "probability that a reader with the codebook gives this label to the sentence, 0 to 1"

    @property
    def version(self) -> str:
        """Shape of the answer, engine, and digests of what was learned."""
        digests = self.engine.digest if self.engine is self.narrower else f"{self.engine.digest}.{self.narrower.digest}"
        return f"text-1/{self.engine.name}/{digests}"

    def score(self, turns: pa.Table) -> "pa.Array[Any]":
        """See `signals.base.Signal.score`.

        Args:
            turns: speaker_role, text; language and context may be left out.

        Raises:
            BadInput: A column is missing.
        """
        missing = {"speaker_role", "text"} - set(turns.column_names)
        if missing:
            raise BadInput(
                "Turns lack a column", got=", ".join(turns.column_names), expected=", ".join(sorted(missing))
            )
        parts = [self._chunk(turns.slice(i, CHUNK)) for i in range(0, turns.num_rows, CHUNK)]
        return pa.array([found for part in parts for found in part], FOUND)

    def _chunk(self, turns: pa.Table) -> list[list[dict[str, object]] | None]:
        found: Answers = [None] * turns.num_rows
        rows, hasher = list(_rows(turns, found)), Hasher()
        for head in ("customer", "staff"):
            chosen = [row for row in rows if row.head == head]
            if chosen:
                self._say(head, chosen, found, hasher)
        self._say_strength([row for row in rows if row.head == "customer"], found, hasher)
        keys = ("label", "score", "start", "end")
        return [None if f is None else [dict(zip(keys, one, strict=True)) for one in f] for f in found]

    def _say(self, head: str, rows: Sequence[Row], found: Answers, hasher: Hasher) -> None:
        """Adds the labels of sentences, and the decision about the turn, of rows that share a head."""
        units = [unit for row in rows for unit in row.units()]
        distinct = list(dict.fromkeys(units))
        where = {unit: i for i, unit in enumerate(distinct)}
        scores = self.engine.sentences(head, distinct, hasher)[[where[unit] for unit in units]]
        ends = np.cumsum([len(row.spans) for row in rows])
        facts = [
            evidence(head, own, row.length, bool(row.context))
            for row, own in zip(rows, np.split(scores, ends[:-1]), strict=True)
        ]
        whole = self.engine.decisions[head].scores(np.stack(facts))
        thresholds = self.engine.thresholds[head]
        is_said = scores >= thresholds
        for end, row, decided in zip(ends, rows, whole, strict=True):
            own = slice(end - len(row.spans), end)
            if decided >= YES and not is_said[own][:, DECIDING[head]].any():
                sentence, label = strongest(head, scores[own], thresholds)
                is_said[own.start + sentence, label] = True
        places = [(row, start, end) for row in rows for start, end in row.spans]
        said = np.flatnonzero(is_said.any(axis=1))
        narrow = _Narrower(self.narrower, head, [(units[i], places[i][0].text, *places[i][1:]) for i in said], hasher)
        for i in said:
            row, start, end = places[i]
            for j in np.flatnonzero(is_said[i]):
                a, b = narrow.span(int(j), units[i], row.text, start, end)
                _answer(found, row).append((_LABELS[head][j], round(float(scores[i, j]), 4), a, b))
        for end, row, decided in zip(ends, rows, whole, strict=True):
            own = slice(end - len(row.spans), end)
            if decided >= YES or is_said[own][:, _TELLING[head]].any():
                sentence, _ = strongest(head, scores[own], thresholds)
                _answer(found, row).append((_WHOLE[head], round(float(decided), 4), *row.spans[sentence]))
        if head == "customer":
            self._say_after(rows, facts, found)

    def _say_after(self, rows: Sequence[Row], facts: Sequence[Scores], found: Answers) -> None:
        """Adds what later turns of customers say about a feeling that was shown before."""
        later = [(row, fact) for row, fact in zip(rows, facts, strict=True) if row.context]
        if not later:
            return
        for (row, _), scores in zip(
            later, self.engine.after.scores(np.stack([fact for _, fact in later])), strict=True
        ):
            answer, best = _answer(found, row), int(scores.argmax())
            if answer or best != NO_WORD:
                answer.append((AFTER_LABELS[best], round(float(scores[best]), 4), row.spans[0][0], row.spans[-1][1]))

    def _say_strength(self, rows: Sequence[Row], found: Answers, hasher: Hasher) -> None:
        """Adds one intensity where an emotion or hardship is, and one cause where a negative one is."""
        felt = [(row, [f for f in found[row.at] or [] if f[0] in _EMOTIONS or f[0] == HARDSHIP]) for row in rows]
        felt = [(row, labels) for row, labels in felt if labels]
        if not felt:
            return
        strength, causes = self.engine.turns([row.whole for row, _ in felt], hasher)
        for (row, labels), levels, cause in zip(felt, strength, causes, strict=True):
            answer = _answer(found, row)
            opening = [f for f in labels if f[0] in OPENING]
            best = max(opening or labels, key=lambda f: f[1])
            level, about = int(levels.argmax()), int(cause.argmax())
            answer.append((INTENSITY_LABELS[level], round(float(levels[level]), 4), *best[2:]))
            if opening:
                answer.append((CAUSE_LABELS[about], round(float(cause[about]), 4), *best[2:]))


def _answer(found: Answers, row: Row) -> list[Found]:
    answer = found[row.at]
    assert answer is not None
    return answer


class _Narrower:
    """Narrows a sentence to the one clause that carries a label by itself, where only one does."""

    def __init__(self, engine: FastEngine, head: str, places: Sequence[Place], hasher: Hasher) -> None:
        self._clauses = {(unit, start): clauses(text, start, end) for unit, text, start, end in places}
        asked = [(unit, text[a:b]) for unit, text, start, _ in places for a, b in self._clauses[unit, start]]
        units = list(
            dict.fromkeys(Unit(part, unit.before, unit.context, unit.is_first, unit.is_last) for unit, part in asked)
        )
        scores = engine.sentences(head, units, hasher) if units else np.zeros((0, len(_LABELS[head])), np.float32)
        self._scores = dict(zip(units, scores, strict=True))
        self._thresholds = engine.thresholds[head]

    def span(self, label: int, unit: Unit, text: str, start: int, end: int) -> tuple[int, int]:
        """Span of the evidence for a label within the sentence at [start, end)."""
        parts = self._clauses[unit, start]
        if not parts:
            return start, end
        scores = [
            float(self._scores[Unit(text[a:b], unit.before, unit.context, unit.is_first, unit.is_last)][label])
            for a, b in parts
        ]
        best = int(np.argmax(scores))
        others = max(score for i, score in enumerate(scores) if i != best)
        is_certain = scores[best] >= self._thresholds[label] and others < 0.5 * scores[best]
        return parts[best] if is_certain else (start, end)


def _rows(turns: pa.Table, found: Answers) -> Iterable[Row]:
    """The turns that are scored; sets an empty answer for every turn of which something can be said."""
    none = [None] * turns.num_rows
    roles, texts = turns.column("speaker_role").to_pylist(), turns.column("text").to_pylist()
    languages = turns.column("language").to_pylist() if "language" in turns.column_names else none
    contexts = turns.column("context").to_pylist() if "context" in turns.column_names else none
    for at, (role, text, language, context) in enumerate(zip(roles, texts, languages, contexts, strict=True)):
        if text is None or role is None or not _is_readable(text, language):
            continue
        found[at] = []
        spans = tuple(split(text)) if role in _HEAD_OF_ROLE else ()
        if spans:
            yield Row(at, _HEAD_OF_ROLE[role], text, (context or "")[-CONTEXT_CHARACTERS:], spans)


def _is_readable(text: str, language: str | None) -> bool:
    """Whether the turn is English, or may be: an unknown language is read unless its letters are not Latin."""
    if language is not None:
        return language.lower()[:2] == "en"
    if text.isascii():
        return True
    foreign = sum(c > LAST_LATIN and c.isalpha() for c in text[:CONTEXT_CHARACTERS])
    return 2 * foreign <= sum(c.isalpha() for c in text[:CONTEXT_CHARACTERS])
