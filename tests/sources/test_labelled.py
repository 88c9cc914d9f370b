"""A rater's file is read as strictly as the codebook says, and a fault is found by line, id and turn."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heard.errors import BadInput
from heard.sources.codebook import read_labelled
from heard.testing import EXPORTS, leaks

CORPUS = Path(__file__).parents[2] / "corpus"
SECRET = "the baby is due Friday"
GOOD: dict[str, Any] = {
    "id": "x-001",
    "channel": "chat",
    "turns": [
        {"n": 0, "who": "customer", "t": 0, "text": f"Third time I write, {SECRET}.",
         "emotions": {"frustration": "Third time I write"}, "intensity": 2, "cues": {"urgent": SECRET}},
        {"n": 1, "who": "agent", "t": 60.5, "text": "You should not have to chase us.",
         "behaviors": {"validates": "You should not have to chase us"}},
    ],
    "moments": [{"opens": 0, "kind": "explicit", "emotion": "frustration", "intensity": 2, "cause": "delay", "reply": 1,
                 "state": "met", "generic": False, "overdone": False, "harmed": False, "after": "none"}],
}  # fmt: skip


def written(folder: Path, *records: Any) -> Path:
    path = folder / "rater.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_a_good_conversation_keeps_all_that_was_labelled(tmp_path: Path) -> None:
    (found,) = read_labelled(written(tmp_path, GOOD))
    assert (found.id, found.channel, found.locale) == ("x-001", "chat", None)
    first, second = found.turns
    assert [q.label for q in first.labels] == ["frustration", "urgent"]
    assert first.text[first.cues[0].start : first.cues[0].end] == SECRET
    assert (first.intensity, second.intensity, second.offset_seconds) == (2, 0, 60.5)
    (moment,) = found.moments
    assert (moment.reply, moment.state, moment.is_generic, moment.is_harmful) == (1, "met", False, False)


def turn(number: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda record: record["turns"][number].update(changes)


def moment(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda record: record["moments"][0].update(changes)


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a turn out of order": (turn(1, n=2), "turn 1"),
    "a role that is none": (turn(0, who="client"), "turn 0"),
    "a turn without text": (turn(0, text=None), "text is missing"),
    "an emotion of the agent": (turn(1, emotions={"anger": "You"}, intensity=1), "emotions on a turn by agent"),
    "a behaviour of the customer": (turn(0, behaviors={"thanks": "Third"}), "behaviors on a turn by customer"),
    "a label that is none": (turn(1, behaviors={"hugs": "You"}), "none of behaviors"),
    "a quote that is not there": (turn(0, cues={"urgent": "the baby is due friday"}), "quote of urgent"),
    "an empty quote": (turn(0, cues={"urgent": ""}), "quote of urgent"),
    "labels in a list": (turn(0, cues=["urgent"]), "no object"),
    "an emotion without intensity": (turn(0, intensity=0), "without an intensity"),
    "an intensity without emotion": (turn(1, intensity=2), "without emotions"),
    "an intensity off the scale": (turn(0, intensity=4), "1 to 3"),
    "a moment at an agent's turn": (moment(opens=1), "customer turn"),
    "a moment at no turn": (moment(opens=9), "customer turn"),
    "a kind that is none": (moment(kind="loud"), "kind"),
    "an emotion that is none": (moment(emotion="joy"), "emotion"),
    "a cause that is none": (moment(cause="weather"), "cause"),
    "a state that is none": (moment(state="ok"), "state"),
    "met without reply": (moment(reply=None, generic=None), "need a reply"),
    "missed with reply": (moment(state="missed"), "need a reply"),
    "a reply before the opening": (moment(reply=0), "no later agent turn"),
    "generic without reply": (moment(reply=None, state="missed"), "generic"),
    "generic missing beside a reply": (moment(generic=None), "generic"),
    "generic as a word": (moment(generic="no"), "true or false"),
    "after that is none": (moment(after="fine"), "after"),
    "no turns": (lambda record: record.update(turns=[]), "no list of turns"),
    "no id": (lambda record: record.update(id=None), "no id"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_with_its_place_and_without_words(case: str, tmp_path: Path) -> None:
    change, said = FAULTS[case]
    record = copy.deepcopy(GOOD)
    change(record)
    with pytest.raises(BadInput) as told:
        list(read_labelled(written(tmp_path, GOOD | {"id": "x-000"}, record)))
    message = str(told.value)
    assert "line 2" in message
    assert said in message
    assert case == "no id" or "x-001" in message
    assert SECRET not in message.replace("friday", "Friday")


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="line 2, conversation 'x-001'"):
        list(read_labelled(written(tmp_path, GOOD, GOOD)))


def test_the_canary_export_is_valid_and_its_faults_stay_silent(tmp_path: Path) -> None:
    path = EXPORTS["codebook"][1](tmp_path)
    assert [c.id for c in read_labelled(path)] == ["T0", "T1"]
    path.write_text(path.read_text(encoding="utf-8").replace('"by Friday"', '"by Monday"', 1), encoding="utf-8")
    with pytest.raises(BadInput) as told:
        list(read_labelled(path))
    assert not leaks(str(told.value))


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_the_project_s_own_corpus_is_valid(file: Path) -> None:
    found = list(read_labelled(file))
    assert len(found) >= 36
    assert any(c.moments for c in found)
