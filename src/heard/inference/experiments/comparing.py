"""The difference between arms, with an interval that counts assigned units and not contacts.

Sources:
    Deng, Knoblich & Lu (2018), KDD (ratio metrics by the delta method); Deng et al. (2013), WSDM (CUPED); Imbens &
    Kolesár (2016), Rev. Econ. Stat. 98 (HC2 with Bell–McCaffrey degrees of freedom).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from heard.inference.experiments.trial import Bools, Floats, Trial

EXACT_DEGREES_UP_TO = 1500
"""Units beyond which degrees of freedom are taken as units less parameters: the exact ones need a square matrix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Treatment less control, in the metric's unit.

    Attributes:
        value: Difference of the arms' rates, adjusted for strata and past where asked.
        se: Standard error.
        degrees: Degrees of freedom of Student's t.
        control: Rate in control, unadjusted.
        treated: Rate in treatment, unadjusted.
        variance_kept: Share of the variance that is left after the adjustment for the past; 1 without it.
    """

    value: float
    se: float
    degrees: float
    control: float
    treated: float
    variance_kept: float = 1.0

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Bounds by Student's t."""
        half = float(stats.t.ppf((1 + level) / 2, self.degrees)) * self.se
        return self.value - half, self.value + half

    @property
    def pvalue(self) -> float:
        """Two-sided, against no difference; 1 when there is no spread to judge by."""
        return float(2 * stats.t.sf(abs(self.value) / self.se, self.degrees)) if self.se > 0 else float("nan")


def rates(value: Floats, n: Floats, treated: Bools) -> tuple[float, float]:
    """Rate of control and of treatment: sum of values over sum of denominators."""
    return (
        float(value[~treated].sum() / n[~treated].sum()),
        float(value[treated].sum() / n[treated].sum()),
    )


def scores(value: Floats, n: Floats, treated: Bools) -> Floats:
    """Each unit's linearised rate: its mean over an arm is the arm's rate, its variance that of the ratio."""
    made = np.empty(len(value))
    for arm in (treated, ~treated):
        rate = value[arm].sum() / n[arm].sum()
        made[arm] = rate + (value[arm] - rate * n[arm]) / n[arm].mean()
    return made


def difference(data: Trial, *, use_past: bool = False) -> Difference:
    """Intention-to-treat difference over assigned units.

    Args:
        data: Units with an outcome, at least two an arm.
        use_past: Adjust by each unit's own rate before the start (CUPED); units without a past count as average.

    Returns:
        The difference. With strata their means are taken out, as the draw was made within them.
    """
    z = scores(data.value, data.n, data.treated)
    plain = _design(data)
    columns = plain
    if use_past and len(data.past_n) and (data.past_n > 0).sum() >= 3:
        columns = np.column_stack([plain, past_scores(data)])
    value, se, degrees = _contrast(columns, z)
    kept = (se / _contrast(plain, z)[1]) ** 2 if columns is not plain and se > 0 else 1.0
    control, treated = rates(data.value, data.n, data.treated)
    return Difference(value=value, se=se, degrees=degrees, control=control, treated=treated, variance_kept=float(kept))


def past_scores(data: Trial) -> Floats:
    """Each unit's linearised rate before the start, less the mean; 0 for units without a past."""
    has = data.past_n > 0
    rate = data.past_value[has].sum() / data.past_n[has].sum()
    made = np.zeros(len(data))
    made[has] = (data.past_value[has] - rate * data.past_n[has]) / data.past_n[has].mean()
    return np.asarray(made - made.mean())


def influence(data: Trial, value: Floats, n: Floats) -> tuple[float, Floats]:
    """Difference of the arms' rates of any ratio over the units, and what each unit adds to its error.

    The sum of squares of the second is the HC2 variance, and the sum of products with another's the covariance.
    """
    z = scores(value, n, data.treated)
    x = _design(data)
    weights = x @ np.linalg.pinv(x.T @ x)
    residual = z - x @ (weights.T @ z)
    leverage = np.minimum(np.einsum("ij,ij->i", weights, x), 1 - 1e-9)
    return float(weights[:, 0] @ z), np.asarray(weights[:, 0] * residual / np.sqrt(1 - leverage))


def adjusted(data: Trial) -> Trial:
    """The same units with what the past foretells taken off their numerators, for tests that redraw the assignment.

    The slope is fitted without looking at the arms, so that it does not change when they are drawn anew.
    """
    if not len(data.past_n) or (data.past_n > 0).sum() < 3:
        return data
    x = past_scores(data)
    rate = data.value.sum() / data.n.sum()
    z = (data.value - rate * data.n) / data.n.mean()
    spread = float(x @ x)
    slope = float(x @ z) / spread if spread > 0 else 0.0
    return replace(data, value=data.value - slope * x * data.n.mean())


def _design(data: Trial) -> Floats:
    """Arm first, constant, then strata whose arms are both there."""
    columns = [data.treated.astype(float), np.ones(len(data))]
    for stratum in np.unique(data.stratum)[1:]:
        own = (data.stratum == stratum).astype(float)
        columns.append(own - own.mean())
    return np.column_stack(columns)


def _contrast(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Coefficient of the first column, its HC2 standard error and Bell–McCaffrey degrees of freedom."""
    inverse = np.linalg.pinv(x.T @ x)
    weights = x @ inverse
    residual = y - x @ (weights.T @ y)
    leverage = np.minimum(np.einsum("ij,ij->i", weights, x), 1 - 1e-9)
    a = weights[:, 0]
    variance = float(np.sum(a * a * residual * residual / (1 - leverage)))
    return float(a @ y), float(np.sqrt(variance)), _degrees(x, weights, a, leverage)


def _degrees(x: Floats, weights: Floats, a: Floats, leverage: Floats) -> float:
    n, p = x.shape
    if n > EXACT_DEGREES_UP_TO:
        return float(n - p)
    scaled = a / np.sqrt(1 - leverage)
    g = (np.eye(n) - weights @ x.T) * scaled
    inner = g.T @ g
    return float(max(np.trace(inner) ** 2 / np.sum(inner * inner), 1.0))
