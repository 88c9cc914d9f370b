"""Effect × value × volume - cost, drawn many times: what is known only as a range stays a range."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from heard.errors import BadInput

Shape = Literal["normal", "ratio"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A figure with its interval; a fixed one has equal bounds.

    Attributes:
        shape: `normal`, or `ratio` for a figure whose logarithm is (hazard ratios, money).
        level: Of the interval.
    """

    value: float
    ci_lower: float
    ci_upper: float
    shape: Shape = "normal"
    level: float = 0.95

    def __post_init__(self) -> None:
        ordered = self.ci_lower <= self.value <= self.ci_upper
        if not ordered or (self.shape == "ratio" and self.ci_lower <= 0):
            raise BadInput(
                "range", got=f"{self.value:g} [{self.ci_lower:g}, {self.ci_upper:g}]",
                expected="lower <= value <= upper, above 0 for a ratio",
            )  # fmt: skip

    @classmethod
    def fixed(cls, value: float) -> "Range":
        """A figure that is known."""
        return cls(value=value, ci_lower=value, ci_upper=value)

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Draws whose middle `level` lie within the bounds; each side has its own spread."""
        z = rng.standard_normal(count)
        width = float(stats.norm.ppf((1 + self.level) / 2))
        middle, low, high = self.value, self.ci_lower, self.ci_upper
        if self.shape == "ratio":
            middle, low, high = math.log(middle), math.log(low), math.log(high)
        drawn = middle + z * np.where(z < 0, middle - low, high - middle) / width
        return np.asarray(np.exp(drawn) if self.shape == "ratio" else drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A sum of money as a range.

    Attributes:
        median, ci_lower, ci_upper: Over the draws, at `ci_level`.
        probability_positive: Share of the draws above 0.
        draws: How many.
    """

    median: float
    ci_lower: float
    ci_upper: float
    ci_level: float
    probability_positive: float
    draws: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "median": self.median, "ci_lower": self.ci_lower, "ci_upper": self.ci_upper, "ci_level": self.ci_level,
            "probability_positive": self.probability_positive, "draws": self.draws,
        }  # fmt: skip


def simulate(
    *,
    effect: Range,
    value: Range,
    volume: Range,
    cost: Range | None = None,
    draws: int = 20_000,
    seed: int = 1,
    level: float = 0.9,
) -> Worth:
    """Money of a change in behaviour.

    Args:
        effect: What one unit of it changes, as a difference: customers kept per met moment, orders per moment.
        value: Margin of one unit of the outcome.
        volume: How many units of behaviour change.
        cost: What the programme costs; nothing when None.
        draws, seed: Of the simulation.
        level: Of the range.

    Raises:
        BadInput: Too few draws for a range.
    """
    if draws < 1000:
        raise BadInput("draws", got=str(draws), expected="1000 or more")
    rng = np.random.default_rng(seed)
    money = effect.draw(rng, draws) * value.draw(rng, draws) * volume.draw(rng, draws)
    if cost is not None:
        money = money - cost.draw(rng, draws)
    low, middle, high = np.quantile(money, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Worth(
        median=float(middle), ci_lower=float(low), ci_upper=float(high), ci_level=level,
        probability_positive=float((money > 0).mean()), draws=draws,
    )  # fmt: skip
