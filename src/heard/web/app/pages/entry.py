"""Coming in and going out: sign in, use an invitation, sign out, change the password."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from heard.errors import HeardError
from heard.gate.accounts import MAY, TITLES, Person, invitations, people, sessions
from heard.web.app import render
from heard.web.app.doors import COOKIE, Asked, check_origin, form_of, house_of, needs, session_of

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The form."""
    if session_of(request):
        return RedirectResponse("/", status_code=303)
    return _form(request, "")


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Prove who you are; one answer for everything that is wrong."""
    from starlette.concurrency import run_in_threadpool

    check_origin(request)
    form = await form_of(request)
    login, password = str(form.get("login", "")), str(form.get("password", ""))
    house = house_of(request)
    someone = await run_in_threadpool(people.proved, house.workspace, login, password)
    if someone is None:
        return _form(
            request, "That login and password do not fit, or the account is locked for a quarter of an hour.", 403
        )
    return _signed_in(request, someone)


@router.get("/join/{token}")
def join_page(request: Request, token: str) -> Response:
    """The form behind an invitation link."""
    role = invitations.role_of(house_of(request).workspace, token)
    return _join(request, token, TITLES[role] if role else None, "", 200 if role else 404)


@router.post("/join/{token}")
async def join(request: Request, token: str) -> Response:
    """Make the invited person and sign them in."""
    from starlette.concurrency import run_in_threadpool

    check_origin(request)
    form = await form_of(request)
    workspace = house_of(request).workspace
    try:
        someone = await run_in_threadpool(
            invitations.join, workspace, token, login=str(form.get("login", "")), password=str(form.get("password", ""))
        )
    except HeardError as error:
        role = invitations.role_of(workspace, token)
        return _join(request, token, TITLES[role] if role else None, str(error), 400)
    return _signed_in(request, someone)


@router.post("/sign-out")
def sign_out(asked: Annotated[Asked, needs()]) -> Response:
    """End every session of this person."""
    people.end_sessions(asked.house.workspace, asked.person)
    gone = RedirectResponse("/sign-in", status_code=303)
    gone.delete_cookie(COOKIE)
    return gone


@router.get("/me")
def me(asked: Annotated[Asked, needs()]) -> Response:
    """One's own account: what the role allows, tokens, the password."""
    tokens = sessions.tokens_of(asked.house.workspace, asked.person)
    allowed = sorted(one.replace("_", " ") for one in MAY[asked.person.role] if asked.person.may(one))
    return render.page(asked, "me.html.j2", title="Your account", tokens=tokens, allowed=allowed, fresh=None, said="")


@router.post("/me/tokens")
def give_token(asked: Annotated[Asked, needs()]) -> Response:
    """A new API token, shown once."""
    fresh = sessions.give_token(asked.house.workspace, asked.person, asked.field("name"))
    tokens = sessions.tokens_of(asked.house.workspace, asked.person)
    allowed = sorted(one.replace("_", " ") for one in MAY[asked.person.role] if asked.person.may(one))
    return render.page(asked, "me.html.j2", title="Your account", tokens=tokens, allowed=allowed, fresh=fresh, said="")


@router.post("/me/tokens/take")
def take_token(asked: Annotated[Asked, needs()]) -> Response:
    """Withdraw a token."""
    sessions.take_token(asked.house.workspace, asked.person, asked.field("token_id"))
    return RedirectResponse("/me", status_code=303)


@router.post("/password")
def password(asked: Annotated[Asked, needs()]) -> Response:
    """Change the password; every session ends."""
    house = asked.house
    if people.proved(house.workspace, asked.person.login, asked.field("old")) is None:
        return render.page(
            asked,
            "me.html.j2",
            title="Your account",
            tokens=sessions.tokens_of(house.workspace, asked.person),
            allowed=[],
            fresh=None,
            said="The old password does not fit.",
            status=403,
        )
    people.set_password(house.workspace, asked.person, asked.field("new"))
    return RedirectResponse("/sign-in", status_code=303)


def _form(request: Request, said: str, status: int = 200) -> Response:
    business = house_of(request).workspace.policy.name
    return render.bare("sign_in.html.j2", title="Sign in", status=status, business=business, said=said)


def _join(request: Request, token: str, role: str | None, said: str, status: int) -> Response:
    business = house_of(request).workspace.policy.name
    return render.bare(
        "join.html.j2", title="Join", status=status, business=business, role=role, token=token, said=said
    )


def _signed_in(request: Request, someone: Person) -> Response:
    house = house_of(request)
    there = RedirectResponse("/mirror" if someone.role == "agent" else "/", status_code=303)
    there.set_cookie(
        COOKIE,
        sessions.begin(house.secret, someone),
        max_age=sessions.SESSION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return there
