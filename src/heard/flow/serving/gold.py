"""The business's own gold set: settled readings in the format of the codebook (CODEBOOK D)."""

from collections.abc import Sequence
from typing import Any

import orjson

from heard import gate
from heard.actions.review.marks import OpenedMoment, Review
from heard.actions.review.progress import pairs
from heard.flow.serving import words
from heard.flow.serving.house import House
from heard.flow.serving.reviewing import PURPOSE
from heard.gate.accounts import Person
from heard.terms.labels import ANSWERING, HARMFUL, LABELS


def lines(house: House, person: Person) -> bytes:
    """One conversation a line; those that two people read and on which every difference is settled.

    `heard agreement` reads the file, so that a machine can be held against it.
    """
    made = []
    for pair in pairs(house.workspace):
        if pair.found and pair.verdict is None:
            continue
        result = pair.verdict.body.result if pair.verdict else pair.first
        shown = words.conversation(house, person, pair.interaction_id, is_blind=True, purpose=PURPOSE)
        made.append(orjson.dumps(_line(shown, result)) + b"\n")
    gate.audit.note(house.workspace, "export", person.person_id, {"what": "gold set", "count": len(made)})
    return b"".join(made)


def _line(shown: words.Conversation, result: Review) -> dict[str, Any]:
    public = [turn for turn in shown.turns if turn.is_public and turn.role != "system"]
    place = {turn.turn_id: number for number, turn in enumerate(public)}
    return {
        "id": shown.interaction_id,
        "turns": [_turn(turn, number, result) for number, turn in enumerate(public)],
        "moments": [
            _moment(moment, public, place[moment.turn_id], result)
            for moment in sorted(result.moments, key=lambda one: place.get(one.turn_id, 0))
            if moment.turn_id in place
        ],
    }


def _moment(moment: OpenedMoment, turns: Sequence[words.Turn], opens: int, result: Review) -> dict[str, Any]:
    reply = _reply(moment, turns, opens, result) if moment.state in ("met", "late") else None
    state = "unanswered" if reply is None and moment.state in ("met", "late") else moment.state
    return {
        "opens": opens,
        "kind": "implicit" if moment.emotion == "concern" else "explicit",
        "emotion": moment.emotion,
        "intensity": moment.intensity,
        "cause": moment.cause,
        "reply": reply,
        "state": state,
        "generic": None if reply is None else moment.is_generic,
        "overdone": False,
        "harmed": _is_harmed(turns, opens, result),
        "after": "none",
    }


def _reply(moment: OpenedMoment, turns: Sequence[words.Turn], opens: int, result: Review) -> int | None:
    """The first answering turn: one that the reader marked with an answering behaviour, else the first of its block.

    A late answer comes after the customer has written again.
    """
    after = [n for n in range(opens + 1, len(turns)) if turns[n].role in ("agent", "bot")]
    if moment.state == "late":
        first = after[0] if after else len(turns)
        again = next((n for n in range(first, len(turns)) if turns[n].role == "customer"), first - 1)
        after = [n for n in after if n > again]
    answering = {mark.turn_id for mark in result.marks if mark.label in ANSWERING}
    return next((n for n in after if turns[n].turn_id in answering), after[0] if after else None)


def _is_harmed(turns: Sequence[words.Turn], opens: int, result: Review) -> bool:
    harmful = {mark.turn_id for mark in result.marks if mark.label in HARMFUL}
    return any(turn.turn_id in harmful for turn in turns[opens + 1 :])


def _turn(turn: words.Turn, number: int, result: Review) -> dict[str, Any]:
    told: dict[str, Any] = {"n": number, "who": turn.role, "text": turn.text}
    for mark in result.marks:
        if mark.turn_id == turn.turn_id:
            told.setdefault(LABELS[mark.label].group, {})[mark.label] = turn.text[mark.start : mark.end]
    strength = [one.intensity for one in result.moments if one.turn_id == turn.turn_id]
    if told.get("emotions"):
        told["intensity"] = max(strength, default=1)
    return told
