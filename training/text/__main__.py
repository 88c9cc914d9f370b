"""`python -m training.text`: trains the text signal, measures it, writes its card and docs/text-model.md.

The fast engine takes a minute. The accurate engine needs `training/requirements.txt`, and on two idle cores 14 minutes
for its first stage and 10 for its second; keep the first stage's weights with `--base`.
"""

import argparse
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from heard.signals.text import load
from heard.signals.text.card import Card
from heard.signals.text.turns import LABELS
from training.text import benchmarks, card, corpus, labelled, linear, stack
from training.text import turns as whole

MODEL = corpus.ROOT / "src/heard/signals/text/model"
Unseen = dict[str, tuple[list[corpus.Sentence], np.ndarray]]
"""By head: sentences, and probabilities that the fast engine gave them unseen."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.text", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--engine", choices=("fast", "accurate"), default="accurate", help="accurate trains both")
    parser.add_argument("--base", type=Path, help="weights of the encoder's first stage: read if there, else written")
    parser.add_argument("--minutes", type=float, default=15, help="longest time of one training of the second stage")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets named in the card")
    parser.add_argument("--measure", type=Path, action="append", default=[],
                        help="a further file of labelled conversations: measured, never trained on")  # fmt: skip
    parser.add_argument("--choose-held-out", action="store_true", help="write training/heldout.txt anew, then stop")
    asked = parser.parse_args()
    conversations = corpus.read(corpus.corpus_files())
    if asked.choose_held_out:
        corpus.HELD_OUT.write_text("\n".join(corpus.choose_held_out(conversations)) + "\n")
        return
    began = time.time()
    more = labelled.read(asked.data)
    print(*more.notes, sep="\n")
    known = sentences(conversations, more)
    unseen = fast(known, conversations, more, asked.seed)
    public = accurate(known, unseen, corpus.later_blocks(conversations), asked) if asked.engine == "accurate" else []
    print(f"trained in {time.time() - began:.0f} s")
    made = card_of(conversations, more, asked.measure, public)
    card.write(made)
    print({one["name"]: one["macro"] | {"opens": one["moments"]["opens_f1"]["value"]} for one in made.sets})


def sentences(conversations: list[dict[str, Any]], more: labelled.Labelled) -> list[corpus.Sentence]:
    """Sentences that may be trained on, whole turns in order: the corpus without what is held out, and the rest."""
    held = corpus.held_out()
    own = corpus.sentences(corpus.turns(conversations), conversations)
    return [s for s in own if s.turn.conversation not in held] + list(more.sentences())


def fast(
    known: list[corpus.Sentence], conversations: list[dict[str, Any]], more: labelled.Labelled, seed: int
) -> Unseen:
    """Trains and writes the fast engine."""
    heads, thresholds, decisions, unseen = {}, {}, {}, {}
    for name in linear.LABELS:
        rows = [s for s in known if linear.head_of(s) == name]
        head = linear.sentence_head(name, rows, seed, [p for p in corpus.phrases() if linear.head_of(p) == name])
        heads[name], thresholds[name] = (head.weights, head.bias), head.thresholds
        unseen[name] = (rows, head.unseen)
        decisions[name], told = whole.decision(name, rows, head.unseen, seed)
        print(f"whole turns of {name}, out of fold:", ", ".join(f"{k} {v:.2f}" for k, v in told.items()))
    held = corpus.held_out()
    heads["turn"] = linear.turn_head(
        [t for t in corpus.turns(conversations) if t.conversation not in held] + more.turns
    )
    after, right = whole.after(*unseen["customer"], corpus.later_blocks(conversations), seed)
    print(f"what later turns say, out of fold: {right:.2f} right")
    linear.save(MODEL / "fast.npz", heads, thresholds, decisions, after)
    return unseen


def accurate(
    known: list[corpus.Sentence], unseen: Unseen, later: stack.Later, asked: argparse.Namespace
) -> list[dict[str, Any]]:
    """Trains and writes the encoder, and the layer that weighs it with the fast engine; figures on public test sets."""
    import torch

    from training.encoder import export, finetune, network, pretrain

    torch.set_flush_denormal(True)  # vanishing gradients make a CPU ten times slower otherwise
    base, heads = pretrain.stored(asked.base) or pretrain.pretrain(asked.data, asked.seed)
    if asked.base:
        torch.save({"base": base.state_dict(), "heads": heads.state_dict()}, asked.base)
    trained = finetune.finetune(base, [*known, *corpus.phrases()], len(known), asked.seed, asked.minutes)
    export.export(base, trained.members, MODEL / "accurate.onnx")
    shutil.copyfile(network.base_folder() / "vocab.txt", MODEL / "vocabulary.txt")
    places = {name: [i for i, row in enumerate(known) if linear.head_of(row) == name] for name in LABELS}
    meaning = {name: trained.unseen[places[name]][:, : len(labels)] for name, labels in LABELS.items()}
    both = {
        name: stack.head(name, rows, meaning[name], logit(words), later, asked.seed)
        for name, (rows, words) in unseen.items()
    }
    stack.save(MODEL / "accurate.npz", both)
    return _public(asked.data, lambda task, texts: pretrain.scores(base, heads, task, texts))


def _public(data: Path, encoded: Callable[[str, list[str]], np.ndarray]) -> list[dict[str, Any]]:
    """Rows of the card on GoEmotions and the NHS comments for both engines' kinds of model."""
    from training.encoder import pretrain

    parts = {split: pretrain.goemotions(data, split) for split in ("train", "dev", "test")}
    (trained, themes), (others, _) = pretrain.nhs(data, test=False), pretrain.nhs(data, test=True)
    hashed = dict(
        zip(("dev", "test"), benchmarks.fast_scores(parts["train"], parts["dev"][0], parts["test"][0]), strict=True)
    )
    told = {"fast": (hashed, benchmarks.fast_scores(trained, others[0])[0])}
    meaning = {split: encoded("goemotions", parts[split][0]) for split in ("dev", "test")}
    told["accurate, encoder after its first stage"] = (meaning, encoded("nhs", others[0]))
    return [
        row
        for engine, (feelings, comments) in told.items()
        for row in benchmarks.rows(
            {split: (parts[split][1], feelings[split]) for split in feelings}, (others[1], comments), themes, engine
        )
    ]


def logit(p: np.ndarray) -> np.ndarray:
    kept = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(kept / (1 - kept))


def card_of(
    conversations: list[dict[str, Any]], more: labelled.Labelled, measured: list[Path], public: list[dict[str, Any]]
) -> Card:
    """The card of what was written."""
    held = card.held_out()
    sets = [card.agreement(held, "held-out conversations of the corpus", card.HELD_OUT_NOTE, resamples=1000)]
    for path, others in zip(measured, card.read_sets(measured), strict=True):
        sets.append(card.agreement(others, path.stem.replace("_", " "), card.MEASURED_NOTE, resamples=1000))
    return Card(
        version=load().version,
        trained_on=tuple(card.trained_on(len(conversations) - len(held), more)),
        sets=tuple(sets),
        benchmarks=tuple(public),
        blind_spots=card.BLIND_SPOTS,
        noise=card.NOISE,
    )


if __name__ == "__main__":
    main()
