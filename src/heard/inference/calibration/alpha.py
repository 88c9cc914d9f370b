"""Krippendorff's alpha for any number of raters, with values missing where a rater did not judge."""

from typing import Literal

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]


def alpha(ratings: Values, level: Level) -> float:
    """Agreement beyond chance; 1 is perfect, 0 is chance, below 0 is systematic disagreement.

    Args:
        ratings: Shape (raters, units); NaN where a rater did not judge a unit.
        level: How values differ.

    Returns:
        NaN when no unit has two ratings, or when all values are the same and nothing could disagree.

    Source:
        Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections C and D.
    """
    values, coincidences = coincidence(ratings)
    if len(values) < 2:
        return float("nan")
    margins = coincidences.sum(0)
    total = margins.sum()
    distance = _distances(values, margins, level)
    observed = float((coincidences * distance).sum())
    expected = float((np.outer(margins, margins) * distance).sum()) / (total - 1)
    return 1 - observed / expected if expected else float("nan")


def coincidence(ratings: Values) -> tuple[Values, Values]:
    """Values in order, and how often each pair of them meets within units of at least two ratings."""
    present = ~np.isnan(ratings)
    usable = ratings[:, present.sum(0) >= 2]
    values = np.unique(usable[~np.isnan(usable)])
    counts = np.stack([(usable == value).sum(0) for value in values], axis=1) if len(values) else np.zeros((0, 0))
    if not counts.size:
        return values, np.zeros((len(values), len(values)))
    counts = counts.astype(np.float64)
    pairs = counts.sum(1, keepdims=True) - 1
    together = (counts / pairs).T @ counts
    return values, together - np.diag((counts / pairs).sum(0))


def _distances(values: Values, margins: Values, level: Level) -> Values:
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "interval":
        return (values[:, None] - values[None, :]) ** 2
    if level == "ratio":
        sums = values[:, None] + values[None, :]
        return np.divide(values[:, None] - values[None, :], sums, out=np.zeros_like(sums), where=sums != 0) ** 2
    rank = np.cumsum(margins) - margins / 2
    return (rank[:, None] - rank[None, :]) ** 2
