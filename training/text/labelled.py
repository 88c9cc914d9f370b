"""Labels on turns of other people's data sets: joined by id to the texts under a data folder, never kept with them.

A row of `training/labels/<set>.jsonl` names one turn, the digest of the text that was read, and its labels as spans of
code points. What is listed with no labels was read and has none.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heard.errors import BadInput
from heard.signals.text.labels import HARDSHIP
from heard.sources.star import SAID
from heard.terms.labels import LABELS
from training.text import corpus

FOLDER = corpus.ROOT / "training" / "labels"


@dataclass
class Labelled:
    """Labelled turns in the shape of the corpus.

    Attributes:
        turns: One for each row whose text is there and unchanged.
        conversations: What the ledger knows of them, in the corpus's format; `corpus.sentences` asks for it.
        drawn: How a turn came into the sample, by conversation and number: "random" (base rates hold), "model" (the
            model of that day said something) or "all".
        hardship: Spans of hardships without a word of feeling, by conversation and number.
        notes: One clear line for each set that is missing and each count of texts that have changed.
    """

    turns: list[corpus.Turn] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    drawn: dict[tuple[str, int], str] = field(default_factory=dict)
    hardship: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def sentences(self) -> Iterator[corpus.Sentence]:
        """Sentences with targets; a hardship is aimed at the sentence that was named for it."""
        for row in corpus.sentences(self.turns, self.conversations):
            span = self.hardship.get((row.turn.conversation, row.turn.n))
            if span is not None:
                holds = min(row.end, span[1]) > max(row.start, span[0])
                row.targets[HARDSHIP], row.weights[HARDSHIP] = float(holds), float(holds)
            yield row


def read(data: Path, folder: Path = FOLDER) -> Labelled:
    """All labelled turns whose data set lies under `data`; a set that is not there becomes a note.

    Raises:
        BadInput: A file of labels is malformed.
    """
    found = Labelled()
    for file in sorted(folder.glob("*.jsonl")):
        name, rows = file.stem, _rows(file)
        reader = READERS.get(name)
        if reader is None:
            raise BadInput("Labels", where=file.name, got="an unknown data set", expected=", ".join(sorted(READERS)))
        if not (data / name).is_dir():
            found.notes.append(f"{name}: not under the data folder, {len(rows)} labelled turns skipped")
            continue
        _join(found, name, rows, reader(data / name))
    return found


def digest(text: str) -> str:
    """Eight bytes of BLAKE2b over the text as the data set gives it."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _rows(file: Path) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        row = json.loads(line)
        unknown = {name for name, _, _ in row.get("labels", ())} - LABELS.keys()
        if unknown or row["id"] in rows:
            got = f"the label {min(unknown)}" if unknown else "an id that was there before"
            raise BadInput("Labels", where=f"{file.name} line {number}", got=got, expected="labels of the codebook")
        rows[row["id"]] = row
    return rows


def _join(found: Labelled, name: str, rows: dict[str, dict[str, Any]], conversations: Iterator[dict[str, Any]]) -> None:
    changed, joined = 0, 0
    for c in conversations:
        mine = {t["n"]: rows[key] for t in c["turns"] if (key := f"{c['id']}/{t['n']}") in rows}
        same = {t["n"] for t in c["turns"] if t["n"] in mine and digest(t["text"]) == mine[t["n"]]["digest"]}
        changed += len(mine) - len(same)
        joined += len(mine)
        if same:
            _add(found, c | {"id": f"{name}-{c['id']}"}, {n: mine[n] for n in same})
    if changed or joined < len(rows):
        gone = len(rows) - joined
        found.notes.append(f"{name}: {changed} texts differ from what was labelled, {gone} are gone; left out")


def _add(found: Labelled, c: dict[str, Any], mine: dict[int, dict[str, Any]]) -> None:
    moments = []
    for t in c["turns"]:
        row = mine.get(t["n"])
        if row is None:
            continue
        for name, start, end in row.get("labels", ()):
            t.setdefault(LABELS[name].group, {})[name] = t["text"][start:end]
        t["intensity"] = row.get("intensity", 0)
        if "opens" in row:
            moments.append({"opens": t["n"], "kind": row["opens"], "cause": row["cause"], "intensity": t["intensity"]})
        if "generic" in row:
            moments.append({"opens": None, "reply": t["n"], "generic": row["generic"]})
        found.drawn[c["id"], t["n"]] = row["drawn"]
        if "hardship" in row:
            found.hardship[c["id"], t["n"]] = tuple(row["hardship"])
    c["moments"] = moments
    found.conversations.append(c)
    found.turns.extend(turn for turn in corpus.turns([c]) if turn.n in mine)


def _turn(n: int, who: str, text: str) -> dict[str, Any]:
    return {"n": n, "who": who, "text": text}


def _star(folder: Path) -> Iterator[dict[str, Any]]:
    """Dialogues as the source `star` reads them: what was sent, numbered from 0."""
    for file in sorted((folder / "dialogues").glob("*.json")):
        dialogue = json.loads(file.read_bytes())
        said = [(SAID.get((str(e.get("Agent")), str(e.get("Action")))), e.get("Text")) for e in dialogue["Events"]]
        kept = [(who, text) for who, text in said if who and isinstance(text, str) and text.strip()]
        yield {"id": str(dialogue["DialogueID"]), "turns": [_turn(n, *pair) for n, pair in enumerate(kept)]}


def _multidogo(folder: Path) -> Iterator[dict[str, Any]]:
    """Customers' turns; an empty agent's turn stands wherever the data set leaves out a number."""
    texts: dict[str, dict[int, str]] = {}
    for file in sorted((folder / "paper_splits" / "splits_annotated_at_turn_level").glob("*/*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                conversation = texts.setdefault(row["conversationId"], {})
                conversation.setdefault(int(float(row["turnNumber"])), row["utterance"] or "")
    for name, said in texts.items():
        turns = [_turn(n, "customer" if n in said else "agent", said.get(n, "")) for n in range(max(said) + 1)]
        yield {"id": name, "turns": turns}


def _nhs(folder: Path) -> Iterator[dict[str, Any]]:
    """Each comment is a conversation of one customer's turn."""
    with (folder / "datasets" / "v6framework_230831.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {"id": row["Comment ID"], "turns": [_turn(0, "customer", row["FFT answer"])]}


def _abcd(folder: Path) -> Iterator[dict[str, Any]]:
    """Conversations with what the agent did ("action") as turns of the system."""
    for c in json.loads((folder / "abcd_sample.json").read_bytes()):
        turns = [_turn(n, "system" if who == "action" else who, text) for n, (who, text) in enumerate(c["original"])]
        yield {"id": str(c["convo_id"]), "turns": turns}


READERS: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    "star_rasa": _star,
    "multidogo_customer_turns": _multidogo,
    "nhs_fft_feedback": _nhs,
    "abcd_sample": _abcd,
}
