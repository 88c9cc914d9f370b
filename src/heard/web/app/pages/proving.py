"""Experiments, surveys and bots: what is tried, who is asked, and how the machine that answers does."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from heard.actions.surveys.plan import Wish
from heard.errors import BadInput
from heard.flow.serving import proving
from heard.flow.surveying import instrument_rows
from heard.inference.experiments.plan import ChangeKind
from heard.measures.registry import REGISTRY
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""Of a page that was made as a file: no script, nothing loaded, its own style."""


@router.get("/experiments")
def experiments(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """Every experiment with its state, and a form for a new plan."""
    return render.page(
        asked,
        "experiments.html.j2",
        title="Experiments",
        trials=proving.trials(asked.house),
        kinds=get_args(ChangeKind),
        measures=[one for one in REGISTRY.values() if one.unit == "share"],
    )


@router.post("/experiments")
def plan(asked: Annotated[Asked, needs("plan")]) -> Response:
    """Write a plan from the answers and the past."""
    answers: dict[str, Any] = {
        name: asked.field(name).strip() for name in ("name", "change", "kind", "metric", "better")
    }
    answers |= {"weeks": asked.field("weeks") or "8", "guards": [asked.field("guard")] if asked.field("guard") else []}
    try:
        effect = float(asked.field("smallest_effect").replace(",", ".")) / 100
    except ValueError as error:
        raise BadInput("smallest effect", got="no number", expected="points, such as 6") from error
    work = proving.planned(asked.house, answers | {"smallest_effect": effect})
    job = asked.request.app.state.jobs.start("planning an experiment", asked.person.person_id, work)
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)


@router.get("/experiments/{name}")
def experiment(asked: Annotated[Asked, needs("see_figures")], name: str) -> Response:
    """One experiment: what was promised, in which state it is, its playbook."""
    found, book = proving.trial(asked.house, name)
    changed = proving.changed(asked.house, name) if found.plan else []
    return render.page(asked, "experiment.html.j2", title="Experiment", one=found, book=book, changed=changed)


@router.get("/experiments/{name}/verdict")
def verdict(asked: Annotated[Asked, needs("see_figures")], name: str) -> Response:
    """The page of the last reading."""
    return HTMLResponse(proving.verdict_page(asked.house, name), headers={"Content-Security-Policy": POLICY})


@router.post("/experiments/{name}/{step}")
def step(asked: Annotated[Asked, needs("plan")], name: str, step: str) -> Response:
    """Register, assign or read."""
    work = proving.taken_on(asked.house, name, step)
    job = asked.request.app.state.jobs.start(f"experiment {name}", asked.person.person_id, work)
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)


@router.get("/surveys")
def surveys(asked: Annotated[Asked, needs("see_figures")]) -> Response:
    """Instruments, rounds, response and bounds."""
    return _surveys(asked, None)


@router.post("/surveys")
def ask(asked: Annotated[Asked, needs("plan")]) -> Response:
    """Try a draw, or draw it and write its links."""
    try:
        wish = Wish(
            count=int(asked.field("count") or 50),
            tough_share=float(asked.field("tough") or 50) / 100,
            every_days=int(asked.field("every_days") or 90),
        )
    except ValueError as error:
        raise BadInput("survey plan", got="no number", expected="whole numbers") from error
    return _surveys(asked, proving.asked(asked.house, wish, asked.field("instrument"), is_tried=not asked.field("go")))


def _surveys(asked: Asked, drawn: object) -> Response:
    return render.page(
        asked,
        "surveys.html.j2",
        title="Surveys",
        instruments=instrument_rows(),
        rounds=proving.rounds(asked.house),
        answered=proving.answered(asked.house, asked.house.cells()),
        drawn=drawn,
    )
