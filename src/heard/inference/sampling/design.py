"""Totals, means, ratios and shares of a stratified, clustered, weighted sample, by Taylor linearisation.

Sources:
    Särndal, Swensson, Wretman (1992), Model Assisted Survey Sampling, 5.5 (linearisation); Lumley (2004), J. Stat.
    Soft. 9(8) (the `survey` package of R, against which it is held); Korn & Graubard (1998), Survey Methodology 24
    (effective n of a share); Kish (1965), Survey Sampling, 8.2 (design effect).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from heard.errors import BadInput
from heard.measures.interval import LEVEL, wilson

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """An estimate from a sample.

    Attributes:
        value: NaN when `undefined_because` says why.
        se: Standard error by linearisation; NaN when the sample shows no spread between its units.
        ci_lower: Lower bound at `ci_level`.
        n: Rows that were used.
        n_effective: Independent rows that would tell as much.
        design_effect: Variance over that of a simple random sample of as many rows; NaN where that is 0.
        degrees: Independent units less strata.
    """

    value: float
    se: float
    ci_lower: float
    ci_upper: float
    ci_level: float
    n: int
    n_effective: float
    design_effect: float
    degrees: int
    undefined_because: str | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """How rows were drawn; arrays of shape (n,).

    Attributes:
        weights: One over the chance of being in the sample, above 0.
        strata: Code of each row's stratum; all 0 without strata.
        clusters: Code of the unit that was drawn (a customer, a conversation); each row its own without clusters.
        population: Units in the row's stratum, for the finite population correction; None leaves it out.
    """

    weights: Floats
    strata: Ints
    clusters: Ints
    population: Floats | None = None

    @classmethod
    def of(cls, weights: Any, *, strata: Any = None, clusters: Any = None, population: Any = None) -> "Design":
        """A design from columns of any kind; codes are made here.

        Raises:
            BadInput: A weight is not above 0, or a column has another length.
        """
        w = np.asarray(weights, float)
        if w.size and not (np.isfinite(w) & (w > 0)).all():
            raise BadInput("weights", got="a weight that is not above 0", expected="one over an inclusion probability")
        columns = [None if one is None else np.asarray(one) for one in (strata, clusters, population)]
        if any(one is not None and len(one) != len(w) for one in columns):
            raise BadInput("design of a sample", got="columns of different lengths", expected="one value a row")
        s = np.zeros(len(w), np.int64) if columns[0] is None else _codes(columns[0])
        c = np.arange(len(w)) if columns[1] is None else _codes(columns[1])
        return cls(
            w, s, _codes(c * (s.max(initial=0) + 1) + s), None if columns[2] is None else columns[2].astype(float)
        )

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def degrees(self) -> int:
        """Degrees of freedom: units drawn, less strata."""
        return int(self.clusters.max(initial=-1)) + 1 - len(np.unique(self.strata))


def _codes(values: npt.NDArray[Any]) -> Ints:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def variance(design: Design, u: Floats) -> float:
    """Variance of the weighted total of u.

    A stratum with one unit drawn tells nothing of its spread; its unit is held against the mean of all units, which is
    on the safe side. NaN with fewer than two units.
    """
    count = int(design.clusters.max(initial=-1)) + 1
    if count < 2:
        return math.nan
    z = np.bincount(design.clusters, design.weights * u, minlength=count)
    first = np.zeros(count, np.int64)
    first[design.clusters] = design.strata
    size = np.bincount(first).astype(float)
    middle = np.bincount(first, z) / np.maximum(size, 1)
    lonely = size == 1
    middle[lonely] = z.mean()
    spread = np.bincount(first, (z - middle[first]) ** 2)
    factor = np.where(lonely, 1.0, size / np.maximum(size - 1, 1))
    return float(np.sum(_not_taken(design, first, size) * factor * spread))


def _not_taken(design: Design, stratum_of_unit: Ints, size: Floats) -> Floats:
    """Share of each stratum that was not drawn: 0 where everybody was."""
    if design.population is None:
        return np.ones(len(size))
    population = np.zeros(len(size))
    population[design.strata] = design.population
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, np.clip(1 - size / population, 0, 1), 0.0)


def total(design: Design, y: Floats, *, level: float = LEVEL) -> Weighted:
    """Weighted total of y, with Student's t."""
    value = float(design.weights @ y)
    srs = _srs_variance(design, y) * float(design.weights.sum()) ** 2 if len(design) > 1 else math.nan
    return _made(value, variance(design, y), srs, design, level)


def mean(design: Design, y: Floats, *, level: float = LEVEL) -> Weighted:
    """Weighted mean of y, with Student's t."""
    return ratio(design, y, np.ones(len(design)), level=level)


def ratio(design: Design, y: Floats, x: Floats, *, level: float = LEVEL) -> Weighted:
    """Weighted total of y over that of x: a mean within a group when x is 1 there and 0 elsewhere."""
    below = float(design.weights @ x)
    if not len(design) or below == 0:
        return _nothing("nobody in this group was drawn", level)
    value = float(design.weights @ y) / below
    u = (y - value * x) / below
    srs = _srs_variance(design, u) * float(design.weights.sum()) ** 2
    return _made(value, variance(design, u), srs, design, level, n=int(np.count_nonzero(x)))


def share(design: Design, yes: Floats, among: Floats | None = None, *, level: float = LEVEL) -> Weighted:
    """Weighted share of `yes` among rows where `among` is 1: Wilson's interval at the effective n (Korn & Graubard).

    Where all drawn rows agree the sample shows no spread, and the effective n is Kish's; the interval is not a point.
    """
    inside = np.ones(len(design)) if among is None else among.astype(float)
    alone = len(np.unique(design.clusters[inside > 0])) == np.count_nonzero(inside)
    found = ratio(design, yes * inside, inside, level=level)
    if found.undefined_because is not None:
        return found
    w = design.weights * inside
    p, n = found.value, float(found.n)
    if _is_census(design):
        return _replaced(found, p, p, n)
    if alone and design.population is None and not np.any(design.strata) and np.ptp(w[inside > 0]) == 0:
        low, high = wilson(np.array([p * n]), np.array([n]), level=level)
        return _replaced(found, float(low[0]), float(high[0]), n)  # a plain sample: Wilson's own interval
    effective = _effective(p, found.se, n, float(w.sum()) ** 2 / float(w @ w))
    units = len(np.unique(design.clusters[inside > 0]))
    degrees = max(units - len(np.unique(design.strata[inside > 0])), 1)
    paid = effective * float((stats.norm.ppf((1 + level) / 2) / stats.t.ppf((1 + level) / 2, degrees)) ** 2)
    low, high = wilson(np.array([p * paid]), np.array([paid]), level=level)
    return _replaced(found, float(low[0]), float(high[0]), effective)


def _effective(p: float, se: float, n: float, kish: float) -> float:
    """Effective n of a share, at most n.

    Where every stratum is of one mind the sample shows no spread, and an error of 0 is no certainty: then Kish's.
    """
    spread = p * (1 - p)
    if not se > 1e-9 or spread < 1e-12:
        return min(kish, n)
    return min(spread / se**2, n)


def _is_census(design: Design) -> bool:
    if design.population is None or not len(design):
        return False
    size = np.bincount(design.strata[np.unique(design.clusters, return_index=True)[1]])
    return bool(np.all(size[design.strata] >= design.population))


def _srs_variance(design: Design, u: Floats) -> float:
    """Variance of the mean of u if as many rows had been drawn at random with replacement."""
    n, w = len(design), design.weights / design.weights.sum()
    if n < 2:
        return math.nan
    centred = u - float(w @ u)
    return float(w @ centred**2) * n / (n - 1) / n


def _made(value: float, var: float, srs: float, design: Design, level: float, *, n: int | None = None) -> Weighted:
    degrees, count = design.degrees, len(design) if n is None else n
    se = math.sqrt(var) if var >= 0 else math.nan
    t = float(stats.t.ppf((1 + level) / 2, degrees)) if degrees >= 1 else math.nan
    effect = var / srs if srs > 0 else math.nan
    return Weighted(
        value=value, se=se, ci_lower=value - t * se, ci_upper=value + t * se, ci_level=level, n=count,
        n_effective=count / effect if effect > 0 else float(count), design_effect=effect, degrees=degrees,
    )  # fmt: skip


def _replaced(found: Weighted, low: float, high: float, effective: float) -> Weighted:
    return Weighted(
        value=found.value, se=found.se, ci_lower=low, ci_upper=high, ci_level=found.ci_level, n=found.n,
        n_effective=effective, design_effect=found.design_effect, degrees=found.degrees,
    )  # fmt: skip


def _nothing(because: str, level: float) -> Weighted:
    nan = math.nan
    return Weighted(
        value=nan, se=nan, ci_lower=nan, ci_upper=nan, ci_level=level, n=0, n_effective=0.0, design_effect=nan,
        degrees=0, undefined_because=because,
    )  # fmt: skip
