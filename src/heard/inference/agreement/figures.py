"""Figures of agreement as functions of counts, with intervals from a bootstrap over conversations.

Every figure is a function of counts that add up over conversations. A resample is a vector of how often each
conversation was drawn, so all resamples of all figures are one product of matrices.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

Counts = npt.NDArray[np.float64]
LEVEL = 0.95
CHUNK = 250  # resamples drawn at once, so that ten thousand conversations fit in memory
MIN_DEFINED = 0.5
"""Share of resamples in which a figure must be defined for its interval to be shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its 95 % interval.

    Attributes:
        value: None when undefined, with the reason in `undefined_because`.
        low, high: Bounds; None when the value is, or when too few resamples were defined.
        n: Units that the figure rests on: turns, moments or labels, as its place says.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    undefined_because: str | None = None

    def to_json(self) -> dict[str, float | int | str | None]:
        """The figure's keys in the agreement card; `reason` only where the value is null."""
        told: dict[str, float | int | str | None] = {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
        }
        return told if self.undefined_because is None else {**told, "reason": self.undefined_because}


@dataclass(frozen=True, slots=True)
class Statistic:
    """A function of summed counts.

    Attributes:
        of: (…, k) counts → (…) values, NaN where undefined.
        n: (k) counts → units.
        reason: Why it is undefined where it is.
        is_share: Whether it lies in 0..1, so that a bound for shares may stand in for a bootstrap without spread.
    """

    of: Callable[[Counts], Counts]
    n: Callable[[Counts], float]
    reason: str
    is_share: bool = True


def ratio(top: Counts, bottom: Counts) -> Counts:
    """Elementwise quotient; NaN where the bottom is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def confusion(counts: Counts) -> Counts:
    """(…, k·k) → (…, k, k): first rater in rows."""
    size = round(counts.shape[-1] ** 0.5)
    return counts.reshape(*counts.shape[:-1], size, size)


def agreement(counts: Counts) -> Counts:
    """Share of units on which both raters say the same."""
    table = confusion(counts)
    return ratio(np.trace(table, axis1=-2, axis2=-1), table.sum((-2, -1)))


def kappa(counts: Counts) -> Counts:
    """Cohen's kappa; NaN when chance alone would agree always, as when neither rater used a label.

    Source:
        Cohen (1960), A coefficient of agreement for nominal scales.
    """
    table = confusion(counts)
    total = table.sum((-2, -1))
    chance = ratio((table.sum(-1) * table.sum(-2)).sum(-1), total**2)
    return ratio(agreement(counts) - chance, 1 - chance)


def total(counts: Counts) -> float:
    """Units counted."""
    return float(counts.sum())


_BINARY_NO, _BINARY_YES = 0, 1  # places in a 2 × 2 table: [[no no, no yes], [yes no, yes yes]]
KAPPA = Statistic(kappa, total, "chance alone would agree: no spread in the labels", is_share=False)
AGREEMENT = Statistic(agreement, total, "no unit that both raters judged")
F1 = Statistic(
    lambda c: ratio(2 * c[..., 3], 2 * c[..., 3] + c[..., 1] + c[..., 2]),
    lambda c: total(c[1:]),
    "neither rater used it",
)
PRECISION = Statistic(
    lambda c: ratio(c[..., 3], c[..., 1] + c[..., 3]), lambda c: float(c[1] + c[3]), "the second rater never used it"
)
RECALL = Statistic(
    lambda c: ratio(c[..., 3], c[..., 2] + c[..., 3]), lambda c: float(c[2] + c[3]), "the first rater never used it"
)
SHARE = Statistic(lambda c: ratio(c[..., 0], c[..., 1]), lambda c: float(c[1]), "nothing in the denominator")


class Resamples:
    """Draws of conversations with replacement, the same for every figure of a card."""

    def __init__(self, conversation_count: int, *, seed: int, resamples: int) -> None:
        rng = np.random.default_rng(seed)
        even = np.full(conversation_count, 1 / max(conversation_count, 1))
        sizes = [min(CHUNK, resamples - done) for done in range(0, resamples, CHUNK)]
        draws = (rng.multinomial(conversation_count, even, size) for size in sizes)
        self._drawn = [draw.astype(np.float32 if conversation_count < 2**20 else np.float64) for draw in draws]

    def sums(self, counts: Counts) -> Counts:
        """(conversations, k) counts → (resamples, k) sums."""
        parts = [draw.astype(np.float64) @ counts for draw in self._drawn]
        return np.concatenate(parts) if parts else np.zeros((0, counts.shape[1]))


def figure(statistic: Statistic, counts: Counts, sums: Counts) -> Figure:
    """One figure with a percentile interval.

    Args:
        statistic: Which.
        counts: Shape (conversations, k).
        sums: Shape (resamples, k), from `Resamples.sums`.

    Returns:
        The figure. Where every resample gives the same value, the bootstrap knows nothing of what was not seen, and a
        Wilson interval for a share stands in.
    """
    seen = counts.sum(0)
    value, n = float(statistic.of(seen)), int(statistic.n(seen))
    if np.isnan(value):
        return Figure(None, None, None, n, statistic.reason)
    drawn = statistic.of(sums)
    drawn = drawn[~np.isnan(drawn)]
    if len(drawn) < MIN_DEFINED * len(sums) or not len(drawn):
        return Figure(value, None, None, n)
    low, high = (float(bound) for bound in np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    if low == high:
        low, high = _without_spread(statistic, seen, value, n)
    return Figure(value, min(low, value), max(high, value), n)


def _without_spread(statistic: Statistic, seen: Counts, value: float, n: int) -> tuple[float, float]:
    if statistic.is_share:
        return wilson(value, n)
    agreed = float(agreement(seen))
    chance = (agreed - value) / (1 - value) if value < 1 else _chance(seen)
    low, high = wilson(agreed, n)
    return max(-1.0, (low - chance) / (1 - chance)), min(1.0, (high - chance) / (1 - chance))


def _chance(seen: Counts) -> float:
    table = confusion(seen)
    return float((table.sum(-1) * table.sum(-2)).sum(-1) / table.sum() ** 2)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval for a share of n.

    Source:
        Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    z = float(norm.ppf((1 + LEVEL) / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * ((share * (1 - share) + z * z / (4 * n)) / n) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
