"""How strong would an unseen cause have to be to explain a ratio, or a coefficient, away?"""

import math

from heard.errors import BadInput
from heard.inference.quasi.sensitivity import e_value


def e_values_of_ratio(ratio: float, bound: float, *, is_rare: bool = True) -> tuple[float, float]:
    """E-value of a hazard ratio and of the bound of its interval that lies nearer to 1; 1 when the interval holds 1.

    Args:
        ratio: Hazard, rate or risk ratio.
        bound: The bound nearer to 1.
        is_rare: The outcome is rarer than 15 % at the end of follow-up; otherwise the hazard ratio is first turned
            into an approximate risk ratio.

    Raises:
        BadInput: A ratio that is not positive.

    Example:
        >>> [round(e, 2) for e in e_values_of_ratio(3.9, 1.8)]
        [7.26, 3.0]

    Source:
        VanderWeele & Ding (2017), Ann. Intern. Med. 167(4): 3.9 (1.8, 8.7) gives 7.26 and 3.0; table 2 for common
        outcomes.
    """
    if not (ratio > 0 and bound > 0):
        raise BadInput("ratio", got=f"{ratio:g} with bound {bound:g}", expected="above 0")
    crossed = (bound <= 1) if ratio > 1 else (bound >= 1)
    return e_value(_risk(ratio, is_rare)), 1.0 if crossed else e_value(_risk(bound, is_rare))


def _risk(ratio: float, is_rare: bool) -> float:
    if is_rare:
        return ratio
    root = math.sqrt(ratio)
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))


def omitted(
    estimate: float, se: float, degrees: int, *, with_exposure: float, with_outcome: float
) -> tuple[float, float]:
    """The estimate and its standard error, if an unseen cause had these partial R² with exposure and outcome.

    The cause is taken to have worked in the direction of the estimate, so that it moves towards 0, or past it.

    Raises:
        BadInput: A partial R² outside 0 to 1.

    Source:
        Cinelli & Hazlett (2020), J. R. Stat. Soc. B 82, equations (8) and (10).
    """
    if not (0 <= with_exposure < 1 and 0 <= with_outcome <= 1):
        raise BadInput("partial R²", got=f"{with_exposure:g}, {with_outcome:g}", expected="0 to 1")
    bias = se * math.sqrt(degrees * with_outcome * with_exposure / (1 - with_exposure))
    spread = se * math.sqrt((1 - with_outcome) / (1 - with_exposure) * degrees / (degrees - 1))
    return math.copysign(abs(estimate) - bias, estimate), spread
