"""Why a mean has changed: other cases, other behaviour, and the rest; the three add up to the change exactly."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import NotIdentified
from heard.inference.drivers.moments import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change in a mean and its parts, in the outcome's unit, each with bounds from resampled clusters.

    Attributes:
        before, after: The two means.
        mix: What follows from other cases.
        behavior: What follows from the behaviour being shown more or less often within the same cases.
        rest: What was answered otherwise with cases and behaviour alike.
        bounds: Part to (lower, upper); NaN where resampling left too little.
    """

    before: float
    after: float
    mix: float
    behavior: float
    rest: float
    bounds: dict[str, tuple[float, float]]
    n_before: int
    n_after: int

    @property
    def total(self) -> float:
        """after - before."""
        return self.after - self.before

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        parts = {
            name: {"value": getattr(self, name), "ci_lower": self.bounds[name][0], "ci_upper": self.bounds[name][1]}
            for name in ("total", "mix", "behavior", "rest")
        }
        return {
            "before": self.before, "after": self.after, "n_before": self.n_before, "n_after": self.n_after, **parts
        }  # fmt: skip


def decompose(
    *,
    is_after: npt.ArrayLike,
    case: npt.ArrayLike,
    behavior: npt.ArrayLike,
    outcome: npt.ArrayLike,
    clusters: npt.ArrayLike,
    resamples: int = 300,
    seed: int = 1,
    level: float = 0.95,
) -> Change:
    """Split the change of a mean from before to after.

    Args:
        is_after: Shape (answers,). False before, True after.
        case: Shape (answers,). Kind of case, such as issue and channel.
        behavior: Shape (answers,). What was or was not done, such as heard or not.
        outcome: Shape (answers,). A score, or +100, 0, -100 for NPS.
        clusters: Shape (answers,). What varies together.
        resamples, seed, level: Of the bounds.

    Raises:
        NotIdentified: No answers on one side.

    Source:
        Kitagawa (1955), J. Am. Stat. Assoc. 50, in the symmetric form, applied twice. A kind of case that stands on
        one side only belongs to the mix.
    """
    later = np.asarray(is_after).astype(int)
    if later.min(initial=1) == later.max(initial=0) or not len(later):
        raise NotIdentified("change of a mean", got="answers of one side only", expected="answers before and after")
    kinds, shown = (np.unique(np.asarray(a).astype(str), return_inverse=True)[1] for a in (case, behavior))
    y, codes = np.asarray(outcome, float), np.unique(np.asarray(clusters).astype(str), return_inverse=True)[1]
    shape = (2, int(kinds.max()) + 1, int(shown.max()) + 1)
    cell = np.ravel_multi_index((later, kinds, shown), shape)
    parts = _parts(cell, y, np.ones(len(y)), shape)
    rng, groups = np.random.default_rng(seed), int(codes.max()) + 1
    again = []
    for _ in range(resamples):
        weight = np.bincount(rng.integers(groups, size=groups), minlength=groups)[codes].astype(float)
        if weight[later == 0].sum() and weight[later == 1].sum():
            again.append(_parts(cell, y, weight, shape))
    quantiles = (
        np.quantile(again, [(1 - level) / 2, (1 + level) / 2], axis=0) if len(again) > 50 else np.full((2, 5), np.nan)
    )
    names = ("before", "after", "mix", "behavior", "rest")
    bounds = {name: (float(quantiles[0, i]), float(quantiles[1, i])) for i, name in enumerate(names)}
    spans = np.array(again)[:, 1] - np.array(again)[:, 0] if len(again) > 50 else np.array([np.nan])
    low, high = np.quantile(spans, [(1 - level) / 2, (1 + level) / 2])
    values = dict(zip(names, map(float, parts), strict=True))
    return Change(
        **values, bounds=bounds | {"total": (float(low), float(high))}, n_before=int((later == 0).sum()),
        n_after=int(later.sum()),
    )  # fmt: skip


def _parts(
    cell: Ints, y: Floats, weight: Floats, shape: tuple[int, int, int]
) -> tuple[float, float, float, float, float]:
    """Means before and after, and the three parts."""
    size = int(np.prod(shape))
    n = np.asarray(np.bincount(cell, weight, size), np.float64).reshape(shape)
    total = np.asarray(np.bincount(cell, weight * y, size), np.float64).reshape(shape)
    in_case = n.sum(2)
    share = in_case / n.sum((1, 2))[:, None]
    shown = _filled(n, in_case[:, :, None])
    mean = _filled(total, n)
    of_case = (shown * mean).sum(2)
    middle, change = (share[0] + share[1]) / 2, share[1] - share[0]
    mix = float((change * (of_case[0] + of_case[1]) / 2).sum())
    behavior = float((middle[:, None] * (shown[1] - shown[0]) * (mean[0] + mean[1]) / 2).sum())
    rest = float((middle[:, None] * (shown[0] + shown[1]) / 2 * (mean[1] - mean[0])).sum())
    before, after = (float((share[t] * of_case[t]).sum()) for t in (0, 1))
    return before, after, mix, behavior, rest


def _filled(top: Floats, bottom: Floats) -> Floats:
    """top / bottom; where one side has none, the other side's, so that nothing is said to have changed there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = top / bottom
    other = ratio[::-1]
    return np.asarray(np.nan_to_num(np.where(np.isfinite(ratio), ratio, other)))
