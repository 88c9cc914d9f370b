"""A limit on requests, by caller and in all, in memory; addresses are kept as salted digests and forgotten."""

import secrets
import time
from collections import deque
from collections.abc import Callable
from hashlib import blake2b

WINDOW_S = 60.0
KEPT = 20_000
"""Callers remembered at most; beyond it the one that was quiet longest is forgotten."""


class Rate:
    """At most `each` requests a minute from one caller and `whole` from all."""

    def __init__(self, *, each: int = 30, whole: int = 1200, now: Callable[[], float] = time.monotonic) -> None:
        self._each, self._whole, self._now = each, whole, now
        self._salt = secrets.token_bytes(16)
        self._by_caller: dict[bytes, deque[float]] = {}
        self._all: deque[float] = deque()

    def allows(self, caller: str) -> bool:
        """Count a request; False when it is one too many."""
        now, key = self._now(), blake2b(caller.encode(), key=self._salt, digest_size=16).digest()
        own = self._by_caller.pop(key, deque())
        self._by_caller[key] = own
        while len(self._by_caller) > KEPT:
            del self._by_caller[next(iter(self._by_caller))]
        for held in (own, self._all):
            while held and held[0] <= now - WINDOW_S:
                held.popleft()
        if len(own) >= self._each or len(self._all) >= self._whole:
            return False
        own.append(now)
        self._all.append(now)
        return True
