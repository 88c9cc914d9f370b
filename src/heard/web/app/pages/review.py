"""The review workspace."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, RedirectResponse, Response

from heard.flow.serving import frame, reviewing
from heard.terms.words import CAUSES
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)


@router.get("/review")
def queue(asked: Annotated[Asked, needs("review")]) -> Response:
    """My queue."""
    tasks = reviewing.queue(asked.house, asked.person)
    weeks = [render.day_of(one) for one in reversed(asked.house.cells().weeks())]
    return render.page(asked, "review_queue.html.j2", title="Review", tasks=tasks, weeks=weeks)


@router.post("/review/draw")
def draw(asked: Annotated[Asked, needs("review")]) -> Response:
    """Draw the conversations of a week."""
    week = frame.week_of(asked.house.cells(), asked.field("week") or None)
    reviewing.draw_more(asked.house, asked.person, week=week)
    return RedirectResponse("/review", status_code=303)


@router.get("/review/{draw_id}")
def one(asked: Annotated[Asked, needs("review")], draw_id: str) -> Response:
    """One conversation: transcript left, codebook right, blind until it is decided."""
    shown, own = reviewing.opened(asked.house, asked.person, draw_id)
    held = own.body.model_dump(mode="json") if own else {}
    return render.page(
        asked,
        "review_one.html.j2",
        title="Review",
        one=shown,
        rubric=reviewing.rubric_of(asked.house),
        draw_id=draw_id,
        held=held,
        version=own.version if own else 0,
        is_done=own is not None and own.body.is_done,
        causes=CAUSES,
        negative=(*reviewing.NEGATIVE, "concern"),
    )


@router.put("/review/{draw_id}")
def save(asked: Annotated[Asked, needs("review")], draw_id: str, given: Annotated[dict[str, Any], Body()]) -> Response:
    """Save as one goes: `version` is the one that was loaded, `review` the whole reading."""
    version, review = given.get("version"), given.get("review")
    if type(version) is not int or not isinstance(review, dict):
        return JSONResponse(
            {"ok": False, "error": "The body does not have the documented shape.", "errors": [], "status": 422}, 422
        )
    kept = reviewing.save(asked.house, asked.person, draw_id, review, expected_version=version)
    return JSONResponse({"ok": True, "version": kept.version, "at": kept.at, "is_done": kept.body.is_done})
