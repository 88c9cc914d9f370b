"""Kaplan–Meier curves with bands, restricted means, the log-rank test, cumulative incidence of competing reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from heard.errors import BadInput
from heard.inference.survival.lives import Floats, Lives

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function of days with pointwise bands.

    Attributes:
        times: Shape (days,). Days on which somebody left or was last seen.
        value: Shape (days,). Share still there (or gone, for an incidence) from that day on.
        ci_lower, ci_upper: Pointwise bands; NaN where nobody has left yet, and where all have.
        at_risk: Customers still followed just before the day.
    """

    times: Floats
    value: Floats
    ci_lower: Floats
    ci_upper: Floats
    at_risk: Floats
    start: float = 1.0

    def at(self, day: float) -> dict[str, float | None]:
        """Value and band at a day, with the customers still at risk there; null beyond the last day followed."""
        if day > self.times[-1]:
            return {"value": None, "ci_lower": None, "ci_upper": None, "at_risk": 0}
        place = int(np.searchsorted(self.times, day, side="right")) - 1
        after = int(np.searchsorted(self.times, day, side="left"))
        left = float(self.at_risk[after]) if after < len(self.times) else 0.0
        if place < 0:
            return {"value": self.start, "ci_lower": None, "ci_upper": None, "at_risk": left}
        told: list[Any] = [float(a[place]) for a in (self.value, self.ci_lower, self.ci_upper)]
        value, low, high = (number if np.isfinite(number) else None for number in told)
        return {"value": value, "ci_lower": low, "ci_upper": high, "at_risk": left}


def curve(lives: Lives, *, level: float = LEVEL) -> Curve:
    """Share still there (Kaplan–Meier), with log-log bands (Greenwood's variance).

    Example:
        >>> [round(float(s), 3) for s in curve(Lives.of([1, 2, 2, 3], [1, 1, 0, 0])).value]
        [0.75, 0.5, 0.5]

    Source:
        Kaplan & Meier (1958); Kalbfleisch & Prentice (1980), log-log bands.
    """
    n, d = lives.at_risk, lives.events.sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.cumprod(1 - d / n)
        greenwood = np.cumsum(d / (n * (n - d)))
        spread = stats.norm.ppf((1 + level) / 2) * np.sqrt(greenwood) / np.abs(np.log(value))
        lower, upper = value ** np.exp(spread), value ** np.exp(-spread)
    known = (value > 0) & (value < 1)
    return Curve(lives.times, value, np.where(known, lower, np.nan), np.where(known, upper, np.nan), n)


def restricted_mean(lives: Lives, until: float) -> tuple[float, float]:
    """Mean days kept within the first `until` days, and its standard error.

    The area under the curve. NaN where nobody was followed that long: the curve is not known there.

    Source:
        Royston & Parmar (2013), BMC Med. Res. Meth. 13:152; Klein & Moeschberger (2003), 4.5.
    """
    if until > lives.times[-1]:
        return float("nan"), float("nan")
    kept = lives.times <= until
    times, d, n = lives.times[kept], lives.events.sum(1)[kept], lives.at_risk[kept]
    value = np.concatenate(([1.0], np.cumprod(1 - d / n)))
    edges = np.concatenate(([0.0], times, [until]))
    areas = np.diff(edges) * value
    ahead = np.cumsum(areas[::-1])[::-1][1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where((d > 0) & (n > d), ahead**2 * d / (n * (n - d)), 0.0)
    return float(areas.sum()), float(np.sqrt(terms.sum()))


def logrank(groups: Sequence[Lives]) -> tuple[float, int, float]:
    """Whether groups leave at the same pace: chi-square, degrees of freedom, p-value.

    NaN with 0 degrees of freedom where nobody left, or a single group is there.

    Source:
        Mantel (1966); Klein & Moeschberger (2003), 7.3.
    """
    if not groups:
        raise BadInput("groups", got="none", expected="two at least")
    times = np.unique(np.concatenate([g.times[g.events.sum(1) > 0] for g in groups]))
    if len(groups) < 2 or not len(times):
        return float("nan"), 0, float("nan")
    d = np.array([_events_at(g, times) for g in groups])
    n = np.array([_at_risk_at(g, times) for g in groups])
    total, gone = n.sum(0), d.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = n / total
        scale = np.where(total > 1, gone * (total - gone) / (total - 1), 0.0)
    observed = (d - gone * share).sum(1)[:-1]
    shape = len(groups) - 1
    spread = np.array(
        [[float((scale * share[i] * ((i == j) - share[j])).sum()) for j in range(shape)] for i in range(shape)]
    )
    rank = int(np.linalg.matrix_rank(spread))
    if rank == 0:
        return float("nan"), 0, float("nan")
    statistic = float(observed @ np.linalg.pinv(spread) @ observed)
    return statistic, rank, float(stats.chi2.sf(statistic, rank))


def incidence(lives: Lives, cause: int, *, level: float = LEVEL) -> Curve:
    """Share who left for one cause, the others standing in its way (Aalen–Johansen), with log-log bands.

    One minus Kaplan–Meier of a cause alone overstates it: who left for another reason cannot leave for this one.

    Args:
        lives: Counts by cause.
        cause: From 1.
        level: Of the band.

    Source:
        Aalen & Johansen (1978); variance by the delta method, Marubini & Valsecchi (1995), 10.3.
    """
    n, d, own = lives.at_risk, lives.events.sum(1), lives.events[:, cause - 1]
    value = np.cumprod(1 - d / n)
    before = np.concatenate(([1.0], value[:-1]))
    gone = np.cumsum(before * own / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where(n > d, d / (n * (n - d)), 0.0)
        b = before * own / n**2
        c = before**2 * own * (n - own) / n**3
        variance = (
            gone**2 * np.cumsum(a) - 2 * gone * np.cumsum(gone * a) + np.cumsum(gone**2 * a)
            + np.cumsum(c) - 2 * (gone * np.cumsum(b) - np.cumsum(gone * b))
        )  # fmt: skip
        z = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.maximum(variance, 0)) / (gone * np.abs(np.log(gone)))
        lower, upper = gone ** np.exp(z), gone ** np.exp(-z)
    known = (gone > 0) & (gone < 1)
    return Curve(lives.times, gone, np.where(known, lower, np.nan), np.where(known, upper, np.nan), n, start=0.0)


def _events_at(lives: Lives, times: Floats) -> Floats:
    found = np.zeros(len(times))
    d = lives.events.sum(1)
    found[np.searchsorted(times, lives.times[d > 0])] = d[d > 0]
    return found


def _at_risk_at(lives: Lives, times: Floats) -> Floats:
    place = np.searchsorted(lives.times, times, side="left")
    return np.concatenate((lives.at_risk, [0.0]))[place]
