"""Cohen's weighted kappa of two raters."""

from typing import Literal

import numpy as np

from heard.inference.calibration.alpha import Values

Weights = Literal["linear", "quadratic"]


def weighted_kappa(first: Values, second: Values, categories: Values, weights: Weights | Values = "quadratic") -> float:
    """Agreement of two raters beyond chance, where a near miss counts for less than a far one.

    Args:
        first: Shape (units,); NaN where not judged.
        second: The same of the other rater.
        categories: Every value that may be given, in order.
        weights: Of disagreement: by the distance of categories or its square, or a matrix of weights.

    Returns:
        NaN when no unit was judged by both, or when chance alone would agree always.

    Source:
        Cohen (1968), Weighted kappa, Psychological Bulletin 70(4).
    """
    both = ~(np.isnan(first) | np.isnan(second))
    if not both.any():
        return float("nan")
    rows, columns = (np.searchsorted(categories, one[both]) for one in (first, second))
    table = np.zeros((len(categories), len(categories)))
    np.add.at(table, (rows, columns), 1.0)
    return of_table(table, _matrix(len(categories), weights))


def _matrix(size: int, weights: Weights | Values) -> Values:
    if not isinstance(weights, str):
        return weights
    gaps = np.abs(np.arange(size)[:, None] - np.arange(size)[None, :]).astype(np.float64)
    squared: Values = gaps**2
    return gaps if weights == "linear" else squared


def of_table(table: Values, weights: Values) -> float:
    """The same from a table of counts, the first rater in rows."""
    total = table.sum()
    expected = np.outer(table.sum(1), table.sum(0)) / total
    chance = float((weights * expected).sum())
    return 1 - float((weights * table).sum()) / chance if chance else float("nan")
