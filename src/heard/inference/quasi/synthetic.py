"""One treated unit and many others: a weighted mix of the others stands for what would have been.

Sources:
    Abadie, Diamond & Hainmueller (2010), JASA 105 (synthetic control, placebo ratio); Arkhangelsky et al. (2021), Am.
    Econ. Rev. 111 (synthetic difference in differences).
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, stats

from heard.errors import NotIdentified
from heard.inference.evidence import Check, Estimate
from heard.inference.quasi.panel import NEVER, Floats, Panel
from heard.inference.quasi.second_opinions import library
from heard.terms.words import Unit

FIT_TOO_POOR = 0.25
"""A synthetic control that misses the past by more than a quarter of its own spread stands for nothing."""
ASSUMES = (
    "The mix that was like the treated unit before would have stayed like it.",
    "The change did not reach the units of the mix.",
    "Nothing else happened to the treated unit alone at that time.",
)


@dataclass(frozen=True, kw_only=True)
class Synthetic:
    """A synthetic control.

    Attributes:
        primary: Average gap after the start.
        weights: Donor → weight, those above 0.001, largest first.
        gaps: Period → treated, synthetic and their gap.
        beside: Difference in differences and, with the extra, synthetic difference in differences.
    """

    primary: Estimate
    weights: Mapping[str, float]
    gaps: tuple[Mapping[str, Any], ...]
    beside: Mapping[str, Estimate]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "primary": self.primary.to_dict(),
            "weights": dict(self.weights),
            "gaps": [dict(row) for row in self.gaps],
            "beside": {name: estimate.to_dict() for name, estimate in self.beside.items()},
        }


def simplex_weights(target: Floats, donors: Floats) -> Floats:
    """Weights >= 0 that sum to 1 and bring the donors, shape (periods, donors), closest to the target.

    Non-negative least squares with the sum as one more row, so heavy that it holds to 1e-6, then scaled to hold.
    """
    heavy = 1e3 * max(float(np.abs(donors).max()), 1e-9) * math.sqrt(len(target))
    design = np.vstack([donors, np.full(donors.shape[1], heavy)])
    weights, _ = optimize.nnls(design, np.append(target, heavy), maxiter=100 * donors.shape[1])
    return np.asarray(weights / weights.sum())


def synthetic_control(data: Panel, *, what: str, unit: Unit, level: float = 0.95) -> Synthetic:
    """Synthetic control on the outcomes before the start, tested by giving every donor its turn.

    Raises:
        NotIdentified: Not exactly one treated unit, fewer than two periods before, or fewer than two donors.
    """
    row, start = _treated(data)
    own, donors = data.outcome[row], data.outcome[data.first == NEVER]
    names = [name for name, first in zip(data.units, data.first, strict=True) if first == NEVER]
    weights = simplex_weights(own[:start], donors[:, :start].T)
    mix = weights @ donors
    effect = float((own - mix)[start:].mean())
    placebo = [_placebo(donors, i, start) for i in range(len(donors))]
    ratio = _ratio(own - mix, start)
    p = float(np.mean([ratio <= r for r, _, _ in [(ratio, 0.0, 0.0), *placebo]]))
    half = _half_width(own - mix, placebo, start, level)
    checks = (
        _fit(own, mix, start),
        _placebo_check(p, len(donors)),
        _in_time(own, donors, start),
        _leave_one_out(own, donors, weights, start, effect),
    )
    fit = float(np.sqrt(np.mean((own - mix)[:start] ** 2)))
    primary = Estimate(
        estimand=f"Average change of {what} in {data.units[row]} since the start.", value=effect,
        ci_lower=effect - half, ci_upper=effect + half, ci_level=level, unit=unit, n=data.outcome.size,
        cluster_count=len(data.units), pvalue=p, method="synthetic control on outcomes before the start, placebo "
        "interval", design="quasi-experiment", assumptions=ASSUMES, checks=checks,
        details={"pre_rmspe": fit, "rmspe_ratio": ratio, "donors": len(donors)},
    )  # fmt: skip
    order = sorted(range(len(names)), key=lambda i: -weights[i])
    return Synthetic(
        primary=primary,
        weights={names[i]: float(weights[i]) for i in order if weights[i] > 0.001},
        gaps=tuple(
            {"period": t, "treated": float(a), "synthetic": float(b), "gap": float(a - b)}
            for t, a, b in zip(data.periods, own, mix, strict=True)
        ),
        beside={"did": _did(data, row, start, what, unit, level)},
    )


def _treated(data: Panel) -> tuple[int, int]:
    rows = np.flatnonzero(data.first != NEVER)
    if len(rows) != 1:
        raise NotIdentified(
            "synthetic control", got=f"{len(rows)} treated units", expected="one", todo="Use a roll-out for more."
        )
    start = int(data.first[rows[0]])
    if start < 2 or len(data.units) < 3:
        raise NotIdentified(
            "synthetic control", got=f"{start} periods before and {len(data.units) - 1} donors",
            expected="two or more of each", todo="Bring a longer past, or more units that were left alone.",
        )  # fmt: skip
    return int(rows[0]), start


def _placebo(donors: Floats, i: int, start: int) -> tuple[float, float, float]:
    """Ratio, average gap and fit of a donor treated as if it were the one, without the treated unit in the mix."""
    others = np.delete(donors, i, axis=0)
    gap = donors[i] - simplex_weights(donors[i][:start], others[:, :start].T) @ others
    return _ratio(gap, start), float(gap[start:].mean()), float(np.sqrt(np.mean(gap[:start] ** 2)))


def _ratio(gap: Floats, start: int) -> float:
    before = float(np.sqrt(np.mean(gap[:start] ** 2)))
    return float(np.sqrt(np.mean(gap[start:] ** 2))) / max(before, 1e-12)


def _half_width(gap: Floats, placebo: list[tuple[float, float, float]], start: int, level: float) -> float:
    """The gap that chance gives: from donors whose mix fits no more than five times worse than the treated one's."""
    fit = float(np.sqrt(np.mean(gap[:start] ** 2)))
    usable = sorted(abs(effect) for _, effect, own in placebo if own <= 5 * max(fit, 1e-12))
    rank = math.ceil(level * (len(usable) + 1))
    return usable[rank - 1] if rank <= len(usable) else math.inf


def _fit(own: Floats, mix: Floats, start: int) -> Check:
    missed = float(np.sqrt(np.mean((own - mix)[:start] ** 2))) / max(float(np.std(own[:start])), 1e-12)
    if missed > FIT_TOO_POOR:
        said = f"The mix misses the past by {missed:.0%} of its own ups and downs: it stands for nothing."
        return Check(name="fit before", passed="no", said=said, statistic=missed, is_needed=True)
    said = f"The mix follows the past within {missed:.0%} of its own ups and downs."
    return Check(name="fit before", passed="yes", said=said, statistic=missed, is_needed=True)


def _placebo_check(p: float, donors: int) -> Check:
    said = f"Of {donors + 1} units, each treated in turn, {p:.0%} stand out as much."
    if donors < 19:
        return Check(name="placebo units", passed="cannot say", said=said + " Too few to go below 5 %.", pvalue=p)
    return Check(name="placebo units", passed="yes", said=said, pvalue=p, costs=0)


def _in_time(own: Floats, donors: Floats, start: int) -> Check:
    """A start halfway through the past: the gap after it should be no larger than the one before."""
    name, half = "placebo date", start // 2
    if half < 2 or start - half < 2:
        return Check(name=name, passed="cannot say", said="Too short a past to pretend an earlier start.")
    gap = (own - simplex_weights(own[:half], donors[:, :half].T) @ donors)[:start]
    real = own - simplex_weights(own[:start], donors[:, :start].T) @ donors
    fake, true = abs(float(gap[half:].mean())), abs(float(real[start:].mean()))
    if fake > 0.5 * true:
        said = "A start that never was shows more than half of the effect."
        return Check(name=name, passed="no", said=said, statistic=fake)
    return Check(name=name, passed="yes", said="A start that never was shows little.", statistic=fake)


def _leave_one_out(own: Floats, donors: Floats, weights: Floats, start: int, effect: float) -> Check:
    found = []
    for i in np.flatnonzero(weights > 0.01):
        rest = np.delete(donors, i, axis=0)
        mix = simplex_weights(own[:start], rest[:, :start].T) @ rest
        found.append(float((own - mix)[start:].mean()))
    span = f"Without one donor at a time the effect lies between {min(found):.3g} and {max(found):.3g}."
    holds = all(value * effect > 0 for value in found)
    return Check(name="leave one out", passed="yes" if holds else "no", said=span, statistic=max(found) - min(found))


def _did(data: Panel, row: int, start: int, what: str, unit: Unit, level: float) -> Estimate:
    """Before and after against the plain mean of the donors; its interval from the donors' own differences."""
    change = data.outcome[:, start:].mean(axis=1) - data.outcome[:, :start].mean(axis=1)
    others = change[data.first == NEVER]
    value = float(change[row] - others.mean())
    se = float(others.std(ddof=1) * math.sqrt(1 + 1 / len(others)))
    half = float(stats.t.ppf((1 + level) / 2, len(others) - 1)) * se
    return Estimate(
        estimand=f"Average change of {what} in {data.units[row]} against the plain mean of the others.", value=value,
        ci_lower=value - half, ci_upper=value + half, ci_level=level, unit=unit, n=data.outcome.size, se=se,
        cluster_count=len(data.units), method="difference in differences", design="quasi-experiment",
        assumptions=("Without the change, the unit would have moved in step with the mean of the others.",),
    )  # fmt: skip


def synthetic_did(data: Panel, *, what: str, unit: Unit, seed: int = 1, draws: int = 200) -> Estimate:
    """Synthetic difference in differences with placebo errors; all treated units must start together.

    Raises:
        MissingExtra: The extra `causal` is not installed.
        NotIdentified: Different starts, or no unit that is never treated.
    """
    if len(data.cohorts) != 1 or not (data.first == NEVER).any():
        raise NotIdentified(
            "synthetic difference in differences", got=f"{len(data.cohorts)} starts", expected="one",
            todo="Use a roll-out for starts in steps.",
        )  # fmt: skip
    dd, pandas = library("diff_diff"), library("pandas")
    start = data.cohorts[0]
    rows = [
        (i, t, float(data.outcome[i, t]), int(data.first[i] != NEVER))
        for i in range(len(data.units))
        for t in range(len(data.periods))
    ]
    frame = pandas.DataFrame(rows, columns=["unit", "period", "outcome", "treated"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dd.SyntheticDiD(variance_method="placebo", n_bootstrap=draws, seed=seed).fit(
            frame, outcome="outcome", treatment="treated", unit="unit", time="period",
            post_periods=list(range(start, len(data.periods))),
        )  # fmt: skip
    low, high = (float(v) for v in found.conf_int)
    return Estimate(
        estimand=f"Average change of {what} in the treated since the start.", value=float(found.att), ci_lower=low,
        ci_upper=high, ci_level=0.95, unit=unit, n=data.outcome.size, se=float(found.se), pvalue=float(found.p_value),
        cluster_count=len(data.units), method="synthetic difference in differences, placebo errors",
        design="quasi-experiment", assumptions=ASSUMES,
        details={
            "unit_weights": _named(found.unit_weights, data.units),
            "time_weights": _named(found.time_weights, data.periods),
        },
    )  # fmt: skip


def _named(weights: Mapping[Any, Any], names: Sequence[Any]) -> dict[str, float]:
    """Weights above 0.001 by name."""
    return {str(names[int(place)]): float(weight) for place, weight in dict(weights).items() if weight > 0.001}
