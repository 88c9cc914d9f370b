"""Weights for answers by the chance of answering: those who seldom answer speak louder.

A logistic model of answering on what is known of everybody (channel, issue, how the contact went) orders the invited;
five classes of like chance are made, and within a class each answer stands for the invited of that class.

Source: Rosenbaum & Rubin (1984), J. Am. Stat. Assoc. 79; Little (1986), Int. Stat. Rev. 54 (adjustment cells by the
response propensity).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CLASSES = 5
MIN_ANSWERS = 10
"""Answers that a class needs, so that no single one stands for very many."""
RIDGE = 1.0
"""Penalty on each coefficient but the first: a group in which nobody answered has a finite chance all the same."""


@dataclass(frozen=True, slots=True)
class Responding:
    """What the model made of who answers.

    Attributes:
        weights: Shape (n invited,); 0 where nobody answered. They add up to the design weights of all invited.
        propensity: Shape (n invited,); fitted chance of answering.
        class_rates: Share that answered, class by class, from the least likely on.
        design_effect: Kish's loss by unequal weights, over those who answered.
    """

    weights: Floats
    propensity: Floats
    class_rates: tuple[float, ...]
    design_effect: float


def response_weights(answered: Bools, groups: Sequence[Any], *, base: Floats | None = None) -> Responding:
    """Weights for those who answered.

    Args:
        answered: Shape (n invited,).
        groups: Columns of shape (n invited,) of what is known of everybody, as groups; None is a group of its own.
        base: Design weights of the invited; all 1 when None.

    Returns:
        All weights 0 when nobody answered.
    """
    w = np.ones(len(answered)) if base is None else np.asarray(base, float)
    if not answered.any():
        return Responding(np.zeros(len(answered)), np.zeros(len(answered)), (), float("nan"))
    pattern, codes = _patterns(groups, len(answered))
    asked = np.bincount(codes, w).astype(float)
    gave = np.bincount(codes, w * answered).astype(float)
    chance = fit(pattern, gave, asked)[codes]
    classes = _classes(chance, answered, codes)
    whole, heard = np.bincount(classes, w), np.bincount(classes, w * answered)
    factor = (whole / heard)[classes]
    weights = np.where(answered, w * factor, 0.0)
    used = weights[answered]
    effect = len(used) * float(used @ used) / float(used.sum()) ** 2
    return Responding(weights, chance, tuple(float(x) for x in heard / whole), effect)


def _patterns(groups: Sequence[Any], n: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Distinct combinations of groups as dummies, shape (patterns, coefficients), and each row's combination."""
    if not groups:
        return np.ones((1, 1)), np.zeros(n, np.int64)
    coded = [np.unique(np.asarray(["" if v is None else str(v) for v in one]), return_inverse=True) for one in groups]
    joint = np.zeros(n, np.int64)
    for names, codes in coded:
        joint = joint * len(names) + codes
    found, first, inverse = np.unique(joint, return_index=True, return_inverse=True)
    columns = [np.ones(len(found))]
    for names, codes in coded:
        own = codes[first]
        columns += [(own == level).astype(float) for level in range(1, len(names))]
    return np.column_stack(columns), inverse.astype(np.int64)


def fit(x: Floats, yes: Floats, n: Floats) -> Floats:
    """Fitted chances of a logistic model on counts, with a small ridge, by Newton's method.

    Args:
        x: Shape (patterns, coefficients); the first column is 1 and carries no penalty.
        yes: Shape (patterns,); weighted counts of yes.
        n: Shape (patterns,); weighted counts.
    """
    beta = np.zeros(x.shape[1])
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 1e-6
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        step = np.linalg.solve(
            x.T @ (x * (n * p * (1 - p))[:, None]) + np.diag(penalty), x.T @ (yes - n * p) - penalty * beta
        )
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ beta, -30, 30))))


def _classes(chance: Floats, answered: Bools, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Classes of like chance, each with at least MIN_ANSWERS answers (or all in one); a pattern is never split."""
    values, inverse = np.unique(chance, return_inverse=True)
    invited, gave = np.bincount(inverse), np.bincount(inverse, answered)
    share = np.cumsum(invited) / len(chance)
    names, own, held = np.zeros(len(values), np.int64), 0, 0.0
    for i in range(len(values)):
        names[i] = own
        held += gave[i]
        left = gave[i + 1 :].sum()
        if held >= MIN_ANSWERS and left >= MIN_ANSWERS and share[i] >= (own + 1) / CLASSES:
            own, held = own + 1, 0.0
    return names[inverse]
