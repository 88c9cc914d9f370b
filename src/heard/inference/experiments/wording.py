"""An experiment's answer in words."""

import math

from heard.inference.evidence import Estimate
from heard.inference.experiments.plan import Plan
from heard.terms.words import Unit


def headline(plan: Plan, title: str, found: Estimate) -> str:
    """The answer in one sentence, in the manager's words."""
    if found.undefined_because:
        return f"No verdict on {title}: {found.undefined_because}"
    if any(check.name == "sample ratio" for check in found.failed):
        return f"No verdict on {title}: the arms are not what was assigned (sample ratio)."
    span = f"{shown(found.ci_lower, found.unit)} to {shown(found.ci_upper, found.unit)}"
    if math.isinf(found.ci_lower) or math.isinf(found.ci_upper):
        return f"Not enough to say: with {found.cluster_count} units no result could have told a change from chance."
    grade = f"grade {found.grade}"
    if not found.excludes_zero:
        big = max(abs(found.ci_lower), abs(found.ci_upper)) >= plan.smallest_effect
        so = "an effect worth having is still possible" if big else "an effect worth having is ruled out"
        return f"No change of {title} beyond chance ({span}); {so}; {grade}."
    did = "raised" if found.value > 0 else "lowered"
    good = "as hoped" if (found.value > 0) == (plan.better == "higher") else "the wrong way"
    size = shown(abs(found.value), found.unit, sign=False)
    return f"The change {did} {title} by {size} ({span}), {good}; {grade}."


def shown(value: float, unit: Unit, *, sign: bool = True) -> str:
    """A difference for people.

    Example:
        >>> shown(0.061, "points"), shown(-42, "seconds"), shown(0.061, "points", sign=False)
        ('+6.1 points', '-42 s', '6.1 points')
    """
    plus = "+" if sign else ""
    if unit in ("points", "share"):
        return f"{100 * value:{plus}.1f} points"
    if unit == "seconds":
        return f"{value:{plus}.0f} s"
    return f"{value:{plus}.2f}"
