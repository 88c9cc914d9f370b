"""McDonald's omega total: the share of the sum that one common factor explains.

Source: McDonald (1999), Test Theory, 6; Jöreskog (1967), Psychometrika 32 (maximum likelihood over the uniquenesses).
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import optimize

Floats = npt.NDArray[np.float64]
LEAST = 0.005
"""Least uniqueness of a standardised item, as in R's factanal: below it the solution runs away (Heywood)."""


def omega_total(covariance: Floats) -> float:
    """Omega total of one factor by maximum likelihood.

    Args:
        covariance: Shape (k, k), of items that point the same way.

    Returns:
        Between 0 and 1; NaN with fewer than three items, when an item never varies or no factor fits.

    Example:
        >>> round(omega_total(np.full((4, 4), 0.5) + 0.5 * np.eye(4)), 4)
        0.8
    """
    k, sd = len(covariance), np.sqrt(np.diag(covariance))
    if k < 3 or not (sd > 0).all():
        return math.nan
    correlation = covariance / np.outer(sd, sd)
    # a start from squared multiple correlations; a singular matrix has none
    try:
        start = np.clip((1 - 0.5 / k) / np.diag(np.linalg.inv(correlation)), LEAST, 0.99)
    except np.linalg.LinAlgError:
        return math.nan
    found = optimize.minimize(
        _misfit,
        start,
        args=(correlation,),
        method="L-BFGS-B",
        bounds=[(LEAST, 1.0)] * k,
        options={"ftol": 1e-14, "gtol": 1e-10},
    )
    loadings = _loadings(found.x, correlation) * sd
    common, unique = float(loadings.sum()) ** 2, float(found.x @ sd**2)
    return common / (common + unique) if common + unique > 0 else math.nan


def _misfit(psi: Floats, correlation: Floats) -> float:
    """Jöreskog's function, concentrated over the loadings: only the smaller roots misfit."""
    half = 1 / np.sqrt(psi)
    roots = np.linalg.eigvalsh(correlation * np.outer(half, half))[:-1]
    roots = np.maximum(roots, 1e-12)
    return float(np.sum(roots - np.log(roots) - 1))


def _loadings(psi: Floats, correlation: Floats) -> Floats:
    half = 1 / np.sqrt(psi)
    values, vectors = np.linalg.eigh(correlation * np.outer(half, half))
    loadings = vectors[:, -1] * math.sqrt(max(values[-1] - 1, 0.0)) / half
    return np.asarray(loadings if loadings.sum() >= 0 else -loadings)
