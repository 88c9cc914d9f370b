"""Raking: weights that add up to known totals on several margins at once.

Source: Deming & Stephan (1940), Ann. Math. Stat. 11 (iterative proportional fitting); Deville, Särndal, Sautory (1993).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput, NotIdentified

Floats = npt.NDArray[np.float64]
ROUNDS, CLOSE = 500, 1e-10


@dataclass(frozen=True, slots=True)
class Raked:
    """Weights after raking.

    Attributes:
        weights: Shape (n,); they add up to the totals of every margin.
        rounds: Rounds that it took.
        largest_factor: By how much one weight grew most; above 10 a few answers speak for many.
        design_effect: Kish's loss by unequal weights: 1 + squared variation of the weights.
    """

    weights: Floats
    rounds: int
    largest_factor: float
    design_effect: float


def rake(weights: Floats, margins: Sequence[tuple[Any, Mapping[str, float]]]) -> Raked:
    """Adjust weights to the margins of the whole.

    Args:
        weights: Shape (n,), above 0.
        margins: Pairs of a column of groups, shape (n,), and the total of each group in the whole. Totals of all
            margins are brought to the first one's sum: they are often counted on different days.

    Raises:
        NotIdentified: A group of the whole has nobody in the sample: join it with another first.
        BadInput: A group in the sample has no total.
    """
    w = np.asarray(weights, float).copy()
    coded = [_coded(np.asarray(column), totals) for column, totals in margins]
    if not coded:
        return _raked(np.asarray(weights, float), w, 0)
    whole = coded[0][1].sum()
    targets = [(codes, totals * (whole / totals.sum())) for codes, totals in coded]
    for round_ in range(1, ROUNDS + 1):
        for codes, totals in targets:
            w *= (totals / np.bincount(codes, w, minlength=len(totals)))[codes]
        worst = max(np.max(np.abs(np.bincount(c, w, minlength=len(t)) / t - 1)) for c, t in targets)
        if worst < CLOSE:
            return _raked(np.asarray(weights, float), w, round_)
    raise NotIdentified(
        "raking", got=f"no agreement after {ROUNDS} rounds", expected="margins that fit together",
        todo="Take fewer margins, or join small groups.",
    )  # fmt: skip


def _coded(column: npt.NDArray[Any], totals: Mapping[str, float]) -> tuple[npt.NDArray[np.int64], Floats]:
    groups = [group for group, total in totals.items() if total > 0]
    place = {group: i for i, group in enumerate(groups)}
    found, inverse = np.unique(column.astype(object) if column.dtype == object else column, return_inverse=True)
    known = [place.get(group.item() if hasattr(group, "item") else group, -1) for group in found]
    if -1 in known:
        raise BadInput("margin of raking", got="a group in the sample without a total", expected="a total for each")
    if len(known) < len(groups):
        raise NotIdentified(
            "margin of raking", got=f"{len(groups) - len(known)} groups of the whole with nobody in the sample",
            expected="at least one answer in each", todo="Join such a group with another.",
        )  # fmt: skip
    return np.asarray(known, np.int64)[inverse], np.array([float(totals[group]) for group in groups])


def _raked(before: Floats, after: Floats, rounds: int) -> Raked:
    factor = after / before * (before.sum() / after.sum()) if len(after) else np.ones(1)
    effect = len(after) * float(after @ after) / float(after.sum()) ** 2 if len(after) else float("nan")
    return Raked(after, rounds, float(factor.max()), effect)
