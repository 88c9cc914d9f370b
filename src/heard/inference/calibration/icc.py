"""Intraclass correlations of Shrout and Fleiss, for scores on a scale."""

from dataclasses import dataclass

import numpy as np

from heard.inference.calibration.alpha import Values


@dataclass(frozen=True, slots=True)
class Correlations:
    """The six forms; `one_*` are about a single rater, `mean_*` about the mean of all of them.

    Attributes:
        one_random: ICC(1,1), each unit rated by other raters.
        one_agreement: ICC(2,1), the same raters, absolute agreement.
        one_consistency: ICC(3,1), the same raters, whose severity does not count.
    """

    one_random: float
    one_agreement: float
    one_consistency: float
    mean_random: float
    mean_agreement: float
    mean_consistency: float


def correlations(scores: Values) -> Correlations:
    """All six from a complete table.

    Args:
        scores: Shape (units, raters), without NaN; at least two of each.

    Returns:
        NaN in all where the table is smaller, or where nothing varies.

    Source:
        Shrout & Fleiss (1979), Intraclass correlations: uses in assessing rater reliability, Psychological Bulletin 86.
    """
    n, k = scores.shape
    if n < 2 or k < 2 or float(np.ptp(scores)) == 0:
        return Correlations(*[float("nan")] * 6)
    mean = scores.mean()
    between = k * float(((scores.mean(1) - mean) ** 2).sum()) / (n - 1)
    raters = n * float(((scores.mean(0) - mean) ** 2).sum()) / (k - 1)
    within = float(((scores - scores.mean(1, keepdims=True)) ** 2).sum()) / (n * (k - 1))
    error = (within * n * (k - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    return Correlations(
        one_random=_share(between - within, between + (k - 1) * within),
        one_agreement=_share(between - error, between + (k - 1) * error + k * (raters - error) / n),
        one_consistency=_share(between - error, between + (k - 1) * error),
        mean_random=_share(between - within, between),
        mean_agreement=_share(between - error, between + (raters - error) / n),
        mean_consistency=_share(between - error, between),
    )


def _share(top: float, bottom: float) -> float:
    return top / bottom if bottom else float("nan")
