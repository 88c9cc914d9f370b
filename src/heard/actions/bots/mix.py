"""Bots and people side by side after the mix: direct standardisation to the same cases.

A bot gets the easy ones. Each journey's rate is recomputed as if all had the same share of every case (issue, cause and
intensity); a case that one of them never had cannot be compared and is left out, with its share told.

Source:
    Breslow & Day (1987), Statistical Methods in Cancer Research II, chapter 2 (direct standardisation; variance of a
    weighted sum of binomial shares).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Z = 1.959963984540054
"""97.5 % point of the normal distribution."""
MIN_IN_CASE = 5
"""Moments that a journey needs in a case, else its rate there says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """One journey.

    Attributes:
        n: Moments, all of them.
        raw: Heard rate as it is; None without moments.
        value: Heard rate under the common mix; None where no case can be compared.
        ci_lower: Lower bound, 95 %.
        ci_upper: Upper bound.
        n_compared: Moments in cases that every journey had.
    """

    journey: str
    n: int
    raw: float | None
    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    n_compared: int


def adjusted(
    moments: Iterable[tuple[str, str, bool]], *, min_in_case: int = MIN_IN_CASE
) -> tuple[tuple[Adjusted, ...], float]:
    """Rates under one mix, and the share of all moments that could be compared.

    Args:
        moments: (journey, case, heard), one a moment.
        min_in_case: Fewest moments of each journey in a case.

    Example:
        >>> rows = [("bot", "easy", True)] * 9 + [("bot", "easy", False)] + [("human", "easy", True)] * 5
        >>> found, share = adjusted(rows)
        >>> [round(one.value, 2) for one in found], share
        ([0.9, 1.0], 1.0)
    """
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for journey, case, heard in moments:
        counts[journey][case][0] += heard
        counts[journey][case][1] += 1
    cases = {case for by in counts.values() for case in by}
    common = [case for case in cases if all(by.get(case, (0, 0))[1] >= min_in_case for by in counts.values())]
    total = sum(n for by in counts.values() for _, n in by.values())
    weights = {case: sum(by[case][1] for by in counts.values()) for case in common}
    whole = sum(weights.values())
    made = tuple(_one(name, by, weights, whole) for name, by in sorted(counts.items()))
    return made, whole / total if total else 0.0


def _one(name: str, by: Mapping[str, list[int]], weights: Mapping[str, int], whole: int) -> Adjusted:
    n = sum(count for _, count in by.values())
    raw = sum(heard for heard, _ in by.values()) / n if n else None
    if not whole:
        return Adjusted(journey=name, n=n, raw=raw, value=None, ci_lower=None, ci_upper=None, n_compared=0)
    value = variance = 0.0
    for case, weight in weights.items():
        heard, count = by[case]
        share = weight / whole
        # Agresti and Coull's centre keeps a case in which all or none were heard from having no variance at all.
        p = (heard + 2) / (count + 4)
        value += share * heard / count
        variance += share**2 * p * (1 - p) / count
    half = Z * math.sqrt(variance)
    compared = sum(by[case][1] for case in weights)
    return Adjusted(
        journey=name, n=n, raw=raw, value=value, ci_lower=max(0.0, value - half), ci_upper=min(1.0, value + half),
        n_compared=compared,
    )  # fmt: skip
