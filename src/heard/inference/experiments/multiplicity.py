"""Many questions at once: p-values that pay for their number.

Sources:
    Holm (1979), Scand. J. Stat. 6; Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57.
"""

from collections.abc import Sequence

import numpy as np


def holm(pvalues: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the chance of any false finding; NaN stays NaN and is not counted.

    Example:
        >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03, 0.005])]
        [0.03, 0.06, 0.06, 0.02]
    """
    return _adjusted(pvalues, lambda p: np.maximum.accumulate(p * np.arange(len(p), 0, -1)))


def benjamini_hochberg(pvalues: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the share of false findings among all findings.

    Example:
        >>> [round(p, 4) for p in benjamini_hochberg([0.01, 0.04, 0.03, 0.005])]
        [0.02, 0.04, 0.04, 0.02]
    """
    return _adjusted(pvalues, lambda p: np.minimum.accumulate((p * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1])


def _adjusted(pvalues: Sequence[float], stepped) -> list[float]:  # type: ignore[no-untyped-def]
    p = np.asarray(pvalues, dtype=float)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    made = np.full(len(p), np.nan)
    made[order] = np.minimum(stepped(p[order]), 1.0)
    return [float(value) for value in made]
