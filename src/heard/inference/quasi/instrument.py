"""Instruments: something that moved the treatment and nothing else, such as the day a rule changed in some regions.

Sources:
    Angrist & Imbens (1995), JASA 90 (two-stage least squares as an average effect); Anderson & Rubin (1949), Ann. Math.
    Stat. 20 (the interval that holds with weak instruments); Sargan (1958), Econometrica 26, in Hansen's robust form;
    Lee et al. (2022), Am. Econ. Rev. 112 (an F of 104.7 for plain t tests).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from heard.errors import BadInput, NotIdentified
from heard.inference.evidence import Check, Estimate
from heard.inference.quasi.panel import Floats
from heard.terms.words import Unit

WEAK_BELOW = 10.0
ASSUMES = (
    "The instrument works through the treatment and in no other way.",
    "The instrument is as good as random: what moved it does not move the outcome.",
    "It pushes nobody away from the treatment.",
)


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Two-stage least squares of one treatment. `covariance` of `beta`, treatment first."""

    beta: float
    se: float
    ols: float
    first_stage_f: float
    overidentified_pvalue: float | None
    degrees: int


def instrument(
    outcome: Sequence[float] | Floats, treatment: Sequence[float] | Floats, instruments: Floats, *,
    covariates: Floats | None = None, clusters: Sequence[object] | None = None, what: str, unit: Unit,
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """Effect of the treatment on the outcome, by instruments, with the interval that weak ones cannot spoil.

    Args:
        outcome: Shape (n,).
        treatment: Shape (n,).
        instruments: Shape (n,) or (n, instruments).
        covariates: Shape (n, covariates); a constant is added.
        clusters: Shape (n,). Units in which the instrument varies; rows when None.
        what: The outcome as a manager calls it.
        unit: Its unit.
        level: Of the Anderson–Rubin interval.

    Raises:
        BadInput: Missing values.
        NotIdentified: The instrument does not vary, is perfectly told by covariates, or never moves the treatment.
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(treatment, dtype=float)
    z = np.asarray(instruments, dtype=float).reshape(len(y), -1)
    if not all(np.isfinite(part).all() for part in (y, d, z, *(() if covariates is None else (covariates,)))):
        raise BadInput(
            "instrument", got="missing values", expected="a number in every row", todo="Leave such rows out."
        )
    groups, g = _groups(clusters, len(y))
    y, d, z, used = _partialled(y, d, z, covariates)
    fitted = two_stage(y, d, z, groups, used=used)
    low, high, shape = anderson_rubin(y, d, z, groups, used=used, level=level)
    checks = (_strength(fitted), _over(fitted, z.shape[1]), _enough(g), _against_ols(fitted))
    return Estimate(
        estimand=f"Change of {what} for those whom the instrument moved.", value=fitted.beta, ci_lower=low,
        ci_upper=high, ci_level=level, unit=unit, n=len(y), cluster_count=g, se=fitted.se,
        pvalue=float(stats.f.sf(_ar_statistic(y, d, z, groups, 0.0, used), z.shape[1], max(g - 1, 1))),
        method=f"two-stage least squares, {z.shape[1]} instrument{'s' if z.shape[1] > 1 else ''}, Anderson–Rubin "
        f"interval ({shape})", design="quasi-experiment", assumptions=ASSUMES, checks=checks,
        details={"first_stage_f": fitted.first_stage_f, "ols": fitted.ols, "two_stage_se": fitted.se},
    )  # fmt: skip


def _groups(clusters: Sequence[object] | None, n: int) -> tuple[np.ndarray, int]:
    if clusters is None:
        return np.arange(n), n
    names, number = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
    if len(names) < 3:
        raise NotIdentified(
            "instrument", got=f"{len(names)} clusters", expected="three or more",
            todo="An instrument that varies between so few units cannot be told from the units.",
        )  # fmt: skip
    return number, len(names)


def _partialled(y: Floats, d: Floats, z: Floats, covariates: Floats | None) -> tuple[Floats, Floats, Floats, int]:
    """Everything less what constant and covariates tell of it."""
    x = np.ones((len(y), 1)) if covariates is None else np.column_stack([np.ones(len(y)), covariates])
    q, _ = np.linalg.qr(x)

    def rest(part: Floats) -> Floats:
        return np.asarray(part - q @ (q.T @ part))

    spread, own = np.linalg.norm(rest(z), axis=0), np.linalg.norm(z, axis=0)
    if (spread <= 1e-9 * np.maximum(own, 1e-12)).any():
        raise NotIdentified(
            "instrument", got="one that is constant or told perfectly by the covariates", expected="one that varies"
        )
    if np.linalg.norm(rest(d)) <= 1e-9 * max(float(np.linalg.norm(d)), 1e-12):
        raise NotIdentified("treatment", got="one that is constant or told perfectly", expected="one that varies")
    if np.linalg.norm(rest(y)) <= 1e-9 * max(float(np.linalg.norm(y)), 1e-12):
        raise NotIdentified("outcome", got="one that is constant or told perfectly", expected="one that varies")
    return rest(y), rest(d), rest(z), x.shape[1]


def two_stage(y: Floats, d: Floats, z: Floats, groups: np.ndarray, *, used: int) -> Fitted:
    """Two-stage least squares on partialled data, errors robust to heteroscedasticity and clustered by group."""
    n = len(y)
    first = np.asarray(np.linalg.lstsq(z, d, rcond=None)[0], dtype=np.float64)
    fitted = z @ first
    if float(fitted @ d) <= 1e-12 * float(d @ d):
        raise NotIdentified("instrument", got="one that never moved the treatment", expected="one that did")
    beta = float(fitted @ y / (fitted @ d))
    residual = y - beta * d
    count = int(groups.max()) + 1
    correction = count / (count - 1) * (n - 1) / (n - used - 1) if count < n else n / (n - used - 1)
    meat = np.bincount(groups, weights=fitted * residual) @ np.bincount(groups, weights=fitted * residual)
    se = math.sqrt(correction * float(meat)) / float(fitted @ fitted)
    return Fitted(
        beta=beta, se=se, ols=float(d @ y / (d @ d)), first_stage_f=_wald(z, d - fitted, first, groups, used),
        overidentified_pvalue=_hansen(z, y, d, residual, groups), degrees=count - 1,
    )  # fmt: skip


def _scores(z: Floats, residual: Floats, groups: np.ndarray) -> Floats:
    made = z * residual[:, None]
    return np.column_stack([np.bincount(groups, weights=made[:, j]) for j in range(z.shape[1])])


def _wald(z: Floats, residual: Floats, coefficients: Floats, groups: np.ndarray, used: int) -> float:
    """Robust F that the coefficients are all zero: (Z'Z) V^-1 (Z'Z) over their number."""
    n, k = z.shape
    s = _scores(z, residual, groups)
    count = len(s)
    correction = count / (count - 1) * (n - 1) / (n - used - k) if count < n else n / (n - used - k)
    meat = correction * s.T @ s
    moment = z.T @ z @ coefficients
    return float(moment @ np.linalg.pinv(meat) @ moment / k)


def _hansen(z: Floats, y: Floats, d: Floats, residual: Floats, groups: np.ndarray) -> float | None:
    """Two-step GMM's J: do the instruments agree with each other? None with as many instruments as treatments."""
    if z.shape[1] < 2:
        return None
    s = _scores(z, residual, groups)
    weight = np.linalg.pinv(s.T @ s)
    zd, zy = z.T @ d, z.T @ y
    beta = float(zd @ weight @ zy / (zd @ weight @ zd))
    moment = zy - beta * zd
    return float(stats.chi2.sf(float(moment @ weight @ moment), z.shape[1] - 1))


def _ar_statistic(y: Floats, d: Floats, z: Floats, groups: np.ndarray, beta: float, used: int) -> float:
    """Anderson–Rubin F of beta: does the instrument still tell anything of y - beta d?"""
    rest = y - beta * d
    coefficients = np.asarray(np.linalg.lstsq(z, rest, rcond=None)[0], dtype=np.float64)
    return _wald(z, rest - z @ coefficients, coefficients, groups, used)


def anderson_rubin(
    y: Floats, d: Floats, z: Floats, groups: np.ndarray, *, used: int, level: float = 0.95
) -> tuple[float, float, str]:
    """Bounds of the values that are not refused, and the set's shape: bounded, unbounded, or empty.

    With one instrument the set is the answer of a quadratic; with more it is searched on a grid around the estimate
    that is widened until it ends or is given up as unbounded.
    """
    count = int(groups.max()) + 1
    critical = float(stats.f.ppf(level, z.shape[1], max(count - 1, 1)))
    fitted = z @ np.linalg.lstsq(z, d, rcond=None)[0]
    centre = float(fitted @ y / (fitted @ d))

    def kept(beta: float) -> bool:
        return _ar_statistic(y, d, z, groups, beta, used) <= critical

    far = 1e4 * (abs(centre) + float(np.std(y)) / max(float(np.std(d)), 1e-12))
    if kept(far) or kept(-far):
        return -math.inf, math.inf, "unbounded: the instrument is too weak to bound the effect"
    step = max(abs(two_stage(y, d, z, groups, used=used).se), 1e-9 * far)
    grid = centre + step * np.linspace(-60, 60, 1201)
    inside = np.array([kept(float(b)) for b in grid])
    if not inside.any():
        return math.nan, math.nan, "empty: the instruments contradict each other"
    low = _edge(kept, float(grid[inside][0]), -step if not inside[0] else -far)
    high = _edge(kept, float(grid[inside][-1]), step if not inside[-1] else far)
    return low, high, "bounded"


def _edge(kept: Callable[[float], bool], inside: float, reach: float) -> float:
    outside = inside + reach
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return inside


def _strength(fitted: Fitted) -> Check:
    f = fitted.first_stage_f
    if f < WEAK_BELOW:
        said = f"First-stage F is {f:.1f}: the instrument hardly moved the treatment. Read the interval, not the value."
        return Check(name="instrument strength", passed="no", said=said, statistic=f, is_needed=True)
    enough = "" if f >= 104.7 else "; below 104.7 a plain t test would be too sure, so the interval here is another"
    said = f"First-stage F is {f:.1f}: the instrument moved the treatment{enough}."
    return Check(name="instrument strength", passed="yes", said=said, statistic=f, is_needed=True)


def _over(fitted: Fitted, instruments: int) -> Check:
    p = fitted.overidentified_pvalue
    if p is None:
        said = "One instrument only: whether it works in no other way cannot be tested."
        return Check(name="over-identification", passed="cannot say", said=said)
    if p < 0.05:
        said = f"The {instruments} instruments give different answers: one at least works in another way too."
        return Check(name="over-identification", passed="no", said=said, pvalue=p)
    said = f"The {instruments} instruments agree."
    return Check(name="over-identification", passed="yes", said=said, pvalue=p)


def _enough(clusters: int) -> Check:
    said = f"The interval rests on {clusters} independent units."
    if clusters < 20:
        return Check(name="units of the instrument", passed="cannot say", said=said + " Few: it may be too narrow.")
    return Check(name="units of the instrument", passed="yes", said=said)


def _against_ols(fitted: Fitted) -> Check:
    said = f"Without the instrument the same comparison would give {fitted.ols:.3g}, by instrument {fitted.beta:.3g}."
    return Check(name="plain comparison", passed="yes", said=said, statistic=fitted.ols, costs=0)
