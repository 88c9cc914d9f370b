"""`python -m training.text`: trains the text signal, measures it and writes docs/text-model.md."""

import argparse
import time
from pathlib import Path

from heard.signals.text.fast import load_fast
from heard.signals.text.features import Hasher
from training.text import corpus, evaluate, linear, page
from training.text import turns as whole

MODEL = corpus.ROOT / "src/heard/signals/text/model/fast.npz"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.text", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--measure", type=Path, help="a further file of labelled conversations: measured, never trained on"
    )
    parser.add_argument("--choose-held-out", action="store_true", help="write training/heldout.txt anew, then stop")
    asked = parser.parse_args()
    conversations = corpus.read(corpus.corpus_files())
    if asked.choose_held_out:
        corpus.HELD_OUT.write_text("\n".join(corpus.choose_held_out(conversations)) + "\n")
        return
    began = time.time()
    figures, sizes = _fast(conversations, asked.seed)
    print(f"trained in {time.time() - began:.0f} s; held out: macro-F1 {evaluate.macro(figures)[0]:.3f}")
    page.write(figures, sizes)
    if asked.measure:
        page.show(measure([asked.measure]))


def _fast(conversations: list[dict], seed: int) -> tuple[dict, dict]:
    held = corpus.held_out()
    turns = corpus.turns(conversations)
    known = [s for s in corpus.sentences(turns, conversations) if s.turn.conversation not in held]
    heads, thresholds, decisions = {}, {}, {}
    for name in linear.LABELS:
        rows = [s for s in known if linear.head_of(s) == name]
        head = linear.sentence_head(name, rows, seed, [p for p in corpus.phrases() if linear.head_of(p) == name])
        heads[name], thresholds[name] = (head.weights, head.bias), head.thresholds
        decisions[name], told = whole.decision(name, rows, head.unseen, seed)
        print(f"whole turns of {name}, out of fold:", ", ".join(f"{k} {v:.2f}" for k, v in told.items()))
    heads["turn"] = linear.turn_head([t for t in turns if t.conversation not in held])
    linear.save(MODEL, heads, thresholds, decisions)
    sizes = {"conversations": len(conversations), "held_out": len(held), "sentences": len(known)}
    return measure(corpus.corpus_files(), only=held), sizes


def measure(paths: list[Path], only: frozenset[str] | None = None) -> dict:
    """Turn-level figures of the packaged fast engine on labelled conversations."""
    conversations = [c for c in corpus.read(paths) if only is None or c["id"] in only]
    rows = list(corpus.sentences(corpus.turns(conversations), conversations))
    engine, found = load_fast(MODEL), {}
    for name, labels in linear.LABELS.items():
        chosen = [r for r in rows if linear.head_of(r) == name]
        scores = engine.sentences(name, linear.units(chosen), Hasher())
        found |= evaluate.table(chosen, scores, labels, engine.thresholds[name])
    return found


if __name__ == "__main__":
    main()
