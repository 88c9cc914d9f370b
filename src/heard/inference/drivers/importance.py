"""How much of an outcome's variance goes with each driver: Shapley's share of R², averaged over all orders."""

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from heard.errors import BadInput, NotIdentified
from heard.inference.drivers.moments import Floats, Moments

MOST = 12
"""All subsets are fitted; beyond this many drivers that takes too long, and no reader ranks more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """Shares of R², shape (drivers,), that add up to it; bounds from resampled clusters."""

    names: tuple[str, ...]
    share: Floats
    ci_lower: Floats
    ci_upper: Floats
    r_squared: float
    resamples: int

    def to_dicts(self) -> list[dict[str, Any]]:
        """One row a driver, the largest first."""
        rows = [
            {"name": n, "share_of_variance": float(s), "ci_lower": float(lo), "ci_upper": float(hi)}
            for n, s, lo, hi in zip(self.names, self.share, self.ci_lower, self.ci_upper, strict=True)
        ]
        return sorted(rows, key=lambda row: -row["share_of_variance"])


def importance(moments: Moments, *, resamples: int = 300, seed: int = 1, level: float = 0.95) -> Importance:
    """Importance of every column but the constant.

    It says with what the outcome goes along, not what would change it.

    Raises:
        BadInput: More than MOST drivers.
        NotIdentified: An outcome or a driver that does not vary.

    Source:
        Lindeman, Merenda & Gold (1980), p. 119; Grömping (2006), J. Stat. Softw. 17(1), for the name lmg.
    """
    names = moments.names[1:]
    if len(names) > MOST:
        raise BadInput("drivers", got=str(len(names)), expected=f"{MOST} or fewer", todo="Choose the ones to compare.")
    correlation = _correlations(moments.total[None], np.array([moments.n]))
    if not np.isfinite(correlation).all():
        raise NotIdentified("drivers", got="an outcome or a driver that does not vary", expected="variation")
    share = _shapley(correlation)[0]
    rng, groups = np.random.default_rng(seed), len(moments.count)
    weights = rng.multinomial(groups, np.full(groups, 1 / groups), resamples).astype(float)
    again = _correlations(np.einsum("rg,gij->rij", weights, moments.products), weights @ moments.count)
    usable = again[np.isfinite(again).all((1, 2))]
    bounds = np.full((2, len(names)), np.nan)
    if len(usable) > resamples / 2:
        bounds = np.quantile(_shapley(usable), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Importance(
        names=names, share=share, ci_lower=bounds[0], ci_upper=bounds[1], r_squared=float(share.sum()),
        resamples=len(usable),
    )  # fmt: skip


def _correlations(products: Floats, n: Floats) -> Floats:
    """Correlations of the drivers and, last, the outcome."""
    mean = products[:, 0, 1:] / n[:, None]
    spread = products[:, 1:, 1:] / n[:, None, None] - mean[:, :, None] * mean[:, None, :]
    size = np.sqrt(np.diagonal(spread, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            size[:, :, None] * size[:, None, :] > 1e-12, spread / (size[:, :, None] * size[:, None, :]), np.nan
        )


def _shapley(correlation: Floats) -> Floats:
    """Shape (samples, drivers). Mean gain of R² over all orders in which drivers may come."""
    count = correlation.shape[1] - 1
    explained: dict[tuple[int, ...], Floats] = {(): np.zeros(len(correlation))}
    for size in range(1, count + 1):
        for subset in combinations(range(count), size):
            rows = np.array(subset)
            among, with_y = correlation[:, rows[:, None], rows], correlation[:, rows, -1]
            # a touch of ridge keeps resamples with twins solvable; far below any digit shown
            solved = np.linalg.solve(among + 1e-12 * np.eye(size), with_y[..., None])[..., 0]
            explained[subset] = (solved * with_y).sum(1)
    share = np.zeros((len(correlation), count))
    for subset, fitted in explained.items():
        for place, one in enumerate(subset):
            rest = subset[:place] + subset[place + 1 :]
            share[:, one] += (fitted - explained[rest]) / (count * comb(count - 1, len(rest)))
    return share
