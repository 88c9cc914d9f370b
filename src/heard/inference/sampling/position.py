"""Whether an item is answered differently by where it stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

MIN_AT_A_PLACE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionEffect:
    """One item: mean when it came first against when it came later.

    Attributes:
        difference: Mean of those who met it first, less that of the others, in points of its scale; NaN when too few.
        pvalue: Welch's t; NaN alike.
        means: Place (from 1) → mean and n.
    """

    item_id: str
    difference: float
    ci_lower: float
    ci_upper: float
    pvalue: float
    n: int
    means: Mapping[int, tuple[float, int]]
    undefined_because: str | None = None


def position_effects(values: Mapping[str, Sequence[tuple[int, float]]]) -> tuple[PositionEffect, ...]:
    """Effects per item; with the order drawn anew for each invitation the difference has no other cause but chance.

    Args:
        values: Item → pairs of place (from 1) and answer.

    Source: Welch (1947), Biometrika 34.
    """
    return tuple(_effect(item, pairs) for item, pairs in sorted(values.items()))


def _effect(item: str, pairs: Sequence[tuple[int, float]]) -> PositionEffect:
    by_place: dict[int, list[float]] = {}
    for place, value in pairs:
        by_place.setdefault(place, []).append(value)
    means = {place: (float(np.mean(v)), len(v)) for place, v in sorted(by_place.items())}
    first, later = by_place.get(1, []), [v for place, own in by_place.items() if place > 1 for v in own]
    nan = float("nan")
    if min(len(first), len(later)) < MIN_AT_A_PLACE:
        because = "too few to say" if pairs else "no order is known"
        return PositionEffect(
            item_id=item, difference=nan, ci_lower=nan, ci_upper=nan, pvalue=nan, n=len(pairs), means=means,
            undefined_because=because,
        )  # fmt: skip
    difference = float(np.mean(first) - np.mean(later))
    if np.ptp(first) == 0 and np.ptp(later) == 0:
        return PositionEffect(
            item_id=item, difference=difference, ci_lower=nan, ci_upper=nan, pvalue=nan, n=len(pairs), means=means
        )
    found = stats.ttest_ind(first, later, equal_var=False)
    interval = found.confidence_interval(0.95)
    return PositionEffect(
        item_id=item, difference=difference, ci_lower=float(interval.low), ci_upper=float(interval.high),
        pvalue=float(found.pvalue), n=len(pairs), means=means,
    )  # fmt: skip
