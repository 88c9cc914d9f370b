"""The accurate engine: a small sentence encoder in 8-bit ONNX beside the fast engine, and a layer that weighs both."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import Damaged
from heard.signals.text.fast import FastEngine, Scores, sigmoid
from heard.signals.text.features import Hasher, Unit
from heard.signals.text.labels import CUSTOMER_SENTENCE
from heard.signals.text.turns import LABELS, Choice, Decision, width
from heard.signals.text.wordpiece import WordPiece

PIECES = 48
"""Pieces of words that are read of a sentence; 99 % of the corpus' sentences are shorter."""
REMEMBERED = 20_000
"""Sentences whose scores are kept, because support text repeats itself; some 3 MB."""
THREADS = 2
_PARTS = {"customer": slice(0, len(CUSTOMER_SENTENCE)), "staff": slice(len(CUSTOMER_SENTENCE), None)}


@dataclass(frozen=True, slots=True)
class Encoder:
    """Logits of a sentence from its own words; safe to share between threads.

    Sentences run one by one: 8-bit steps are scaled to what runs together, so a batch would change its members' scores.
    """

    session: Any
    words: WordPiece
    _kept: dict[str, Scores] = field(default_factory=dict, repr=False, compare=False)

    def logits(self, head: str, texts: Sequence[str]) -> Scores:
        """Shape (texts, labels of the head)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        found = dict(zip(new, self._run(new), strict=True))
        kept = np.stack([found[text] if text in found else self._kept[text] for text in texts])
        if len(self._kept) + len(found) > REMEMBERED:
            self._kept.clear()
        self._kept.update(list(found.items())[:REMEMBERED])
        return kept[:, _PARTS[head]]

    def _run(self, texts: Sequence[str]) -> list[Scores]:
        if len(texts) < 2 * THREADS:
            return [self._one(text) for text in texts]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(self._one, texts))

    def _one(self, text: str) -> Scores:
        pieces = np.array([self.words.encode(text, PIECES)], np.int64)
        found: Scores = self.session.run(None, {"pieces": pieces})[0][0]
        return found


@dataclass(frozen=True, slots=True)
class AccurateEngine:
    """Probability of every label for units of text; safe to share between threads.

    Attributes:
        fast: Reads words, context and form.
        encoder: Reads the sentence's meaning.
        weigh: By head, weights of the encoder's and then the fast engine's logits, and a bias last,
            shape (2 labels + 1, labels).
        thresholds, decisions, after, digest: As of `fast.FastEngine`.
    """

    fast: FastEngine
    encoder: Encoder
    weigh: dict[str, npt.NDArray[np.float32]]
    thresholds: dict[str, npt.NDArray[np.float32]]
    decisions: dict[str, Decision]
    after: Choice
    digest: str
    name: str = "accurate"

    def sentences(self, head: str, units: Sequence[Unit], hasher: Hasher) -> Scores:
        """Probabilities, shape (units, labels of the head)."""
        words = self.fast.heads[head].logits(hasher.rows(units))
        meaning = self.encoder.logits(head, [unit.text for unit in units])
        return sigmoid(weighed(meaning, words, self.weigh[head]))

    def turns(self, units: Sequence[Unit], hasher: Hasher) -> tuple[Scores, Scores]:
        """As the fast engine says."""
        return self.fast.turns(units, hasher)


def weighed(meaning: Scores, words: Scores, weights: npt.NDArray[np.float32]) -> Scores:
    """Logits of both engines weighed, shape (units, labels); each row is summed on its own."""
    both = np.clip(np.concatenate([meaning, words], axis=1), -12, 12)
    found: Scores = np.einsum("ij,jk->ik", both, weights[:-1]) + weights[-1]
    return found


def load_accurate(folder: Path, fast: FastEngine) -> AccurateEngine:
    """Reads `accurate.onnx`, `accurate.npz` and `vocabulary.txt` of a folder.

    Raises:
        Damaged: A file is not of this version.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    raw = (folder / "accurate.onnx").read_bytes()
    session = onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    words = WordPiece.of((folder / "vocabulary.txt").read_text("utf-8").split("\n"))
    path = folder / "accurate.npz"
    with np.load(path, allow_pickle=False) as stored:
        try:
            weigh = {h: stored[f"{h}_weigh"] for h in LABELS}
            thresholds = {h: stored[f"{h}_thresholds"] for h in LABELS}
            told = {h: stored[f"{h}_decision"] for h in LABELS}
            later = stored["customer_after"]
        except KeyError as error:
            raise Damaged("The text model lacks a part", where=path.name, todo="Install heard again.") from error
    for head, labels in LABELS.items():
        got = (weigh[head].shape, told[head].shape)
        expected = ((2 * len(labels) + 1, len(labels)), (width(head) + 1,))
        if got != expected:
            raise Damaged(
                "The text model has another shape", str(got), str(expected), "Install heard again.", path.name
            )
    decisions = {h: Decision(values[:-1], float(values[-1])) for h, values in told.items()}
    digest = hashlib.blake2b(raw + path.read_bytes(), digest_size=8).hexdigest()
    return AccurateEngine(
        fast, Encoder(session, words), weigh, thresholds, decisions, Choice(later[:-1], later[-1]), digest
    )
