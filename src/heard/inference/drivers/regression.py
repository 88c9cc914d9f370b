"""Linear and logistic regression with standard errors over clusters; a penalty where that foretells better."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from heard.errors import BadInput, NotIdentified
from heard.inference.drivers.moments import Floats, Ints, Moments

MAX_STEPS = 50
PENALTIES = (0.0, *(float(10**e) for e in np.arange(-3, 3.5, 0.5)))
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """Fitted coefficients, the constant first.

    Attributes:
        names: Of the columns, the constant first.
        coef, se: Per unit of the column; standard errors over clusters (CR1), without a penalty.
        covariance: Behind `se`.
        shrunk: Coefficients under the penalty that foretold other clusters best; equal to `coef` at penalty 0.
        penalty: On standardised columns.
        n, cluster_count: Rows and clusters.
        r_squared: Share of the outcome's variance; McFadden's for logistic regression.
    """

    names: tuple[str, ...]
    coef: Floats
    se: Floats
    covariance: Floats = field(repr=False)
    shrunk: Floats
    penalty: float
    n: int
    cluster_count: int
    r_squared: float

    def to_dicts(self, *, level: float = 0.95) -> list[dict[str, Any]]:
        """One row a column but the constant: estimate, bounds, p-value by Student's t over clusters."""
        t = float(stats.t.ppf((1 + level) / 2, self.cluster_count - 1))
        return [
            {
                "name": self.names[i], "coef": float(self.coef[i]), "se": float(self.se[i]),
                "ci_lower": float(self.coef[i] - t * self.se[i]), "ci_upper": float(self.coef[i] + t * self.se[i]),
                "pvalue": float(2 * stats.t.sf(abs(self.coef[i] / self.se[i]), self.cluster_count - 1)),
                "shrunk": float(self.shrunk[i]),
            }
            for i in range(1, len(self.names))
        ]  # fmt: skip


def linear(
    columns: Mapping[str, npt.ArrayLike], outcome: npt.ArrayLike, clusters: npt.ArrayLike, *, seed: int = 1
) -> Regression:
    """Least squares.

    Args:
        columns: Name to values of shape (rows,).
        outcome: Shape (rows,).
        clusters: Shape (rows,). What varies together: an agent, a customer.
        seed: Of the folds over which the penalty is chosen.

    Raises:
        NotIdentified: A column that does not vary, columns that say the same, fewer than two clusters.

    Source:
        Liang & Zeger (1986), CR1 as in Stata; Hoerl & Kennard (1970) for the penalty.
    """
    moments = Moments.of(columns, outcome, clusters)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    _check(moments, codes)
    total, k = moments.total, len(moments.names)
    beta = np.asarray(np.linalg.solve(total[:k, :k], total[:k, k]), np.float64)
    # each cluster's score is a sum of products, so rows are not needed again
    scores = moments.products[:, :k, k] - moments.products[:, :k, :k] @ beta
    covariance = _sandwich(np.asarray(np.linalg.inv(total[:k, :k]), np.float64), scores, moments.n)
    rss = float(total[k, k] - beta @ total[:k, k])
    tss = float(total[k, k] - total[0, k] ** 2 / moments.n)
    penalty = _best_penalty(moments, seed)
    return Regression(
        names=moments.names, coef=beta, se=np.sqrt(np.diag(covariance)), covariance=covariance,
        shrunk=_ridge(total, moments.n, penalty), penalty=penalty, n=int(moments.n), cluster_count=len(moments.count),
        r_squared=1 - rss / tss if tss > 0 else np.nan,
    )  # fmt: skip


def logistic(
    columns: Mapping[str, npt.ArrayLike], outcome: npt.ArrayLike, clusters: npt.ArrayLike, *, penalty: float = 0.0
) -> Regression:
    """Logistic regression of a yes-or-no outcome, by reweighted least squares; coefficients are log odds ratios.

    Raises:
        NotIdentified: As `linear`; all outcomes equal; a column parts yes from no perfectly.
    """
    moments = Moments.of(columns, outcome, clusters)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    _check(moments, codes)
    y = np.asarray(outcome, float)
    if not np.isin(y, (0, 1)).all():
        raise BadInput("outcome", got="values beside 0 and 1", expected="yes or no")
    x = np.column_stack([np.ones_like(y), *(np.asarray(v, float) for v in columns.values())])
    centre, scale = x.mean(0), x.std(0)
    centre[0], scale[0] = 0.0, 1.0
    z = (x - centre) / scale
    pull = np.diag([0.0, *[penalty] * (z.shape[1] - 1)])
    beta, bread = _reweighted(z, y, pull, moments.names)
    scores = np.column_stack([
        np.bincount(codes, z[:, i] * (y - special.expit(z @ beta)), len(moments.count)) for i in range(z.shape[1])
    ]).astype(np.float64)  # fmt: skip
    covariance = _sandwich(bread, scores, moments.n, small=False)
    back = np.diag(1 / scale)
    back[0, 1:] = -centre[1:] / scale[1:]
    mean = y.mean()
    null = len(y) * (special.xlogy(mean, mean) + special.xlogy(1 - mean, 1 - mean))
    coef = back @ beta
    return Regression(
        names=moments.names, coef=coef, se=np.sqrt(np.diag(back @ covariance @ back.T)),
        covariance=back @ covariance @ back.T, shrunk=coef, penalty=penalty, n=len(y), cluster_count=len(moments.count),
        r_squared=float(1 - _log_odds_likelihood(z @ beta, y) / null),
    )  # fmt: skip


def _log_odds_likelihood(eta: Floats, y: Floats) -> float:
    return float((y * eta - np.logaddexp(0, eta)).sum())


def _reweighted(z: Floats, y: Floats, pull: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    beta = np.zeros(z.shape[1])
    if y.min() == y.max():
        raise NotIdentified("outcome", got="the same for everybody", expected="both", todo="Wait, or widen the time.")
    for _ in range(MAX_STEPS):
        p = special.expit(z @ beta)
        information = (z * (p * (1 - p))[:, None]).T @ z + pull
        step = np.linalg.solve(information, z.T @ (y - p) - pull @ beta)
        beta = beta + step
        if np.abs(beta).max() > 15:
            break
        if np.abs(step).max() < 1e-9:
            return beta, np.asarray(np.linalg.inv(information))
    far = names[int(np.abs(beta).argmax())]
    raise NotIdentified(
        "regression", got=f"{far} parts yes from no perfectly", expected="both on either side of it",
        todo="Leave it out, or set a penalty.",
    )  # fmt: skip


def _sandwich(bread: Floats, scores: Floats, n: float, *, small: bool = True) -> Floats:
    groups, k = len(scores), len(bread)
    factor = groups / (groups - 1) * ((n - 1) / (n - k) if small else 1.0)
    return np.asarray(factor * bread @ (scores.T @ scores) @ bread)


def _check(moments: Moments, codes: Ints) -> None:
    k = len(moments.names)
    if len(moments.count) < 2:
        raise NotIdentified("clusters", got="one", expected="two at least")
    if moments.n <= k:
        raise NotIdentified("regression", got=f"{moments.n:g} rows for {k} coefficients", expected="more rows")
    total = moments.total
    spread = np.diag(total)[:k] - total[0, :k] ** 2 / moments.n
    flat = [name for name, s in zip(moments.names[1:], spread[1:], strict=True) if s < 1e-10 * moments.n]
    if flat:
        raise NotIdentified(
            "regression", got=f"the same value in every row of {', '.join(flat)}", expected="columns that vary",
            todo="Leave it out.",
        )  # fmt: skip
    if same := [row["name"] for row in collinearity(moments) if row["vif"] > 1e8]:
        raise NotIdentified(
            "regression", got=f"columns that say the same: {', '.join(same)}", expected="columns of their own",
            todo="Leave one out.",
        )  # fmt: skip


def collinearity(moments: Moments) -> list[dict[str, Any]]:
    """Variance inflation of each column: how many times wider its interval is for going with the others.

    Source:
        Belsley, Kuh & Welsch (1980). From 5 on a coefficient says little; from 10 on hardly anything.
    """
    k, total = len(moments.names), moments.total
    centred = total[1:k, 1:k] - np.outer(total[0, 1:k], total[0, 1:k]) / moments.n
    size = np.sqrt(np.diag(centred))
    correlation = centred / np.outer(size, size)
    values = np.linalg.eigvalsh(correlation)
    if values[0] < 1e-10:
        kernel = np.abs(np.linalg.eigh(correlation)[1][:, 0])
        inflation = np.where(kernel > 0.1, np.inf, 1.0)
    else:
        inflation = np.diag(np.linalg.inv(correlation))
    return [{"name": n, "vif": float(v)} for n, v in zip(moments.names[1:], inflation, strict=True)]


def _ridge(total: Floats, n: float, penalty: float) -> Floats:
    """Coefficients with the penalty on standardised columns; the constant is free."""
    k = len(total) - 1
    mean = total[0, 1 : k + 1] / n
    centred = total[1:, 1:] - n * np.outer(mean, mean)
    size = np.sqrt(np.maximum(np.diag(centred)[:-1] / n, 1e-300))
    standard = centred[:-1, :-1] / np.outer(size, size)
    slope = np.linalg.solve(standard + penalty * np.eye(k - 1), centred[:-1, -1] / size) / size
    return np.concatenate(([mean[-1] - slope @ mean[:-1]], slope))


def _best_penalty(moments: Moments, seed: int) -> float:
    """The penalty whose coefficients, fitted on other clusters, leave the least error in the ones held back."""
    groups, k = len(moments.count), len(moments.names)
    folds = np.random.default_rng(seed).permutation(np.arange(groups) % min(FOLDS, groups))
    errors = np.zeros(len(PENALTIES))
    for fold in range(min(FOLDS, groups)):
        out, kept = moments.products[folds == fold].sum(0), moments.products[folds != fold].sum(0)
        n = float(moments.count[folds != fold].sum())
        if n <= k or (np.diag(kept)[1:k] - kept[0, 1:k] ** 2 / n < 1e-10).any():
            return 0.0
        for place, penalty in enumerate(PENALTIES):
            try:
                beta = _ridge(kept, n, penalty * n / 100)
            except np.linalg.LinAlgError:
                errors[place] = np.inf
                continue
            errors[place] += out[k, k] - 2 * beta @ out[:k, k] + beta @ out[:k, :k] @ beta
    return PENALTIES[int(np.argmin(errors))] * moments.n / 100


def without_twins(first: Mapping[str, Floats], others: Mapping[str, Floats]) -> dict[str, Floats]:
    """The columns of `others` that vary and are no sum of earlier ones, in their order; `first` is taken as given."""
    names = [*first, *others]
    x = np.column_stack([first[name] if name in first else others[name] for name in names])
    gram = np.cov(x, rowvar=False, bias=True).reshape(len(names), len(names))
    kept: list[int] = []
    for place in range(len(names)):
        left = gram[place, place]
        if kept and left > 0:
            among, toward = gram[np.ix_(kept, kept)], gram[kept, place]
            left = left - toward @ np.linalg.lstsq(among, toward, rcond=None)[0]
        if place < len(first) or left > 1e-9 * max(gram[place, place], 1e-12):
            kept.append(place)
    return {names[place]: others[names[place]] for place in kept if place >= len(first)}
