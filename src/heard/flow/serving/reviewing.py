"""The review workspace: drawing, the queue, saving as one goes, adjudication, the gold set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heard import gate
from heard.actions.review.disagreement import Choice, settled
from heard.actions.review.drawing import draw
from heard.actions.review.marks import DRAWS, NEGATIVE, REVIEWS, VERDICTS, Draw, Review, Verdict, check_spans
from heard.actions.review.progress import READERS, Pair, pairs, reviews_by_draw
from heard.actions.review.rubric import Rubric, rubric
from heard.errors import BadInput
from heard.flow.serving import words
from heard.flow.serving.house import House
from heard.gate.accounts import Person
from heard.gate.desk import Kept

__all__ = [
    "NEGATIVE",
    "Pair",
    "Task",
    "adjudicate",
    "draw_more",
    "opened",
    "pairs",
    "queue",
    "reviews_by_draw",
    "rubric_of",
    "save",
]
PURPOSE = "coaching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A drawn conversation as one reviewer sees it; whose other reading it is stays hidden."""

    draw_id: str
    interaction_id: str
    batch: str
    is_double: bool
    state: str
    is_open: bool


def rubric_of(house: House) -> Rubric:
    """The codebook and the business's standards."""
    return rubric(house.workspace.policy.standards)


def draw_more(house: House, person: Person, *, week: int | None, count: int = 12) -> int:
    """Draw conversations that were not drawn before; returns how many. Drawing the same week again adds none twice."""
    batch = "whole span" if week is None else words.week_text(week)
    held = {one.body.interaction_id for one in DRAWS.all(house.workspace)}
    with house.view(person, PURPOSE) as view:
        seed = f"{house.workspace.policy.name} {batch} {len(held)}"
        drawn = [one for one in draw(view, week=week, count=count, seed=seed) if one.interaction_id not in held]
    for one in drawn:
        body = Draw(
            batch=batch,
            interaction_id=one.interaction_id,
            stratum=one.stratum,
            probability=one.probability,
            is_double=one.is_double,
            month=one.month,
        )
        DRAWS.put(house.workspace, body, by=person.person_id, interaction_id=one.interaction_id)
    gate.audit.note(house.workspace, "draw", person.person_id, {"batch": batch, "count": len(drawn)})
    return len(drawn)


def queue(house: House, person: Person) -> list[Task]:
    """What this person can read now, begun ones first, then doubly read ones, then the rest, then what is done."""
    read = reviews_by_draw(house.workspace)
    tasks = [_task(one, read.get(one.record_id, []), person) for one in DRAWS.all(house.workspace)]
    order = {"begun": 0, "to read": 1, "done": 2, "read by others": 3}
    return sorted(tasks, key=lambda task: (order[task.state], not task.is_double, task.draw_id))


def _task(drawn: Kept[Draw], read: list[Kept[Review]], person: Person) -> Task:
    own = [one for one in read if one.written_by == person.person_id]
    others = [one for one in read if one.written_by != person.person_id and one.body.is_done]
    full = len(others) >= (READERS if drawn.body.is_double else 1)
    state = ("done" if own[0].body.is_done else "begun") if own else ("read by others" if full else "to read")
    return Task(
        draw_id=drawn.record_id,
        interaction_id=drawn.body.interaction_id,
        batch=drawn.body.batch,
        is_double=drawn.body.is_double,
        state=state,
        is_open=state in ("begun", "to read"),
    )


def _drawn(house: House, draw_id: str) -> Kept[Draw]:
    found = DRAWS.get(house.workspace, draw_id)
    if found is None:
        raise BadInput("review", got="an unknown id", expected="one of the queue")
    return found


def opened(house: House, person: Person, draw_id: str) -> tuple[words.Conversation, Kept[Review] | None]:
    """The conversation and the person's own reading; the machine's labels are there once the reading is done."""
    drawn, own = _drawn(house, draw_id), REVIEWS.get(house.workspace, _own_id(draw_id, person))
    is_done = own is not None and own.body.is_done
    shown = words.conversation(house, person, drawn.body.interaction_id, is_blind=not is_done, purpose=PURPOSE)
    return shown, own


def _own_id(draw_id: str, person: Person) -> str:
    return f"{draw_id}:{person.person_id}"


def save(
    house: House, person: Person, draw_id: str, given: Mapping[str, Any], *, expected_version: int
) -> Kept[Review]:
    """Save a reading as it is; an older version never overwrites a newer one.

    Raises:
        Conflict: Another tab saved since this one loaded.
        BadInput: A quote lies outside its turn, or a done reading would be reopened.
    """
    drawn = _drawn(house, draw_id)
    body = REVIEWS.parsed({**given, "draw_id": draw_id, "rubric_version": rubric_of(house).version})
    held = REVIEWS.get(house.workspace, _own_id(draw_id, person))
    if held is not None and held.body.is_done:
        raise BadInput(
            "review", got="one that is done", expected="one still open", todo="Its labels were shown to you."
        )
    if held is None and not _task(drawn, reviews_by_draw(house.workspace).get(draw_id, []), person).is_open:
        raise BadInput("review", got="one that others have read", expected="one of your queue")
    shown = words.conversation(house, person, drawn.body.interaction_id, is_blind=True, purpose=PURPOSE)
    check_spans(body, {turn.turn_id: (turn.role, len(turn.text)) for turn in shown.turns})
    return REVIEWS.put(
        house.workspace,
        body,
        by=person.person_id,
        record_id=_own_id(draw_id, person),
        expected_version=expected_version,
        interaction_id=drawn.body.interaction_id,
    )


def adjudicate(house: House, person: Person, draw_id: str, choices: Mapping[str, Choice]) -> Kept[Verdict]:
    """Settle every difference of one conversation; the result joins the gold set.

    Raises:
        BadInput: There are not two finished readings, or a difference has no choice.
    """
    pair = next((one for one in pairs(house.workspace) if one.draw_id == draw_id), None)
    if pair is None:
        raise BadInput("adjudication", got="no two finished readings", expected="a conversation that two have read")
    known = {one.key for one in pair.found}
    kept = {key: value for key, value in choices.items() if key in known}
    result = settled(pair.first, pair.second, kept)
    body = VERDICTS.parsed({"draw_id": draw_id, "choices": kept, "result": result.model_dump()})
    return VERDICTS.put(
        house.workspace,
        body,
        by=person.person_id,
        record_id=draw_id,
        expected_version=None,
        interaction_id=pair.interaction_id,
    )
