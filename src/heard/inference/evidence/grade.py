"""How far a claim may be believed: A randomised, B quasi-experiment, C adjusted association, D description."""

from collections.abc import Sequence
from typing import Literal

from heard.inference.evidence.check import Check

Grade = Literal["A", "B", "C", "D"]
Design = Literal["randomised", "quasi-experiment", "before-after", "adjusted", "description"]

_ORDER: tuple[Grade, ...] = ("A", "B", "C", "D")
STARTS_AT: dict[Design, Grade] = {
    "randomised": "A",
    "quasi-experiment": "B",
    "before-after": "C",
    "adjusted": "C",
    "description": "D",
}
"""An interrupted series has no comparison group, so that it stands beside adjusted associations."""

MEANING: dict[Grade, str] = {
    "A": "randomised",
    "B": "quasi-experiment",
    "C": "adjusted association",
    "D": "description",
}


def grade_of(design: Design, checks: Sequence[Check]) -> Grade:
    """The design's grade, less what its checks cost.

    Each failed check costs its `costs`. If any check that the design needs cannot say, one grade more is lost, once.
    Nothing raises a grade, and nothing falls below D.

    Example:
        >>> pre = Check(name="pre-trend", passed="no", said="The groups drifted apart before.", is_needed=True)
        >>> grade_of("quasi-experiment", [pre]), grade_of("randomised", [])
        ('C', 'A')
    """
    lost = sum(check.costs for check in checks if check.passed == "no")
    lost += any(check.is_needed and check.passed == "cannot say" for check in checks)
    return _ORDER[min(_ORDER.index(STARTS_AT[design]) + lost, len(_ORDER) - 1)]
