"""One number with everything that is needed to judge it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from heard.inference.evidence.check import Check, finite
from heard.inference.evidence.grade import MEANING, Design, Grade, grade_of
from heard.terms.words import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The answer of an estimator.

    Attributes:
        estimand: What was estimated, as a sentence that a manager can read.
        value: In `unit`; NaN when undefined. A share, and a difference of shares, is a fraction (0.06), not 6.
        ci_lower: Lower bound at `ci_level`; NaN when there is none, -inf when the interval is open below.
        ci_upper: Upper bound; NaN or inf alike.
        ci_level: Between 0 and 1.
        unit: A name of `terms.words.Unit`; "points" are differences of shares, as fractions.
        n: Observations that were used.
        n_left_out: Observations that could not be used.
        cluster_count: Independent units that the interval rests on (agents, shifts, regions); None when rows are.
        method: The estimator's name and variant, such as "Callaway–Sant'Anna, never-treated controls".
        design: Where the grade starts.
        assumptions: What must be true for the value to be an effect, in words.
        checks: Verdicts of the checks that were run.
        pvalue: Two-sided, against no effect; None where there is none.
        se: Standard error in `unit`; None where the interval does not come from one.
        inputs_digest: Digest of data and settings (`digest_of`); empty when the caller gave none.
        details: Further figures by name, JSON-ready: weights, first-stage F, bounds.
        undefined_because: Why `value` is NaN; set exactly when it is.

    Raises:
        ValueError: A NaN value without a reason, a reason beside a value, or bounds that do not hold the value.
    """

    estimand: str
    value: float
    ci_lower: float
    ci_upper: float
    ci_level: float
    unit: Unit
    n: int
    n_left_out: int = 0
    cluster_count: int | None = None
    method: str
    design: Design
    assumptions: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    pvalue: float | None = None
    se: float | None = None
    inputs_digest: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    undefined_because: str | None = None

    def __post_init__(self) -> None:
        if math.isnan(self.value) != (self.undefined_because is not None):
            raise ValueError(f"{self.method}: a value that is NaN needs undefined_because, and no other may have one")
        if self.ci_lower > self.ci_upper:
            raise ValueError(f"{self.method}: the interval's lower bound is above its upper bound")

    @classmethod
    def undefined(
        cls,
        because: str,
        *,
        estimand: str,
        unit: Unit,
        n: int,
        method: str,
        design: Design,
        assumptions: tuple[str, ...] = (),
        checks: tuple[Check, ...] = (),
        ci_level: float = 0.95,
        n_left_out: int = 0,
    ) -> "Estimate":
        """An estimate that could not be made, with the reason and what to do."""
        nan = math.nan
        return cls(
            estimand=estimand, value=nan, ci_lower=nan, ci_upper=nan, ci_level=ci_level, unit=unit, n=n,
            n_left_out=n_left_out, method=method, design=design, assumptions=assumptions, checks=checks,
            undefined_because=because,
        )  # fmt: skip

    @property
    def grade(self) -> Grade | None:
        """A to D from design and checks; None when there is no value to grade."""
        return None if self.undefined_because else grade_of(self.design, self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """Checks that said no."""
        return tuple(check for check in self.checks if check.passed == "no")

    @property
    def excludes_zero(self) -> bool | None:
        """Whether the interval leaves out zero; None when there is no interval."""
        if math.isnan(self.ci_lower) or math.isnan(self.ci_upper):
            return None
        return self.ci_lower > 0 or self.ci_upper < 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is not finite is null."""
        return {
            "estimand": self.estimand,
            "value": finite(self.value),
            "ci_lower": finite(self.ci_lower),
            "ci_upper": finite(self.ci_upper),
            "ci_level": self.ci_level,
            "se": finite(self.se),
            "pvalue": finite(self.pvalue),
            "unit": self.unit,
            "n": self.n,
            "n_left_out": self.n_left_out,
            "cluster_count": self.cluster_count,
            "method": self.method,
            "design": self.design,
            "grade": self.grade,
            "grade_meaning": MEANING[self.grade] if self.grade else None,
            "assumptions": list(self.assumptions),
            "checks": [check.to_dict() for check in self.checks],
            "details": dict(self.details),
            "inputs_digest": self.inputs_digest,
            "undefined_because": self.undefined_because,
        }


def digest_of(*parts: Any) -> str:
    """Digest of data and settings that are JSON-ready or arrays; the same parts give the same 16 digits.

    Example:
        >>> digest_of({"a": 1}, [1, 2]) == digest_of({"a": 1}, [1, 2])
        True
    """
    made = blake2b(digest_size=8)
    for part in parts:
        data = part.tobytes() if hasattr(part, "tobytes") else json.dumps(part, sort_keys=True, default=str).encode()
        made.update(len(data).to_bytes(8, "big") + data)
    return made.hexdigest()
