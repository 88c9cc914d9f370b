"""What can be said whatever the silent would have answered.

Source: Manski (1989), J. Hum. Resour. 24; Horowitz & Manski (1998), J. Econometrics 84 (worst-case bounds under
nonresponse).
"""

import math
from dataclasses import dataclass

import numpy as np

from heard.measures.interval import LEVEL, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """Worst-case bounds beside the raw score.

    Attributes:
        raw: Mean of those who answered, on the scale; NaN when nobody did.
        lower: If every silent customer had given the worst answer.
        upper: If every silent customer had given the best answer.
        ci_lower: Lower end of the interval for `lower`: sampling error on top of silence.
        ci_upper: Upper end of the interval for `upper`.
        response_share: Who answered, of those who were asked.
        undefined_because: Why there is no raw score; the bounds stand all the same when somebody was asked.
    """

    raw: float
    lower: float
    upper: float
    ci_lower: float
    ci_upper: float
    response_share: float
    answered: int
    invited: int
    undefined_because: str | None = None


def bounds(raw: float, answered: int, invited: int, *, low: float = 0.0, high: float = 1.0) -> Bounded:
    """Bounds of a mean on a scale.

    Args:
        raw: Mean of the answers; anything when nobody answered.
        answered: Invited customers who answered.
        invited: All who were asked.
        low: Worst possible answer.
        high: Best possible answer.

    Example:
        >>> found = bounds(0.85, 20, 100)
        >>> round(found.lower, 2), round(found.upper, 2)
        (0.17, 0.97)
    """
    if invited <= 0 or answered > invited:
        nan = math.nan
        because = "nobody was asked" if invited <= 0 else "more answers than invitations"
        return Bounded(
            raw=raw if answered else nan, lower=nan, upper=nan, ci_lower=nan, ci_upper=nan, response_share=nan,
            answered=answered, invited=invited, undefined_because=because,
        )  # fmt: skip
    responding = answered / invited
    place = (raw - low) / (high - low) if answered else 0.0
    ends = (responding * place, responding * place + 1 - responding)
    n = np.array([float(invited)])
    outer = (wilson(np.array([ends[0] * invited]), n, level=LEVEL)[0], wilson(np.array([ends[1] * invited]), n)[1])
    back = [low + (high - low) * float(x) for x in (*ends, outer[0][0], outer[1][0])]
    return Bounded(
        raw=raw if answered else math.nan, lower=back[0], upper=back[1], ci_lower=back[2], ci_upper=back[3],
        response_share=responding, answered=answered, invited=invited,
        undefined_because=None if answered else "nobody answered",
    )  # fmt: skip
