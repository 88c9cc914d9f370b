"""Governance: what is missing, who looked at what, whether the log holds."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from heard import gate
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
    )
