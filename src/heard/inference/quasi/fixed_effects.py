"""Panels with effects of unit and period, a dose, and lags that were declared before.

Sources:
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 10; Cameron & Miller (2015), J. Human
    Resources 50 (CR1 errors by cluster); Almon (1965) and Schwartz (2000) for cumulative effects of lags.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from heard.errors import NotIdentified
from heard.inference.evidence import Check, Estimate
from heard.inference.quasi.panel import Floats
from heard.terms.words import Unit

ASSUMES = (
    "What differs between units stays the same over time, and what changes over time is the same for all.",
    "The dose was not raised because the outcome was about to move.",
    "One unit's dose does not reach another's outcome.",
)
FEW = 20


@dataclass(frozen=True, kw_only=True)
class Lagged:
    """Effects of a dose now, one period later, and so on, and their sum.

    Attributes:
        cumulative: The sum, with its interval.
        lags: Lag → effect, error and bounds.
    """

    cumulative: Estimate
    lags: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"ok": True, "primary": self.cumulative.to_dict(), "lags": [dict(row) for row in self.lags]}


def two_way(grid: Floats) -> Floats:
    """A balanced panel, shape (units, periods), less the means of units and periods."""
    return np.asarray(grid - grid.mean(axis=1, keepdims=True) - grid.mean(axis=0, keepdims=True) + grid.mean())


def distributed_lags(
    outcome: Floats, dose: Floats, *, lags: Sequence[int], what: str, unit: Unit, level: float = 0.95
) -> Lagged:
    """Two-way fixed effects with a dose and its declared lags, errors clustered by unit.

    Args:
        outcome: Shape (units, periods), balanced.
        dose: Shape (units, periods).
        lags: Declared lags, such as (0, 1, 2); (0,) is the plain panel.
        what: The outcome as a manager calls it.
        unit: Its unit.
        level: Of the intervals.

    Returns:
        Effects of one unit of dose. A lead (one period ahead) is fitted beside them: the future must not act.

    Raises:
        NotIdentified: Fewer than three units, too few periods, or a dose that units and periods explain.
    """
    lags = tuple(sorted(set(lags)))
    units, periods = outcome.shape
    if units < 3 or periods <= max(lags) + 2:
        raise NotIdentified(
            "panel", got=f"{units} units over {periods} periods", expected=f"3 units and {max(lags) + 3} periods",
            todo="Bring more periods, or declare fewer lags.",
        )  # fmt: skip
    beta, covariance = _fit(outcome, dose, lags)
    t = float(stats.t.ppf((1 + level) / 2, units - 1))
    ones = np.ones(len(lags))
    total, se = float(beta.sum()), float(np.sqrt(ones @ covariance @ ones))
    rows = tuple(
        {"lag": lag, "value": float(b), "se": float(s), "ci_lower": float(b - t * s), "ci_upper": float(b + t * s)}
        for lag, b, s in zip(lags, beta, np.sqrt(np.diag(covariance)), strict=True)
    )
    cumulative = Estimate(
        estimand=f"Change of {what} for one more unit of dose, summed over lags {', '.join(map(str, lags))}.",
        value=total, ci_lower=total - t * se, ci_upper=total + t * se, ci_level=level, unit=unit,
        n=units * (periods - max(lags)), cluster_count=units, se=se,
        pvalue=float(2 * stats.t.sf(abs(total) / se, units - 1)) if se > 0 else None,
        method="two-way fixed effects, errors clustered by unit", design="adjusted", assumptions=ASSUMES,
        checks=(_lead(outcome, dose, lags, units), _clusters(units)),
    )  # fmt: skip
    return Lagged(cumulative=cumulative, lags=rows)


def _fit(outcome: Floats, dose: Floats, lags: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Coefficients of the lags (a negative lag is a lead) and their CR1 covariance by unit."""
    low, high = max(*lags, 0), max(*(-lag for lag in lags), 0)
    periods = outcome.shape[1]
    stop = periods - high
    y = two_way(outcome[:, low:stop])
    x = np.stack([two_way(dose[:, low - lag : stop - lag]) for lag in lags], axis=2)
    flat = x.reshape(-1, len(lags))
    gram = flat.T @ flat
    scale = np.maximum(np.array([float(np.var(dose)) * dose.size]), 1e-300)
    if np.linalg.matrix_rank(gram, tol=1e-10 * float(scale[0])) < len(lags):
        raise NotIdentified(
            "dose", got="one that units, periods and its other lags explain", expected="one that varies by itself",
            todo="All units had the same dose at the same time; roll out in steps, or declare fewer lags.",
        )  # fmt: skip
    inverse = np.linalg.inv(gram)
    beta = inverse @ (flat.T @ y.reshape(-1))
    residual = y - x @ beta
    scores = np.einsum("ut,utk->uk", residual, x)
    units, n = outcome.shape[0], y.size
    parameters = len(lags) + y.shape[1]  # unit effects are nested in the clusters and not counted
    factor = units / (units - 1) * (n - 1) / (n - parameters)
    return beta, factor * inverse @ (scores.T @ scores) @ inverse


def _lead(outcome: Floats, dose: Floats, lags: tuple[int, ...], units: int) -> Check:
    name = "future dose"
    try:
        beta, covariance = _fit(outcome, dose, (*lags, -1))
    except (NotIdentified, np.linalg.LinAlgError, ValueError):
        return Check(name=name, passed="cannot say", said="The dose to come cannot be told from today's.")
    t = float(beta[-1] / np.sqrt(covariance[-1, -1]))
    p = float(2 * stats.t.sf(abs(t), units - 1))
    said = (
        "The dose of the next period acts already: something else drives both."
        if p < 0.05
        else "The future does not act."
    )
    return Check(name=name, passed="no" if p < 0.05 else "yes", said=said, statistic=t, pvalue=p)


def _clusters(units: int) -> Check:
    said = f"The interval rests on {units} units."
    if units < FEW:
        return Check(name="few units", passed="cannot say", said=said + " Few: it may be too narrow.", is_needed=True)
    return Check(name="few units", passed="yes", said=said)
