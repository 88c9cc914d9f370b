"""Several columns at once, on a panel with gaps: what changes within a unit when a column changes within it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from heard.errors import BadInput, NotIdentified

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Fitted coefficients.

    Attributes:
        coef: Of the columns, in their order.
        se: Of independent rows, as textbooks print them.
        clustered_se: Over units (CR1).
        r_squared: Of what is left after the units' means.
        degrees: Rows less units less columns (periods included).
    """

    names: tuple[str, ...]
    coef: Floats
    se: Floats
    clustered_se: Floats
    r_squared: float
    degrees: int
    n: int
    unit_count: int

    def to_dicts(self, *, level: float = 0.95) -> list[dict[str, Any]]:
        """One row a column with bounds by Student's t over units."""
        t = float(stats.t.ppf((1 + level) / 2, self.unit_count - 1))
        return [
            {"name": n, "coef": float(b), "se": float(s), "ci_lower": float(b - t * s), "ci_upper": float(b + t * s)}
            for n, b, s in zip(self.names, self.coef, self.clustered_se, strict=True)
        ]


def within(
    columns: Mapping[str, npt.ArrayLike],
    outcome: npt.ArrayLike,
    units: npt.ArrayLike,
    periods: npt.ArrayLike | None = None,
) -> Within:
    """Regression with an effect for every unit and, given, every period.

    Args:
        columns: Name to values of shape (rows,).
        outcome: Shape (rows,).
        units: Shape (rows,). Whose row.
        periods: Shape (rows,). When; the first one is compared with. Units may miss periods.

    Raises:
        BadInput: Missing values.
        NotIdentified: One unit, one row a unit, or a column that does not change within units.

    Source:
        Wooldridge (2019), Introductory Econometrics, 14.1; Cameron & Miller (2015) for the errors.
    """
    y = np.asarray(outcome, float)
    codes = np.unique(np.asarray(units), return_inverse=True)[1]
    x = np.column_stack([*(np.asarray(v, float) for v in columns.values()), *_dummies(periods)])
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise BadInput("panel", got="missing values", expected="none", todo="Leave those rows out.")
    count = int(codes.max()) + 1
    degrees = len(y) - count - x.shape[1]
    if count < 2 or degrees < 1:
        raise NotIdentified("panel", got=f"{len(y)} rows of {count} units", expected="several rows of several units")
    x, y = _centred(x, codes, count), _centred(y[:, None], codes, count)[:, 0]
    flat = [n for n, column in zip(columns, x.T, strict=False) if float(column @ column) < 1e-10 * len(y)]
    if flat or np.linalg.matrix_rank(x) < x.shape[1]:
        told = f"{', '.join(flat)} that never changes within a unit" if flat else "columns that say the same"
        raise NotIdentified("panel", got=told, expected="columns that change within units on their own")
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ (x.T @ y)
    residual = y - x @ beta
    rss = float(residual @ residual)
    scores = np.column_stack([np.bincount(codes, column * residual, count) for column in x.T])
    factor = count / (count - 1) * (len(y) - 1) / (len(y) - x.shape[1])
    meat = bread @ (scores.T @ scores) @ bread
    p = len(columns)
    return Within(
        names=tuple(columns), coef=beta[:p], se=np.sqrt(np.diag(bread) * rss / degrees)[:p],
        clustered_se=np.sqrt(factor * np.diag(meat))[:p], r_squared=1 - rss / float(y @ y), degrees=degrees, n=len(y),
        unit_count=count,
    )  # fmt: skip


def _dummies(periods: npt.ArrayLike | None) -> list[Floats]:
    if periods is None:
        return []
    when = np.asarray(periods)
    return [(when == one).astype(float) for one in np.unique(when)[1:]]


def _centred(values: Floats, codes: npt.NDArray[np.int64], count: int) -> Floats:
    n = np.bincount(codes, minlength=count)
    means = np.column_stack([np.bincount(codes, column, count) / n for column in values.T])
    return np.asarray(values - means[codes])
