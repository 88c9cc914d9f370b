"""Spherical k-means with a threshold: vectors that are near no centre stay ungrouped.

Source: Dhillon & Modha (2001), Machine Learning 42 (concept decompositions); starts as in Arthur & Vassilvitskii
(2007), by the farthest point instead of by chance, so that no seed is needed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster import hierarchy

Floats = npt.NDArray[np.float64]
UNGROUPED = -1
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Groups:
    """Codes, shape (n,): 0 is the largest group, UNGROUPED none; and nearness to the next centre, -1 to 1."""

    codes: npt.NDArray[np.int64]
    nearness: Floats


def group(vectors: Floats, weights: Floats, *, count: int, threshold: float, least: float) -> Groups:
    """Group unit vectors.

    Args:
        vectors: Shape (n, d), rows of length 1 or 0; sort them first if the result must not depend on their order.
        weights: Shape (n,); how often each occurs.
        count: Groups at most.
        threshold: Nearness (cosine) to a centre below which a vector is in no group.
        least: Weight that a group needs; smaller ones are dissolved.
    """
    n = len(vectors)
    nothing = Groups(np.full(n, UNGROUPED, np.int64), np.zeros(n))
    usable = np.linalg.norm(vectors, axis=1) > 0 if n else np.zeros(0, bool)
    if not usable.any():
        return nothing
    centres = _starts(vectors, weights * usable, min(count, int(usable.sum())))
    for _ in range(ROUNDS):
        nearness = vectors @ centres.T
        codes, best = nearness.argmax(axis=1), nearness.max(axis=1)
        codes = np.where(usable & (best >= threshold), codes, UNGROUPED)
        fresh = _centres(vectors, weights, codes, centres)
        if np.allclose(fresh, centres, atol=1e-9):
            break
        centres = fresh
    codes = _joined(centres, codes, threshold)
    sizes = np.bincount(codes[codes >= 0], weights[codes >= 0], minlength=len(centres))
    kept = [code for code in np.argsort(-sizes, kind="stable") if sizes[code] >= least]
    new = np.full(len(centres) + 1, UNGROUPED, np.int64)
    new[kept] = np.arange(len(kept))
    return Groups(new[codes], best)


def _joined(centres: Floats, codes: npt.NDArray[np.int64], threshold: float) -> npt.NDArray[np.int64]:
    """Groups whose centres are as near to each other as members must be to theirs become one (average linkage)."""
    if len(centres) < 2:
        return codes
    near = np.clip(1 - centres @ centres.T, 0, 2)
    pairs = near[np.triu_indices(len(centres), 1)]
    names = hierarchy.fcluster(hierarchy.linkage(pairs, "average"), 1 - threshold, "distance") - 1
    return np.where(codes >= 0, names[codes], UNGROUPED).astype(np.int64)


def _starts(vectors: Floats, weights: Floats, count: int) -> Floats:
    """The heaviest vector, then each time the one that is heavy and far from those before."""
    chosen = [int(np.argmax(weights))]
    nearest = vectors @ vectors[chosen[0]]
    for _ in range(count - 1):
        merit = weights * np.clip(1 - nearest, 0, 1)
        if merit.max() <= 0:
            break
        chosen.append(int(np.argmax(merit)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return vectors[chosen].copy()


def _centres(vectors: Floats, weights: Floats, codes: npt.NDArray[np.int64], before: Floats) -> Floats:
    fresh = before.copy()
    for code in range(len(before)):
        own = codes == code
        if own.any():
            middle = weights[own] @ vectors[own]
            length = float(np.linalg.norm(middle))
            fresh[code] = middle / length if length > 0 else before[code]
    return fresh
