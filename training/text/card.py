"""Measures the packaged signal and writes its card beside the weights, and docs/text-model.md from it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from heard.inference.agreement import MACHINE, card, machine
from heard.signals.text import load
from heard.signals.text.card import FEW, FILE, Card
from heard.sources.labelled import LabelledConversation, read_labelled
from heard.terms.labels import BEHAVIOR_NAMES, CUE_NAMES, EMOTION_NAMES, LABELS, NEGATIVE_EMOTIONS
from training.text import corpus
from training.text.labelled import Labelled

MODEL = corpus.ROOT / "src/heard/signals/text/model"
PAGE = corpus.ROOT / "docs" / "text-model.md"
READERS = "readers"
ENCODER = (
    ("all-MiniLM-L6-v2 (sentence-transformers)", "Apache-2.0", "22 million weights", "what the encoder started from"),
    ("GoEmotions", "Apache-2.0", "43,410 texts", "first stage of the encoder"),
    ("NHS comments of one trust", "MIT", "3,570 comments", "first stage of the encoder"),
    ("Stanford politeness", "CC BY 4.0", "about 10,000 requests", "first stage of the encoder"),
)
"""What the encoder learned from besides; figures of the folders' SOURCE pages."""
LICENCES = {
    "star_rasa": "MIT",
    "multidogo_customer_turns": "CDLA-Permissive-1.0",
    "nhs_fft_feedback": "MIT",
    "abcd_sample": "MIT",
}
"""Licences of the sets whose turns were labelled for this project."""
MOMENTS = ("opens_f1", "opens_precision", "opens_recall", "state", "kind", "emotion", "intensity", "cause",
           "generic", "harmed", "after")  # fmt: skip
SHOWN = ("f1", "precision", "recall", "kappa")
BLIND_SPOTS = (
    "English only. A turn that is known or found to be in another language is null, not guessed.",
    "Irony without a marked word, and feelings that only the conversation as a whole shows, are missed.",
    "Short, misspelt social media text is read less well than the project's own.",
    "`dismisses`, `stonewalls` and `personalizes` depend on what the customer said; words alone mislead.",
    "The corpus has no natural base rates: rare labels were raised on purpose, so their precision in life is lower.",
    "A learner's grammar and typing slips hide some openings; `heard audit bias` says how many, and how surely.",
    "The encoder's first stage saw each public text about once, less than it could use: see the public test sets.",
    "Most labels rest on fewer than fifty held-out turns: read the intervals.",
)


HELD_OUT_NOTE = "Never trained on, nor used for any threshold (`training/heldout.txt`; minimal pairs on one side)."
MEASURED_NOTE = "Measured only: neither weights nor thresholds come from it."
NOISE = (
    "Training is seeded, and on one machine gives the same bytes. Another seed moves the mean F1 by about 0.01 and\n"
    "the F1 of a single label by up to 0.05."
)


def trained_on(conversation_count: int, more: Labelled) -> list[dict[str, str]]:
    """One row a data set, in the card's columns."""
    own = {"data": "the project's own corpus (`corpus/`)", "licence": "CC BY 4.0", "use": "all labels, thresholds"}
    lines = {"data": "single sentences (`training/text/phrases.tsv`)", "licence": "Apache-2.0", "use": "all labels"}
    rows = [own | {"rows": f"{conversation_count} conversations"}, lines | {"rows": str(len(corpus.phrases()))}]
    for name, licence in LICENCES.items():
        count = sum(turn.conversation.startswith(f"{name}-") for turn in more.turns)
        if count:
            use = "all labels, thresholds; the labels are ours (`training/labels/`), the texts are not kept"
            rows.append({"data": name, "licence": licence, "rows": f"{count} turns", "use": use})
    return rows + [dict(zip(("data", "licence", "rows", "use"), row, strict=True)) for row in ENCODER]


def held_out() -> list[LabelledConversation]:
    """The corpus' held-out conversations, as the agreement card reads them."""
    held = corpus.held_out()
    return [c for path in corpus.corpus_files() for c in read_labelled(path) if c.id in held]


def agreement(conversations: Sequence[LabelledConversation], name: str, note: str, *, resamples: int) -> dict[str, Any]:
    """One test set of the card."""
    signal = load()
    told = card(
        {READERS: conversations, MACHINE: machine(conversations, signal)}, seed=1, resamples=resamples
    ).to_json()
    pair = f"{READERS}|{MACHINE}"
    labels = {
        label: {"n": both["n"][READERS], **{k: _rounded(both["pairs"][pair][k]) for k in SHOWN}}
        for label, both in told["labels"].items()
        if both["n"][READERS]
    }
    return {
        "name": name,
        "note": note,
        "conversations": len(conversations),
        "labels": labels,
        "macro": macro(labels),
        "any_negative": any_negative(conversations),
        "moments": {k: _rounded(told["moments"][pair][k]) for k in MOMENTS},
        "ceiling": {k: _rounded(told["rule_ceiling"][READERS][k]) for k in MOMENTS},
        "rates": {
            rate: {who: _rounded(told[rate][who]) for who in (READERS, MACHINE)}
            for rate in ("heard_rate", "acknowledged_rate", "unanswered_share")
        },
    }


def macro(labels: dict[str, Any]) -> dict[str, float]:
    """Mean F1 of the labels that readers used ten times or more, over all and by group."""
    groups = {"all": tuple(LABELS), "emotions": EMOTION_NAMES, "cues": CUE_NAMES, "behaviours": BEHAVIOR_NAMES}
    kept = {k: f["f1"]["value"] or 0.0 for k, f in labels.items() if f["n"] >= FEW}
    return {
        group: round(float(np.mean([kept[k] for k in names if k in kept])), 3)
        for group, names in groups.items()
        if any(k in kept for k in names)
    }


def any_negative(conversations: Sequence[LabelledConversation]) -> dict[str, Any]:
    """F1 of any negative emotion, turn by turn, without an interval."""
    said = [
        [bool(NEGATIVE_EMOTIONS & {q.label for q in turn.labels}) for c in side for turn in c.turns]
        for side in (conversations, machine(conversations, load()))
    ]
    readers, found = np.array(said)
    value = 2 * float((readers & found).sum()) / float(readers.sum() + found.sum())
    return {"value": round(value, 3), "n": int(readers.sum())}


def write(made: Card) -> None:
    """The card as data beside the weights, and as a page."""
    (MODEL / FILE).write_text(json.dumps(made.to_json(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(made.to_markdown(), "utf-8")


def read_sets(paths: Sequence[Path]) -> list[list[LabelledConversation]]:
    """Further test sets, measured and never trained on."""
    return [list(read_labelled(path)) for path in paths]


def _rounded(figure: dict[str, Any]) -> dict[str, Any]:
    return {
        k: round(v, 3) if isinstance(v, float) else v for k, v in figure.items() if k in ("value", "low", "high", "n")
    }
