"""Reads labelled conversations as sentences with targets; the split into training and held-out conversations."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from heard.signals.context import with_context
from heard.signals.text.labels import GENERIC, HARDSHIP, SENTENCE_LABELS
from heard.signals.text.sentences import split
from heard.terms.labels import ANSWERING, NEGATIVE_EMOTIONS

ROOT = Path(__file__).resolve().parents[2]
HELD_OUT = ROOT / "training" / "heldout.txt"
PHRASES = ROOT / "training" / "text" / "phrases.tsv"
PAIRS = (
    (1, 2), (3, 4), (5, 6), (7, 8), (11, 12), (13, 14), (15, 16), (21, 22, 23), (24, 25), (31, 32), (33, 34),
    (41, 42), (43, 44), (51, 52), (53, 54), (61, 62), (63, 64), (71, 72, 73), (74, 75),
)  # fmt: skip
"""Minimal pairs of part d: halves share text, so they stay on one side of every split (corpus README)."""
UNSURE = 0.25
"""Weight of a negative in a turn that carries the label elsewhere: the codebook asks for one quote only."""


@dataclass
class Turn:
    """A labelled turn; `block` counts the changes of side before it, turns of a system left out."""

    conversation: str
    group: str
    n: int
    role: str
    text: str
    context: str
    quotes: dict[str, str]
    intensity: int = 0
    cause: str = ""
    opens: str = ""
    block: int = 0


@dataclass
class Sentence:
    """A sentence with a target and a weight for each label; a label that is missing has target 0 and weight 1."""

    turn: Turn
    start: int
    end: int
    before: str
    targets: dict[str, float] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.turn.text[self.start : self.end]


def group_of(conversation: str) -> str:
    """Name of the group that a split may not part."""
    part, number = conversation.rsplit("-", 1)
    if part == "d":
        for pair in PAIRS:
            if int(number) in pair:
                return f"d-pair-{pair[0]:03d}"
    return conversation


def read(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Conversations of JSON Lines files, in order."""
    return [json.loads(line) for path in sorted(paths) for line in path.read_text("utf-8").splitlines() if line.strip()]


def corpus_files() -> list[Path]:
    """The first-pass parts of the project's own corpus."""
    return sorted((ROOT / "corpus").glob("[a-z].jsonl"))


def held_out() -> frozenset[str]:
    """Ids of the conversations that no model is trained on."""
    return frozenset(HELD_OUT.read_text().split())


def choose_held_out(conversations: list[dict[str, Any]]) -> list[str]:
    """A fifth of the groups by a digest of their name, so that a new conversation moves no old one."""
    ids = [c["id"] for c in conversations]
    return [i for i in ids if hashlib.blake2b(group_of(i).encode(), digest_size=4).digest()[0] < 51]


def turns(conversations: list[dict[str, Any]]) -> list[Turn]:
    """All turns with context, quotes and what the ledger says about them."""
    found: list[Turn] = []
    for c in conversations:
        table = pa.table({
            "interaction_id": [c["id"]] * len(c["turns"]), "position": [t["n"] for t in c["turns"]],
            "speaker_role": [t["who"] for t in c["turns"]], "text": [t["text"] for t in c["turns"]],
        })  # fmt: skip
        contexts = with_context(table).column("context").to_pylist()
        opening = {m["opens"]: m for m in c.get("moments", [])}
        block, side = 0, ""
        for t, context in zip(c["turns"], contexts, strict=True):
            quotes = {k: q for g in ("emotions", "cues", "behaviors") for k, q in (t.get(g) or {}).items()}
            m = opening.get(t["n"], {})
            now = side if t["who"] == "system" else ("customer" if t["who"] == "customer" else "staff")
            block, side = block + (now != side), now
            found.append(
                Turn(c["id"], group_of(c["id"]), t["n"], t["who"], t["text"], context, quotes,
                     t.get("intensity") or m.get("intensity", 0), m.get("cause", ""), m.get("kind", ""), block)
            )  # fmt: skip
    return found


def later_blocks(conversations: list[dict[str, Any]]) -> list[tuple[str, tuple[int, ...], str]]:
    """For each moment: conversation, turns of the customer's next block, and what it says (CODEBOOK C, `after`)."""
    found = []
    for c in conversations:
        mine = [turn for turn in turns([c]) if turn.role != "system"]
        block = {turn.n: turn.block for turn in mine}
        for m in c.get("moments", []):
            if "after" not in m:
                continue
            since = block[m["opens"] if m.get("reply") is None else m["reply"]]
            later = [turn for turn in mine if turn.role == "customer" and turn.block > since]
            numbers = tuple(turn.n for turn in later if turn.block == later[0].block)
            if numbers:
                found.append((c["id"], numbers, m["after"]))
    return found


def sentences(all_turns: list[Turn], conversations: list[dict[str, Any]]) -> Iterator[Sentence]:
    """Sentences with targets of every turn that may carry labels."""
    generic = _generic(conversations)
    for turn in all_turns:
        if turn.role not in SENTENCE_LABELS:
            continue
        rows, before = [], ""
        for start, end in split(turn.text):
            rows.append(Sentence(turn, start, end, before))
            before = turn.text[start:end]
        for label, quote in turn.quotes.items():
            _aim(rows, label, quote)
        if turn.role == "customer":
            _aim_hardship(rows, turn)
        else:
            _aim_generic(rows, turn, generic.get((turn.conversation, turn.n)))
        yield from rows


def phrases() -> list[Sentence]:
    """Single sentences in the manner of real brand support, written for this project: role, labels, context, text."""
    found = []
    for i, line in enumerate(PHRASES.read_text("utf-8").splitlines()):
        role, names, context, text = line.split("\t")
        turn = Turn(f"phrase-{i}", f"phrase-{i}", 0, role, text, context, {})
        targets = {} if names == "-" else dict.fromkeys(names.split(","), 1.0)
        found.append(Sentence(turn, 0, len(text), "", targets))
    return found


def _aim(rows: list[Sentence], label: str, quote: str) -> None:
    """The sentences that hold the quote are positive; others of the turn are unsure negatives."""
    for row in rows:
        at = row.turn.text.find(quote)
        overlap = min(row.end, at + len(quote)) - max(row.start, at)
        holds = overlap >= 0.4 * min(len(quote), row.end - row.start)
        row.targets[label] = float(holds)
        row.weights[label] = 1.0 if holds else UNSURE
    if rows and not any(row.targets[label] for row in rows):
        rows[-1].targets[label], rows[-1].weights[label] = 1.0, 1.0


def _aim_hardship(rows: list[Sentence], turn: Turn) -> None:
    """Implicit openings are positive at a quoted cue or the longest sentence; turns with a feeling are left out."""
    stated = [row for row in rows if any(row.targets.get(c) for c in ("reports_effort", "says_unheard", "urgent"))]
    if turn.opens == "implicit":
        chosen = stated or [max(rows, key=lambda row: row.end - row.start)] if rows else []
        for row in rows:
            row.targets[HARDSHIP] = float(row in chosen)
            row.weights[HARDSHIP] = 1.0 if row in chosen else 0.0
    elif stated or NEGATIVE_EMOTIONS & turn.quotes.keys():
        for row in rows:
            row.weights[HARDSHIP] = 0.3 if stated and not NEGATIVE_EMOTIONS & turn.quotes.keys() else 0.0


def _generic(conversations: list[dict[str, Any]]) -> dict[tuple[str, int], bool]:
    return {
        (c["id"], m["reply"]): m["generic"]
        for c in conversations
        for m in c.get("moments", [])
        if m.get("reply") is not None
    }


def _aim_generic(rows: list[Sentence], turn: Turn, is_generic: bool | None) -> None:
    """Sympathetic sentences of a generic reply are positive, of a specific one negative, of other turns unknown."""
    answering = [row for row in rows if any(row.targets.get(label) for label in ANSWERING)]
    strong = [
        row for row in answering if any(row.targets.get(b) for b in ("acknowledges", "personalizes", "paraphrases"))
    ]
    for row in answering:
        row.targets[GENERIC] = float(bool(is_generic) and row not in strong)
        known = is_generic is not None and (is_generic or len(answering) == 1 or row in strong)
        row.weights[GENERIC] = 1.0 if known or row in strong else 0.0
