"""Effects by cohort and period, and the four ways to add them up, each with its influence function.

Without covariates the doubly robust estimator of Callaway & Sant'Anna is a difference of differences of means, so that
its influence function is a line. It is ours and not the library's because the library gives neither the calendar
aggregation nor the joint test of the pre-trend.

Source:
    Callaway & Sant'Anna (2021), J. Econometrics 225; the weights' part of the influence function as in their R package
    `did`, `wif`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from heard.errors import NotIdentified
from heard.inference.quasi.panel import NEVER, Floats, Ints, Panel

Controls = Literal["never", "not-yet"]
Aggregation = Literal["simple", "group", "dynamic", "calendar"]


@dataclass(frozen=True, kw_only=True)
class GroupTime:
    """Effects by cohort and period. Arrays have shape (effects,) unless said otherwise.

    Attributes:
        cohort: Place of the period in which the cohort began.
        period: Place of the period.
        effect: ATT(g, t).
        influence: Shape (units, effects): what each unit adds.
        shares: Share of all units in each effect's cohort.
        membership: Shape (units, effects): 1 for units of the effect's cohort.
    """

    cohort: Ints
    period: Ints
    effect: Floats
    influence: Floats
    shares: Floats
    membership: Floats

    @property
    def is_after(self) -> np.ndarray:
        """True for periods in which the cohort is treated."""
        return self.period >= self.cohort

    @property
    def se(self) -> Floats:
        """Standard errors, clustered by unit."""
        return np.asarray(spread(self.influence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An aggregation: one overall effect, and the parts it is made of.

    Attributes:
        effect: Overall.
        se: Its standard error.
        keys: Cohort, event time or period of each part; empty for "simple".
        effects: Effect of each part.
        ses: Standard errors of the parts.
        influence: Shape (units, parts).
        influence_overall: Shape (units,).
    """

    effect: float
    se: float
    keys: tuple[int, ...]
    effects: Floats
    ses: Floats
    influence: Floats
    influence_overall: Floats


def spread(influence: Floats) -> Floats:
    """Standard error of a mean of influences, over the first axis."""
    return np.asarray(np.sqrt(np.mean(influence**2, axis=0) / influence.shape[0]))


def group_time(data: Panel, *, controls: Controls = "never", anticipation: int = 0) -> GroupTime:
    """All ATT(g, t) with a base period of their own: the last untreated one after the start, the one before otherwise.

    Args:
        data: The panel.
        controls: Never treated units, or all not yet treated ones as well.
        anticipation: Periods before the start in which the effect may show already.

    Raises:
        NotIdentified: No controls of that kind, or no period before the anticipation.
    """
    if controls == "never" and not (data.first == NEVER).any():
        raise NotIdentified(
            "controls", got="no unit that is never treated", expected="some",
            todo="Use controls = not-yet, which compares with those that start later.",
        )  # fmt: skip
    made = [
        (g, t, *_one(data, g, t, controls, anticipation))
        for g in data.cohorts
        for t in range(1, len(data.periods))
        if g - 1 - anticipation >= 0 and _controls(data, g, t, controls, anticipation).any()
    ]
    if not any(t >= g for g, t, _, _ in made):
        raise NotIdentified(
            "roll-out", got="no cohort with a period before and a control after", expected="one at least",
            todo="Bring earlier periods, or units that start later.",
        )  # fmt: skip
    cohort = np.array([one[0] for one in made], dtype=np.int64)
    return GroupTime(
        cohort=cohort,
        period=np.array([one[1] for one in made], dtype=np.int64),
        effect=np.array([one[2] for one in made]),
        influence=np.column_stack([one[3] for one in made]),
        shares=np.array([np.mean(data.first == g) for g in cohort]),
        membership=np.column_stack([(data.first == g).astype(float) for g in cohort]),
    )


def _controls(data: Panel, g: int, t: int, controls: Controls, anticipation: int) -> np.ndarray:
    never = data.first == NEVER
    if controls == "never":
        return np.asarray(never)
    later = data.first > max(t, _base(g, t, anticipation)) + anticipation
    return np.asarray((never | later) & (data.first != g))


def _base(g: int, t: int, anticipation: int) -> int:
    return g - 1 - anticipation if t >= g - anticipation else t - 1


def _one(data: Panel, g: int, t: int, controls: Controls, anticipation: int) -> tuple[float, Floats]:
    change = data.outcome[:, t] - data.outcome[:, _base(g, t, anticipation)]
    treated, control = data.first == g, _controls(data, g, t, controls, anticipation)
    own, other = change[treated].mean(), change[control].mean()
    influence = treated / treated.mean() * (change - own) - control / control.mean() * (change - other)
    return float(own - other), influence


def add_up(found: GroupTime, how: Aggregation) -> Added:
    """One of the four aggregations; parts before the start are kept for "dynamic" only and never enter the whole."""
    after = found.is_after
    if how == "simple":
        overall, influence = _weighted(found, np.flatnonzero(after))
        nothing = np.empty(0)
        return Added(
            effect=overall, se=float(spread(influence)), keys=(), effects=nothing, ses=nothing,
            influence=np.empty((len(influence), 0)), influence_overall=influence,
        )  # fmt: skip
    labels = {"group": found.cohort, "dynamic": found.period - found.cohort, "calendar": found.period}[how]
    keys = [int(k) for k in np.unique(labels if how == "dynamic" else labels[after])]
    parts = []
    for key in keys:
        rows = np.flatnonzero((labels == key) & (after | (how == "dynamic")))
        parts.append(_mean(found, rows) if how == "group" else _weighted(found, rows))
    effects = np.array([part[0] for part in parts])
    influence = np.column_stack([part[1] for part in parts])
    overall, whole = _overall(found, how, keys, effects, influence)
    return Added(
        effect=overall, se=float(spread(whole)), keys=tuple(keys), effects=effects, ses=spread(influence),
        influence=influence, influence_overall=whole,
    )  # fmt: skip


def _overall(
    found: GroupTime, how: Aggregation, keys: list[int], effects: Floats, influence: Floats
) -> tuple[float, Floats]:
    if how == "group":
        first = [int(np.flatnonzero(found.cohort == key)[0]) for key in keys]
        return _with_weights(found.shares[first], found.membership[:, first], effects, influence)
    chosen = np.array(keys) >= 0 if how == "dynamic" else np.ones(len(keys), dtype=bool)
    return float(effects[chosen].mean()), influence[:, chosen].mean(axis=1)


def _mean(found: GroupTime, rows: Ints) -> tuple[float, Floats]:
    return float(found.effect[rows].mean()), found.influence[:, rows].mean(axis=1)


def _weighted(found: GroupTime, rows: Ints) -> tuple[float, Floats]:
    return _with_weights(found.shares[rows], found.membership[:, rows], found.effect[rows], found.influence[:, rows])


def _with_weights(shares: Floats, membership: Floats, effects: Floats, influence: Floats) -> tuple[float, Floats]:
    """Mean weighted by cohort shares; that the shares are estimated too is part of the error."""
    total = shares.sum()
    weights = shares / total
    centred = membership - shares
    of_weights = centred / total - centred.sum(axis=1)[:, None] * shares / total**2
    return float(weights @ effects), influence @ weights + of_weights @ effects


def pretrend_test(found: GroupTime) -> tuple[float, int, float] | None:
    """Wald statistic that all effects before the start are zero, its degrees of freedom and p-value; None without any.

    The effects are taken as they are (not the event-study means), as in `did`. With more of them than units allow the
    test is not made.
    """
    rows = np.flatnonzero(~found.is_after)
    if not len(rows):
        return None
    psi = found.influence[:, rows]
    n = psi.shape[0]
    covariance = psi.T @ psi / n
    if np.linalg.matrix_rank(covariance) < len(rows) or n <= 2 * len(rows):
        return None
    effects = found.effect[rows]
    w = float(n * effects @ np.linalg.solve(covariance, effects))
    return w, len(rows), float(stats.chi2.sf(w, len(rows)))


def lead_test(found: GroupTime, *, most: int) -> tuple[float, int, float] | None:
    """The same for the event study's means, the `most` periods nearest to the start: for many periods and few units.

    Hotelling's F, which pays for the covariance being estimated from few units.
    """
    added = add_up(found, "dynamic")
    rows = [i for i, key in enumerate(added.keys) if key < 0][-most:]
    n, q = added.influence.shape[0], len(rows)
    if not rows or n <= q + 1:
        return None
    psi = added.influence[:, rows]
    covariance = psi.T @ psi / n
    if np.linalg.matrix_rank(covariance) < q:
        return None
    w = float(n * added.effects[rows] @ np.linalg.solve(covariance, added.effects[rows]))
    return w, q, float(stats.f.sf(w * (n - q) / (q * (n - 1)), q, n - q))


def simple_effect(outcome: Floats, first: Ints, *, controls: Controls, anticipation: int = 0) -> float:
    """The "simple" aggregation's value alone, many times faster: for starts that are drawn anew."""
    total, weight = 0.0, 0.0
    for g in np.unique(first[first != NEVER]):
        base = int(g) - 1 - anticipation
        if base < 0:
            continue
        own = outcome[first == g].mean(axis=0)
        for t in range(int(g), outcome.shape[1]):
            rest = first == NEVER if controls == "never" else first > t + anticipation
            if not rest.any():
                continue
            share = float(np.sum(first == g))
            other = outcome[rest][:, [base, t]].mean(axis=0)
            total += share * float(own[t] - own[base] - other[1] + other[0])
            weight += share
    return total / weight
