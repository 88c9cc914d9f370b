"""Two figures with their intervals, and the interval of their difference."""

from math import sqrt


def difference(first: tuple[float, float, float], second: tuple[float, float, float]) -> tuple[float, float, float]:
    """The second figure less the first, with an interval at the level of theirs.

    Args:
        first: Value, lower and upper bound.
        second: The same of the other figure; the two must rest on different units, such as two weeks.

    Returns:
        Difference, lower and upper bound, by the method of variance estimates recovery, which keeps the lopsidedness
        of intervals for shares.

    Source:
        Zou & Donner (2008), Construction of confidence limits about effect measures, Statistics in Medicine 27.

    Example:
        >>> d, low, high = difference((0.2, 0.11237, 0.33037), (0.4, 0.27606, 0.53824))
        >>> round(d, 3), round(low, 3), round(high, 3)
        (0.2, 0.02, 0.364)
    """
    (a, a_low, a_high), (b, b_low, b_high) = first, second
    gap = b - a
    return gap, gap - sqrt((b - b_low) ** 2 + (a_high - a) ** 2), gap + sqrt((b_high - b) ** 2 + (a - a_low) ** 2)
