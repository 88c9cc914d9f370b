"""Who is at the door: every route names the permission that it needs, and one dependency checks it.

A page that writes must send back the session's CSRF token; a request with an API token needs none, since no browser
sends one by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData

from heard.flow.serving.house import House
from heard.gate.accounts import Permission, Person, Session, sessions

COOKIE = "heard_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass
class RefusedError(Exception):
    """Not signed in (401), or signed in and not allowed (403, 429)."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of one person.

    Attributes:
        csrf: To be sent back by forms; empty for API tokens.
        form: Fields of the form; empty when there is none.
    """

    request: Request
    house: House
    person: Person
    csrf: str
    form: Mapping[str, Any]

    def field(self, name: str, default: str = "") -> str:
        """One text field of the form."""
        value = self.form.get(name, default)
        return value if isinstance(value, str) else default

    def query(self, name: str) -> str | None:
        """One value of the address; None when it is absent or empty."""
        return self.request.query_params.get(name) or None


def house_of(request: Request) -> House:
    """The workspace that is being served."""
    house: House = request.app.state.house
    return house


def check_origin(request: Request) -> None:
    """Refuse a write that another site sent, by what the browser says of it.

    Source:
        OWASP Cross-Site Request Forgery Prevention Cheat Sheet: verify origin with standard headers, Fetch Metadata.
    """
    if request.method in SAFE:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RefusedError(403, "The request came from another site.")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise RefusedError(403, "The request came from another site.")


def session_of(request: Request) -> Session | None:
    """The session of the cookie, if it still holds."""
    cookie = request.cookies.get(COOKIE)
    house = house_of(request)
    return sessions.resumed(house.workspace, house.secret, cookie) if cookie else None


async def form_of(request: Request) -> FormData | Mapping[str, Any]:
    """Fields of a form; empty for other bodies."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return await request.form(max_files=1, max_fields=200) if kind in FORM else {}


def needs(*permissions: Permission) -> Any:
    """A dependency that lets in who holds one of the permissions; without any, whoever is signed in."""

    async def asked(request: Request) -> Asked:
        found = _by_token(request)
        check_origin(request)
        form: Mapping[str, Any] = {}
        if found is None:
            session = session_of(request)
            if session is None:
                raise RefusedError(401, "Sign in first.")
            if request.method not in SAFE:
                form = await form_of(request)
                _check_csrf(request, form, session)
            found = Asked(request, house_of(request), session.person, session.csrf, form)
        if permissions and not any(found.person.may(one) for one in permissions):
            told = " or ".join(permissions).replace("_", " ")
            raise RefusedError(403, f"Your role does not allow this ({told}).")
        return found

    asked.needs = permissions  # type: ignore[attr-defined]
    return Depends(asked)


def _by_token(request: Request) -> Asked | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    house = house_of(request)
    person = sessions.of_token(house.workspace, token.strip())
    if person is None:
        raise RefusedError(401, "This token is unknown, withdrawn or too old.")
    return Asked(request, house, person, "", {})


def _check_csrf(request: Request, form: Mapping[str, Any], session: Session) -> None:
    given = request.headers.get("x-csrf") or form.get("csrf")
    if not isinstance(given, str) or not sessions.is_same(given, session.csrf):
        raise RefusedError(403, "This form is out of date. Load the page again.")


def needed_by(route: Any) -> tuple[Permission, ...] | None:
    """Permissions of which a route asks for one; empty for whoever is signed in, None when it has no door."""
    found = [
        call.needs
        for dependency in getattr(getattr(route, "dependant", None), "dependencies", ())
        if hasattr(call := dependency.call, "needs")
    ]
    return tuple(found[0]) if found else None
