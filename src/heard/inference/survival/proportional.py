"""Does a hazard ratio stay the same over time? Scaled Schoenfeld residuals against the share already gone."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from heard.inference.survival.cox import Hazards, Risk, schoenfeld
from heard.inference.survival.lives import Floats


@dataclass(frozen=True, slots=True)
class Drift:
    """Verdict on one column, or on all of them: correlation with time (NaN for all), chi-square, p-value."""

    name: str
    rho: float
    statistic: float
    pvalue: float


def proportional(hazards: Hazards) -> tuple[Drift, ...]:
    """Tests of every column and, last, of all together; a small p-value says that the ratio changes with time.

    Source:
        Grambsch & Therneau (1994), Biometrika 81; time as 1 - Kaplan–Meier of the pooled rows, as in R's `cox.zph`
        before survival 3.0.
    """
    days, residual = schoenfeld(hazards.risk, hazards.coef)
    events = len(days)
    clock = _share_gone(hazards.risk, days)
    centred = clock - clock.mean()
    spread = float(centred @ centred)
    if events < 2 or spread <= 0:
        return tuple(Drift(name, np.nan, np.nan, np.nan) for name in (*hazards.names, "all"))
    covariance = hazards.model_covariance
    scaled = residual @ covariance * events
    slopes = centred @ scaled
    statistics = slopes**2 / (np.diag(covariance) * events * spread)
    drift = centred @ residual
    together = float(drift @ covariance @ drift * events / spread)
    told = [
        Drift(
            name,
            float(np.corrcoef(clock, scaled[:, place])[0, 1]),
            float(statistic),
            float(stats.chi2.sf(statistic, 1)),
        )
        for place, (name, statistic) in enumerate(zip(hazards.names, statistics, strict=True))
    ]
    return (*told, Drift("all", np.nan, together, float(stats.chi2.sf(together, len(hazards.names)))))


def _share_gone(risk: Risk, days: Floats) -> Floats:
    """One minus Kaplan–Meier just before each day, over the pooled intervals."""
    count = len(risk.deaths)
    entered = np.bincount(risk.lo, minlength=count + 1) - np.bincount(risk.hi, minlength=count + 1)
    at_risk = np.cumsum(entered)[:count]
    distinct, where = np.unique(risk.times, return_inverse=True)
    d, n = np.bincount(where, risk.deaths), np.bincount(where, at_risk)
    value = np.cumprod(1 - d / n)
    before = np.concatenate(([1.0], value[:-1]))
    return 1 - before[np.searchsorted(distinct, days)]
