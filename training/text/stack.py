"""Weighs the encoder's and the fast engine's logits: one logistic model a label, on scores that neither had seen."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from heard.signals.text.turns import LABELS
from training.text import evaluate, linear
from training.text import turns as whole
from training.text.corpus import Sentence

FOLDS = 5
STRENGTH = 0.3
OWN, OTHER = 1.5, 0.3
"""Scale of a label's own two logits and of the others': a smaller one is held closer to no weight."""
EDGE = 12.0
Later = list[tuple[str, tuple[int, ...], str]]


def head(
    name: str, rows: Sequence[Sentence], meaning: np.ndarray, words: np.ndarray, later: Later, seed: int
) -> dict[str, np.ndarray]:
    """What the accurate engine keeps for a head.

    Args:
        name: Head.
        rows: Whole turns in order.
        meaning, words: Logits of the encoder and of the fast engine, shape (rows, labels), unseen.
        later: As of `corpus.later_blocks`.
        seed: Of the folds.

    Returns:
        `weigh`, `thresholds`, `decision` and for customers `after`, as `signals.text.encoder` reads them.
    """
    labels = LABELS[name]
    x = np.clip(np.concatenate([meaning, words], axis=1), -EDGE, EDGE)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    groups = np.array([row.turn.group for row in rows])
    unseen, weigh = np.zeros((len(rows), len(labels))), np.zeros((x.shape[1] + 1, len(labels)))
    folds = list(GroupKFold(FOLDS, shuffle=True, random_state=seed).split(x, groups=groups))
    for j, label in enumerate(labels):
        scale = np.full(x.shape[1], OTHER)
        scale[[j, len(labels) + j]] = OWN
        y = np.array([row.targets.get(label, 0.0) for row in rows])
        weight = np.array([row.weights.get(label, 1.0) for row in rows]) * (1 + y)
        z = (x - mean) / spread * scale
        for known, held in folds:
            unseen[held, j] = _fit(z, y, weight, known).predict_proba(z[held])[:, 1]
        model = _fit(z, y, weight, np.arange(len(y)))
        weigh[:-1, j] = model.coef_[0] * scale / spread
        weigh[-1, j] = model.intercept_[0] - weigh[:-1, j] @ mean
    heads, best = evaluate.by_turn(rows, unseen)
    thresholds = np.array([linear.threshold(label, heads, best[:, j]) for j, label in enumerate(labels)])
    decision, told = whole.decision(name, rows, unseen, seed)
    figures = evaluate.table(rows, unseen, labels, list(thresholds))
    print(f"{name}, both engines, out of fold: macro-F1 {evaluate.macro(figures)[0]:.3f};", *told.items())
    kept = {"weigh": weigh, "thresholds": thresholds, "decision": decision}
    return kept if name == "staff" else kept | {"after": whole.after(rows, unseen, later, seed)[0]}


def save(path: Path, heads: dict[str, dict[str, np.ndarray]]) -> None:
    """Writes `accurate.npz`."""
    stored = {
        f"{name}_{part}": value.astype(np.float32) for name, parts in heads.items() for part, value in parts.items()
    }
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]


def _fit(z: np.ndarray, y: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> LogisticRegression:
    chosen = chosen[weight[chosen] > 0]
    return LogisticRegression(C=STRENGTH, max_iter=500).fit(z[chosen], y[chosen], sample_weight=weight[chosen])
