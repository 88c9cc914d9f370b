"""`python -m training.text`: trains the text signal, measures it, writes its card and docs/text-model.md."""

import argparse
import time
from pathlib import Path
from typing import Any

from heard.signals.text import load
from heard.signals.text.card import Card
from training.text import card, corpus, labelled, linear
from training.text import turns as whole

MODEL = corpus.ROOT / "src/heard/signals/text/model/fast.npz"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.text", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
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
    fast(conversations, more, asked.seed)
    print(f"trained in {time.time() - began:.0f} s")
    made = card_of(conversations, more, asked.measure)
    card.write(made)
    print({one["name"]: one["macro"] | {"opens": one["moments"]["opens_f1"]["value"]} for one in made.sets})


def sentences(conversations: list[dict[str, Any]], more: labelled.Labelled) -> list[corpus.Sentence]:
    """Sentences that may be trained on, whole turns in order: the corpus without what is held out, and the rest."""
    held = corpus.held_out()
    own = corpus.sentences(corpus.turns(conversations), conversations)
    return [s for s in own if s.turn.conversation not in held] + list(more.sentences())


def fast(conversations: list[dict[str, Any]], more: labelled.Labelled, seed: int) -> None:
    """Trains and writes the fast engine."""
    known = sentences(conversations, more)
    heads, thresholds, decisions = {}, {}, {}
    for name in linear.LABELS:
        rows = [s for s in known if linear.head_of(s) == name]
        head = linear.sentence_head(name, rows, seed, [p for p in corpus.phrases() if linear.head_of(p) == name])
        heads[name], thresholds[name] = (head.weights, head.bias), head.thresholds
        decisions[name], told = whole.decision(name, rows, head.unseen, seed)
        print(f"whole turns of {name}, out of fold:", ", ".join(f"{k} {v:.2f}" for k, v in told.items()))
    held = corpus.held_out()
    heads["turn"] = linear.turn_head(
        [t for t in corpus.turns(conversations) if t.conversation not in held] + more.turns
    )
    linear.save(MODEL, heads, thresholds, decisions)


def card_of(conversations: list[dict[str, Any]], more: labelled.Labelled, measured: list[Path]) -> Card:
    """The card of what was written."""
    held = card.held_out()
    sets = [card.agreement(held, "held-out conversations of the corpus", card.HELD_OUT_NOTE, resamples=1000)]
    for path, others in zip(measured, card.read_sets(measured), strict=True):
        sets.append(card.agreement(others, path.stem.replace("_", " "), card.MEASURED_NOTE, resamples=1000))
    return Card(
        version=load().version,
        trained_on=tuple(card.trained_on(len(conversations) - len(held), more)),
        sets=tuple(sets),
        benchmarks=(),
        blind_spots=card.BLIND_SPOTS,
        noise=card.NOISE,
    )


if __name__ == "__main__":
    main()
