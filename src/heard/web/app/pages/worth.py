"""What it is worth: who stayed, what goes with it, what could be mended, and a range with its grade."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from heard.actions.monday.wording import CAUSE_WORDS
from heard.actions.review.progress import badge
from heard.actions.worth.cohorts import picture
from heard.flow.serving import worth
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)
COURSE = "heard_rate"


@router.get("/worth")
def page(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """Cohorts, worth, value, drivers, decomposition, friction, the change log."""
    cells = asked.house.cells()
    if cells.is_empty:
        return render.page(asked, "start.html.j2", title="Start", can_import=asked.person.may("export"))
    wanted = worth.wanted_of(asked.query)
    made = worth.worth(asked.house, wanted)
    curves = made.cohorts.made
    return render.page(
        asked,
        "worth.html.j2",
        title="What it is worth",
        made=made,
        wanted=wanted,
        events=worth.EVENT_WORDS,
        afters=worth.AFTER_WORDS,
        curves=Markup(picture(curves)) if curves else "",
        cause_words=CAUSE_WORDS,
        course=worth.course(asked.house, cells, COURSE),
        badge=badge(asked.house.workspace),
    )


@router.post("/worth/changes")
def note(asked: Annotated[Asked, needs("plan")]) -> Response:
    """Note a change."""
    worth.note_change(asked.house, asked.person, asked.field("what"), asked.field("on"))
    return RedirectResponse("/worth#log", status_code=303)
