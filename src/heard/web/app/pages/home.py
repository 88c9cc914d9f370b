"""Home, Moments, Heard & said: what happened, and the words behind it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from heard.actions.review.progress import badge
from heard.errors import BadInput
from heard.flow.serving import frame, home, said, words
from heard.measures.registry import REGISTRY
from heard.terms.words import CAUSES, CHANNELS, STATES
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)
LATE_DAYS = 8


@router.get("/")
def monday(asked: Annotated[Asked, needs()]) -> Response:
    """The Monday page with a week switch."""
    if not asked.person.may("see_figures"):
        return RedirectResponse("/mirror" if asked.person.may("see_own") else "/me", status_code=303)
    cells = asked.house.cells()
    if cells.is_empty:
        return render.page(asked, "start.html.j2", title="Start", can_import=asked.person.may("export"))
    week = frame.week_of(cells, asked.query("week"))
    document = home.monday(asked.house, week, badge=badge(asked.house.workspace))
    weeks = cells.weeks()
    around = {
        "before": next((render.day_of(one) for one in reversed(weeks) if week is not None and one < week), None),
        "after": next((render.day_of(one) for one in weeks if week is not None and one > week), None),
    }
    chosen = render.day_of(week) if week is not None else ""
    days = [render.day_of(one) for one in reversed(weeks)]
    inner = render.monday_body(document)
    return render.page(
        asked,
        "home.html.j2",
        title="Home",
        inner=inner,
        around=around,
        weeks=days,
        chosen=chosen,
        days_old=_days_old(asked),
    )


def _days_old(asked: Asked) -> int | None:
    """Days since the last run, where it is so long ago that a weekly one was missed."""
    released = asked.house.cells().released_at
    days = (asked.house.workspace.now() - released).days if released else 0
    return days if days > LATE_DAYS else None


@router.get("/moments")
def moments(asked: Annotated[Asked, needs("read_words")]) -> Response:
    """The ledger with its filters."""
    wanted = _filter(asked)
    rows, more = words.moments(asked.house, asked.person, wanted, cursor=asked.query("after"))
    cells = asked.house.cells()
    choices = {
        "state": STATES,
        "cause": CAUSES,
        "channel": CHANNELS,
        "team": cells.values("team_id"),
        "issue": cells.values("issue"),
        "week": [render.day_of(one) for one in reversed(cells.weeks())],
    }
    chosen = {name: asked.query(name) or "" for name in choices}
    return render.page(asked, "moments.html.j2", title="Moments", rows=rows, more=more, choices=choices, chosen=chosen)


def _filter(asked: Asked) -> words.Filter:
    week = asked.query("week")
    try:
        day = date.fromisoformat(week) if week else None
    except ValueError as error:
        raise BadInput("week", got="something else", expected="a date such as 2026-11-16") from error
    held = {name: asked.query(name) for name in ("state", "cause", "channel", "team", "issue")}
    return words.Filter(**held, week=day)


@router.get("/conversations/{interaction_id}")
def conversation(asked: Annotated[Asked, needs("read_words", "see_own")], interaction_id: str) -> Response:
    """One conversation with its evidence; an agent may open their own."""
    found = words.conversation(asked.house, asked.person, interaction_id)
    return render.page(
        asked, "conversation.html.j2", title="Conversation", one=found, badge=badge(asked.house.workspace)
    )


@router.get("/heard")
def heard(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """Behaviour, perception and outcome in one frame."""
    cells = asked.house.cells()
    if cells.is_empty:
        return render.page(asked, "start.html.j2", title="Start", can_import=asked.person.may("export"))
    wanted = frame.asked_of(cells, asked.request.query_params)
    made = frame.kept(asked.house, wanted)
    chosen = {
        **{name: wanted.groups.get(name, "") for name in made.choices},
        "week": "all" if wanted.week is None else render.day_of(wanted.week),
        "against": "" if wanted.against is None else render.day_of(wanted.against),
    }
    days = [render.day_of(one) for one in reversed(made.weeks)]
    return render.page(
        asked,
        "heard.html.j2",
        title="Heard & said",
        made=made,
        chosen=chosen,
        weeks=days,
        badge=badge(asked.house.workspace),
        address=str(asked.request.url.query),
        moves=said.moves(asked.house, cells, wanted.week),
    )


@router.get("/heard/said")
def scores_and_comments(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """Score beside comment with the words, themes, what shows soon and what later, saves by concession."""
    cells = asked.house.cells()
    if cells.is_empty:
        return render.page(asked, "start.html.j2", title="Start", can_import=asked.person.may("export"))
    return render.page(
        asked,
        "said.html.j2",
        title="Scores and comments",
        made=said.said(asked.house, asked.person),
        soon=said.soon(cells, asked.house.workspace.policy.k),
        badge=badge(asked.house.workspace),
    )


@router.get("/measures/{name}")
def measure(asked: Annotated[Asked, needs("see_figures")], name: str) -> Response:
    """How one number is made: definition, formula, sources, SQL, and its released cells."""
    if name not in REGISTRY:
        raise BadInput("measure", got="an unknown name", expected="one of the registry")
    cells = asked.house.cells()
    rows = [row for grouping in ("", "team_id", "channel", "issue") for row in cells.rows(name, grouping, "all")]
    return render.page(asked, "measure.html.j2", title=REGISTRY[name].title, measure=REGISTRY[name], rows=rows)
