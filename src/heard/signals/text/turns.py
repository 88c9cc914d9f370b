"""What a whole turn says, learned from the scores of its sentences: whether it opens a moment, whether it answers one.

A feeling is often spread over sentences that carry little each, and a mild one opens nothing. So the decision about the
turn weighs all scores of all its sentences, and not only those above a threshold.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heard.signals.text.labels import CUSTOMER_SENTENCE, HARDSHIP, STAFF_SENTENCE
from heard.terms.labels import ANSWERING, NEGATIVE_EMOTIONS

Floats = npt.NDArray[np.float32]
OPENING = NEGATIVE_EMOTIONS | {HARDSHIP}
LABELS: dict[str, tuple[str, ...]] = {"customer": CUSTOMER_SENTENCE, "staff": STAFF_SENTENCE}
DECIDING: dict[str, list[int]] = {
    "customer": [i for i, label in enumerate(CUSTOMER_SENTENCE) if label in OPENING],
    "staff": [i for i, label in enumerate(STAFF_SENTENCE) if label in ANSWERING],
}
"""Places of the labels that open a moment, or answer one: the words that show them are the turn's evidence."""
_EDGE = np.float32(1e-4)


@dataclass(frozen=True, slots=True)
class Decision:
    """A logistic model over `evidence`; its bias holds the threshold, so that 0.5 and more is yes."""

    weights: Floats
    bias: float

    def scores(self, rows: Floats) -> Floats:
        """Shape (turns,), 0 to 1; each row is summed on its own."""
        logits = (rows * self.weights).sum(axis=1, dtype=np.float32) + np.float32(self.bias)
        found: Floats = np.float32(1) / (np.float32(1) + np.exp(-np.clip(logits, -30, 30)))
        return found


@dataclass(frozen=True, slots=True)
class Choice:
    """A logistic model over `evidence` with one column a value, of which the best is said."""

    weights: Floats
    bias: Floats

    def scores(self, rows: Floats) -> Floats:
        """Shape (turns, values), each row adding up to 1; each row is summed on its own."""
        logits = np.einsum("ij,jk->ik", rows, self.weights) + self.bias
        lifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: Floats = lifted / lifted.sum(axis=1, keepdims=True)
        return found


def evidence(head: str, scores: Floats, characters: int, has_context: bool) -> Floats:
    """One turn as numbers.

    Args:
        head: "customer" or "staff".
        scores: Shape (sentences, labels of the head), probabilities; one sentence or more.
        characters: Length of the turn.
        has_context: Whether the customer has spoken before.

    Returns:
        Shape (`width(head)`,): best and mean logit of every label, then best and joint logit of the deciding labels,
        lengths, and whether a context is there.
    """
    logits = logit(scores)
    best = logits.max(axis=0)
    nothing = np.prod(1 - scores.max(axis=0)[DECIDING[head]])
    facts = [best[DECIDING[head]].max(), *logit(np.array([1 - nothing], np.float32))]
    facts += [np.log1p(characters), np.log1p(len(scores)), float(has_context)]
    return np.concatenate([best, logits.mean(axis=0), np.array(facts, np.float32)], dtype=np.float32)


def width(head: str) -> int:
    """Length of `evidence`."""
    return 2 * len(LABELS[head]) + 5


def strongest(head: str, scores: Floats, thresholds: Floats) -> tuple[int, int]:
    """Sentence and deciding label that come nearest to being said, or exceed their threshold most."""
    chosen = DECIDING[head]
    lead = logit(scores[:, chosen]) - logit(thresholds[chosen])
    sentence, place = divmod(int(lead.argmax()), len(chosen))
    return sentence, chosen[place]


def logit(p: Floats) -> Floats:
    """ln(p / (1 - p)), held within ±9.2."""
    kept = np.clip(p, _EDGE, 1 - _EDGE)
    found: Floats = np.log(kept / (1 - kept)).astype(np.float32)
    return found
