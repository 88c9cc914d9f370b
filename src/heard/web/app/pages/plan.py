"""The journey map, KPIs, rules to fix, and webhooks."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from heard.actions.journey.agreed import FRICTION_STATUSES
from heard.errors import BadInput
from heard.flow.serving import planning
from heard.measures.registry import REGISTRY
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)


@router.get("/journey")
def journey(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """Stages, waits, feelings with n, moments of truth, need and response."""
    if asked.house.cells().is_empty:
        return render.page(asked, "start.html.j2", title="Start", can_import=asked.person.may("export"))
    return render.page(asked, "journey.html.j2", title="Journey", made=planning.journey(asked.house))


@router.get("/plan")
def plan(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """KPIs and rules to fix."""
    return render.page(
        asked,
        "plan.html.j2",
        title="Plan",
        kpis=planning.kpis(asked.house),
        friction=planning.friction(asked.house),
        measures=list(REGISTRY.values()),
        statuses=FRICTION_STATUSES,
    )


@router.post("/plan/kpis")
def set_kpi(asked: Annotated[Asked, needs("plan")]) -> Response:
    """Register a KPI."""
    try:
        target = float(asked.field("target").replace(",", "."))
    except ValueError as error:
        raise BadInput("target", got="no number", expected="a number in the unit of the measure") from error
    unit = REGISTRY[asked.field("measure")].unit if asked.field("measure") in REGISTRY else ""
    fields = {name: asked.field(name) for name in ("measure", "owner", "guard", "review_by", "change")}
    planning.set_kpi(asked.house, asked.person, {**fields, "target": target / 100 if unit == "share" else target})
    return RedirectResponse("/plan", status_code=303)


@router.post("/plan/kpis/drop")
def drop_kpi(asked: Annotated[Asked, needs("plan")]) -> Response:
    """Take a KPI out."""
    planning.drop_kpi(asked.house, asked.field("record_id"))
    return RedirectResponse("/plan", status_code=303)


@router.post("/plan/friction")
def set_friction(asked: Annotated[Asked, needs("plan")]) -> Response:
    """Say who has a rule in hand."""
    fields = {name: asked.field(name) for name in ("cause", "owner", "status", "note")}
    planning.set_friction(asked.house, asked.person, fields)
    return RedirectResponse("/plan", status_code=303)
