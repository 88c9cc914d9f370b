"""Trains the fast engine: a logistic model for each label over hashed features; thresholds from out-of-fold scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from heard.signals.text.features import Hasher, Unit
from heard.signals.text.labels import CUSTOMER_SENTENCE, GENERIC, STAFF_SENTENCE
from heard.signals.text.signal import CONTEXT_CHARACTERS
from heard.terms.labels import HARMFUL
from heard.terms.words import CAUSES
from training.text import evaluate
from training.text.corpus import Sentence, Turn

FOLDS = 5
STRENGTH = {"customer": 10.0, "staff": 10.0, "turn": 3.0}
"""Inverse of the L2 penalty, chosen on out-of-fold scores of the corpus."""
LABELS = {"customer": CUSTOMER_SENTENCE, "staff": STAFF_SENTENCE}


@dataclass
class Head:
    """What was learned for one head, and its scores on sentences that it had not seen."""

    weights: np.ndarray
    bias: np.ndarray
    thresholds: np.ndarray
    unseen: np.ndarray


def units(rows: Sequence[Sentence]) -> list[Unit]:
    """The units that the run time would make of these sentences, which must be whole turns in order."""
    found = []
    for i, row in enumerate(rows):
        is_first = i == 0 or rows[i - 1].turn is not row.turn
        is_last = i == len(rows) - 1 or rows[i + 1].turn is not row.turn
        found.append(Unit(row.text, row.before, row.turn.context[-CONTEXT_CHARACTERS:], is_first, is_last))
    return found


def head_of(row: Sentence) -> str:
    return "customer" if row.turn.role == "customer" else "staff"


def sentence_head(name: str, rows: Sequence[Sentence], seed: int, extra: Sequence[Sentence] = ()) -> Head:
    """Fits all labels of a head; `extra` sentences are trained on in every fold and never scored."""
    labels = LABELS[name]
    x = Hasher().rows([*units(rows), *units(extra)])
    fitted = Parallel(2, backend="threading")(
        delayed(_label)(x, [*rows, *extra], len(rows), label, seed, STRENGTH[name]) for label in labels
    )
    unseen = np.stack([f[2] for f in fitted], axis=1)
    heads, best = evaluate.by_turn(rows, unseen)
    thresholds = [threshold(label, heads, best[:, j]) for j, label in enumerate(labels)]
    return Head(np.stack([f[0] for f in fitted], 1), np.array([f[1] for f in fitted]), np.array(thresholds), unseen)


def threshold(label: str, heads: Sequence[Sentence], scores: np.ndarray) -> float:
    """Best F1; for harm best F0.5, because to accuse a person wrongly is worse than to miss one."""
    if label == GENERIC:
        return 0.5
    return evaluate.threshold(evaluate.truth(heads, label), scores, 0.5 if label in HARMFUL else 1.0)


def _label(
    x: Any, rows: Sequence[Sentence], n: int, label: str, seed: int, strength: float
) -> tuple[np.ndarray, float, np.ndarray]:
    y = np.array([row.targets.get(label, 0.0) for row in rows])
    weight = np.array([row.weights.get(label, 1.0) for row in rows])
    groups = np.array([row.turn.group for row in rows[:n]])
    unseen = np.zeros(n)
    added = np.arange(n, len(rows))
    for known, held in GroupKFold(FOLDS, shuffle=True, random_state=seed).split(np.zeros(n), groups=groups):
        model = _fit(x, y, weight, np.concatenate([known, added]), strength)
        unseen[held] = model.predict_proba(x[held])[:, 1]
    model = _fit(x, y, weight, np.arange(len(rows)), strength)
    return model.coef_[0], float(model.intercept_[0]), unseen


def _fit(x: Any, y: np.ndarray, weight: np.ndarray, chosen: np.ndarray, strength: float) -> LogisticRegression:
    chosen = chosen[weight[chosen] > 0]
    model = LogisticRegression(C=strength, solver="liblinear", tol=0.02, random_state=0)
    return model.fit(x[chosen], y[chosen], sample_weight=weight[chosen] * (1 + y[chosen]))


def turn_head(turns: Sequence[Turn]) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of three intensities and the causes, from turns that carry a feeling or open a moment."""
    parts = []
    for labels, target in ((("1", "2", "3"), lambda t: str(t.intensity)), (CAUSES, lambda t: t.cause)):
        chosen = [t for t in turns if t.role == "customer" and target(t) in labels]
        x = Hasher().rows([Unit(t.text[:CONTEXT_CHARACTERS], "", t.context[-CONTEXT_CHARACTERS:]) for t in chosen])
        aims = np.array([labels.index(target(t)) for t in chosen])
        each = [
            LogisticRegression(C=STRENGTH["turn"], solver="liblinear", tol=0.02, random_state=0).fit(x, aims == k)
            for k in range(len(labels))
        ]
        parts.append((np.stack([m.coef_[0] for m in each], 1), np.array([m.intercept_[0] for m in each])))
    return np.concatenate([p[0] for p in parts], 1), np.concatenate([p[1] for p in parts])


def save(
    path: Path,
    heads: dict[str, tuple[np.ndarray, np.ndarray]],
    thresholds: dict[str, np.ndarray],
    decisions: dict[str, np.ndarray],
    after: np.ndarray,
) -> None:
    """Writes 8-bit steps with a scale for each label; the same input gives the same bytes."""
    stored: dict[str, np.ndarray] = {}
    for name, (weights, bias) in heads.items():
        scale = np.abs(weights).max(axis=0) / 127
        stored[f"{name}_steps"] = np.rint(weights / scale).astype(np.int8)
        stored[f"{name}_scale"] = scale.astype(np.float32)
        stored[f"{name}_bias"] = bias.astype(np.float32)
    for name, values in thresholds.items():
        stored[f"{name}_thresholds"] = values.astype(np.float32)
    for name, values in decisions.items():
        stored[f"{name}_decision"] = values.astype(np.float32)
    stored["customer_after"] = after.astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]
