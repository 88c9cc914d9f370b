"""How strong would an unseen cause have to be to explain an association away?"""

import math

from scipy import stats

from heard.errors import BadInput


def e_value(ratio: float, bound: float | None = None, *, is_rare: bool = True) -> tuple[float, float]:
    """E-value of a risk ratio and of the bound of its interval that lies nearer to 1.

    Args:
        ratio: Risk, rate or hazard ratio.
        bound: The bound nearer to 1; the second answer is 1 when the interval holds 1, NaN without a bound.
        is_rare: The outcome is rarer than 15 % at the end of follow-up; otherwise a hazard ratio is first turned into
            an approximate risk ratio.

    Raises:
        BadInput: A ratio that is not positive.

    Example:
        >>> [round(e, 2) for e in e_value(3.9, 1.8)]
        [7.26, 3.0]

    Source:
        VanderWeele & Ding (2017), Ann. Intern. Med. 167(4): 3.9 (1.8, 8.7) gives 7.26 and 3.0; table 2 for common
        outcomes.
    """
    if not ratio > 0 or (bound is not None and not bound > 0):
        raise BadInput("ratio", got=f"{ratio:g}", expected="above 0")
    first = _strength(_risk(ratio, is_rare))
    if bound is None:
        return first, math.nan
    crossed = (bound <= 1) if ratio > 1 else (bound >= 1)
    return first, 1.0 if crossed else _strength(_risk(bound, is_rare))


def _risk(ratio: float, is_rare: bool) -> float:
    if is_rare:
        return ratio
    root = math.sqrt(ratio)
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))


def _strength(ratio: float) -> float:
    above = ratio if ratio >= 1 else 1 / ratio
    return above + math.sqrt(above * (above - 1))


def robustness(t: float, degrees: int, *, q: float = 1.0, alpha: float = 1.0) -> float:
    """Share of what is left to explain, of exposure and outcome alike, that an unseen cause must hold to undo 100·q %
    of an effect of regression; with alpha below 1, to make it no longer significant at that level.

    Example:
        >>> round(robustness(4.18, 783), 3), round(robustness(4.18, 783, alpha=0.05), 3)
        (0.139, 0.076)

    Source:
        Cinelli & Hazlett (2020), J. R. Stat. Soc. B 82: Darfur, t 4.18 with 783 degrees gives 13.9 % and 7.6 %.
    """
    critical = 0.0 if alpha >= 1 else float(stats.t.ppf(1 - alpha / 2, degrees - 1)) / math.sqrt(degrees - 1)
    f = q * abs(t) / math.sqrt(degrees) - critical
    if f <= 0:
        return 0.0
    return 0.5 * (math.sqrt(f**4 + 4 * f**2) - f**2)


def omitted(
    estimate: float, se: float, degrees: int, *, with_exposure: float, with_outcome: float
) -> tuple[float, float]:
    """The estimate and its standard error, if an unseen cause had these partial R² with exposure and outcome.

    The cause is taken to have worked in the direction of the estimate, so that it moves towards 0, or past it.

    Source:
        Cinelli & Hazlett (2020), equations (8) and (10).
    """
    if not (0 <= with_exposure < 1 and 0 <= with_outcome <= 1):
        raise BadInput("partial R²", got=f"{with_exposure:g}, {with_outcome:g}", expected="0 to 1")
    bias = se * math.sqrt(degrees * with_outcome * with_exposure / (1 - with_exposure))
    adjusted = math.copysign(abs(estimate) - bias, estimate)
    spread = se * math.sqrt((1 - with_outcome) / (1 - with_exposure) * degrees / (degrees - 1))
    return adjusted, spread
