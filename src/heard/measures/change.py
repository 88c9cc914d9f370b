"""Whether the last week differs from the weeks before by more than noise; else "no real change".

Noise is the sampling error of both sides plus the usual swing from week to week. Works on released weekly figures
alone: value, bounds and n of each week (CONTRACTS 18), for shares, means and medians alike.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
from scipy import stats

from heard.errors import BadInput
from heard.measures.interval import LEVEL, Floats

Verdict = Literal["up", "down", "no real change", "too few to say"]

MIN_WEEKS = 3
"""Weeks with a figure that must stand before the week in question: with fewer the usual swing cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The week less the weeks before, in the unit of the measure.

    Attributes:
        verdict: up or down only when the interval leaves zero out.
        difference: Null with "too few to say", like its bounds.
        ci_lower: Lower bound.
        ci_upper: Upper bound.
        n_now: Denominator of the week.
        n_before: Denominator of the weeks before that were used, together.
        weeks_before: How many they were.
    """

    verdict: Verdict
    difference: float | None
    ci_lower: float | None
    ci_upper: float | None
    n_now: int
    n_before: int
    weeks_before: int


class _Weeks(NamedTuple):
    """Figures of weeks, arrays of one length."""

    value: Floats
    lower: Floats
    upper: Floats
    n: Floats


def change(weekly: pa.Table, *, week_start: int, weeks: int = 12, comparisons: int = 1) -> Change:
    """Compare one week with the weeks before it.

    Args:
        weekly: Rows of one measure and one group with period "week", in the columns of `compute`; other weeks may be
            there.
        week_start: Monday of the week, as day since 1970.
        weeks: How many weeks back to compare with; those without a figure are skipped.
        comparisons: How many figures are compared at once; the interval is widened so that all together raise a false
            alarm in at most one of twenty weeks (Bonferroni).

    Returns:
        "too few to say" where the week has no figure or no interval, or fewer than MIN_WEEKS weeks before it have.

    Raises:
        BadInput: The rows hold more than one figure for some week.
    """
    known = _usable(weekly)
    now = known.get(week_start)
    before = [known[w] for w in range(week_start - 7 * weeks, week_start, 7) if w in known]
    n_before = int(sum(row["n"] for row in before))
    if now is None or len(before) < MIN_WEEKS:
        n_now = next((row["n"] or 0 for row in weekly.to_pylist() if row["week_start"] == week_start), 0)
        return Change(
            verdict="too few to say", difference=None, ci_lower=None, ci_upper=None, n_now=int(n_now),
            n_before=n_before, weeks_before=len(before),
        )  # fmt: skip
    d, lower, upper = difference_of(_stack([now]), _stack(before), comparisons=comparisons)
    verdict: Verdict = "up" if lower > 0 else "down" if upper < 0 else "no real change"
    return Change(
        verdict=verdict, difference=d, ci_lower=lower, ci_upper=upper, n_now=int(now["n"]), n_before=n_before,
        weeks_before=len(before),
    )  # fmt: skip


def difference_of(now: _Weeks, before: _Weeks, *, comparisons: int = 1) -> tuple[float, float, float]:
    """Difference and bounds, from the intervals of both sides (MOVER) and the swing between the weeks before.

    Source:
        Zou & Donner (2008), Stat. Med. 27: variance recovered from bounds; DerSimonian & Laird (1986) for the swing.
    """
    weight = before.n / before.n.sum()
    middle = float(weight @ before.value)
    down = np.sqrt(np.sum((weight * (before.value - before.lower)) ** 2))
    up = np.sqrt(np.sum((weight * (before.upper - before.value)) ** 2))
    z = float(stats.norm.ppf((1 + LEVEL) / 2))
    swing = z * np.sqrt(_swing(before, z) * (1 + float(weight @ weight)))
    wider = float(stats.norm.ppf(1 - (1 - LEVEL) / 2 / comparisons)) / z
    d = float(now.value[0]) - middle
    lower = d - wider * np.sqrt((now.value[0] - now.lower[0]) ** 2 + up**2 + swing**2)
    upper = d + wider * np.sqrt((now.upper[0] - now.value[0]) ** 2 + down**2 + swing**2)
    return d, float(lower), float(upper)


def _swing(before: _Weeks, z: float) -> float:
    """Variance between weeks beyond sampling error; 0 where the weeks differ no more than that."""
    within = ((before.upper - before.lower) / (2 * z)) ** 2
    if not (within > 0).all():
        return float(np.var(before.value, ddof=1))
    weight = 1 / within
    total = weight.sum()
    middle = weight @ before.value / total
    excess = float(weight @ (before.value - middle) ** 2) - (len(weight) - 1)
    return max(0.0, excess / float(total - (weight @ weight) / total))


def _usable(weekly: pa.Table) -> dict[int, dict[str, Any]]:
    """Rows with value, bounds and n, by week."""
    rows = [row for row in weekly.to_pylist() if row["week_start"] is not None]
    if len({row["week_start"] for row in rows}) < len(rows):
        raise BadInput("weekly figures", got="more than one figure for a week", expected="one measure and one group")
    needed = ("value", "ci_lower", "ci_upper", "n")
    return {row["week_start"]: row for row in rows if all(row[name] is not None for name in needed)}


def _stack(rows: list[dict[str, Any]]) -> _Weeks:
    return _Weeks(*(np.array([row[name] for row in rows], float) for name in ("value", "ci_lower", "ci_upper", "n")))
