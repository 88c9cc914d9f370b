"""Appeals: sent by whoever may read the words, decided by a person, written into the ledger."""

from hashlib import blake2b
from typing import Any

import pyarrow as pa

from heard import gate
from heard.actions.review.appeals import APPEALS, Appeal, corrected, corrections
from heard.errors import BadInput
from heard.flow.serving import words
from heard.flow.serving.house import House
from heard.gate.accounts import Person
from heard.gate.desk import Kept
from heard.terms.tables import MOMENT, PROVENANCE


def appeal(
    house: House, person: Person, *, interaction_id: str, moment_id: str, why: str, key: str | None = None
) -> Kept[Appeal]:
    """Say that a label is wrong; with a key, the same appeal is written once however often it is sent.

    Raises:
        BadInput: No such moment that this person may read, or no reason.
    """
    with house.view(person) as view:
        asked = "SELECT moment_id FROM moment WHERE moment_id = ? AND interaction_id = ?"
        if not view.sql(asked, (moment_id, interaction_id)).num_rows:
            raise BadInput("appeal", got="an unknown moment", expected="one that you may read")
    body = APPEALS.parsed({"moment_id": moment_id, "interaction_id": interaction_id, "why": why})
    record_id = None if key is None else _id_of(person, key)
    held = None if record_id is None else APPEALS.get(house.workspace, record_id)
    if held is not None:
        return held
    return APPEALS.put(house.workspace, body, by=person.person_id, record_id=record_id, interaction_id=interaction_id)


def _id_of(person: Person, key: str) -> str:
    return f"appeal-{blake2b(f'{person.person_id} {key}'.encode(), digest_size=8).hexdigest()}"


def appeals_for(house: House, person: Person) -> list[Kept[Appeal]]:
    """Those to decide, for whoever decides; one's own, for everybody else. Open ones first, newest first."""
    held = reversed(APPEALS.all(house.workspace))
    seen = held if person.may("adjudicate") else (one for one in held if _first_by(house, one) == person.person_id)
    return sorted(seen, key=lambda one: one.body.decision != "open")


def _first_by(house: House, one: Kept[Appeal]) -> str:
    """Who sent it: the writer of its first version; later ones are decisions."""
    return APPEALS.history(house.workspace, one.record_id)[0].written_by


def decide(
    house: House, person: Person, appeal_id: str, *, decision: str, state: str, is_generic: bool, answer: str
) -> None:
    """Keep the label or change it; a changed one is written into the ledger and holds when it is scored again.

    Raises:
        BadInput: No such open appeal, or no state to change to; nobody decides their own.
    """
    held = APPEALS.get(house.workspace, appeal_id)
    if held is None or held.body.decision != "open":
        raise BadInput("appeal", got="one that is unknown or decided", expected="an open one")
    if held.written_by == person.person_id and person.agent_id is not None:
        raise BadInput("appeal", got="one of your own", expected="another person to decide it")
    body = APPEALS.parsed(
        held.body.model_dump()
        | {
            "decision": decision,
            "state": state if decision == "changed" else None,
            "is_generic": is_generic,
            "answer": answer,
        }
    )
    if body.decision == "open" or (body.decision == "changed" and body.state is None):
        raise BadInput("decision", got="no state to change to", expected="kept, or changed with a state")
    APPEALS.put(
        house.workspace,
        body,
        by=person.person_id,
        record_id=appeal_id,
        expected_version=held.version,
        interaction_id=held.interaction_id,
    )
    if body.decision == "changed":
        _write(house, body)


def _write(house: House, body: Appeal) -> None:
    names = [name for name in MOMENT.names() if name not in {one.name for one in PROVENANCE}]
    with house.whole() as view:
        rows = view.sql(f"SELECT {', '.join(names)} FROM moment WHERE interaction_id = ?", (body.interaction_id,))
    kept = corrected(rows, corrections(house.workspace))
    ids = pa.array([body.interaction_id], pa.string())
    gate.admit_derived(house.workspace, f"appeal-{body.moment_id[-8:]}", interactions=ids, tables={"moment": kept})


def counted(house: House) -> dict[str, int]:
    """How many appeals are open, kept and changed: the override rate of the machine."""
    told: dict[str, int] = {"open": 0, "kept": 0, "changed": 0}
    for one in APPEALS.all(house.workspace):
        told[one.body.decision] += 1
    return told


def words_of(house: House, person: Person, held: list[Kept[Appeal]]) -> dict[str, Any]:
    """The moments of some appeals, for whoever decides them."""
    with house.view(person) as view:
        return words.moments_by_id(house, view, [one.body.moment_id for one in held])
