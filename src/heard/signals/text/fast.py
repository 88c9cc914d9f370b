"""The fast engine: one linear layer over hashed features for each label; needs numpy and scipy only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import Damaged
from heard.signals.text.features import WIDTH, Hasher, Unit
from heard.signals.text.labels import CUSTOMER_SENTENCE, STAFF_SENTENCE
from heard.signals.text.turns import Choice, Decision, width
from heard.terms.words import CAUSES

Scores = npt.NDArray[np.float32]
_WIDTHS = {"customer": len(CUSTOMER_SENTENCE), "staff": len(STAFF_SENTENCE), "turn": 3 + len(CAUSES)}


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of one head: 8-bit steps times a scale for each label, and a bias."""

    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def logits(self, rows: Any) -> Scores:
        """Shape (rows, labels); each row is summed on its own, in its own order."""
        summed: Scores = np.asarray(rows @ self.weights, np.float32) + self.bias
        return summed


@dataclass(frozen=True, slots=True)
class FastEngine:
    """Probability of every label for units of text; safe to share between threads.

    Attributes:
        heads: "customer" and "staff" score sentences; "turn" scores three intensities and the causes of a whole turn.
        thresholds: By head, the probability from which a label is said, in the order of the head's labels.
        decisions: By head, whether a turn opens a moment ("customer") or answers one ("staff").
        after: What a customer's turn says about a feeling that was shown before.
        digest: BLAKE2b of the model's file.
    """

    heads: dict[str, Linear]
    thresholds: dict[str, npt.NDArray[np.float32]]
    decisions: dict[str, Decision]
    after: Choice
    digest: str
    name: str = "fast"

    def sentences(self, head: str, units: Sequence[Unit], hasher: Hasher) -> Scores:
        """Probabilities, shape (units, labels of the head); `hasher` remembers words between calls."""
        return sigmoid(self.heads[head].logits(hasher.rows(units)))

    def turns(self, units: Sequence[Unit], hasher: Hasher) -> tuple[Scores, Scores]:
        """Probabilities of intensity 1, 2, 3 and of the causes, for whole turns of customers."""
        logits = self.heads["turn"].logits(hasher.rows(units))
        return softmax(logits[:, :3]), softmax(logits[:, 3:])


def load_fast(path: Path) -> FastEngine:
    """Reads the weights.

    Raises:
        Damaged: The file is not a model of this version.
    """
    raw = path.read_bytes()
    with np.load(path, allow_pickle=False) as stored:
        try:
            heads = {
                h: Linear(stored[f"{h}_steps"].astype(np.float32) * stored[f"{h}_scale"], stored[f"{h}_bias"])
                for h in _WIDTHS
            }
            thresholds = {h: stored[f"{h}_thresholds"] for h in ("customer", "staff")}
            told = {h: stored[f"{h}_decision"] for h in thresholds}
            later = stored["customer_after"]
            decisions = {h: Decision(values[:-1], float(values[-1])) for h, values in told.items()}
        except KeyError as error:
            raise Damaged("The text model lacks a part", where=path.name, todo="Install heard again.") from error
    for head, labels in _WIDTHS.items():
        if heads[head].weights.shape != (WIDTH, labels):
            got = str(heads[head].weights.shape)
            raise Damaged(
                "The text model has another shape", got, str((WIDTH, labels)), "Install heard again.", path.name
            )
    for head, decision in decisions.items():
        if decision.weights.shape != (width(head),):
            got = str(decision.weights.shape)
            raise Damaged(
                "The text model has another shape", got, str((width(head),)), "Install heard again.", path.name
            )
    return FastEngine(
        heads, thresholds, decisions, Choice(later[:-1], later[-1]), hashlib.blake2b(raw, digest_size=8).hexdigest()
    )


def sigmoid(logits: Scores) -> Scores:
    """1 / (1 + e^-x), in float32."""
    found: Scores = np.float32(1) / (np.float32(1) + np.exp(-np.clip(logits, -30, 30)))
    return found


def softmax(logits: Scores) -> Scores:
    """Probabilities along the last axis."""
    lifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Scores = lifted / lifted.sum(axis=-1, keepdims=True)
    return found
