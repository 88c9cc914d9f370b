"""Intervals for shares, means, quantiles and differences, on arrays of cells.

Units that belong together (moments of one conversation, contacts of one customer) vary together. The variance of a
ratio is
therefore taken over clusters, turned into an effective number of independent units, and handed to the interval for
independent ones. All functions take and give arrays of shape (cells,); NaN means that there is no bound.

Sources:
    Wilson (1927), J. Am. Stat. Assoc. 22; Korn & Graubard (1998), Survey Methodology 24 (effective n with t);
    Newcombe (1998), Stat. Med. 17, method 10; Woodruff (1952), J. Am. Stat. Assoc. 47; Cochran (1977), 6.4 (ratio
    estimator).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]

LEVEL = 0.95


class Bounds(NamedTuple):
    """Lower and upper bounds; NaN where there is none."""

    lower: Floats
    upper: Floats


class Sums(NamedTuple):
    """What the intervals need of each cell: sums over its clusters of v, n, v², vn, n², and how many clusters have n
    > 0."""

    v: Floats
    n: Floats
    vv: Floats
    vn: Floats
    nn: Floats
    clusters: Floats


def wilson(v: Floats, n: Floats, *, level: float = LEVEL) -> Bounds:
    """Wilson's score interval for v of n independent trials; neither needs to be whole. NaN where n is 0.

    Example:
        >>> low, high = wilson(np.array([26.0]), np.array([30.0]))
        >>> [round(float(x), 3) for x in (low[0], high[0])]
        [0.703, 0.947]
    """
    z2 = stats.norm.ppf((1 + level) / 2) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = v / n
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # rounding would leave 0 of n a hair above 0, and n of n a hair below 1
    lower = np.where(v == 0, 0.0, np.clip(middle - half, 0, 1))
    upper = np.where(v == n, 1.0, np.clip(middle + half, 0, 1))
    empty = ~(n > 0)
    return Bounds(np.where(empty, np.nan, lower), np.where(empty, np.nan, upper))


def ratio_variance(sums: Sums) -> Floats:
    """Variance of sum(v) / sum(n) by linearisation over clusters; NaN with fewer than two clusters."""
    with np.errstate(divide="ignore", invalid="ignore"):
        r = sums.v / sums.n
        residual = np.maximum(sums.vv - 2 * r * sums.vn + r * r * sums.nn, 0)
        variance = sums.clusters / (sums.clusters - 1) * residual / (sums.n * sums.n)
    return np.where(sums.clusters >= 2, variance, np.nan)


def effective_n(sums: Sums, *, level: float = LEVEL) -> Floats:
    """Number of independent trials that would tell as much about the share as these clusters do; at most n.

    Trials that stand alone count in full. Where all went one way the sample says nothing about likeness within
    clusters, so the worst is assumed: n² / sum(n²), the number of clusters when they are of one size. Few clusters
    are paid for by (z / t)², with clusters - 1 degrees of freedom. Where fewer than two clusters are left, one trial.
    """
    r = ratio(sums)
    alone = (sums.nn == sums.n) & (sums.vv == sums.v)
    with np.errstate(divide="ignore", invalid="ignore"):
        independent = r * (1 - r) / sums.n
        by_design = sums.n * independent / ratio_variance(sums)
        worst = sums.n * sums.n / sums.nn
    clustered = np.where(independent > 0, by_design, worst)  # by_design is infinite where all clusters have one share
    paid = np.minimum(clustered, sums.n) * _t_penalty(sums.clusters, level)
    return np.where(alone, sums.n, np.where(sums.clusters >= 2, paid, np.minimum(sums.n, 1.0)))


def share(sums: Sums, *, level: float = LEVEL) -> Bounds:
    """Interval for sum(v) / sum(n), 0 <= v <= n in each cluster: Wilson's with the effective n."""
    n = effective_n(sums, level=level)
    return wilson(ratio(sums) * n, n, level=level)


def mean(sums: Sums, *, scale: tuple[float, float] | None = None, level: float = LEVEL) -> Bounds:
    """Interval for a mean by Student's t over clusters, kept within the scale.

    Where all answers are equal the sample shows no spread, and t would claim certainty. On a scale the bound is then
    Wilson's for the position on it (no answer can lie further apart than its two ends); without a scale there is none.
    """
    middle = ratio(sums)
    variance = ratio_variance(sums)
    half = _t(sums.clusters, level) * np.sqrt(variance)
    lower, upper = middle - half, middle + half
    flat = ~(variance > 1e-18)
    if scale is None:
        return Bounds(np.where(flat, np.nan, lower), np.where(flat, np.nan, upper))
    low, high = scale
    place = np.clip((middle - low) / (high - low), 0, 1)
    at_place = wilson(place * sums.clusters, sums.clusters, level=level)
    lower = np.where(flat, low + (high - low) * at_place.lower, np.clip(lower, low, high))
    upper = np.where(flat, low + (high - low) * at_place.upper, np.clip(upper, low, high))
    return Bounds(lower, upper)


def difference(one: Sums, other: Sums, *, level: float = LEVEL) -> Bounds:
    """Interval for the share of `one` less the share of `other`: Newcombe's hybrid of two Wilson intervals.

    Clusters that stand in both are treated as if they were two; when they are alike that is on the safe side.
    """
    p, q = ratio(one), ratio(other)
    p_low, p_high = share(one, level=level)
    q_low, q_high = share(other, level=level)
    d = p - q
    lower = d - np.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    upper = d + np.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return Bounds(lower, upper)


def quantile_ranks(n: Floats, p: float, *, n_effective: Floats | None = None, level: float = LEVEL) -> Bounds:
    """Ranks (1-based) of the ordered values that bound the quantile p; NaN where that side has no bound.

    Binomial order statistics, so at least `level` for any distribution. With clusters the binomial is taken at the
    effective n and the ranks are stretched to n (Woodruff).
    """
    trials = np.floor(n if n_effective is None else np.minimum(n_effective, n))
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = n / trials
        below = np.floor(stats.binom.ppf(tail, trials, p) * stretch)
        above = np.ceil(stats.binom.ppf(1 - tail, trials, p) * stretch) + 1
    return Bounds(np.where(below >= 1, below, np.nan), np.where(above <= n, above, np.nan))


def ratio(sums: Sums) -> Floats:
    """sum(v) / sum(n); NaN where n is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums.v / sums.n)


def _t(clusters: Floats, level: float) -> Floats:
    """Student's quantile at clusters - 1 degrees of freedom, once per distinct number of clusters."""
    degrees, where = np.unique(np.maximum(clusters - 1, 1), return_inverse=True)
    return np.asarray(stats.t.ppf((1 + level) / 2, degrees))[where]


def _t_penalty(clusters: Floats, level: float) -> Floats:
    return np.asarray((stats.norm.ppf((1 + level) / 2) / _t(clusters, level)) ** 2)
