"""Governance: what is missing, who looked at what, whether the log holds."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from heard import gate
from heard.errors import BadInput
from heard.flow.serving import proving
from heard.gate import signing
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)
SHOWN = 200


@router.get("/governance")
def governance(asked: Annotated[Asked, needs("govern")]) -> Response:
    """Purposes, findings, the audit log."""
    workspace = asked.house.workspace
    entries = gate.audit.log(workspace)
    kind = asked.query("kind")
    shown = [one for one in reversed(entries) if kind is None or one.kind == kind][:SHOWN]
    return render.page(
        asked,
        "governance.html.j2",
        title="Governance",
        findings=[str(one) for one in gate.check(workspace)],
        verdict=gate.audit.verify(workspace),
        entries=shown,
        kinds=sorted({one.kind for one in entries}),
        kind=kind or "",
        policy=workspace.policy,
        features=gate.features.to_dict(workspace),
        answering=proving.answering(asked.house),
        papers=proving.papers(asked.house),
    )


@router.post("/governance/sign")
def sign(asked: Annotated[Asked, needs("decide")]) -> Response:
    """Sign a purpose off as it stands."""
    workspace = asked.house.workspace
    try:
        due = date.fromisoformat(asked.field("review_on"))
    except ValueError as error:
        raise BadInput("review date", got="no day", expected="a day ahead, within two years") from error
    signing.sign(workspace, asked.field("purpose"), by=asked.person.login, review_on=due)
    return RedirectResponse("/governance", status_code=303)


@router.post("/papers")
def write(asked: Annotated[Asked, needs("decide")]) -> Response:
    """Write every paper anew from what is configured."""
    work = proving.papers_written(asked.house)
    job = asked.request.app.state.jobs.start("writing papers", asked.person.person_id, work)
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)


@router.get("/papers/{name}")
def paper(asked: Annotated[Asked, needs("govern")], name: str) -> Response:
    """One paper, to read or to take along."""
    text = proving.paper(asked.house, name)
    if asked.query("download"):
        headers = {"Content-Disposition": f'attachment; filename="{name}.md"'}
        return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)
    return render.page(asked, "paper.html.j2", title="Paper", name=name, text=text)
