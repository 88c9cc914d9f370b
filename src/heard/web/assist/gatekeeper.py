"""Who may speak: tokens, remembered for a minute, and origins of pages that may hold the panel."""

import time
from collections.abc import Callable

from starlette.datastructures import Headers

REMEMBERED_S = 60
"""A token that was taken back stops within so long."""
MOST_REMEMBERED = 1_000


class Gatekeeper:
    """Answers whether a token is let in.

    Args:
        admits: Token → None, or why not.
        origins: Origins of other pages that may call: https://desk.example.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        admits: Callable[[str], str | None],
        origins: tuple[str, ...] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.admits, self.origins, self.clock = admits, frozenset(origins), clock
        self._known: dict[str, float] = {}

    def refusal(self, token: object) -> str | None:
        """None where the token is good, else why not, in words that hold nothing of it."""
        if not isinstance(token, str) or not 0 < len(token) <= 200:
            return "A token is missing. Make one: heard assist token WORKSPACE NAME."
        now = self.clock()
        if self._known.get(token, -1.0) > now:
            return None
        why = self.admits(token)
        if why is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[token] = now + REMEMBERED_S
        return why

    def of_header(self, headers: Headers) -> str | None:
        """The same for an Authorization header."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        return self.refusal(token.strip() if kind.lower() == "bearer" else None)

    def lets_origin(self, headers: Headers) -> bool:
        """Whether a page of this origin may call: none (no browser), this server's own, or a listed one."""
        origin = headers.get("origin")
        host = headers.get("host", "")
        return origin is None or origin in self.origins or origin in (f"http://{host}", f"https://{host}")
