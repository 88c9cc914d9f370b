"""People: invitations, roles, leavers."""

from typing import Annotated, cast

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from heard.flow.serving import accounts
from heard.gate.accounts import ROLES, TITLES, Role, invitations, people
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)


@router.get("/people")
def everyone(asked: Annotated[Asked, needs("manage_people")]) -> Response:
    """Who may come in, and how to invite more."""
    return _page(asked, "")


@router.post("/people/invite")
def invite(asked: Annotated[Asked, needs("manage_people")]) -> Response:
    """A link for one person, shown once."""
    token = invitations.invite(
        asked.house.workspace,
        role=cast(Role, asked.field("role")),
        made_by=asked.person.person_id,
        agent_id=asked.field("agent_id") or None if asked.field("role") == "agent" else None,
        team_id=asked.field("team_id") or None if asked.field("role") in ("lead", "coach") else None,
    )
    return _page(asked, f"{asked.request.base_url}join/{token}")


@router.post("/people/{person_id}")
def change(asked: Annotated[Asked, needs("manage_people")], person_id: str) -> Response:
    """Another role, or leaving."""
    role = asked.field("role")
    people.change(
        asked.house.workspace,
        person_id,
        actor=asked.person,
        role=cast(Role, role) if role else None,
        is_active=False if asked.field("leaves") else None,
    )
    return RedirectResponse("/people", status_code=303)


def _page(asked: Asked, link: str) -> Response:
    return render.page(
        asked,
        "people.html.j2",
        title="People",
        everyone=people.everyone(asked.house.workspace),
        link=link,
        roles=ROLES,
        titles=TITLES,
        agents=accounts.agents_without_account(asked.house),
        teams=asked.house.cells().values("team_id"),
    )
