"""Figures on public test sets: GoEmotions' 28 labels, and what patients of another NHS trust say of being heard."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression, Ridge

from heard.signals.text.features import Hasher, Unit

LISTENING = "Staff listening, understanding & involving patients"
RESAMPLES = 500
GRID = np.linspace(0.05, 0.9, 60)


def rows(goemotions: dict[str, tuple[np.ndarray, np.ndarray]], nhs: tuple[np.ndarray, np.ndarray], themes: list[str],
         engine: str) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of the card for one engine.

    Args:
        goemotions: "dev" and "test": aims and scores, shape (texts, 28).
        nhs: Aims and scores of the trust that was not trained on; themes, then the sentiment.
        themes: Names of its columns but the last.
        engine: Name of the engine.
    """
    aims, scores = goemotions["dev"]
    thresholds = GRID[np.array([_f1s(aims, scores, g) for g in GRID]).argmax(axis=0)]
    aims, scores = goemotions["test"]
    macro = _figure(lambda i: float(_f1s(aims[i], scores[i], thresholds).mean()), len(aims))
    at = themes.index(LISTENING)
    said, found = nhs[0][:, at], nhs[1][:, at]
    best = GRID[np.array([_f1s(said[:, None], found[:, None], g)[0] for g in GRID]).argmax()]
    listening = _figure(lambda i: float(_f1s(said[i, None], found[i, None], best)[0]), len(said))
    known = ~np.isnan(nhs[0][:, -1])
    mood = (nhs[0][known, -1], nhs[1][known, -1])
    sentiment = _figure(lambda i: float(spearmanr(mood[0][i], mood[1][i]).statistic), len(mood[0]))
    return [
        {"name": "GoEmotions", "engine": engine, **macro, "what": "macro-F1 of 28 labels, thresholds from dev",
         "published": "BERT-base 0.46 (Demszky et al. 2020)"},
        {"name": "NHS comments, another trust", "engine": engine, **listening,
         "what": "F1 of “staff listening, understanding & involving”, best threshold", "published": "–"},
        {"name": "NHS comments, another trust", "engine": engine, **sentiment,
         "what": "rank correlation with the sentiment score", "published": "–"},
    ]  # fmt: skip


def fast_scores(train: tuple[list[str], np.ndarray], *others: list[str]) -> list[np.ndarray]:
    """Scores of the fast engine's kind of model, trained on `train`; a column of other than 0 and 1 is a number."""
    texts, aims = train
    x = Hasher().rows([Unit(text) for text in texts])
    tests = [Hasher().rows([Unit(text) for text in other]) for other in others]
    columns = []
    for y in aims.T:
        known = ~np.isnan(y)
        if len(set(y)) == 1:  # nobody of this trust wrote of it
            columns.append([np.full(t.shape[0], y[0]) for t in tests])
            continue
        if known.all() and set(y) <= {0.0, 1.0}:
            model = LogisticRegression(C=10.0, solver="liblinear", tol=0.02, random_state=0).fit(x, y)
            columns.append([model.predict_proba(t)[:, 1] for t in tests])
        else:
            line = Ridge(alpha=1.0).fit(x[known], y[known])
            columns.append([line.predict(t) for t in tests])
    return [np.column_stack([c[k] for c in columns]) for k in range(len(others))]


def _f1s(aims: np.ndarray, scores: np.ndarray, thresholds: Any) -> np.ndarray:
    said = scores >= thresholds
    hit = (aims * said).sum(axis=0)
    return 2 * hit / np.maximum(aims.sum(axis=0) + said.sum(axis=0), 1)


def _figure(of: Callable[[np.ndarray], float], n: int) -> dict[str, Any]:
    """Value over all texts, with a bootstrap interval over texts."""
    rng = np.random.default_rng(1)
    drawn = [of(rng.integers(0, n, n)) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = of(np.arange(n))
    return {"value": round(value, 3), "low": round(min(low, value), 3), "high": round(max(high, value), 3), "n": n}
