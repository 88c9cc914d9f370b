"""Looking before the end: boundaries for planned looks, and intervals that hold however often one looks.

Sources:
    Pocock (1977), Biometrika 64; O'Brien & Fleming (1979), Biometrics 35; Armitage, McPherson & Rowe (1969), J. R.
    Stat. Soc. A 132 (recursive integration); Jennison & Turnbull (2000), tables 2.1 and 2.3; Robbins (1970), Ann. Math.
    Stat. 41, and Johari et al. (2022), Oper. Res. 70 (normal mixture).
"""

import math
from typing import Literal

import numpy as np
from scipy import optimize, stats

from heard.errors import BadInput

Boundary = Literal["pocock", "obrien-fleming"]
POINTS = 801


def boundary(looks: int, kind: Boundary, *, alpha: float = 0.05) -> tuple[float, ...]:
    """Critical values of |z| at equally spaced looks, that keep the chance of any false alarm at alpha.

    Raises:
        BadInput: Fewer than 1 or more than 20 looks.

    Example:
        >>> [round(z, 3) for z in boundary(2, "pocock")], [round(z, 3) for z in boundary(2, "obrien-fleming")]
        ([2.178, 2.178], [2.797, 1.977])
    """
    if not 1 <= looks <= 20:
        raise BadInput("looks", got=str(looks), expected="1 to 20")
    shape = np.ones(looks) if kind == "pocock" else np.sqrt(looks / np.arange(1, looks + 1))
    constant = optimize.brentq(lambda c: crossing(c * shape) - alpha, 1.0, 6.0, xtol=1e-10)
    return tuple(float(constant * s) for s in shape)


def crossing(bounds: np.ndarray) -> float:
    """Chance that |z| leaves the bounds at any of equally spaced looks, when there is no effect."""
    inside, density, grid = 1.0, None, np.empty(0)
    for look, bound in enumerate(bounds, start=1):
        reach = bound * math.sqrt(look)
        fresh = np.linspace(-reach, reach, POINTS)
        weights = _simpson(fresh)
        if density is None:
            density = stats.norm.pdf(fresh)
        else:
            density = stats.norm.pdf(fresh[:, None] - grid[None, :]) @ (density * _simpson(grid))
        inside, grid = float(density @ weights), fresh
    return 1 - inside


def _simpson(grid: np.ndarray) -> np.ndarray:
    weights = np.ones(len(grid))
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    return np.asarray(weights * (grid[1] - grid[0]) / 3)


def anytime_half_width(se: float, *, alpha: float = 0.05, scale: float) -> float:
    """Half the width of an interval that holds at all times at once, from today's standard error.

    Args:
        se: Standard error of the difference now.
        alpha: Chance of ever being wrong.
        scale: Standard deviation of the mixing normal, in the metric's unit: the smallest effect worth having is a
            good choice. It must be chosen before data come.

    Returns:
        Half width; about half as wide again as a one-look interval when se is near `scale` / 3.
    """
    v, m = se * se, scale * scale
    return math.sqrt(v * (v + m) / m * (math.log((v + m) / v) - 2 * math.log(alpha)))
