"""Second stage: the codebook's labels, sentence by sentence; the upper layers learn, the lower ones stay."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.model_selection import GroupKFold
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from heard.signals.text.turns import LABELS
from training.encoder.network import BATCH, FEATURES, Schedule, batches, padded, pieces_of, pool, run
from training.text.corpus import Sentence
from training.text.linear import head_of

FOLDS = 2
"""Each fold is a training of its own, gives scores of sentences that it had not seen, and is shipped: the mean of both
networks beat either by .01 to .02 on the held-out conversations, and they share the lower layers."""
EPOCHS = 6
LOWER = 3
"""Layers that stay as the first stage left them; their output is computed once."""
NEGATIVES = 0.6
"""Share of the sentences without any label that an epoch sees."""


@dataclass
class Trained:
    """Upper layers and heads of each network, and logits of sentences by the one that had not seen them.

    Attributes:
        members: Upper layers, and heads by name.
        unseen: Shape (sentences, widest head).
    """

    members: list[tuple[nn.ModuleList, nn.ModuleDict]]
    unseen: np.ndarray


class Finetuning:
    """Sentences with their lower states and targets, from which folds are trained."""

    def __init__(self, base: nn.Module, rows: Sequence[Sentence], seed: int) -> None:
        self._base, self._seed = base.encoder.layer[LOWER:], seed
        self._states = _lower(base, [row.text for row in rows])
        self._lengths = [len(state) for state in self._states]
        self._head = np.array([head_of(row) for row in rows])
        self._aims = {h: _table(rows, labels, "targets", 0.0) for h, labels in LABELS.items()}
        self._weights = {h: _table(rows, labels, "weights", 1.0) for h, labels in LABELS.items()}
        self._is_labelled = np.array([max(row.targets.values(), default=0.0) > 0 for row in rows])

    def train(self, chosen: np.ndarray, minutes: float) -> tuple[nn.ModuleList, nn.ModuleDict]:
        """Upper layers and heads after EPOCHS over the chosen sentences."""
        torch.manual_seed(self._seed)
        rng = np.random.default_rng(self._seed)
        upper, drop = deepcopy(self._base).train(), nn.Dropout(0.1)
        heads = nn.ModuleDict({h: nn.Linear(FEATURES, len(labels)) for h, labels in LABELS.items()})
        for head in heads.values():
            nn.init.constant_(head.bias, -3.0)
        plan = [step for _ in range(EPOCHS) for step in self._epoch(chosen, rng)]
        optimiser = torch.optim.AdamW(
            [{"params": upper.parameters(), "lr": 1.5e-4}, {"params": heads.parameters(), "lr": 2e-3}]
        )
        for step in Schedule(optimiser, len(plan), minutes).steps():
            head, batch = plan[step]
            told = heads[head](drop(self._features(upper, batch)))
            aims = torch.tensor(self._aims[head][batch])
            weights = torch.tensor(self._weights[head][batch]) * (1 + aims)
            loss = (binary_cross_entropy_with_logits(told, aims, reduction="none") * weights).sum(1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if step % 100 == 0:
                print(f"second stage, step {step} of {len(plan)}: loss {loss.item():.3f}", flush=True)
        return upper.eval(), heads.eval()

    @torch.no_grad()
    def logits(self, upper: nn.ModuleList, heads: nn.ModuleDict, chosen: np.ndarray) -> np.ndarray:
        """Shape (chosen, widest head); places beyond a sentence's own head are 0."""
        found = np.zeros((len(chosen), max(map(len, LABELS.values()))), np.float32)
        for head in LABELS:
            places = np.flatnonzero(self._head[chosen] == head)
            for i in range(0, len(places), 4 * BATCH):
                part = places[i : i + 4 * BATCH]
                found[part, : len(LABELS[head])] = heads[head](self._features(upper, chosen[part])).numpy()
        return found

    def _epoch(self, chosen: np.ndarray, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
        seen = chosen[self._is_labelled[chosen] | (rng.random(len(chosen)) < NEGATIVES)]
        found = []
        for head in LABELS:
            own = seen[self._head[seen] == head]
            found += [(head, own[batch]) for batch in batches([self._lengths[i] for i in own], rng)]
        rng.shuffle(found)  # type: ignore[arg-type]
        return found

    def _features(self, upper: nn.ModuleList, chosen: np.ndarray) -> torch.Tensor:
        longest = max(self._lengths[i] for i in chosen)
        states, mask = torch.zeros(len(chosen), longest, FEATURES // 2), torch.zeros(len(chosen), longest)
        for row, i in enumerate(chosen):
            states[row, : self._lengths[i]], mask[row, : self._lengths[i]] = self._states[i].float(), 1.0
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return pool(run(upper, states, mask).float(), mask)


def finetune(base: nn.Module, rows: Sequence[Sentence], scored: int, seed: int, minutes: float) -> Trained:
    """Trains fold by fold.

    Args:
        base: After the first stage.
        rows: Sentences; only the first `scored` are whole turns and are scored.
        scored: See rows.
        seed: Of folds, order and dropout.
        minutes: Longest time of one training.
    """
    tuning, everything = Finetuning(base, rows, seed), np.arange(len(rows))
    groups = np.array([row.turn.group for row in rows[:scored]])
    unseen, members = np.zeros((scored, max(map(len, LABELS.values()))), np.float32), []
    for _, held in GroupKFold(FOLDS, shuffle=True, random_state=seed).split(groups, groups=groups):
        members.append(tuning.train(np.setdiff1d(everything, held), minutes))
        unseen[held] = tuning.logits(*members[-1], held)
    return Trained(members, unseen)


@torch.no_grad()
def _lower(base: nn.Module, texts: Sequence[str]) -> list[torch.Tensor]:
    """States after the lower layers, one tensor a sentence."""
    pieces = pieces_of(texts)
    order, found = np.argsort([len(row) for row in pieces]), [torch.zeros(0)] * len(pieces)
    for i in range(0, len(order), 4 * BATCH):
        part = order[i : i + 4 * BATCH]
        x, mask = padded([pieces[j] for j in part])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = run(base.encoder.layer[:LOWER], base.embeddings(input_ids=x), mask)
        for j, state in zip(part, states, strict=True):
            found[j] = state[: len(pieces[j])].to(torch.bfloat16).clone()
    return found


def _table(rows: Sequence[Sentence], labels: Sequence[str], name: str, default: float) -> np.ndarray:
    return np.array([[getattr(row, name).get(label, default) for label in labels] for row in rows], np.float32)
