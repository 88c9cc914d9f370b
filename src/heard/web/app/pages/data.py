"""Data: imports with their quality, a new export, measures, and what each table holds."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from heard.errors import BadInput
from heard.flow.serving import doctor, taking_in
from heard.measures.registry import REGISTRY
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)


@router.get("/data")
def data(asked: Annotated[Asked, needs("export")]) -> Response:
    """What was imported and what can be asked."""
    return render.page(
        asked,
        "data.html.j2",
        title="Data",
        imports=doctor.imports_of(asked.house),
        measures=REGISTRY.values(),
        steps=doctor.examined(asked.house),
        jobs=list(asked.request.app.state.jobs.held.values()),
    )


@router.get("/import")
def choose(asked: Annotated[Asked, needs("export")]) -> Response:
    """The page that takes an export."""
    return render.page(asked, "import.html.j2", title="Import", sources=taking_in.sources())


@router.post("/import")
def look(asked: Annotated[Asked, needs("export")]) -> Response:
    """Read the export without writing anything."""
    given = asked.form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise BadInput("import", got="no file", expected="one export", todo="Choose a file first.")
    uploads, jobs = asked.request.app.state.uploads, asked.request.app.state.jobs
    upload_id = uploads.keep(given.filename, given.file)
    source = _source(asked)
    work = taking_in.understood(asked.house, uploads.path(upload_id), source)
    job = jobs.start("reading the export", asked.person.person_id, work)
    return RedirectResponse(f"/import/{upload_id}?job={job.job_id}&source={source or ''}", status_code=303)


def _source(asked: Asked) -> str | None:
    wanted = asked.field("source") or asked.query("source")
    if wanted and wanted not in {one["source"] for one in taking_in.sources()}:
        raise BadInput("source", got="an unknown name", expected="one of the list")
    return wanted or None


@router.get("/import/{upload_id}")
def confirm(asked: Annotated[Asked, needs("export")], upload_id: str) -> Response:
    """What was understood, and three questions."""
    asked.request.app.state.uploads.path(upload_id)
    job = asked.request.app.state.jobs.held.get(asked.query("job") or "")
    if job is None:
        raise BadInput("import", got="an unknown job", expected="the file again", todo="Choose it once more.")
    return render.page(
        asked,
        "understood.html.j2",
        title="What was understood",
        job=job,
        upload_id=upload_id,
        sources=taking_in.sources(),
        source=_source(asked) or "",
        timezone=asked.house.workspace.policy.timezone,
    )


@router.post("/import/{upload_id}")
def take_in(asked: Annotated[Asked, needs("export")], upload_id: str) -> Response:
    """Import, score, measure, release."""
    uploads, jobs = asked.request.app.state.uploads, asked.request.app.state.jobs
    options = {"timezone": asked.field("timezone")} if asked.field("timezone") else {}
    work = taking_in.taken_in(
        asked.house,
        uploads.path(upload_id),
        _source(asked),
        keep_history=asked.field("keep_history") == "yes",
        options=options,
        after=lambda: uploads.drop(upload_id),
    )
    job = jobs.start("importing and counting", asked.person.person_id, work)
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)


@router.post("/run")
def run(asked: Annotated[Asked, needs("export")]) -> Response:
    """Score what is new, measure, release."""
    work = doctor.run_again(asked.house)
    job = asked.request.app.state.jobs.start("counting", asked.person.person_id, work)
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)


@router.get("/jobs/{job_id}")
def job(asked: Annotated[Asked, needs("export")], job_id: str) -> Response:
    """How far a job is."""
    found = asked.request.app.state.jobs.held.get(job_id)
    if found is None:
        raise BadInput("job", got="an unknown id", expected="one that was started since the app opened")
    return render.page(asked, "job.html.j2", title="At work", job=found)
