"""The form as a web app of two pages: the questions, and what became of the answer."""

import math
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.datastructures import FormData

from heard.actions.surveys import inbox
from heard.actions.surveys.inbox import Given
from heard.actions.surveys.links import Form, Link
from heard.terms.instruments import Item, in_order
from heard.web.survey import words
from heard.web.survey.rate import Rate

MOST_CHARACTERS = 2000
MOST_BYTES = 64_000
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
STATUS = {"forged": 404, "late": 410, "before": 409, "many": 429, "empty": 422, "wrong": 422, "thanks": 200}


def make(form: Form, *, rate: Rate | None = None, now: Callable[[], float] = time.time) -> FastAPI:
    """The app of one form.

    Args:
        form: Its instrument, its key and its folder; the app reads and writes nothing else.
        rate: The limit on requests; 30 a minute from one caller when None.
        now: The clock.
    """
    inbox.prepare(form.folder)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    limit = rate or Rate()

    def said(name: str, language: str | None) -> Response:
        code, told = words.of(language)
        page = _page("said.html.j2", language=code, words=told, business=form.business, text=told[name])
        return HTMLResponse(page, STATUS[name], HEADERS)

    def checked(request: Request, token: str) -> Link | Response:
        """The link, or the answer that ends the matter; the language of the browser until the link says one."""
        browser = request.headers.get("accept-language")
        if not limit.allows(request.client.host if request.client else ""):
            return said("many", browser)
        link = form.read(token) if len(token) < 512 else None
        if link is None:
            return said("forged", browser)
        if now() > link.until_epoch_s:
            return said("late", link.language)
        return said("before", link.language) if inbox.is_answered(form.folder, link.invitation_id) else link

    @app.get("/style.css")
    def style() -> Response:
        return PlainTextResponse(_read("style.css"), media_type="text/css", headers=HEADERS)

    @app.get("/s/{token}")
    def asked(request: Request, token: str) -> Response:
        link = checked(request, token)
        return link if isinstance(link, Response) else _questions(form, link, {}, None)

    @app.post("/s/{token}")
    async def answered(request: Request, token: str) -> Response:
        link = checked(request, token)
        if isinstance(link, Response):
            return link
        if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
            return _questions(form, link, {}, "wrong")
        async with request.form(max_files=0, max_fields=50) as filled:
            return _accepted(form, link, filled, now(), said)

    @app.get("/")
    @app.get("/{rest:path}")
    def elsewhere(request: Request, rest: str = "") -> Response:
        browser = request.headers.get("accept-language")
        return said("forged" if limit.allows(request.client.host if request.client else "") else "many", browser)

    return app


def _accepted(
    form: Form, link: Link, filled: FormData, at: float, said: Callable[[str, str | None], Response]
) -> Response:
    items = in_order(form.instrument.items, link.order_seed)
    held = {item.id: str(filled.get(item.id) or "").strip() for item in items}
    try:
        given = {item.id: value for item in items if (value := _value(item, held[item.id])) is not None}
    except ValueError:
        return _questions(form, link, held, "wrong")
    if not given:
        return _questions(form, link, held, "empty")
    order = tuple(item.id for item in items)
    is_first = inbox.accept(form.folder, Given(link.invitation_id, int(at), order, given))
    return said("thanks" if is_first else "before", link.language)


def _value(item: Item, cell: str) -> float | str | None:
    """None where nothing was filled in; ValueError for a point that is not on the scale."""
    if not cell:
        return None
    if item.scale is None:
        return cell[:MOST_CHARACTERS]
    value = float(cell)
    if not math.isfinite(value) or value not in item.scale.points:
        raise ValueError("off the scale")
    return value


def _questions(form: Form, link: Link, held: Mapping[str, str], fault: str | None) -> Response:
    language, told = words.of(link.language)
    page = _page(
        "form.html.j2",
        language=language,
        words=told,
        business=form.business,
        items=in_order(form.instrument.items, link.order_seed),
        held=held,
        fault=told[fault] if fault else None,
    )
    return HTMLResponse(page, STATUS[fault] if fault else 200, HEADERS)


def _page(name: str, **values: object) -> str:
    return _environment().get_template(name).render(**values)


def _read(name: str) -> str:
    return files("heard.web.survey").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_read)
    )
