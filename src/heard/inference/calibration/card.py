"""The agreement card: human–human, machine–human, machine–customer, label by label, on the business's own data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from heard.inference.calibration.alpha import Level, Values, alpha
from heard.inference.calibration.bootstrap import Bounded, bounded
from heard.inference.calibration.icc import correlations
from heard.inference.calibration.kappa import weighted_kappa

MACHINE = "machine"
STARS = np.arange(1.0, 6.0)
INTENSITIES = np.arange(1.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement of one rater: a label on a turn, a state of a moment, a score of a conversation.

    Attributes:
        unit: What was judged, within a conversation.
        conversation: To which it belongs.
        rater: Who judged; "machine" is the machine.
        value: The judgement as a number; None where the rater left it out.
    """

    unit: str
    conversation: str
    rater: str
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the card."""

    name: str
    kind: str
    human: Bounded
    machine: Bounded | None


def line(name: str, judged: Sequence[Judged], *, level: Level, kind: str, seed: int) -> Line:
    """Alpha among people, and alpha of the machine with the people, for one label.

    The machine is held against each reader in turn, so that where people differ it cannot agree with both.
    """
    people, clusters, _ = table([one for one in judged if one.rater != MACHINE])
    human = bounded(people, clusters, partial(alpha, level=level), seed=seed)
    if not any(one.rater == MACHINE for one in judged):
        return Line(name=name, kind=kind, human=human, machine=None)
    pairs, own = _paired(judged)
    return Line(name=name, kind=kind, human=human, machine=bounded(pairs, own, partial(alpha, level=level), seed=seed))


def table(judged: Sequence[Judged]) -> tuple[Values, Values, list[str]]:
    """Ratings of shape (raters, units), the conversation of each unit as a number, and the raters in order."""
    raters = sorted({one.rater for one in judged})
    units = sorted({(one.conversation, one.unit) for one in judged})
    conversations = {name: float(i) for i, name in enumerate(sorted({one[0] for one in units}))}
    row, column = {name: i for i, name in enumerate(raters)}, {unit: i for i, unit in enumerate(units)}
    ratings = np.full((len(raters), len(units)), np.nan)
    for one in judged:
        if one.value is not None:
            ratings[row[one.rater], column[one.conversation, one.unit]] = one.value
    return ratings, np.array([conversations[unit[0]] for unit in units]), raters


def _paired(judged: Sequence[Judged]) -> tuple[Values, Values]:
    """Two rows: a reader and the machine, one column for each reading of a unit."""
    machine = {(one.conversation, one.unit): one.value for one in judged if one.rater == MACHINE}
    names = {name: float(i) for i, name in enumerate(sorted({one.conversation for one in judged}))}
    found = [
        (one.value, machine[one.conversation, one.unit], names[one.conversation])
        for one in judged
        if one.rater != MACHINE and one.value is not None and machine.get((one.conversation, one.unit)) is not None
    ]
    rows = np.array(found, np.float64).reshape(-1, 3).T
    return rows[:2], rows[2]


def reviewer_pairs(scores: Sequence[Judged], *, seed: int) -> list[tuple[str, str, Bounded, Bounded]]:
    """Weighted kappa and ICC(2,1) of the overall scores for each pair of reviewers who share conversations."""
    ratings, clusters, raters = table([one for one in scores if one.rater != MACHINE])
    found = []
    for i, first in enumerate(raters):
        for j in range(i + 1, len(raters)):
            both = ratings[[i, j]]
            if (~np.isnan(both)).all(0).any():
                kappa = bounded(both, clusters, lambda r: weighted_kappa(r[0], r[1], STARS), seed=seed)
                icc = bounded(both, clusters, _icc, seed=seed)
                found.append((first, raters[j], kappa, icc))
    return found


def _icc(ratings: Values) -> float:
    complete = ratings[:, ~np.isnan(ratings).any(0)]
    return correlations(complete.T).one_agreement


def severity(scores: Sequence[Judged]) -> Mapping[str, tuple[float, int]]:
    """Reviewer → mean score less the mean of the other readers of the same conversations, and how many they share."""
    ratings, _, raters = table([one for one in scores if one.rater != MACHINE])
    found = {}
    for i, name in enumerate(raters):
        others = np.delete(ratings, i, axis=0)
        shared = ~np.isnan(ratings[i]) & (~np.isnan(others)).any(0)
        if shared.any():
            gaps = ratings[i, shared] - np.nanmean(others[:, shared], axis=0)
            found[name] = (float(gaps.mean()), int(shared.sum()))
    return found
