"""How strong something unseen would have to be to explain an effect away.

Sources:
    VanderWeele & Ding (2017), Ann. Intern. Med. 167 (E-value); Cinelli & Hazlett (2020), J. R. Stat. Soc. B 82
    (robustness value); Oster (2019), J. Bus. Econ. Stat. 37 (delta); Chinn (2000), Stat. Med. 19 (standardised
    differences to risk ratios, with 0.91).
"""

import math

from heard.errors import BadInput


def e_value(risk_ratio: float) -> float:
    """The least risk ratio by which something unseen would have to move both treatment and outcome.

    Example:
        >>> round(e_value(3.9), 2), round(e_value(0.8), 2)
        (7.26, 1.81)

    Raises:
        BadInput: A ratio that is not above 0.
    """
    if not risk_ratio > 0:
        raise BadInput("risk ratio", got=f"{risk_ratio:g}", expected="a number above 0")
    ratio = max(risk_ratio, 1 / risk_ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def e_values(control_rate: float, effect: float, ci_lower: float, ci_upper: float) -> dict[str, float]:
    """E-values of a difference of shares, and of the bound nearest to no effect; 1 where the interval holds it."""

    def ratio(difference: float) -> float:
        treated = min(max(control_rate + difference, 1e-9), 1.0)
        return treated / control_rate

    if not 0 < control_rate < 1:
        raise BadInput("control rate", got=f"{control_rate:g}", expected="between 0 and 1")
    nearest = ci_lower if effect > 0 else ci_upper
    holds = ci_lower <= 0 <= ci_upper
    return {"value": e_value(ratio(effect)), "bound": 1.0 if holds else e_value(ratio(nearest))}


def robustness_value(t: float, degrees: int, *, share: float = 1.0, alpha: float | None = None) -> float:
    """Share of what is left of treatment and of outcome that something unseen must explain to take `share` of it away.

    Args:
        t: The estimate over its (classical) standard error.
        degrees: Degrees of freedom of the residual.
        share: Part of the estimate to explain away; 1 for all.
        alpha: When given, enough to make it insignificant at this level.

    Example:
        >>> round(robustness_value(4.18445, 783), 3), round(robustness_value(4.18445, 783, alpha=0.05), 3)
        (0.139, 0.076)
    """
    from scipy import stats

    f = share * abs(t) / math.sqrt(degrees)
    if alpha is not None:
        f -= float(stats.t.ppf(1 - alpha / 2, degrees - 1)) / math.sqrt(degrees - 1)
    if f <= 0:
        return 0.0
    return 0.5 * (math.sqrt(f**4 + 4 * f**2) - f**2)


def partial_r2(t: float, degrees: int) -> float:
    """Share of the outcome's remaining variance that the treatment explains.

    Example:
        >>> round(partial_r2(4.18445, 783), 3)
        0.022
    """
    return t * t / (t * t + degrees)


def oster_delta(bare: float, bare_r2: float, full: float, full_r2: float, *, most_r2: float | None = None) -> float:
    """How much stronger the unseen would have to be than what was controlled for, to bring the effect to zero.

    Args:
        bare: Effect without controls.
        bare_r2: R² without them.
        full: Effect with controls.
        full_r2: R² with them.
        most_r2: Largest R² possible; 1.3 × full_r2 by default, at most 1.

    Returns:
        Delta by the approximation that treats selection as proportional; above 1 is usually called robust. Infinite
        where controls did not move the effect.

    Raises:
        BadInput: R² that fell with controls.
    """
    if not 0 <= bare_r2 < full_r2 <= 1:
        raise BadInput("R²", got=f"{bare_r2:g} and {full_r2:g}", expected="a share that rises with controls")
    top = min(1.3 * full_r2, 1.0) if most_r2 is None else most_r2
    moved = (bare - full) * (top - full_r2)
    return math.inf if moved == 0 else full * (full_r2 - bare_r2) / moved
