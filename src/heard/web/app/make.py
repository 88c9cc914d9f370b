"""The app as an ASGI application: walls in front, doors behind them, one shape for every error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module, metadata

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from heard.errors import BadConfig, BadInput, Busy, HeardError, NotConsented, NotReleased
from heard.flow.serving.house import House
from heard.flow.serving.jobs import Jobs
from heard.flow.serving.taking_in import Uploads
from heard.gate.desk import Conflict
from heard.web.app import render
from heard.web.app.doors import Asked, RefusedError, needed_by, session_of
from heard.web.app.walls import BodyLimit, RateLimit, SecurityHeaders

PARTS = (
    "agreement",
    "api",
    "data",
    "entry",
    "export",
    "files",
    "governance",
    "growth",
    "home",
    "people",
    "plan",
    "proving",
    "review",
    "worth",
)
"""Parts of `heard.web.app.pages`, each with a `router`."""
PUBLIC = frozenset({"/sign-in", "/join/{token}", "/static/{name}", "/health"})
"""Routes without a door; everything else names a permission."""
LARGE = frozenset({"/import"})
STRICT = ("/sign-in", "/join/", "/password")
STATUS: tuple[tuple[type[HeardError], int], ...] = (
    (Conflict, 409),
    (NotReleased, 403),
    (NotConsented, 403),
    (Busy, 409),
    (BadInput, 400),
    (BadConfig, 500),
)


def make(
    house: House,
    *,
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
    sign_ins_a_minute: int = 20,
    requests_a_minute: int = 1200,
) -> FastAPI:
    """The app over one workspace.

    Args:
        house: The open workspace; closed with the app.
        hosts: Names by which the app may be called, against DNS rebinding.
        sign_ins_a_minute: Tries to sign in or to use an invitation, a minute and address.
        requests_a_minute: All requests, a minute and address.
    """

    uploads = Uploads()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        uploads.close()
        house.close()

    app = FastAPI(
        title="Heard",
        version=metadata.version("heard"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        description="Everything that the pages show, as JSON. Send `Authorization: Bearer <token>`.",
    )
    app.state.house, app.state.jobs, app.state.uploads = house, Jobs(), uploads
    for part in PARTS:
        app.include_router(import_module(f"heard.web.app.pages.{part}").router)
    _check_doors()
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HeardError, _told)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _ours)
    app.add_middleware(BodyLimit, uploads=LARGE)
    app.add_middleware(RateLimit, strict=STRICT, strict_count=sign_ins_a_minute, count=requests_a_minute)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(SecurityHeaders)
    return app


def routes() -> list[APIRoute]:
    """Every route of the app, each with its path, methods and door."""
    found = (import_module(f"heard.web.app.pages.{part}").router.routes for part in PARTS)
    return [route for one in found for route in one if isinstance(route, APIRoute)]


def _check_doors() -> None:
    """A route that forgot its door stops the app from starting."""
    for route in routes():
        if needed_by(route) is None and route.path not in PUBLIC:
            raise HeardError(f"route {route.path}: names no permission")


def wants_json(request: Request) -> bool:
    """Whether the answer goes to a program."""
    is_api = request.url.path.startswith("/api/") or "authorization" in request.headers or "x-csrf" in request.headers
    return is_api or request.headers.get("accept", "").startswith("application/json")


def answer(request: Request, status: int, why: str, errors: list[str] | None = None) -> Response:
    """An error in one shape: JSON for programs, a page for people."""
    if wants_json(request):
        body = {"ok": False, "error": why, "errors": errors or [], "status": status}
        return JSONResponse(body, status_code=status)
    session = session_of(request)
    if session is None:
        return render.bare("error_bare.html.j2", title="Heard", status=status, why=why, code=status)
    asked = Asked(request, request.app.state.house, session.person, session.csrf, {})
    return render.page(asked, "error.html.j2", title="That did not work", status=status, why=why, code=status)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    if error.status == 401 and not wants_json(request) and request.method == "GET":
        return RedirectResponse("/sign-in", status_code=303)
    return answer(request, error.status, error.why)


def _told(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
    faults = list(getattr(error, "faults", ()))
    return answer(request, status, str(error), faults)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    why = {404: "There is no such page.", 405: "This page cannot be written to."}.get(
        error.status_code, str(error.detail)
    )
    return answer(request, error.status_code, why)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
    return answer(request, 422, "The request does not have the documented shape.", faults)


def _ours(request: Request, error: Exception) -> Response:
    """Name the class only: the message of a library's error may hold a customer's words."""
    return answer(request, 500, f"Our fault: {type(error).__name__}. Nothing was changed.")
