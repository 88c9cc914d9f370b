"""STAR (Mosig, Mehri, Kober 2020): service dialogues between two people, with times and a questionnaire after each.

What the customer read counts: `pick_suggestion` and `utter` of the wizard were sent, `request_suggestions` was typed
and not sent; the UserGuide's stage directions were said by nobody.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import orjson

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import inside, json_whole
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

SAID: dict[tuple[str, str], str] = {
    ("User", "utter"): "customer",
    ("Wizard", "utter"): "agent",
    ("Wizard", "pick_suggestion"): "agent",
}
NOT_SAID: dict[tuple[str, str], str] = {
    ("UserGuide", "instruct"): "stage direction",
    ("Wizard", "request_suggestions"): "typed and not sent",
    ("Wizard", "query"): "look-up in a database",
    ("KnowledgeBase", "return_item"): "look-up in a database",
    ("Wizard", "select_task"): "click",
    ("Wizard", "select_primary"): "click",
    ("Wizard", "select_secondary"): "click",
    ("User", "complete"): "click",
}
INSTRUMENTS = {"UserQuestionnaire": "star_user_questionnaire", "WizardQuestionnaire": "star_wizard_questionnaire"}
STAFF_STATE = "you unsure about what to do"
"""An item about the wizard's own state of mind: staff have no feelings in Heard, so its answers stay out."""
LOWER_BETTER = ("become_aggressive", "seem_confused")
NO_DIRECTION = ("change_his_her_mind", "say_something_about_rain")
_SUBJECT = re.compile(r"^(\.\.\.|did the (ai assistant|assistant|robot|ship's computer|user) )", re.IGNORECASE)


class StarSource:
    """Dialogues of STAR as they were sent: the wizard is the agent, stage directions are dropped, the questionnaire
    becomes survey answers."""

    name: ClassVar[str] = "star"
    title: ClassVar[str] = "STAR service dialogues"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn", "survey_answer", "agent", "customer"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "the folder of the STAR corpus, with dialogues/*.json"

    def sniff(self, path: Path) -> float:
        """Sure when a dialogue there has STAR's keys."""
        first = next(iter(_folder(path).glob("*.json")), None) if path.is_dir() else None
        if first is None:
            return 0.0
        try:
            start = first.read_bytes()[:4096]
        except OSError:
            return 0.0
        return 1.0 if b'"AnonymizedUserWorkerID"' in start else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """All dialogues in order of their number; one is kept whole when it begins inside the window."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, left_out), left_out=left_out)


STAR = StarSource()


def _folder(path: Path) -> Path:
    inner = path / "dialogues"
    return inner if inner.is_dir() else path


def _rows(path: Path, window: Window, left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    files = list(_folder(path).glob("*.json")) if path.is_dir() else []
    if not files:
        raise BadInput("STAR", where=path.name, got="no dialogues", expected=StarSource.expects, todo="Check the path.")
    people: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for file in sorted(files, key=lambda file: (len(file.stem), file.stem)):
        dialogue = _dialogue(inside(path, file))
        name = str(dialogue["DialogueID"])
        if name in seen:
            raise BadInput("STAR", where=file.name, got="a DialogueID that was there before", expected="one id each")
        seen.add(name)
        turns = _turns(dialogue, file.name, left_out)
        if turns and not window.holds(turns[0]["sent_at"]):
            left_out["dialogue outside the window"] += 1
            continue
        yield "interaction", _interaction(dialogue, turns)
        yield from (("turn", turn) for turn in turns)
        yield from (("survey_answer", row) for row in _answers(dialogue, turns, left_out))
        people |= {("customer", dialogue["AnonymizedUserWorkerID"]), ("agent", dialogue["AnonymizedWizardWorkerID"])}
    for table, person in sorted(people):
        yield table, {f"{table}_id": person} | ({"is_bot": False} if table == "agent" else {})


def _dialogue(file: Path) -> dict[str, Any]:
    try:
        found = orjson.loads(file.read_bytes())
    except (orjson.JSONDecodeError, OSError):
        found = json_whole(file)
    is_whole = (
        isinstance(found, dict)
        and isinstance(found.get("DialogueID"), int | str)
        and isinstance(found.get("Events"), list)
        and isinstance(found.get("Scenario"), dict)
        and all(isinstance(found.get(f"Anonymized{who}WorkerID"), str) for who in ("User", "Wizard"))
        and all(isinstance(found.get(name, []), list) for name in INSTRUMENTS)
    )
    if not is_whole:
        raise BadInput(
            "STAR dialogue", where=file.name, got="another shape", expected="DialogueID, Events, Scenario, ids"
        )
    return found  # type: ignore[no-any-return]


def _turns(dialogue: dict[str, Any], name: str, left_out: Counter[str]) -> list[Row]:
    turns: list[Row] = []
    for number, event in enumerate(dialogue["Events"]):
        if not isinstance(event, dict):
            raise BadInput("STAR event", where=f"{name} event {number}", got="no object", expected="an object")
        who, did = str(event.get("Agent")), str(event.get("Action"))
        role = SAID.get((who, did))
        if role is None:
            left_out[NOT_SAID.get((who, did), "unknown event")] += 1
        elif not isinstance(event.get("Text"), str) or not event["Text"].strip():
            left_out["turn without text"] += 1
        else:
            turns.append(_turn(dialogue, event, role, len(turns), f"{name} event {number}"))
    return turns


def _turn(dialogue: dict[str, Any], event: dict[str, Any], role: str, position: int, where: str) -> Row:
    person = dialogue["AnonymizedUserWorkerID" if role == "customer" else "AnonymizedWizardWorkerID"]
    return {
        "turn_id": f"{dialogue['DialogueID']}/{position}",
        "interaction_id": str(dialogue["DialogueID"]),
        "position": position,
        "sent_at": Clock().instant(event.get("UnixTime"), where),
        "speaker_role": role,
        "speaker_id": person,
        "text": event["Text"],
        "is_public": True,
        "authored_by": "assisted" if event["Action"] == "pick_suggestion" else "human",
    }


def _interaction(dialogue: dict[str, Any], turns: list[Row]) -> Row:
    scenario = dialogue["Scenario"]
    abilities = [a for a in scenario.get("WizardCapabilities") or [] if isinstance(a, dict)]
    condition = "multi_task" if scenario.get("MultiTask") else "happy" if scenario.get("Happy") else "unhappy"
    times: list[datetime] = [turn["sent_at"] for turn in turns if turn["sent_at"] is not None]
    return {
        "interaction_id": str(dialogue["DialogueID"]),
        "opened_at": min(times, default=None),
        "closed_at": max(times, default=None),
        "channel": "chat",
        "issue": "+".join(dict.fromkeys(str(a.get("Task")) for a in abilities)) or None,
        "product": "+".join(dict.fromkeys(str(a.get("Domain")) for a in abilities)) or None,
        "language": "en",
        "customer_id": dialogue["AnonymizedUserWorkerID"],
        "first_agent_id": dialogue["AnonymizedWizardWorkerID"]
        if any(t["speaker_role"] == "agent" for t in turns)
        else None,
        "started_by": turns[0]["speaker_role"] if turns else None,
        "condition": condition,
    }


def _answers(dialogue: dict[str, Any], turns: list[Row], left_out: Counter[str]) -> Iterator[Row]:
    """Yes is 1, no is 0. The wizard's answers have no customer: the wizard gave them."""
    for key, instrument in INSTRUMENTS.items():
        items: set[str] = set()
        for answer in dialogue.get(key) or []:
            question, given = (
                (answer.get("Question"), answer.get("Answer")) if isinstance(answer, dict) else (None, None)
            )
            item = item_of(question) if isinstance(question, str) else ""
            if isinstance(question, str) and STAFF_STATE in question:
                left_out["answer about the wizard's own state"] += 1
            elif not item or not isinstance(given, bool) or item in items:
                left_out["answer that is not one yes or no"] += 1
            else:
                items.add(item)
                yield _answer(dialogue, turns, instrument, item, is_yes=given)


def _answer(dialogue: dict[str, Any], turns: list[Row], instrument: str, item: str, *, is_yes: bool) -> Row:
    is_customer = instrument == INSTRUMENTS["UserQuestionnaire"]
    return {
        "answer_id": f"{dialogue['DialogueID']}/{instrument}/{item}",
        "interaction_id": str(dialogue["DialogueID"]),
        "customer_id": dialogue["AnonymizedUserWorkerID"] if is_customer else None,
        "instrument": instrument,
        "instrument_version": "1",
        "item_id": item,
        "value": float(is_yes),
        "scale_low": 0.0,
        "scale_high": 1.0,
        "polarity": polarity_of(item),
        "answered_at": turns[-1]["sent_at"] if turns else None,
    }


def item_of(question: str) -> str:
    """A slug that is the same over the wordings of one question.

    Example:
        >>> item_of("Did the ship's computer stay calm?"), item_of("...stay calm? (Some are told not to.)")
        ('stay_calm', 'stay_calm')
    """
    bare = _SUBJECT.sub("", re.sub(r"\(.*?\)", "", question).strip())
    return re.sub(r"[^a-z0-9]+", "_", bare.lower()).strip("_")


def polarity_of(item: str) -> str | None:
    """Which answer is good news; None where neither is."""
    if item.startswith(NO_DIRECTION):
        return None
    return "lower_better" if item.startswith(LOWER_BETTER) else "higher_better"
