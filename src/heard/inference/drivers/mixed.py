"""A mixed model from sums by group: how much of an outcome goes with who answered, by restricted likelihood."""

from dataclasses import dataclass, field

import numpy as np
from scipy import optimize

from heard.errors import NotIdentified
from heard.inference.drivers.moments import Floats, Moments

FARTHEST = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """A fitted model.

    Attributes:
        names, coef, se: Of the fixed columns, the constant first.
        between: Shape (random, random). Covariance of the groups' own deviations.
        within: Residual variance.
        deviance: Restricted deviance (-2 log likelihood), constants included, as lme4 prints it.
        effects, effect_variance: Shape (groups, random) and (groups, random, random). Deviations of each group, drawn
            towards nought, and how sure they are.
        group_count, n: Groups and rows.
    """

    names: tuple[str, ...]
    coef: Floats
    se: Floats
    between: Floats
    within: float
    deviance: float
    effects: Floats = field(repr=False)
    effect_variance: Floats = field(repr=False)
    group_count: int
    n: int

    @property
    def likeness(self) -> float:
        """Share of the variance that lies between groups (intraclass correlation), for a random constant alone."""
        return float(self.between[0, 0] / (self.between[0, 0] + self.within))

    @property
    def reliability(self) -> Floats:
        """Shape (groups,). How much of a group's own figure is signal, 0 to 1: what its deviation is multiplied by."""
        if self.between[0, 0] <= 0:
            return np.zeros(self.group_count)
        return np.asarray(1 - self.effect_variance[:, 0, 0] / self.between[0, 0])


def fit_mixed(moments: Moments, *, random: tuple[str, ...] = ("constant",)) -> Mixed:
    """Fit by restricted maximum likelihood.

    The work is proportional to the number of groups; rows are seen once, in the GROUP BY that made the sums.

    Args:
        moments: Sums by group.
        random: Columns whose coefficient differs from group to group.

    Raises:
        NotIdentified: One group, one row a group, or columns that say the same.

    Source:
        Bates et al. (2015), J. Stat. Softw. 67(1), sections 2 and 3; the profile is the same, over sums.
    """
    k = len(moments.names)
    if len(moments.count) < 2 or moments.n <= len(moments.count):
        raise NotIdentified(
            "mixed model", got=f"{len(moments.count)} groups with {moments.n:g} rows",
            expected="two groups and more rows than groups",
        )  # fmt: skip
    if np.linalg.matrix_rank(moments.total[:k, :k]) < k:
        raise NotIdentified("mixed model", got="columns that say the same", expected="columns of their own")
    z = np.array([moments.names.index(name) for name in random])
    profile = _Profile(moments, z)
    lower = np.tril_indices(len(z))
    start = np.eye(len(z))[lower]
    bounds = [(0.0 if i == j else -FARTHEST, FARTHEST) for i, j in zip(*lower, strict=True)]
    found = optimize.minimize(
        profile.deviance, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-8}
    )
    return profile.told(np.asarray(found.x))


class _Profile:
    """Deviance as a function of the relative spread of the groups, the rest solved for."""

    def __init__(self, moments: Moments, z: Floats) -> None:
        k = len(moments.names)
        self._moments, self._z, self._k = moments, z, k
        rows = z.astype(int)
        self._zz = moments.products[:, rows[:, None], rows]
        self._zx = moments.products[:, rows, :]
        self._total = moments.total

    def _parts(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Spread, its inverse with the data of each group, and the weighted sums of products."""
        spread = np.zeros((len(self._z), len(self._z)))
        spread[np.tril_indices(len(self._z))] = theta
        inner = np.eye(len(self._z)) + spread.T @ self._zz @ spread
        half = spread.T @ self._zx
        return spread, inner, self._total - np.einsum("gqi,gqj->ij", half, np.linalg.solve(inner, half))

    def deviance(self, theta: Floats) -> float:
        """Restricted deviance."""
        _, inner, sums = self._parts(theta)
        k, n = self._k, self._moments.n
        beta = np.linalg.solve(sums[:k, :k], sums[:k, k])
        rss = max(float(sums[k, k] - beta @ sums[:k, k]), 1e-300)
        determinants = float(np.linalg.slogdet(inner)[1].sum() + np.linalg.slogdet(sums[:k, :k])[1])
        return float(determinants + (n - k) * (1 + np.log(2 * np.pi * rss / (n - k))))

    def told(self, theta: Floats) -> Mixed:
        """Everything at an estimate."""
        spread, inner, sums = self._parts(theta)
        k, n = self._k, self._moments.n
        beta = np.asarray(np.linalg.solve(sums[:k, :k], sums[:k, k]), np.float64)
        within = float(sums[k, k] - beta @ sums[:k, k]) / (n - k)
        left = self._zx[:, :, k] - self._zx[:, :, :k] @ beta
        pulled = np.linalg.solve(inner, (left @ spread)[..., None])[..., 0]
        narrow = within * np.einsum("iq,gqr,jr->gij", spread, np.linalg.inv(inner), spread)
        return Mixed(
            names=self._moments.names, coef=beta, se=np.sqrt(within * np.diag(np.linalg.inv(sums[:k, :k]))),
            between=within * spread @ spread.T, within=within, deviance=self.deviance(theta),
            effects=pulled @ spread.T, effect_variance=narrow, group_count=len(self._moments.count), n=int(n),
        )  # fmt: skip
