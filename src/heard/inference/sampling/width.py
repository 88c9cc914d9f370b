"""Intervals of shares and of net shares, and how wide they will be before anybody is asked."""

import math

import numpy as np
from scipy import stats

from heard.measures.interval import LEVEL, wilson


def expected_half_width(n: float, *, share: float = 0.5, level: float = LEVEL, design_effect: float = 1.0) -> float:
    """Half the width of Wilson's interval that n answers will give, as a share; 0.5 when there will be none.

    Args:
        n: Expected answers.
        share: Expected share; one half is the widest.
        design_effect: Loss by unequal weights or by customers with several answers.

    Example:
        >>> round(expected_half_width(100), 3), round(expected_half_width(400), 3)
        (0.096, 0.049)
    """
    effective = n / design_effect
    if effective < 1:
        return 0.5
    low, high = wilson(np.array([share * effective]), np.array([effective]), level=level)
    return float(high[0] - low[0]) / 2


def net_interval(up: int, down: int, n: int, *, level: float = LEVEL) -> tuple[float, float, float]:
    """A net share (promoters less detractors, great less not good) with its interval, from -1 to 1.

    The variance is that of a variable that is 1, 0 or -1: (u + d - (u - d)²) / n. When all answers are alike the sample
    shows no spread, and the interval is Wilson's for the share that all gave, stretched to the scale.

    Args:
        up: Answers that count for.
        down: Answers that count against.
        n: All answers.

    Returns:
        Value, lower and upper bound; all NaN without an answer.

    Example:
        >>> [round(100 * x, 1) for x in net_interval(50, 20, 100)]
        [30.0, 14.7, 45.3]

    Source: Rocks (2016), Int. J. Market Res. 58 (variance of the net promoter score, Wald's interval with a t or z).
    """
    if n == 0:
        return math.nan, math.nan, math.nan
    value = (up - down) / n
    var = (up / n + down / n - value**2) / n
    if var <= 0:
        low, high = wilson(np.array([n * (value + 1) / 2]), np.array([float(n)]), level=level)
        return value, 2 * float(low[0]) - 1, 2 * float(high[0]) - 1
    half = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(var)
    return value, max(-1.0, value - half), min(1.0, value + half)
