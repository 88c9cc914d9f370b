"""Intervals by drawing whole conversations again: turns of one conversation vary together."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from heard.inference.calibration.alpha import Values

RESAMPLES = 400
MIN_DEFINED = 0.5
MIN_CLUSTERS = 3


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure with its 95 % percentile interval.

    Attributes:
        value: NaN when undefined.
        ci_lower: None when the value is undefined, or too few draws were defined, or there are under 3 conversations.
        n: Units that were judged by at least two.
        conversations: Conversations that they come from.
    """

    value: float
    ci_lower: float | None
    ci_upper: float | None
    n: int
    conversations: int

    @property
    def is_defined(self) -> bool:
        """Whether there is a value."""
        return not np.isnan(self.value)


def bounded(
    ratings: Values, clusters: Values, statistic: Callable[[Values], float], *, seed: int, resamples: int = RESAMPLES
) -> Bounded:
    """A statistic of ratings with an interval over conversations.

    Args:
        ratings: Shape (raters, units); NaN where not judged.
        clusters: Shape (units,): which conversation a unit belongs to.
        statistic: From ratings to a number, NaN where undefined.
        seed: The same seed gives the same interval.
        resamples: Draws.
    """
    used = (~np.isnan(ratings)).sum(0) >= 2
    kept, own = ratings[:, used], clusters[used]
    value, groups = statistic(kept), [np.flatnonzero(own == one) for one in np.unique(own)]
    if np.isnan(value) or len(groups) < MIN_CLUSTERS:
        return Bounded(value, None, None, int(used.sum()), len(groups))
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(resamples):
        chosen = np.concatenate([groups[i] for i in rng.integers(len(groups), size=len(groups))])
        drawn.append(statistic(kept[:, chosen]))
    defined = np.array(drawn)[~np.isnan(drawn)]
    if len(defined) < MIN_DEFINED * resamples:
        return Bounded(value, None, None, int(used.sum()), len(groups))
    lower, upper = np.quantile(defined, [0.025, 0.975])
    return Bounded(value, min(float(lower), value), max(float(upper), value), int(used.sum()), len(groups))
