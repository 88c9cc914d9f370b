"""Trains what a whole turn says (`signals.text.turns`) on scores of sentences that the sentence model had not seen."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from heard.signals.text.labels import AFTER
from heard.signals.text.turns import evidence
from heard.terms.labels import ANSWERING
from training.text import evaluate
from training.text.corpus import Sentence, Turn

FOLDS = 5
STRENGTH = 0.03
"""Inverse of the L2 penalty on standardised evidence; .003 to .1 gave the same F1 within .005 on the corpus."""


def decision(head: str, rows: Sequence[Sentence], scores: np.ndarray, seed: int) -> tuple[np.ndarray, dict[str, float]]:
    """Weights and bias of a head's decision, and its figures out of fold.

    Args:
        head: "customer" or "staff".
        rows: Whole turns in order.
        scores: Shape (rows, labels), of a model that had not seen them.
        seed: Of the folds.

    Returns:
        Weights with the bias last, shape (width + 1,); precision, recall and F1 at the threshold.
    """
    ends = np.flatnonzero([i + 1 == len(rows) or rows[i + 1].turn is not row.turn for i, row in enumerate(rows)]) + 1
    turns = [rows[end - 1].turn for end in ends]
    lengths = [sum(len(row.text) for row in rows[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    x = np.stack([
        evidence(head, own.astype(np.float32), length, bool(turn.context))
        for turn, own, length in zip(turns, np.split(scores, ends[:-1]), lengths, strict=True)
    ])  # fmt: skip
    y, counts = (_opens(turns) if head == "customer" else _answers(turns)).T.astype(bool)
    x, y, groups = x[counts], y[counts], np.array([turn.group for turn in turns])[counts]
    unseen = np.zeros(len(y))
    for known, held in GroupKFold(FOLDS, shuffle=True, random_state=seed).split(x, groups=groups):
        weights = _fit(x[known], y[known])
        unseen[held] = x[held] @ weights[:-1] + weights[-1]
    unseen = 1 / (1 + np.exp(-unseen))
    least = evaluate.threshold(y, unseen)
    weights = _fit(x, y)
    weights[-1] -= np.log(least / (1 - least))
    return weights, dict(zip(("precision", "recall", "f1"), evaluate.f1(y, unseen >= least), strict=True))


def after(
    rows: Sequence[Sentence], scores: np.ndarray, moments: Sequence[tuple[str, tuple[int, ...], str]], seed: int
) -> tuple[np.ndarray, float]:
    """Weights of what a later turn says about a moment, the bias last, shape (width + 1, values); and its accuracy.

    Args:
        rows, scores: As of `decision`, for customers.
        moments: Conversation, numbers of the turns of the customer's next block, and the value.
        seed: Of the folds.
    """
    places: dict[tuple[str, int], list[int]] = {}
    for i, row in enumerate(rows):
        places.setdefault((row.turn.conversation, row.turn.n), []).append(i)
    x, y, groups = [], [], []
    for conversation, numbers, value in moments:
        own = [i for n in numbers for i in places.get((conversation, n), ())]
        if own:
            length = sum(len(rows[i].text) for i in own)
            x.append(evidence("customer", scores[own].astype(np.float32), length, True))
            y.append(AFTER.index(value))
            groups.append(rows[own[0]].turn.group)
    facts, aims = np.stack(x), np.array(y)
    said = np.zeros(len(aims), int)
    for known, held in GroupKFold(FOLDS, shuffle=True, random_state=seed).split(facts, groups=groups):
        weights = _fit_choice(facts[known], aims[known])
        said[held] = (facts[held] @ weights[:-1] + weights[-1]).argmax(axis=1)
    return _fit_choice(facts, aims), float((said == aims).mean())


def _fit_choice(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit((x - mean) / spread, y)
    weights = model.coef_.T / spread[:, None]
    return np.vstack([weights, model.intercept_ - mean @ weights])


def _fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit((x - mean) / spread, y)
    weights = model.coef_[0] / spread
    return np.append(weights, model.intercept_[0] - weights @ mean)


def _opens(turns: Sequence[Turn]) -> np.ndarray:
    """Shape (turns, 2): whether a moment opens here, and whether that is known.

    The codebook names the first turn of a block only; later turns of that block may show the feeling as well.
    """
    told = []
    for _, block in groupby(turns, key=lambda turn: (turn.conversation, turn.block)):
        is_open = False
        for turn in block:
            told.append((bool(turn.opens), not is_open))
            is_open = is_open or bool(turn.opens)
    return np.array(told)


def _answers(turns: Sequence[Turn]) -> np.ndarray:
    """Shape (turns, 2): whether the turn carries an answering behaviour; always known."""
    return np.array([(bool(ANSWERING & turn.quotes.keys()), True) for turn in turns])
