"""Randomisation inference: draw the assignment again, as it was drawn, and see how often chance does as much.

Sources:
    Fisher (1935), The Design of Experiments; Imbens & Rubin (2015), Causal Inference, ch. 5; Cameron, Gelbach & Miller
    (2008), Rev. Econ. Stat. 90 (restricted wild cluster bootstrap); Webb (2023), Can. J. Econ. 56 (six-point weights).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from heard.inference.experiments.trial import Bools, Floats, Ints, Trial

DRAWS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test and the interval made by turning it around.

    Attributes:
        pvalue: Two-sided.
        ci_lower: Lower bound; -inf where no value can be refused.
        ci_upper: Upper bound; inf alike.
        draws: Assignments or bootstrap draws that were compared.
        is_exact: All possible ones were.
        least_pvalue: The smallest p-value that this design can give at all.
    """

    pvalue: float
    ci_lower: float
    ci_upper: float
    draws: int
    is_exact: bool
    least_pvalue: float


def assignments(treated: Bools, stratum: Ints, *, seed: int, draws: int = DRAWS) -> tuple[Bools, bool]:
    """Assignments with the same number of treated units in each stratum.

    Returns:
        Array (assignments, units) whose first row is the one that was drawn, and whether they are all there are.
    """
    groups = [np.flatnonzero(stratum == s) for s in np.unique(stratum)]
    if ways(treated, stratum) <= draws:
        return _all(treated, groups), True
    rng = np.random.default_rng(seed)
    made = np.empty((draws, len(treated)), dtype=bool)
    made[0] = treated
    for g in groups:
        order = np.argsort(rng.random((draws - 1, len(g))), axis=1)
        made[1:, g] = treated[g][order]
    return made, False


def ways(treated: Bools, stratum: Ints) -> int:
    """In how many ways the assignment could have fallen."""
    groups = (treated[stratum == s] for s in np.unique(stratum))
    return math.prod(math.comb(len(g), int(g.sum())) for g in groups)


def _all(treated: Bools, groups: list[Ints]) -> Bools:
    choices = [list(combinations(g.tolist(), int(treated[g].sum()))) for g in groups]
    rows = []
    for chosen in product(*choices):
        row = np.zeros(len(treated), dtype=bool)
        row[[i for part in chosen for i in part]] = True
        rows.append(row)
    made = np.array(rows)
    first = np.flatnonzero((made == treated).all(axis=1))[0]
    made[[0, first]] = made[[first, 0]]
    return made


def randomisation_test(data: Trial, *, seed: int, level: float = 0.95, draws: int = DRAWS) -> Tested:
    """Test of no effect on any unit, and the constant effects on the rate that it cannot refuse.

    With V the numerators, N the denominators and T the arm, an effect t takes t·N off the treated numerators. The
    statistic of each assignment is then linear in t, so that one draw of assignments serves the whole interval.
    """
    w, is_exact = assignments(data.treated, data.stratum, seed=seed, draws=draws)
    gap = _gaps(w, data.value, data.n)
    slope = _gaps(w, data.n * data.treated, data.n)
    observed = float(gap[0])
    p = share_as_far(gap, slope, observed, 0.0)
    least = _least(data, w, is_exact)
    lower, upper = (-math.inf, math.inf) if least > 1 - level else inverted(gap, slope, observed, 1 - level)
    return Tested(pvalue=p, ci_lower=lower, ci_upper=upper, draws=len(w), is_exact=is_exact, least_pvalue=least)


def _gaps(w: Bools, value: Floats, n: Floats) -> Floats:
    """Difference of the arms' rates under each assignment."""
    weights = w.astype(float)
    treated_n = weights @ n
    treated_value = weights @ value
    return np.asarray(treated_value / treated_n - (value.sum() - treated_value) / (n.sum() - treated_n))


def share_as_far(gap: Floats, slope: Floats, observed: float, effect: float) -> float:
    """P-value of a constant effect: the share of redrawn estimates, less that effect, as far from none as the real one.

    Args:
        gap: Shape (draws,). Estimates under redrawn assignments, the real one first.
        slope: Shape (draws,). What one unit of constant effect adds to each.
        observed: The real estimate.
        effect: The effect that is tested.
    """
    far = np.abs(gap - effect * slope) >= abs(observed - effect) * (1 - 1e-12) - 1e-15
    return float(far.mean())


def _least(data: Trial, w: Bools, is_exact: bool) -> float:
    """Balanced designs mirror every assignment, so that the extreme one comes twice."""
    mirrored = is_exact and bool((w == ~data.treated).all(axis=1).any())
    return (2.0 if mirrored else 1.0) / len(w)


def inverted(gap: Floats, slope: Floats, observed: float, alpha: float) -> tuple[float, float]:
    """The effects whose p-value is above alpha, searched outwards from the observed one by halving."""
    reach = 20 * float(np.std(gap)) + abs(observed) + 1e-9

    def edge(sign: float) -> float:
        inside, outside = observed, observed + sign * reach
        if share_as_far(gap, slope, observed, outside) > alpha:
            return sign * math.inf
        for _ in range(60):
            middle = (inside + outside) / 2
            if share_as_far(gap, slope, observed, middle) > alpha:
                inside = middle
            else:
                outside = middle
        return outside

    return edge(-1.0), edge(1.0)


def wild_bootstrap(data: Trial, *, seed: int, level: float = 0.95, draws: int = 1999) -> Tested:
    """Restricted wild cluster bootstrap of the difference of rates, its t with CR1 errors; units are clusters.

    Rademacher signs, all of them where that is few enough; six-point weights of Webb below 12 clusters that are not
    enumerated.
    """
    g, is_exact = _multipliers(len(data), seed=seed, draws=draws)

    def p(effect: float) -> float:
        return _bootstrap_p(data, g, effect, is_exact=is_exact)

    observed, se = _t_parts(data.value[None, :], data)
    middle, spread = float(observed[0]), float(se[0])
    lower, upper = (_boundary(p, middle, sign * spread, 1 - level) for sign in (-1.0, 1.0))
    return Tested(
        pvalue=p(0.0), ci_lower=lower, ci_upper=upper, draws=len(g), is_exact=is_exact, least_pvalue=1 / len(g)
    )


def _multipliers(units: int, *, seed: int, draws: int) -> tuple[Floats, bool]:
    if units <= 11 and 2**units <= draws + 49:
        return np.array(list(product((-1.0, 1.0), repeat=units))), True
    rng = np.random.default_rng(seed)
    if units < 12:
        webb = np.sqrt([0.5, 1.0, 1.5])
        return rng.choice(np.concatenate([-webb, webb]), size=(draws, units)), False
    return rng.choice([-1.0, 1.0], size=(draws, units)), False


def _bootstrap_p(data: Trial, g: Floats, effect: float, *, is_exact: bool) -> float:
    base = data.value - effect * data.n * data.treated
    rate = base.sum() / data.n.sum()
    residual = base - rate * data.n
    drawn = rate * data.n + g * residual
    value, se = _t_parts(drawn, data)
    own, own_se = _t_parts(base[None, :], data)
    t = np.abs(value) / np.maximum(se, 1e-300)
    as_far = int(np.sum(t >= abs(own[0]) / max(own_se[0], 1e-300) * (1 - 1e-10)))
    return as_far / len(g) if is_exact else (as_far + 1) / (len(g) + 1)


def _t_parts(value: Floats, data: Trial) -> tuple[Floats, Floats]:
    """Differences of rates and their CR1 standard errors for rows of numerators, shape (draws, units)."""
    t = data.treated
    parts, total = [], 0.0
    for arm in (t, ~t):
        n = data.n[arm]
        rate = value[:, arm].sum(axis=1) / n.sum()
        residual = value[:, arm] - rate[:, None] * n
        parts.append(rate)
        total = total + (residual**2).sum(axis=1) / n.sum() ** 2
    units = len(data)
    return parts[0] - parts[1], np.sqrt(np.asarray(total) * units / (units - 1))


def _boundary(p: Callable[[float], float], middle: float, step: float, alpha: float) -> float:
    inside, outside = middle, middle + 2 * step
    for _ in range(12):
        if p(outside) <= alpha:
            break
        inside, outside = outside, middle + 2 * (outside - middle)
    else:
        return math.copysign(math.inf, step)
    for _ in range(25):
        halfway = (inside + outside) / 2
        inside, outside = (halfway, outside) if p(halfway) > alpha else (inside, halfway)
    return outside
