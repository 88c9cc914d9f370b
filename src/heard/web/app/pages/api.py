"""Everything that the pages show, as JSON. Lists have cursors; writes take an `Idempotency-Key`."""

from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Header, Query
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from heard.actions.review.progress import badge
from heard.errors import BadInput
from heard.flow import webhooks
from heard.flow.serving import appealing, calibrating, doctor, frame, home, mirroring, planning, words
from heard.measures.registry import REGISTRY
from heard.web.app.doors import Asked, needs

router = APIRouter(prefix="/api/v1", tags=["heard"])
KEY = Header(alias="Idempotency-Key", max_length=100, description="The same key writes once, however often it is sent.")
Text = Annotated[str | None, Query(max_length=120)]


class Appealed(BaseModel):
    """A label that is wrong."""

    model_config = ConfigDict(extra="forbid")

    interaction_id: str
    moment_id: str
    why: str


class Address(BaseModel):
    """Where a webhook goes."""

    model_config = ConfigDict(extra="forbid")

    url: str


def told(value: Any, status: int = 200) -> Response:
    """A value as JSON; NaN and missing become null."""
    body = orjson.dumps({"ok": True, "data": value}, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status_code=status, media_type="application/json")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


@router.get("/openapi.json", include_in_schema=False)
def shape(asked: Annotated[Asked, needs()]) -> Response:
    """The shape of the API."""
    app = asked.request.app
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=list(router.routes))
    made["components"].setdefault("securitySchemes", {})["token"] = {"type": "http", "scheme": "bearer"}
    made["security"] = [{"token": []}]
    return Response(orjson.dumps(made), media_type="application/json")


@router.get("/measures")
def measures(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """Every formula in use."""
    names = ("name", "title", "definition", "formula", "variant", "leaves_out", "unit", "better", "citation", "sql")
    return told([{name: getattr(one, name) for name in names} for one in REGISTRY.values()])


@router.get("/figures")
def figures(
    asked: Annotated[Asked, needs("see_figures")],
    measure: Text = None,
    team: Text = None,
    channel: Text = None,
    issue: Text = None,
    queue: Text = None,
) -> Response:
    """Released cells of one group, week by week and over the whole span; hidden ones say so."""
    if measure is not None and measure not in REGISTRY:
        raise BadInput("measure", got="an unknown name", expected="one of /measures")
    cells = asked.house.cells()
    groups = {"team": team, "channel": channel, "issue": issue, "queue": queue}
    wanted = frame.asked_of(cells, {name: value for name, value in groups.items() if value})
    rows = frame.cells_shown(cells, wanted).to_pylist()
    left_out = ("customer_count", "agent_count", "batch_id", "source", "source_id", "imported_at")
    kept = [row for row in rows if measure is None or row["measure"] == measure]
    return told([{name: value for name, value in row.items() if name not in left_out} for row in kept])


@router.get("/frame")
def frame_(
    asked: Annotated[Asked, needs("see_figures")],
    team: Text = None,
    channel: Text = None,
    issue: Text = None,
    queue: Text = None,
    week: Text = None,
    against: Text = None,
) -> Response:
    """Behaviour, perception and outcome in one frame."""
    cells = asked.house.cells()
    given = {"team": team, "channel": channel, "issue": issue, "queue": queue, "week": week, "against": against}
    wanted = frame.asked_of(cells, {name: value for name, value in given.items() if value})
    made = frame.kept(asked.house, wanted)
    return told({"badge": badge(asked.house.workspace), "columns": made.columns})


@router.get("/monday")
def monday(asked: Annotated[Asked, needs("see_figures")], week: Text = None) -> Response:
    """The Monday page as blocks of data."""
    cells = asked.house.cells()
    if cells.is_empty:
        raise BadInput("figures", got="none released yet", expected="a scored workspace", todo="Run `heard run` first.")
    chosen = frame.week_of(cells, week)
    return told(home.monday(asked.house, chosen, badge=badge(asked.house.workspace)))


@router.get("/moments")
def moments(
    asked: Annotated[Asked, needs("read_words")],
    state: Text = None,
    cause: Text = None,
    channel: Text = None,
    team: Text = None,
    issue: Text = None,
    week: Annotated[date | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
) -> Response:
    """The ledger, newest first; `next` is the cursor of the following page. The look is noted."""
    wanted = words.Filter(state=state, cause=cause, channel=channel, team=team, issue=issue, week=week)
    rows, more = words.moments(asked.house, asked.person, wanted, cursor=cursor, limit=limit)
    return told({"moments": rows, "next": more})


@router.get("/conversations/{interaction_id}")
def conversation(asked: Annotated[Asked, needs("read_words", "see_own")], interaction_id: str) -> Response:
    """One conversation with its evidence. The look is noted."""
    return told(words.conversation(asked.house, asked.person, interaction_id))


@router.get("/agreement")
def agreement(asked: Annotated[Asked, needs("see_agreement")]) -> Response:
    """The agreement card so far."""
    made = calibrating.card(asked.house)
    return told({"has_card": made.status.has_card, "card": made})


@router.get("/mirror")
def mirror(asked: Annotated[Asked, needs("see_own")]) -> Response:
    """One's own mirror."""
    return told(mirroring.mirror(asked.house, asked.person))


@router.get("/coaching")
def coaching(asked: Annotated[Asked, needs("coach")]) -> Response:
    """The training list."""
    return told({"training": mirroring.coaching(asked.house, asked.person).training})


@router.get("/journey")
def journey(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """The stages of the journey."""
    return told(planning.journey(asked.house))


@router.get("/plan")
def plan(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """KPIs and the policy-friction list."""
    return told({"kpis": planning.kpis(asked.house), "friction": planning.friction(asked.house)})


@router.get("/abilities")
def abilities(asked: Annotated[Asked, needs("export")]) -> Response:
    """What these data allow."""
    return told(doctor.examined(asked.house))


@router.get("/appeals")
def appeals(asked: Annotated[Asked, needs("read_words", "see_own")]) -> Response:
    """Appeals to decide, or one's own."""
    return told(appealing.appeals_for(asked.house, asked.person))


@router.post("/appeals", status_code=201)
def appeal(
    asked: Annotated[Asked, needs("read_words", "see_own")],
    given: Annotated[Appealed, Body()],
    key: Annotated[str | None, KEY] = None,
) -> Response:
    """Say that a label is wrong."""
    kept = appealing.appeal(asked.house, asked.person, **given.model_dump(), key=key)
    return told({"appeal_id": kept.record_id, "decision": kept.body.decision}, 201)


@router.get("/webhooks")
def hooks(asked: Annotated[Asked, needs("connect")]) -> Response:
    """Who is told; secrets are left out."""
    held = webhooks.WEBHOOKS.all(asked.house.workspace)
    return told([{"webhook_id": one.record_id, "url": one.body.url, "last": one.body.last} for one in held])


@router.post("/webhooks", status_code=201)
def add_hook(asked: Annotated[Asked, needs("connect")], given: Annotated[Address, Body()]) -> Response:
    """Tell an address when figures are released; its secret is shown this once."""
    kept = webhooks.add(asked.house.workspace, asked.person, given.url)
    return told({"webhook_id": kept.record_id, "secret": kept.body.secret}, 201)


@router.delete("/webhooks/{webhook_id}")
def drop_hook(asked: Annotated[Asked, needs("connect")], webhook_id: str) -> Response:
    """Tell it no more; an unknown one is gone already."""
    webhooks.WEBHOOKS.remove(asked.house.workspace, webhook_id)
    return told({"webhook_id": webhook_id})
