"""Cox's model on intervals (start, stop]: exposure that changes, late entry, strata, ties by Efron, clusters.

Sums over risk sets are differences of running sums over the days on which somebody left, so that a pass costs one
`bincount` for each pair of columns, however many rows are at risk: a million day-granular intervals take seconds where
a library that walks from day to day takes minutes (CONTRACTS 28).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from heard.errors import BadInput, NotIdentified
from heard.inference.survival.lives import Floats, Ints

MAX_STEPS = 40
FARTHEST = 15.0
"""A standardised log hazard ratio beyond this is no estimate: the column parts those who leave from those who stay."""
DRIFTS = 0.1
"""A step that still moves the log hazard by this much over a column's range, where the likelihood no longer gains, goes
on for ever (Therneau & Grambsch 2000, 3.4)."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Rows in the order handed in, and the days on which somebody left.

    Attributes:
        x: Shape (rows, columns), centred.
        event: Shape (rows,). True where the interval ends with leaving.
        lo, hi: Shape (rows,). Half-open range of event days at which the row is at risk.
        deaths: Shape (days,). How many leave on each event day.
        times: Shape (days,). The event days, of one stratum after the other.
    """

    x: Floats
    event: npt.NDArray[np.bool_]
    lo: Ints
    hi: Ints
    deaths: Ints
    times: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """A fitted model; arrays of shape (columns,).

    Attributes:
        names: Of the columns.
        coef: Log hazard ratios.
        se: Their standard errors; from clusters where clusters were given.
        covariance: Shape (columns, columns), behind `se`.
        model_se: Standard errors that trust the model and count every row as independent.
        loglik, loglik_null: Partial log likelihood at the estimate, and without any column.
        n, event_count, cluster_count: Rows, events, clusters (None without).
        risk: What the check of proportionality needs.
    """

    names: tuple[str, ...]
    coef: Floats
    se: Floats
    covariance: Floats
    model_se: Floats
    model_covariance: Floats = field(repr=False)
    loglik: float
    loglik_null: float
    n: int
    event_count: int
    cluster_count: int | None
    risk: Risk = field(repr=False)

    def ratio(self, name: str, *, level: float = 0.95) -> tuple[float, float, float, float]:
        """Hazard ratio of a column with its bounds and its p-value."""
        place = self.names.index(name)
        beta, se = float(self.coef[place]), float(self.se[place])
        z = float(stats.norm.ppf((1 + level) / 2))
        low, high = np.exp(beta - z * se), np.exp(beta + z * se)
        return float(np.exp(beta)), float(low), float(high), float(2 * stats.norm.sf(abs(beta / se)))

    def against(self, name: str, other: str, *, level: float = 0.95) -> tuple[float, float, float, float]:
        """Hazard under one column over that under another, with its bounds and its p-value."""
        i, j = self.names.index(name), self.names.index(other)
        beta = float(self.coef[i] - self.coef[j])
        se = float(np.sqrt(self.covariance[i, i] + self.covariance[j, j] - 2 * self.covariance[i, j]))
        z = float(stats.norm.ppf((1 + level) / 2))
        low, high = np.exp(beta - z * se), np.exp(beta + z * se)
        return float(np.exp(beta)), float(low), float(high), float(2 * stats.norm.sf(abs(beta / se)))

    def to_dicts(self) -> list[dict[str, Any]]:
        """One row a column: hazard ratio, bounds, p-value."""
        keys = ("hazard_ratio", "ci_lower", "ci_upper", "pvalue")
        return [
            {"name": name, "coef": float(b), "se": float(s), **dict(zip(keys, self.ratio(name), strict=True))}
            for name, b, s in zip(self.names, self.coef, self.se, strict=True)
        ]


def fit(
    start: npt.ArrayLike,
    stop: npt.ArrayLike,
    event: npt.ArrayLike,
    columns: Mapping[str, npt.ArrayLike],
    *,
    strata: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    level_of_ties: float = 1e-9,
) -> Hazards:
    """Fit by Newton's method.

    Args:
        start, stop: Shape (rows,). A row is at risk on days after `start`, up to and with `stop`.
        event: Shape (rows,). True where the row ends with leaving.
        columns: Name to values of shape (rows,).
        strata: Shape (rows,). Groups with a baseline of their own.
        clusters: Shape (rows,). Rows that vary together (a customer's); standard errors are then the sandwich's.
        level_of_ties: Convergence of the log likelihood, relative.

    Raises:
        BadInput: Shapes differ, values are missing, or an interval ends before it starts.
        NotIdentified: Nobody left, all columns say the same, or one parts leavers from stayers perfectly.

    Source:
        Cox (1972); Efron (1977) for ties; Lin & Wei (1989) for the sandwich; Therneau & Grambsch (2000), 3 and 7.
    """
    names = tuple(columns)
    x = np.column_stack([np.asarray(values, float) for values in columns.values()]) if names else np.empty((0, 0))
    begin, end, gone = np.asarray(start, float), np.asarray(stop, float), np.asarray(event).astype(bool)
    _check(begin, end, gone, x, names)
    group = np.zeros(len(end), np.int64) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    scale = x.std(0)
    risk = _risk(begin, end, gone, (x - x.mean(0)) / scale, group)
    beta, loglik, null, information = _newton(risk, names, level_of_ties)
    model = np.asarray(np.linalg.inv(information), np.float64)
    covariance, count = model, None
    if clusters is not None:
        codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
        covariance, count = _sandwich(risk, beta, model, codes)
    back = np.outer(1 / scale, 1 / scale)
    return Hazards(
        names=names,
        coef=beta / scale,
        se=np.sqrt(np.diag(covariance)) / scale,
        covariance=covariance * back,
        model_se=np.sqrt(np.diag(model)) / scale,
        model_covariance=model * back,
        loglik=loglik,
        loglik_null=null,
        n=len(end),
        event_count=int(gone.sum()),
        cluster_count=count,
        risk=Risk(risk.x * scale, risk.event, risk.lo, risk.hi, risk.deaths, risk.times),
    )


def _check(begin: Floats, end: Floats, gone: Any, x: Floats, names: Sequence[str]) -> None:
    if not names or not len(end) or not (len(begin) == len(end) == len(gone) == len(x)):
        raise BadInput(
            "hazard model", got="no rows, no columns, or columns of different length", expected="one value a row"
        )
    missing = [name for place, name in enumerate(names) if not np.isfinite(x[:, place]).all()]
    if missing or not (np.isfinite(begin).all() and np.isfinite(end).all()):
        raise BadInput("hazard model", got=f"missing values in {', '.join(missing) or 'times'}", expected="none")
    if (wrong := int((begin >= end).sum())) > 0:
        raise BadInput("interval", got=f"{wrong} that end before or when they start", expected="start before stop")
    if not gone.any():
        raise NotIdentified("hazard model", got="nobody who left", expected="events", todo="Wait, or widen the time.")
    flat = [name for place, name in enumerate(names) if x[:, place].std() < 1e-12]
    if flat:
        raise NotIdentified(
            "hazard model", got=f"the same value in every row of {', '.join(flat)}", expected="columns that vary",
            todo="Leave it out.",
        )  # fmt: skip


def _risk(begin: Floats, end: Floats, gone: npt.NDArray[np.bool_], x: Floats, group: Ints) -> Risk:
    """Days on which somebody left, stratum by stratum, and where each row is at risk among them."""
    pairs = np.unique(np.column_stack([group[gone], end[gone]]), axis=0)
    first = np.searchsorted(pairs[:, 0], np.arange(int(group.max()) + 2))
    lo, hi = np.empty(len(end), np.int64), np.empty(len(end), np.int64)
    for stratum in range(int(group.max()) + 1):
        rows = slice(None) if len(first) == 2 else group == stratum
        days = pairs[first[stratum] : first[stratum + 1], 1]
        lo[rows] = first[stratum] + np.searchsorted(days, begin[rows], side="right")
        hi[rows] = first[stratum] + np.searchsorted(days, end[rows], side="right")
    deaths = np.bincount(hi[gone] - 1, minlength=len(pairs))
    return Risk(x, gone, lo, hi, deaths, pairs[:, 1])


@dataclass(frozen=True, slots=True)
class _Sums:
    """Per event: its day, its rank among the ties of that day, and the weighted mean of those at risk then."""

    day: Ints
    rank: Floats
    s0: Floats
    mean: Floats
    second: Floats


def _sums(risk: Risk, weight: Floats) -> _Sums:
    days, count = len(risk.deaths), risk.x.shape[1]
    x, died = risk.x, risk.event
    at = risk.hi[died] - 1

    def running(values: Floats) -> Floats:
        change = np.bincount(risk.lo, values, days + 1) - np.bincount(risk.hi, values, days + 1)
        return np.asarray(np.cumsum(change)[:days])

    day = np.repeat(np.arange(days), risk.deaths)
    rank = (np.arange(len(day)) - np.repeat(np.cumsum(risk.deaths) - risk.deaths, risk.deaths)) / risk.deaths[day]

    def efron(values: Floats) -> Floats:
        return running(values)[day] - rank * np.bincount(at, values[died], days)[day]

    s0 = efron(weight)
    mean, second = np.empty((len(day), count)), np.empty((len(day), count, count))
    for i in range(count):
        once = weight * x[:, i]
        mean[:, i] = efron(once) / s0
        for j in range(i, count):
            second[:, i, j] = second[:, j, i] = efron(once * x[:, j]) / s0
    return _Sums(day, rank, s0, mean, second)


def _newton(risk: Risk, names: Sequence[str], tolerance: float) -> tuple[Floats, float, float, Floats]:
    beta = np.zeros(risk.x.shape[1])
    of_events = risk.x[risk.event].sum(0)
    best, null = -np.inf, np.nan
    step, widest = beta, np.ptp(risk.x, axis=0)
    for number in range(MAX_STEPS):
        weight = np.exp(np.clip(risk.x @ beta, -500, 500))
        sums = _sums(risk, weight)
        loglik = float(of_events @ beta - np.log(sums.s0).sum())
        if number == 0:
            null = loglik
        if not np.isfinite(loglik) or loglik < best - 1e-9 * abs(best):
            step = step / 2
            beta = beta - step
            continue
        information = sums.second.sum(0) - np.einsum("ei,ej->ij", sums.mean, sums.mean)
        if number == 0:
            _check_information(information, names)
        elif np.linalg.eigvalsh(information)[0] < 1e-9:
            break
        done = abs(loglik - best) < tolerance * (abs(loglik) + 1)
        best = loglik
        step = np.linalg.solve(information, of_events - sums.mean.sum(0))
        if done and (np.abs(step) * widest).max() < DRIFTS:
            return beta, loglik, null, information
        beta = beta + step
        if np.abs(beta).max() > FARTHEST:
            break
    far = names[int(np.abs(beta).argmax())]
    raise NotIdentified(
        "hazard model", got=f"{far} parts leavers from stayers perfectly", expected="both on either side of it",
        todo="Leave it out, or join it with another column.",
    )  # fmt: skip


def _check_information(information: Floats, names: Sequence[str]) -> None:
    values, vectors = np.linalg.eigh(information)
    if values[0] < 1e-9 * max(values[-1], 1e-300):
        involved = [name for name, part in zip(names, vectors[:, 0], strict=True) if abs(part) > 0.1]
        raise NotIdentified(
            "hazard model", got=f"columns that say the same at every event: {', '.join(involved)}",
            expected="columns that vary on their own", todo="Leave one out.",
        )  # fmt: skip


def score_residuals(risk: Risk, beta: Floats) -> Floats:
    """Shape (rows, columns). What each row adds to the score at the estimate (Therneau & Grambsch 2000, 4.2)."""
    weight = np.exp(np.clip(risk.x @ beta, -500, 500))
    sums, days = _sums(risk, weight), len(risk.deaths)

    def per_day(values: Floats) -> Floats:
        return np.asarray(np.bincount(sums.day, values, days), np.float64)

    def upto(values: Floats) -> Floats:
        return np.concatenate(([0.0], np.cumsum(per_day(values))))

    hazard, died, at = upto(1 / sums.s0), risk.event, risk.hi[risk.event] - 1
    own = per_day(sums.rank / sums.s0)[at]
    residual = np.empty_like(risk.x)
    for i in range(risk.x.shape[1]):
        x, mean = risk.x[:, i], sums.mean[:, i]
        through = upto(mean / sums.s0)
        residual[:, i] = -weight * (x * (hazard[risk.hi] - hazard[risk.lo]) - (through[risk.hi] - through[risk.lo]))
        residual[died, i] += x[died] - (per_day(mean) / risk.deaths)[at]
        residual[died, i] += weight[died] * (x[died] * own - per_day(sums.rank * mean / sums.s0)[at])
    return residual


def schoenfeld(risk: Risk, beta: Floats) -> tuple[Floats, Floats]:
    """Days and residuals, shape (events, columns): a leaver's columns less the mean of those at risk."""
    sums = _sums(risk, np.exp(np.clip(risk.x @ beta, -500, 500)))
    at = risk.hi[risk.event] - 1
    mean = np.column_stack(
        [np.bincount(sums.day, sums.mean[:, i], len(risk.deaths)) / risk.deaths for i in range(risk.x.shape[1])]
    )
    return risk.times[at], risk.x[risk.event] - mean[at]


def _sandwich(risk: Risk, beta: Floats, model: Floats, codes: Ints) -> tuple[Floats, int]:
    residual, count = score_residuals(risk, beta), int(codes.max()) + 1
    if count < 2:
        raise NotIdentified("clusters", got="one", expected="two at least", todo="Fit without clusters.")
    summed = np.column_stack([np.bincount(codes, residual[:, i], count) for i in range(residual.shape[1])])
    spread = summed @ model
    return spread.T @ spread, count
