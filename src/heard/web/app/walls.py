"""What stands before every route: headers, sizes, rates. Plain ASGI, so that bodies are counted as they come."""

import time
from collections import deque
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
LARGEST_BODY = 2 * 2**20
LARGEST_UPLOAD = 2 * 2**30
KEYS_HELD = 10_000


class SecurityHeaders:
    """Puts the headers on every answer; pages and JSON are never stored by caches, files of ours for a day."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                is_static = scope["path"].startswith("/static/")
                headers.setdefault("Cache-Control", "public, max-age=86400" if is_static else "no-store")
            await send(message)

        await self.app(scope, receive, told)


class TooLargeError(Exception):
    """A body went over its limit."""


class BodyLimit:
    """Cuts bodies off at a size, also those that come in chunks and name none."""

    def __init__(self, app: ASGIApp, *, uploads: frozenset[str]) -> None:
        self.app, self.uploads = app, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count as the body comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = LARGEST_UPLOAD if scope["path"] in self.uploads else LARGEST_BODY
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await _refusal(413, "The body is too large.")(scope, receive, send)
            return
        seen, has_begun = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except TooLargeError:
            if not has_begun:
                await _refusal(413, "The body is too large.")(scope, receive, send)


class RateLimit:
    """A sliding minute for each address: few for signing in, many for the rest."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        strict: tuple[str, ...],
        strict_count: int,
        count: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app, self.strict, self.strict_count, self.count, self.clock = app, strict, strict_count, count, clock
        self._seen: dict[tuple[str, bool], deque[float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer 429."""
        if scope["type"] == "http" and self._is_over(scope):
            answer = _refusal(429, "Too many requests. Wait a minute.")
            answer.headers["Retry-After"] = "60"
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_over(self, scope: Scope) -> bool:
        is_strict = scope["method"] == "POST" and scope["path"].startswith(self.strict)
        client = scope.get("client")
        key, now = (client[0] if client else "", is_strict), self.clock()
        if key not in self._seen and len(self._seen) >= KEYS_HELD:
            self._seen.clear()
        times = self._seen.setdefault(key, deque())
        while times and times[0] < now - 60:
            times.popleft()
        times.append(now)
        return len(times) > (self.strict_count if is_strict else self.count)


def _refusal(status: int, why: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error": why, "errors": [], "status": status}, status_code=status)
