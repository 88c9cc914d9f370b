"""One question that the data can answer about an estimate's assumptions."""

import math
from dataclasses import dataclass
from typing import Any, Literal

Passed = Literal["yes", "no", "cannot say"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The verdict of one check.

    Attributes:
        name: What was checked, such as "sample ratio" or "pre-trend".
        passed: yes, no, or cannot say (too little data, or not applicable here).
        said: The verdict in one sentence that a manager can read.
        statistic: The number behind it; None where there is none.
        pvalue: Its p-value; None where there is none.
        is_needed: The design rests on it: "cannot say" counts as a doubt and lowers the grade too. Other checks
            lower it only when they fail.
        costs: Grades lost when it fails, 0 to 3; 0 marks a remark that is only told.

    Raises:
        ValueError: `costs` is out of range.
    """

    name: str
    passed: Passed
    said: str
    statistic: float | None = None
    pvalue: float | None = None
    is_needed: bool = False
    costs: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.costs <= 3:
            raise ValueError(f"costs of check {self.name}: got {self.costs}, expected 0 to 3")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; a number that is not finite is null."""
        return {
            "name": self.name,
            "passed": self.passed,
            "said": self.said,
            "statistic": finite(self.statistic),
            "pvalue": finite(self.pvalue),
            "is_needed": self.is_needed,
            "costs": self.costs,
        }


def finite(value: float | None) -> float | None:
    """The number, or None when it is missing or not finite: JSON has no NaN.

    Example:
        >>> finite(0.5), finite(float("nan")), finite(None)
        (0.5, None, None)
    """
    return float(value) if value is not None and math.isfinite(value) else None
