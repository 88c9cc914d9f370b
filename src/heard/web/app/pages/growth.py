"""Coaching, the agent's mirror, and appeals."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from heard.actions.coaching.behaviours import PRACTISED
from heard.actions.review.progress import badge
from heard.errors import BadInput
from heard.flow.serving import appealing, mirroring
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)


@router.get("/mirror")
def mirror(asked: Annotated[Asked, needs("see_own")]) -> Response:
    """Own best replies, one missed moment, own trend, own load."""
    if asked.house.cells().is_empty:
        return render.page(asked, "start.html.j2", title="Start", can_import=False)
    return _mirror(asked, mirroring.mirror(asked.house, asked.person), None)


def _mirror(asked: Asked, made: mirroring.Mirror, of: str | None) -> Response:
    return render.page(
        asked,
        "mirror.html.j2",
        title="Mirror" if of is None else "Pack",
        made=made,
        of=of,
        practised=PRACTISED,
        appeals=appealing.appeals_for(asked.house, asked.person) if of is None else [],
        badge=badge(asked.house.workspace),
    )


@router.post("/mirror/goal")
def goal(asked: Annotated[Asked, needs("see_own")]) -> Response:
    """Begin to practise something."""
    mirroring.set_goal(asked.house, asked.person, asked.field("behaviour"), asked.field("text"))
    return RedirectResponse("/mirror", status_code=303)


@router.post("/mirror/recognition")
def recognition(asked: Annotated[Asked, needs("see_own")]) -> Response:
    """Opt in to being named, or out."""
    mirroring.set_recognition(asked.house, asked.person, asked.field("is_in") == "yes")
    return RedirectResponse("/mirror", status_code=303)


@router.get("/coaching")
def coaching(asked: Annotated[Asked, needs("coach")]) -> Response:
    """The team's training list, recognition, and person view where it was decided."""
    made = mirroring.coaching(asked.house, asked.person)
    return render.page(asked, "coaching.html.j2", title="Coaching", made=made, badge=badge(asked.house.workspace))


@router.post("/coaching/nominate")
def nominate(asked: Annotated[Asked, needs("coach")]) -> Response:
    """Name one great reply."""
    mirroring.nominate(asked.house, asked.person)
    return RedirectResponse("/coaching", status_code=303)


@router.post("/coaching/decision")
def decide(asked: Annotated[Asked, needs("decide")]) -> Response:
    """Record the decision that opens person view."""
    try:
        until = date.fromisoformat(asked.field("until"))
    except ValueError as error:
        raise BadInput("decision", got="no day", expected="the day on which it ends") from error
    duties = tuple(asked.field(f"duty-{number}") for number in range(1, 6))
    mirroring.decide_person_view(asked.house, asked.person, why=asked.field("why"), duties=duties, until=until)
    return RedirectResponse("/coaching", status_code=303)


@router.post("/coaching/withdraw")
def withdraw(asked: Annotated[Asked, needs("decide")]) -> Response:
    """Close person view."""
    mirroring.withdraw_person_view(asked.house, asked.person)
    return RedirectResponse("/coaching", status_code=303)


@router.get("/coaching/{person_id}")
def pack(asked: Annotated[Asked, needs("coach")], person_id: str) -> Response:
    """One agent's pack, while a recorded decision holds."""
    shown, made = mirroring.pack_of(asked.house, asked.person, person_id)
    return _mirror(asked, made, shown.login)


@router.get("/appeals")
def appeals(asked: Annotated[Asked, needs("read_words", "see_own")]) -> Response:
    """Appeals to decide, or one's own."""
    held = appealing.appeals_for(asked.house, asked.person)
    told = appealing.words_of(asked.house, asked.person, held)
    counts = appealing.counted(asked.house) if asked.person.may("adjudicate") else None
    return render.page(asked, "appeals.html.j2", title="Appeals", appeals=held, words=told, counts=counts)


@router.post("/appeals")
def appeal(asked: Annotated[Asked, needs("read_words", "see_own")]) -> Response:
    """Say that a label is wrong."""
    appealing.appeal(
        asked.house,
        asked.person,
        interaction_id=asked.field("interaction_id"),
        moment_id=asked.field("moment_id"),
        why=asked.field("why"),
    )
    return RedirectResponse("/appeals", status_code=303)


@router.post("/appeals/{appeal_id}")
def settle(asked: Annotated[Asked, needs("adjudicate")], appeal_id: str) -> Response:
    """Keep the label or change it."""
    appealing.decide(
        asked.house,
        asked.person,
        appeal_id,
        decision=asked.field("decision"),
        state=asked.field("state"),
        is_generic=asked.field("is_generic") == "yes",
        answer=asked.field("answer"),
    )
    return RedirectResponse("/appeals", status_code=303)
