"""Before and after in one series, with season: weak evidence, and marked so.

Sources:
    Wagner et al. (2002), J. Clin. Pharm. Ther. 27 (segmented regression); Newey & West (1987), Econometrica 55; Bernal,
    Cummins & Gasparrini (2017), Int. J. Epidemiol. 46 (season by harmonics).
"""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from heard.errors import BadInput, NotIdentified
from heard.inference.evidence import Check, Estimate
from heard.inference.quasi.panel import Floats
from heard.terms.words import Unit

LEAST_BEFORE, LEAST_AFTER = 8, 4
ASSUMES = (
    "Without the change, trend and season would have gone on as before.",
    "Nothing else happened at that time. There is no comparison group to show it.",
)


def interrupted_series(
    values: Sequence[float] | Floats,
    *,
    start: int,
    what: str,
    unit: Unit,
    season: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """Jump at the start of the change, with trend before and after and, if long enough, season.

    Args:
        values: Shape (periods,), in order, without gaps.
        start: Place of the first period with the change.
        what: The outcome as a manager calls it.
        unit: Its unit.
        season: Periods in a year (52.18 for weeks, 12 for months); two harmonics are fitted when a whole year lies
            before the start, else season is left out and a check says so.
        level: Of the interval.

    Raises:
        BadInput: Missing values.
        NotIdentified: Fewer than 8 periods before or 4 after, or a constant series.
    """
    y = np.asarray(values, dtype=float)
    if not np.isfinite(y).all():
        raise BadInput("series", got="missing periods", expected="a value in every period", todo="Take longer periods.")
    if start < LEAST_BEFORE or len(y) - start < LEAST_AFTER:
        raise NotIdentified(
            "series", got=f"{start} periods before and {max(len(y) - start, 0)} after",
            expected=f"{LEAST_BEFORE} and {LEAST_AFTER} at least", todo="Wait, or bring a longer past.",
        )  # fmt: skip
    if np.ptp(y) == 0:
        raise NotIdentified("series", got="the same value in every period", expected="values that differ")
    seasonal = season is not None and start >= season
    x = _design(len(y), start, season if seasonal else None)
    beta, covariance, residual = newey_west(x, y)
    degrees = len(y) - x.shape[1]
    se, t = float(np.sqrt(covariance[2, 2])), float(stats.t.ppf((1 + level) / 2, degrees))
    return Estimate(
        estimand=f"Jump of {what} when the change began.", value=float(beta[2]), ci_lower=float(beta[2] - t * se),
        ci_upper=float(beta[2] + t * se), ci_level=level, unit=unit, n=len(y), se=se,
        pvalue=float(2 * stats.t.sf(abs(beta[2]) / se, degrees)), design="before-after", assumptions=ASSUMES,
        method="interrupted series, " + ("season by two harmonics, " if seasonal else "") + "Newey–West errors",
        checks=(
            _season(season, seasonal),
            _placebo_starts(y, start, float(beta[2]), season if seasonal else None),
            _rest(residual),
        ),
        details={"trend_before": float(beta[1]), "change_of_trend": float(beta[3])},
    )  # fmt: skip


def _design(n: int, start: int, season: float | None) -> Floats:
    time = np.arange(n, dtype=float)
    after = (time >= start).astype(float)
    columns = [np.ones(n), time, after, after * (time - start)]
    if season is not None:
        for k in (1, 2):
            columns += [np.sin(2 * np.pi * k * time / season), np.cos(2 * np.pi * k * time / season)]
    return np.column_stack(columns)


def newey_west(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Least squares with errors that allow for likeness of neighbours; lag 4(n/100)^(2/9), small-sample factor."""
    n, p = x.shape
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    residual = y - x @ beta
    scores = x * residual[:, None]
    lag = int(np.floor(4 * (n / 100) ** (2 / 9)))
    meat = scores.T @ scores
    for step in range(1, lag + 1):
        part = scores[step:].T @ scores[:-step]
        meat = meat + (1 - step / (lag + 1)) * (part + part.T)
    return beta, inverse @ meat @ inverse * n / (n - p), residual


def _season(season: float | None, seasonal: bool) -> Check:
    if seasonal:
        return Check(name="season", passed="yes", said="A whole year before the start lets season be told apart.")
    said = "Less than a year lies before the start: a jump may be the season."
    return Check(name="season", passed="cannot say" if season else "no", said=said, is_needed=True)


def _placebo_starts(y: Floats, start: int, effect: float, season: float | None) -> Check:
    """The same jump, by the same model, at every date before: how many are as large?"""
    first = LEAST_BEFORE if season is None else max(LEAST_BEFORE, int(np.ceil(season)))
    dates = range(first, start - LEAST_AFTER + 1)
    if len(dates) < 8:
        return Check(name="placebo dates", passed="cannot say", said="Too few periods before to pretend other starts.")
    found = []
    for date in dates:
        x = _design(start, date, season)
        found.append(abs(float(np.linalg.lstsq(x, y[:start], rcond=None)[0][2])))
    share = float(np.mean([f >= abs(effect) for f in found]))
    said = f"{share:.0%} of {len(found)} dates before, at which nothing happened, show a jump as large."
    return Check(name="placebo dates", passed="no" if share > 0.1 else "yes", said=said, statistic=share)


def _rest(residual: Floats) -> Check:
    """Likeness of neighbours that is left (Durbin–Watson far from 2) makes the interval too narrow."""
    dw = float(np.sum(np.diff(residual) ** 2) / np.sum(residual**2))
    passed = 1.2 < dw < 2.8
    said = f"Neighbouring periods are {'not too ' if passed else ''}alike (Durbin–Watson {dw:.2f})."
    return Check(name="likeness of neighbours", passed="yes" if passed else "no", said=said, statistic=dw, costs=0)
