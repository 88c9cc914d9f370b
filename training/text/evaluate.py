"""Turn-level figures of a model, and thresholds chosen on out-of-fold scores of the corpus."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from heard.terms.labels import NEGATIVE_EMOTIONS
from training.text.corpus import Sentence

Scores = npt.NDArray[np.float64]


def by_turn(rows: Sequence[Sentence], scores: Scores) -> tuple[list[Sentence], Scores]:
    """The first sentence of each turn, and the highest score of the turn's sentences for each label."""
    heads, best = [], []
    for row, score in zip(rows, scores, strict=True):
        if heads and heads[-1].turn is row.turn:
            best[-1] = np.maximum(best[-1], score)
        else:
            heads.append(row)
            best.append(score)
    return heads, np.array(best)


def truth(heads: Sequence[Sentence], label: str) -> npt.NDArray[np.bool_]:
    """Whether each turn carries the label in the codebook's sense."""
    if label == "hardship":
        return np.array([h.turn.opens == "implicit" for h in heads])
    return np.array([label in h.turn.quotes for h in heads])


def f1(is_true: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Precision, recall and F1; NaN where undefined."""
    hit = float((is_true & said).sum())
    precision = hit / said.sum() if said.any() else float("nan")
    recall = hit / is_true.sum() if is_true.any() else float("nan")
    total = float(is_true.sum() + said.sum())
    return precision, recall, 2 * hit / total if total else float("nan")


def _f(is_true: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_], beta: float) -> float:
    hit, weight = float((is_true & said).sum()), beta * beta
    total = weight * is_true.sum() + said.sum()
    return (1 + weight) * hit / total if total else 0.0


def threshold(is_true: npt.NDArray[np.bool_], scores: Scores, beta: float = 1.0) -> float:
    """The threshold of the best F-beta, averaged over near-best ones so that few examples do not pull it about."""
    grid = np.linspace(0.05, 0.95, 91)
    figures = np.array([_f(is_true, scores >= g, beta) for g in grid])
    smooth = np.convolve(np.pad(figures, 4, mode="edge"), np.ones(9) / 9, "valid")
    near = grid[smooth >= smooth.max() - 0.01]
    return float(np.round(near.mean(), 3))


def table(
    rows: Sequence[Sentence], scores: Scores, labels: Sequence[str], thresholds: Sequence[float]
) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and number of positives by label, turn by turn; and any negative emotion."""
    heads, best = by_turn(rows, scores)
    said = best >= np.array(thresholds)
    found = {}
    for j, label in enumerate(labels):
        if label == "generic_sympathy":
            continue
        is_true = truth(heads, label)
        found[label] = dict(zip(("precision", "recall", "f1"), f1(is_true, said[:, j]), strict=True)) | {
            "n": float(is_true.sum())
        }
    negative = [j for j, label in enumerate(labels) if label in NEGATIVE_EMOTIONS]
    if negative:
        is_true = np.array([bool(NEGATIVE_EMOTIONS & h.turn.quotes.keys()) for h in heads])
        figures = f1(is_true, said[:, negative].any(axis=1))
        found["any negative emotion"] = dict(zip(("precision", "recall", "f1"), figures, strict=True)) | {
            "n": float(is_true.sum())
        }
    return found


def macro(found: dict[str, dict[str, float]], least: int = 10) -> tuple[float, int]:
    """Mean F1 of the labels with at least `least` positive turns, and how many those are."""
    kept = [v["f1"] for k, v in found.items() if v["n"] >= least and k not in ("any negative emotion", "hardship")]
    return float(np.mean(np.nan_to_num(kept))), len(kept)
