"""The gap that a rewriting makes: how much more often a label is given to the words after it than before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from heard.inference.agreement.counts import rate_counts
from heard.inference.agreement.figures import LEVEL, Counts, Figure, Resamples, ratio
from heard.inference.agreement.machine import machine
from heard.inference.bias.swaps import SWAPS, Swap
from heard.signals.base import Signal
from heard.sources.labelled import LabelledConversation, LabelledTurn
from heard.terms.labels import CUE_NAMES, EMOTION_NAMES, NEGATIVE_EMOTIONS

FLAGGED = 0.02
"""A gap is flagged where its interval excludes 0 and it is this large at least: two labels more in a hundred turns."""
OPENS = "where a moment opens"
HEARD = "Heard rate"
ANY = "any negative emotion"


@dataclass(frozen=True, slots=True)
class Gap:
    """One label under one rewriting.

    Attributes:
        swap: Name of the rewriting.
        kind: "who" seems to write, or "how" it was typed.
        against: What it is compared with; "" for the words as they are.
        label: A label of the codebook, or one of OPENS, ANY, HEARD.
        figure: Difference of shares, −1 to 1, over the turns that the rewriting changed (for the Heard rate: over
            moments), with its interval.
    """

    swap: str
    kind: str
    against: str
    label: str
    figure: Figure

    @property
    def is_flagged(self) -> bool:
        """Whether the gap is large, and its interval excludes none."""
        value, low, high = self.figure.value, self.figure.low, self.figure.high
        if value is None or low is None or high is None:
            return False
        return abs(value) >= FLAGGED and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True)
class Audit:
    """All gaps of a signal on a set of conversations."""

    version: str
    conversation_count: int
    gaps: tuple[Gap, ...]

    @property
    def flagged(self) -> tuple[Gap, ...]:
        """The gaps that are flagged, the largest first."""
        return tuple(sorted((gap for gap in self.gaps if gap.is_flagged), key=lambda gap: -abs(gap.figure.value or 0)))

    def to_rows(self) -> list[dict[str, str]]:
        """One row a rewriting: turns changed, the gaps that matter most, and how many labels are flagged."""
        rows = []
        for swap in dict.fromkeys(gap.swap for gap in self.gaps):
            own = {gap.label: gap for gap in self.gaps if gap.swap == swap}
            flagged = [label for label, gap in own.items() if gap.is_flagged]
            columns = {label: _points(own[label].figure) for label in (ANY, OPENS, HEARD)}
            n = str(own[ANY].figure.n)
            rows.append({"rewriting": swap, "turns changed": n, **columns, "flagged": ", ".join(flagged) or "none"})
        return rows

    def to_lines(self) -> list[str]:
        """How to read the table, and the flagged gaps of single labels."""
        lines = [
            "Gaps are in points: how much more often a label is given after the rewriting, with 95 % intervals.",
            "Flagged: 2 points or more, and the interval excludes 0. Names are compared with Emily. Every label was",
            "tested, so a few flags in a hundred come by chance.",
        ]
        return lines + [f"  {g.swap}: {g.label} {_points(g.figure)}, n {g.figure.n}" for g in self.flagged]

    def to_json(self) -> dict[str, Any]:
        """The audit as one JSON document."""
        return {
            "version": self.version,
            "conversations": self.conversation_count,
            "flagged": len(self.flagged),
            "gaps": [
                {"swap": g.swap, "kind": g.kind, "against": g.against, "label": g.label, "flagged": g.is_flagged}
                | g.figure.to_json()
                for g in self.gaps
            ],
        }


def audit(
    conversations: Sequence[LabelledConversation],
    signal: Signal,
    *,
    seed: int,
    resamples: int,
    on_swap: Callable[[int, int], None] = lambda done, of: None,
) -> Audit:
    """Score the same conversations as if others had written them.

    Args:
        conversations: Conversations; their labels are not looked at.
        signal: A text signal.
        seed: Of the bootstrap over conversations.
        resamples: Bootstrap resamples.
        on_swap: Told how many rewritings are done, and of how many.

    Returns:
        For each rewriting the gap of every customer label, of any negative emotion, of where moments open, and of the
        Heard rate, with 95 % intervals. A label that neither side gives has the gap 0 with bounds from its n.
    """
    draws = Resamples(len(conversations), seed=seed, resamples=resamples)
    texts, labels = {"": list(conversations)}, {"": machine(conversations, signal)}
    gaps: list[Gap] = []
    for done, swap in enumerate(SWAPS):
        texts[swap.name] = [_rewritten(c, swap) for c in conversations]
        labels[swap.name] = machine(texts[swap.name], signal)
        counts = _counts(texts[swap.against], labels[swap.against], texts[swap.name], labels[swap.name])
        gaps += [
            Gap(swap.name, swap.kind, swap.against, label, _figure(found, draws.sums(found)))
            for label, found in counts.items()
        ]
        on_swap(done + 1, len(SWAPS))
    return Audit(signal.version, len(conversations), tuple(gaps))


def _rewritten(conversation: LabelledConversation, swap: Swap) -> LabelledConversation:
    """The conversation with every customer turn anew and without labels, whose quotes would not fit."""
    turns = tuple(
        LabelledTurn(
            turn.position,
            turn.who,
            swap.rewrite(turn.text) if turn.who == "customer" else turn.text,
            offset_seconds=turn.offset_seconds,
        )
        for turn in conversation.turns
    )
    return replace(conversation, turns=turns, moments=())


def _counts(
    texts: Sequence[LabelledConversation],
    before: Sequence[LabelledConversation],
    others: Sequence[LabelledConversation],
    after: Sequence[LabelledConversation],
) -> dict[str, Counts]:
    """By label, shape (conversations, 3): given before, given after, and turns that were changed."""
    names = (*EMOTION_NAMES, *CUE_NAMES, ANY, OPENS)
    found = {name: np.zeros((len(texts), 3)) for name in names}
    for row, four in enumerate(zip(texts, before, others, after, strict=True)):
        text, old, other, new = four
        changed = [i for i, (a, b) in enumerate(zip(text.turns, other.turns, strict=True)) if a.text != b.text]
        sides = [dict(_given(side)) for side in (old, new)]
        for name in names:
            hits = [sum(name in side[i] for i in changed) for side in sides]
            found[name][row] = [*hits, len(changed)]
    rates = [rate_counts(side)["heard_rate"] for side in (before, after)]
    found[HEARD] = np.concatenate(rates, axis=1)
    return found


def _given(conversation: LabelledConversation) -> Iterator[tuple[int, set[str]]]:
    opened = {moment.opens for moment in conversation.moments}
    for place, turn in enumerate(conversation.turns):
        labels = {quote.label for quote in turn.labels}
        if labels & NEGATIVE_EMOTIONS:
            labels.add(ANY)
        if turn.position in opened:
            labels.add(OPENS)
        yield place, labels


def _difference(counts: Counts) -> Counts:
    if counts.shape[-1] == 4:  # two rates, each with its own moments
        return ratio(counts[..., 2], counts[..., 3]) - ratio(counts[..., 0], counts[..., 1])
    return ratio(counts[..., 1] - counts[..., 0], counts[..., 2])


def _figure(counts: Counts, sums: Counts) -> Figure:
    seen = counts.sum(axis=0)
    value, n = float(_difference(seen)), int(seen[-1])
    if np.isnan(value):
        return Figure(None, None, None, n, "nothing that the rewriting changes")
    drawn = _difference(sums)
    drawn = drawn[~np.isnan(drawn)]
    low, high = (float(bound) for bound in np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    if low == high:  # no turn differs: the rule of three bounds what was not seen
        low, high = max(-1.0, value - 3 / n), min(1.0, value + 3 / n)
    return Figure(value, min(low, value), max(high, value), n)


def _points(figure: Figure) -> str:
    """A difference of shares in points, with its interval."""
    if figure.value is None or figure.low is None or figure.high is None:
        return f"– {figure.undefined_because}"
    return f"{100 * figure.value:+.1f} [{100 * figure.low:+.1f}, {100 * figure.high:+.1f}]"
