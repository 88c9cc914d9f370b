"""Curvature of a log likelihood at its top: how sure the parameters are."""

from collections.abc import Callable

import numpy as np

from heard.inference.value.purchases import Floats

STEP = 1e-3


def covariance_of(loglik: Callable[[Floats], float], top: Floats) -> Floats:
    """Inverse of the negative Hessian by central differences; NaN where the top is not sharp in every direction."""
    count = len(top)
    hessian = np.empty((count, count))
    unit = np.eye(count) * STEP
    for i in range(count):
        for j in range(i, count):
            corners = [loglik(top + si * unit[i] + sj * unit[j]) for si, sj in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            hessian[i, j] = hessian[j, i] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * STEP**2)
    values, vectors = np.linalg.eigh(-hessian)
    if values[0] <= 1e-9:
        return np.full((count, count), np.nan)
    return np.asarray((vectors / values) @ vectors.T)
