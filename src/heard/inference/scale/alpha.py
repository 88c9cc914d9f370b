"""Cronbach's alpha with its interval, and what each item adds.

Source: Cronbach (1951), Psychometrika 16; Feldt, Woodruff, Salih (1987), Appl. Psychol. Meas. 11 (interval);
Nunnally & Bernstein (1994), Psychometric Theory, 8 (corrected item-total correlation of 0.3).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from heard.errors import BadInput
from heard.inference.scale.omega import omega_total

Floats = npt.NDArray[np.float64]
LEVEL = 0.95
BELONGS = 0.3
MIN_N = 30
"""Below so many whole responses alpha says next to nothing: its interval at 30 of three items is about 0.4 wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFit:
    """One item against the others.

    Attributes:
        r_rest: Correlation with the sum of the others; NaN when it never varies.
        alpha_without: Alpha of the others; NaN with fewer than two others.
        warning: Why it may not belong; None when it does.
    """

    item_id: str
    mean: float
    sd: float
    r_rest: float
    alpha_without: float
    warning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Alpha and omega of a set of items.

    Attributes:
        n: Responses with every item.
        n_left_out: Responses in which an item is missing.
        alpha: NaN when `undefined_because` says why.
        omega: Omega total of one factor; NaN with fewer than three items or when no factor fits.
    """

    alpha: float
    ci_lower: float
    ci_upper: float
    ci_level: float
    omega: float
    n: int
    n_left_out: int
    items: tuple[ItemFit, ...]
    undefined_because: str | None = None


def reliability(items: Mapping[str, Sequence[float | None]]) -> Reliability:
    """Alpha, omega and item analysis over whole responses; items must point the same way and share a scale.

    Args:
        items: Item → answers, shape (responses,); None is missing.

    Raises:
        BadInput: Fewer than two items, or columns of different lengths.
    """
    names = list(items)
    if len(names) < 2 or len({len(v) for v in items.values()}) > 1:
        raise BadInput("scale", got=f"{len(names)} items", expected="at least two, with a value a response each")
    raw = np.array([np.array(items[name], float) for name in names]).T  # None becomes NaN
    whole = raw[np.isfinite(raw).all(axis=1)] if raw.size else np.empty((0, len(names)))
    n, left = len(whole), len(raw) - len(whole)
    because = _why_not(whole)
    if because is not None:
        nan = math.nan
        return Reliability(
            alpha=nan, ci_lower=nan, ci_upper=nan, ci_level=LEVEL, omega=nan, n=n, n_left_out=left, items=(),
            undefined_because=because,
        )  # fmt: skip
    covariance = np.cov(whole, rowvar=False)
    value = alpha(covariance)
    low, high = feldt(value, n, len(names))
    fits = tuple(_fit(name, i, whole, covariance, value) for i, name in enumerate(names))
    return Reliability(
        alpha=value, ci_lower=low, ci_upper=high, ci_level=LEVEL, omega=omega_total(covariance), n=n, n_left_out=left,
        items=fits,
    )  # fmt: skip


def _why_not(whole: Floats) -> str | None:
    if len(whole) < MIN_N:
        return f"too few to say ({len(whole)} of {MIN_N} whole responses)"
    if np.ptp(whole.sum(axis=1)) == 0 and not np.ptp(whole, axis=0).any():
        return "all answers are equal"
    return None


def alpha(covariance: Floats) -> float:
    """Alpha of a covariance matrix, shape (k, k); NaN when the sum does not vary.

    Example:
        >>> round(alpha(np.array([[1.0, 0.5], [0.5, 1.0]])), 4)
        0.6667
    """
    k, whole = len(covariance), float(covariance.sum())
    return math.nan if whole <= 0 else k / (k - 1) * (1 - float(np.trace(covariance)) / whole)


def feldt(value: float, n: int, k: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Feldt's interval of alpha."""
    tail, degrees = (1 - level) / 2, (n - 1, (n - 1) * (k - 1))
    low = 1 - (1 - value) * float(stats.f.ppf(1 - tail, *degrees))
    high = 1 - (1 - value) * float(stats.f.ppf(tail, *degrees))
    return low, high


def _fit(name: str, i: int, whole: Floats, covariance: Floats, value: float) -> ItemFit:
    others = np.delete(np.arange(len(covariance)), i)
    rest, own = whole[:, others].sum(axis=1), whole[:, i]
    varies = np.ptp(own) > 0 and np.ptp(rest) > 0
    r = float(np.corrcoef(own, rest)[0, 1]) if varies else math.nan
    without = alpha(covariance[np.ix_(others, others)]) if len(others) > 1 else math.nan
    warning = None
    if not varies:
        warning = "everybody gave the same answer"
    elif r < 0:
        warning = "runs against the others: is its polarity right?"
    elif r < BELONGS:
        warning = f"hardly goes with the others (r below {BELONGS})"
    elif without > value + 0.02:
        warning = "alpha is higher without it"
    return ItemFit(
        item_id=name,
        mean=float(own.mean()),
        sd=float(own.std(ddof=1)),
        r_rest=r,
        alpha_without=without,
        warning=warning,
    )
