"""A team's figure as if all teams had the same mix of cases, drawn towards the mean where little is known."""

from typing import Any

import numpy as np
from scipy import stats

from heard.inference.drivers.mixed import fit_mixed
from heard.inference.drivers.moments import Moments

LEVEL = 0.95


def adjusted_means(moments: Moments, labels: list[str], *, level: float = LEVEL) -> list[dict[str, Any]]:
    """Case-mix adjusted mean of each group.

    Args:
        moments: Sums by group; columns are what makes cases easy or hard, and the outcome.
        labels: Names of the groups, in the order of the sums. Groups of several people: no figure for one person.
        level: Of the intervals.

    Returns:
        One row a group: `raw` mean, `adjusted` for the mix and shrunk, its bounds, `reliability` (0 to 1), `n`.
        Below a reliability of .7 groups should not be told apart.

    Raises:
        NotIdentified: As `fit_mixed`.

    Source:
        Normand, Glickman & Gatsonis (1997), J. Am. Stat. Assoc. 92; Adams (2009) for reliability.
    """
    fitted = fit_mixed(moments)
    k = len(moments.names)
    overall = float(moments.total[0, :k] @ fitted.coef / moments.n)
    z = float(stats.norm.ppf((1 + level) / 2))
    # groups that cannot be told apart still share a mean that is not known exactly
    of_mean = fitted.within / moments.n + float(fitted.between[0, 0]) / len(moments.count)
    rows = []
    for place, label in enumerate(labels):
        middle = overall + float(fitted.effects[place, 0])
        half = z * float(np.sqrt(fitted.effect_variance[place, 0, 0] + of_mean))
        rows.append(
            {
                "group": label,
                "raw": float(moments.products[place, 0, k] / moments.count[place]),
                "adjusted": middle,
                "ci_lower": middle - half,
                "ci_upper": middle + half,
                "reliability": float(fitted.reliability[place]),
                "n": int(moments.count[place]),
            }
        )
    return rows
