"""For whom the machine finds what readers found: precision, recall and false alarms by group, with intervals."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import binomtest

from heard.sources.labelled import LabelledConversation
from heard.terms.labels import NEGATIVE_EMOTIONS

LEVEL = 0.95
MIN_N = 20
"""Readers' turns below which a group is not judged: its interval would hold nearly everything."""
MOST_GAP = 0.10
"""A group fails where its figure lies this far on the worse side of all others and the intervals do not overlap."""
Groups = Callable[[LabelledConversation], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Share:
    """Hits of n with the exact 95 % interval (Clopper and Pearson 1934); bounds are None without n."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """None when there is nothing to count."""
        return self.hits / self.n if self.n else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lower and upper bound."""
        if not self.n:
            return None
        told = binomtest(self.hits, self.n).proportion_ci(LEVEL, "exact")
        return float(told.low), float(told.high)

    def __str__(self) -> str:
        if self.value is None or self.bounds is None:
            return "– n 0"
        return f"{self.value:.2f} [{self.bounds[0]:.2f}, {self.bounds[1]:.2f}] n {self.n}"


@dataclass(frozen=True, slots=True)
class Group:
    """One group against all others.

    Attributes:
        recall: Of turns in which readers saw a negative emotion, the share in which the machine did.
        precision: Of turns in which the machine did, the share in which readers did.
        false_alarms: Of turns in which readers saw none, the share in which the machine did.
        failing: Figures that are worse than for the others beyond MOST_GAP and chance.
    """

    dimension: str
    value: str
    conversations: int
    recall: Share
    precision: Share
    false_alarms: Share
    failing: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """One row for people."""
        return {
            "group": f"{self.dimension} {self.value}",
            "conversations": str(self.conversations),
            "recall": str(self.recall),
            "precision": str(self.precision),
            "false alarms": str(self.false_alarms),
            "fails": ", ".join(self.failing) or ("no" if self.recall.n >= MIN_N else "too few to say"),
        }


Counts = tuple[int, int, int, int]
"""Both, machine alone, readers alone, neither."""


def by_group(
    gold: Sequence[LabelledConversation], machine: Sequence[LabelledConversation], groups: Groups
) -> tuple[Group, ...]:
    """Hold the machine against readers group by group.

    Args:
        gold: Conversations with the readers' labels.
        machine: The same ones, in the same order, with the machine's.
        groups: Dimension → value of a conversation; a dimension that is unknown is left out.
    """
    counted: dict[tuple[str, str], list[Counts]] = defaultdict(list)
    for read, scored in zip(gold, machine, strict=True):
        for one in groups(read).items():
            counted[one].append(_counts(read, scored))
    whole: dict[str, list[Counts]] = defaultdict(list)
    for (dimension, _), found in counted.items():
        whole[dimension] += found
    return tuple(
        _group(dimension, value, found, _less(whole[dimension], found))
        for (dimension, value), found in sorted(counted.items())
    )


def _counts(read: LabelledConversation, scored: LabelledConversation) -> Counts:
    cells = [0, 0, 0, 0]
    for mine, theirs in zip(read.turns, scored.turns, strict=True):
        if mine.who == "customer":
            seen, said = (any(q.label in NEGATIVE_EMOTIONS for q in turn.labels) for turn in (mine, theirs))
            cells[0 if seen and said else 1 if said else 2 if seen else 3] += 1
    return cells[0], cells[1], cells[2], cells[3]


def _sum(found: Iterable[Counts]) -> Counts:
    both, alone, missed, neither = (sum(column) for column in zip(*found, strict=True)) if found else (0, 0, 0, 0)
    return both, alone, missed, neither


def _less(whole: list[Counts], part: list[Counts]) -> Counts:
    a, b = _sum(whole), _sum(part)
    return a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]


def _shares(counts: Counts) -> tuple[Share, Share, Share]:
    both, alone, missed, neither = counts
    return Share(both, both + missed), Share(both, both + alone), Share(alone, alone + neither)


def _group(dimension: str, value: str, found: list[Counts], others: Counts) -> Group:
    mine, theirs = _shares(_sum(found)), _shares(others)
    names, better = ("recall", "precision", "false alarms"), (1, 1, -1)
    failing = tuple(name for name, sign, a, b in zip(names, better, mine, theirs, strict=True) if _is_worse(a, b, sign))
    return Group(dimension, value, len(found), *mine, failing)


def _is_worse(mine: Share, others: Share, sign: int) -> bool:
    if mine.n < MIN_N or others.n < MIN_N or mine.bounds is None or others.bounds is None:
        return False
    gap = sign * (others.hits / others.n - mine.hits / mine.n)
    apart = mine.bounds[1] < others.bounds[0] if sign > 0 else mine.bounds[0] > others.bounds[1]
    return gap > MOST_GAP and apart
