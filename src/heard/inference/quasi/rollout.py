"""A roll-out in steps: the effect, its growth, its checks and what other estimators say."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import stats

from heard.inference.evidence import Check, Estimate
from heard.inference.experiments.randomisation import inverted, share_as_far
from heard.inference.quasi.group_time import (
    Added,
    Controls,
    GroupTime,
    add_up,
    group_time,
    lead_test,
    pretrend_test,
    simple_effect,
)
from heard.inference.quasi.panel import NEVER, Floats, Panel
from heard.terms.words import Unit

FEW_UNITS = 60
DRAWS = 499
ASSUMES = (
    "Without the change, treated and untreated units would have moved in step.",
    "Nobody began to change before the start.",
    "Units that start do not touch the outcomes of those that have not.",
    "Who starts when was not chosen by how the outcome was about to move.",
)


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """What a roll-out did.

    Attributes:
        primary: Average effect over treated units and periods after their start.
        events: Event time → effect with pointwise interval; negative before the start.
        cohorts: Label of the start → average effect.
        beside: Estimator → its estimate of the same.
        panel: What it was made from.
    """

    primary: Estimate
    events: tuple[Mapping[str, Any], ...]
    cohorts: tuple[Mapping[str, Any], ...]
    calendar: tuple[Mapping[str, Any], ...]
    effects: tuple[Mapping[str, Any], ...]
    beside: Mapping[str, Estimate] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "primary": self.primary.to_dict(),
            "event_study": [dict(row) for row in self.events],
            "by_start": [dict(row) for row in self.cohorts],
            "by_period": [dict(row) for row in self.calendar],
            "group_time": [dict(row) for row in self.effects],
            "beside": {name: estimate.to_dict() for name, estimate in self.beside.items()},
        }


def rollout(
    data: Panel, *, what: str, unit: Unit, controls: Controls | None = None, anticipation: int = 0, seed: int = 1,
    placebo_outcomes: Mapping[str, Floats] | None = None, level: float = 0.95,
) -> Rollout:  # fmt: skip
    """Callaway–Sant'Anna without covariates, with its checks.

    Args:
        data: The panel.
        what: The outcome as a manager calls it.
        unit: Its unit; points for shares.
        controls: never or not-yet; by default never where there are any.
        anticipation: Periods before the start in which the effect may show.
        seed: Of the redrawn starts.
        placebo_outcomes: Name → outcome, shape (units, periods), that the change cannot move.
        level: Of the intervals.

    Raises:
        NotIdentified: No controls or no period before.
    """
    kind: Controls = controls or ("never" if (data.first == NEVER).any() else "not-yet")
    found = group_time(data, controls=kind, anticipation=anticipation)
    simple = add_up(found, "simple")
    redrawn = _redrawn(data, kind, anticipation, seed)
    checks = [_pretrend(found, len(data.units)), _placebo_date(data, kind), *_few(data, simple, redrawn, level)]
    checks += [_placebo_outcome(data, name, y, kind, anticipation) for name, y in (placebo_outcomes or {}).items()]
    t = float(stats.t.ppf((1 + level) / 2, max(len(data.units) - 1, 1)))
    low, high = _bounds(data, simple, redrawn, level)
    primary = Estimate(
        estimand=f"Average change of {what} in treated units since their start.", value=simple.effect,
        ci_lower=low, ci_upper=high, ci_level=level, unit=unit,
        n=data.outcome.size, n_left_out=data.left_out, cluster_count=len(data.units), se=simple.se,
        pvalue=_pvalue(data, simple, redrawn),
        method=f"Callaway–Sant'Anna, {kind}-treated controls, errors clustered by unit", design="quasi-experiment",
        assumptions=ASSUMES, checks=tuple(checks),
        details={"treated_units": data.treated_count, "controls": kind, "anticipation": anticipation},
    )  # fmt: skip
    dynamic = add_up(found, "dynamic")
    return Rollout(
        primary=primary,
        events=tuple(_rows(dynamic, dynamic.keys, "event_time", t)),
        cohorts=tuple(_labelled(add_up(found, "group"), data, "start", t)),
        calendar=tuple(_labelled(add_up(found, "calendar"), data, "period", t)),
        effects=tuple(_effects(found, data)),
    )


def _pvalue(data: Panel, simple: Added, redrawn: tuple[Floats, Floats] | None) -> float | None:
    """Of the interval's own test: the larger one where two were made."""
    normal = float(2 * stats.t.sf(abs(simple.effect) / simple.se, len(data.units) - 1)) if simple.se > 0 else None
    if redrawn is None:
        return normal
    return max(normal or 0.0, share_as_far(*redrawn, simple.effect, 0.0))


def _rows(added: Added, keys: Sequence[Any], name: str, t: float) -> list[dict[str, Any]]:
    return [
        {name: key, "value": float(e), "se": float(s), "ci_lower": float(e - t * s), "ci_upper": float(e + t * s)}
        for key, e, s in zip(keys, added.effects, added.ses, strict=True)
    ]


def _labelled(added: Added, data: Panel, name: str, t: float) -> list[dict[str, Any]]:
    return _rows(added, [data.periods[key] for key in added.keys], name, t)


def _effects(found: GroupTime, data: Panel) -> list[dict[str, Any]]:
    rows = zip(found.cohort, found.period, found.effect, found.se, strict=True)
    return [
        {"start": data.periods[g], "period": data.periods[t], "value": float(e), "se": float(s)} for g, t, e, s in rows
    ]


def _pretrend(found: GroupTime, units: int) -> Check:
    tested = pretrend_test(found) or lead_test(found, most=max(units // 6, 1))
    if tested is None:
        said = "Too few periods or units before the start to see whether the groups moved in step."
        return Check(name="pre-trend", passed="cannot say", said=said, is_needed=True)
    w, degrees, p = tested
    if p < 0.05:
        said = "Treated and untreated units drifted apart before the start already."
        return Check(name="pre-trend", passed="no", said=said, statistic=w, pvalue=p, is_needed=True)
    said = f"Before the start the groups moved in step as far as {degrees} comparisons can tell; that is no proof."
    return Check(name="pre-trend", passed="yes", said=said, statistic=w, pvalue=p, is_needed=True)


def _placebo_date(data: Panel, kind: Controls) -> Check:
    """The same estimate on the time before anybody began, with starts moved there."""
    name = "placebo date"
    first = min(data.cohorts)
    if first < 4:
        return Check(name=name, passed="cannot say", said="Too few periods before the first start to pretend one.")
    begins = np.where(data.first == NEVER, NEVER, first // 2).astype(np.int64)
    if kind == "not-yet" and not (data.first == NEVER).any():
        later = data.first > min(data.cohorts)
        begins = np.where(later, NEVER, first // 2).astype(np.int64)
    before = replace(data, outcome=data.outcome[:, :first], periods=data.periods[:first], first=begins)
    added = add_up(group_time(before, controls="never"), "simple")
    p = float(2 * stats.t.sf(abs(added.effect) / added.se, len(data.units) - 1)) if added.se > 0 else math.nan
    if p < 0.05:
        said = "A start that never was shows an effect too."
        return Check(name=name, passed="no", said=said, statistic=added.effect, pvalue=p)
    return Check(name=name, passed="yes", said="A start that never was shows none.", statistic=added.effect, pvalue=p)


def _placebo_outcome(data: Panel, name: str, outcome: Floats, kind: Controls, anticipation: int) -> Check:
    added = add_up(group_time(replace(data, outcome=outcome), controls=kind, anticipation=anticipation), "simple")
    p = float(2 * stats.t.sf(abs(added.effect) / added.se, len(data.units) - 1)) if added.se > 0 else math.nan
    moved = p < 0.05
    said = f"{name}, which the change cannot move, {'moved too' if moved else 'did not move'}."
    title = f"placebo outcome {name}"
    return Check(name=title, passed="no" if moved else "yes", said=said, statistic=added.effect, pvalue=p)


def _redrawn(data: Panel, kind: Controls, anticipation: int, seed: int) -> tuple[Floats, Floats] | None:
    """Effects under starts drawn anew among the units, and what one point of constant effect adds to each; the real
    draw comes first. None for so many units that the normal law will do."""
    if len(data.units) > FEW_UNITS:
        return None
    rng = np.random.default_rng(seed)
    treated = (np.arange(len(data.periods))[None, :] >= data.first[:, None]).astype(float)
    made: list[tuple[float, float]] = []
    for draw in range(DRAWS + 1):
        first = data.first if draw == 0 else rng.permutation(data.first)
        gap, slope = (
            simple_effect(y, first, controls=kind, anticipation=anticipation) for y in (data.outcome, treated)
        )
        made.append((gap, slope))
    return np.array([m[0] for m in made]), np.array([m[1] for m in made])


def _ways(data: Panel) -> int:
    """In how many ways the starts could have fallen on the units."""
    ways, left = 1, len(data.units)
    for start in np.unique(data.first):
        count = int((data.first == start).sum())
        ways, left = ways * math.comb(left, count), left - count
    return ways


def _few(data: Panel, simple: Added, redrawn: tuple[Floats, Floats] | None, level: float) -> list[Check]:
    """With few units the normal law is shaky: how often does chance do as much?"""
    if redrawn is None:
        return []
    p = share_as_far(*redrawn, simple.effect, 0.0)
    if 1 / _ways(data) > 1 - level:
        said = f"{data.treated_count} of {len(data.units)} units treated: nothing could have been beyond chance."
        return [Check(name="few units", passed="no", said=said, pvalue=p, is_needed=True, costs=2)]
    said = f"Starts drawn anew among the {len(data.units)} units give as much in {p:.1%} of draws."
    return [Check(name="few units", passed="yes", said=said, pvalue=p)]


def _bounds(data: Panel, simple: Added, redrawn: tuple[Floats, Floats] | None, level: float) -> tuple[float, float]:
    """By Student's t over units; with few units the wider of that and of the starts drawn anew."""
    t = float(stats.t.ppf((1 + level) / 2, max(len(data.units) - 1, 1)))
    low, high = simple.effect - t * simple.se, simple.effect + t * simple.se
    if redrawn is None:
        return low, high
    if 1 / _ways(data) > 1 - level:
        return -math.inf, math.inf
    other = inverted(*redrawn, simple.effect, 1 - level)
    return min(low, other[0]), max(high, other[1])
