"""The live panel as a web app: one desk, spoken to by WebSocket, HTTP and webhooks."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.resources import files
from typing import Any, Protocol

import orjson
import structlog
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import Response
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from heard.actions.assist.desk import Desk, refusal
from heard.actions.assist.helpdesks import HELP_DESKS, Refused
from heard.actions.assist.helpdesks.zendesk import manifest
from heard.errors import BadInput, HeardError
from heard.web.assist.gatekeeper import Gatekeeper
from heard.web.assist.watching import Reader, Watchers

LOG = structlog.get_logger("heard.assist")
LARGEST_FRAME = 256 * 1024
LARGEST_DELIVERY = 2**20
HELLO_S, PATIENCE_S, FLUSH_S = 10.0, 10.0, 5.0
TOO_SLOW, NOT_ALLOWED, BAD_DATA = 4008, 4003, 1003
FRAME = "a frame: one JSON object of at most 256 KiB"
PAGES = {
    "/": ("page.html", "text/html"),
    "/chatwoot": ("helpdesk.html", "text/html"),
    "/zendesk": ("helpdesk.html", "text/html"),
    "/panel.js": ("panel.js", "text/javascript"),
    "/page.js": ("page.js", "text/javascript"),
    "/helpdesk.js": ("helpdesk.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
EMBEDDABLE = frozenset({"/panel.js", "/chatwoot", "/zendesk"})


class Opened(Protocol):
    """What is served; `flow.Assisting` is one."""

    desk: Desk

    def admits(self, token: str) -> str | None:
        """None for a good token, else why not."""

    def compose(self, asked: list[dict[str, str]]) -> str:
        """Words of a language model; blocks."""

    def flush(self) -> int:
        """Write what waits."""

    def close(self) -> None:
        """End."""


def make(
    opened: Opened,
    *,
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
    embed: tuple[str, ...] = (),
    secrets: Mapping[str, str] | None = None,
    now: Callable[[], float] = time.time,
) -> FastAPI:
    """The app.

    Args:
        opened: Workspace with its desk.
        hosts: Names by which it may be called.
        embed: Origins whose pages may hold the panel.
        secrets: Help desk → signing secret; a help desk without one is closed.
        now: The clock of webhooks.
    """
    desk, watchers, keeper = opened.desk, Watchers(), Gatekeeper(opened.admits, embed)
    known = dict(secrets or {})

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        flusher = asyncio.create_task(_flushing(opened))
        try:
            yield
        finally:
            flusher.cancel()
            opened.close()

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
            Middleware(_Headers, embed=embed),
            Middleware(
                CORSMiddleware,
                allow_origins=list(embed),
                allow_methods=["GET", "POST"],
                allow_headers=["authorization", "content-type"],
            ),
        ],
    )

    @app.post("/v1/frames")
    async def frames(request: Request) -> Response:
        if not keeper.lets_origin(request.headers):
            return _json({"ok": False, "error": "A page of this origin may not call.", "errors": [], "status": 403})
        if why := keeper.of_header(request.headers):
            return _json({"ok": False, "error": why, "errors": [why], "status": 401})
        try:
            frame = _loads(await _body(request, LARGEST_FRAME))
        except HeardError as error:
            LOG.info("refused", by="http", kind=type(error).__name__)
            return _json(refusal(error))
        told = await _answered(opened, frame)
        _log(told, "http")
        watchers.tell(told)
        return _json(told)

    @app.websocket("/v1/live")
    async def live(socket: WebSocket) -> None:
        if not keeper.lets_origin(socket.headers):
            await socket.close(NOT_ALLOWED, "A page of this origin may not call.")
            return
        await socket.accept()
        reader = Reader()
        writer = asyncio.create_task(_writing(socket, reader))
        try:
            if await _hello(socket, keeper):
                await reader.answer({"ok": True, "type": "hello"}, patience_s=PATIENCE_S)
                await _talk(socket, opened, watchers, reader)
        except (TimeoutError, WebSocketDisconnect, RuntimeError) as error:
            LOG.info("left", why=type(error).__name__)
        finally:
            watchers.leave(reader)
            writer.cancel()
            with contextlib.suppress(Exception):
                await asyncio.wait_for(socket.close(TOO_SLOW), 1.0)

    @app.post("/v1/webhooks/{name}")
    async def webhook(name: str, request: Request) -> Response:
        try:
            told = _delivered(name, known, request, await _body(request, LARGEST_DELIVERY), desk, watchers, int(now()))
        except Refused as error:
            LOG.warning("refused", by=f"webhook {name}" if name in HELP_DESKS else "webhook", kind="signature")
            return _json(refusal(error, 401))
        except HeardError as error:
            LOG.info("refused", by="webhook", kind=type(error).__name__)
            return _json(refusal(error))
        return _json(told)

    @app.get("/zendesk/manifest.json")
    async def zendesk_manifest(request: Request) -> Response:
        return _json(manifest(f"https://{request.headers.get('host', 'localhost')}"))

    @app.get("/{path:path}")
    async def page(path: str) -> Response:
        found = PAGES.get(f"/{path}")
        if found is None:
            return _json({"ok": False, "error": "There is nothing here.", "errors": [], "status": 404})
        return Response(_static(found[0]), media_type=f"{found[1]}; charset=utf-8")

    return app


async def _hello(socket: WebSocket, keeper: Gatekeeper) -> bool:
    """The first frame holds the token, since a browser cannot set a header and an address would be logged."""
    first = await asyncio.wait_for(_receive(socket), HELLO_S)
    try:
        frame = _loads(first)
    except HeardError:
        frame = None
    token = frame.get("token") if isinstance(frame, dict) and frame.get("type") == "hello" else None
    why = keeper.refusal(token)
    if why is not None:
        LOG.info("refused", by="socket", kind="token")
        await socket.send_text(orjson.dumps({"ok": False, "type": "refused", "error": why, "status": 401}).decode())
        await socket.close(NOT_ALLOWED, why[:120])
    return why is None


async def _talk(socket: WebSocket, opened: Opened, watchers: Watchers, reader: Reader) -> None:
    """Frame by frame until the other side leaves; a bad frame is answered and the connection lives on."""
    while True:
        raw = await _receive(socket)
        try:
            told = await _answered(opened, _loads(raw))
        except HeardError as error:
            told = refusal(error)
        _log(told, "socket")
        if told.get("type") == "opened":
            watchers.watch(told["session"], reader)
        watchers.tell(told, but=reader)
        await reader.answer(told, patience_s=PATIENCE_S)


async def _answered(opened: Opened, frame: Any) -> dict[str, Any]:
    """The desk's answer; a draft by a machine is fetched in a thread, so that nobody else waits for it."""
    if not isinstance(frame, dict) or frame.get("type") != "compose":
        return opened.desk.handle(frame)
    try:
        asked = opened.desk.to_compose(frame.get("session"))
        text = await asyncio.to_thread(opened.compose, asked)
        return opened.desk.composed(frame.get("session"), text)
    except HeardError as error:
        return refusal(error)


async def _receive(socket: WebSocket) -> str | bytes:
    message = await socket.receive()
    if message["type"] != "websocket.receive":
        raise WebSocketDisconnect(message.get("code", 1000))
    found: str | bytes = message.get("text") or message.get("bytes") or b""
    return found


async def _writing(socket: WebSocket, reader: Reader) -> None:
    """Empty the queue; only this connection waits for its reader."""
    while True:
        text = await reader.queue.get()
        if text is not None:
            await socket.send_text(text)


def _delivered(
    name: str, secrets: Mapping[str, str], request: Request, body: bytes, desk: Desk, watchers: Watchers, now: int
) -> dict[str, Any]:
    """Check, translate, handle. A delivery that comes again changes nothing, so that a help desk may retry."""
    adapter, secret = HELP_DESKS.get(name), secrets.get(name)
    if adapter is None or not secret:
        what = f"set {adapter.variable}" if adapter else f"one of {', '.join(HELP_DESKS)}"
        raise Refused("webhook", got="a help desk without a secret here", expected=what)
    adapter.check(request.headers, body, secret, now_epoch_s=now)
    payload = _loads(body)
    if not isinstance(payload, dict):
        raise BadInput("webhook", got="JSON that is no object", expected="an object")
    answers = [desk.handle(frame) for frame in adapter.frames(payload)]
    for told in answers:
        watchers.tell(told)
    taken = [told.get("turn") for told in answers if told.get("turn")]
    refused = [told["error"] for told in answers if not told["ok"]]
    return {"ok": True, "turns": taken, "refused": refused, "status": 200}


async def _body(request: Request, most: int) -> bytes:
    """The body, cut off at a size whatever its header says."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise BadInput("body", got=f"more than {most} bytes", expected=f"at most {most}")
        parts.append(part)
    return b"".join(parts)


def _loads(raw: str | bytes) -> Any:
    if len(raw) > LARGEST_DELIVERY:
        raise BadInput("frame", got=f"{len(raw)} bytes", expected=FRAME)
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BadInput("frame", got="bytes that are no JSON", expected=FRAME) from None


def _json(told: dict[str, Any]) -> Response:
    return Response(orjson.dumps(told), told.get("status", 200), media_type="application/json")


def _static(name: str) -> str:
    return files("heard.web.assist").joinpath("static", name).read_text(encoding="utf-8")


def _log(told: dict[str, Any], by: str) -> None:
    """One line a refusal: how it came and its status, never what was in it."""
    if not told.get("ok"):
        LOG.info("refused", by=by, status=told.get("status"))


async def _flushing(opened: Opened) -> None:
    """Write exposure rows now and then, away from the loop that answers."""
    while True:
        await asyncio.sleep(FLUSH_S)
        await asyncio.to_thread(opened.flush)


class _Headers:
    """Strict headers on every answer; listed origins may frame the help desks' pages and load the panel."""

    def __init__(self, app: ASGIApp, *, embed: tuple[str, ...]) -> None:
        self.app, self.embed = app, embed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with headers."""
        path = scope.get("path", "")

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(path, self.embed)]
            await send(message)

        await self.app(scope, receive, told if scope["type"] == "http" else send)


def _headers(path: str, embed: tuple[str, ...]) -> list[tuple[bytes, bytes]]:
    frames = " ".join(embed) if embed and path in ("/chatwoot", "/zendesk") else "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; img-src 'none'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {frames}"
    )
    values = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "cross-origin" if path in EMBEDDABLE else "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode()) for name, value in values.items()]
