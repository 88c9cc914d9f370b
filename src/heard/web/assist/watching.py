"""Who looks at which session, so that a turn that came by webhook shows at once; a slow reader loses pushes only."""

import asyncio
from collections import defaultdict
from typing import Any

import orjson

QUEUE = 32


class Reader:
    """One connection's way out: a bounded queue that its own writer empties."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE)
        self.lost_count = 0

    async def answer(self, told: dict[str, Any], *, patience_s: float) -> None:
        """Queue an answer to its own frame; TimeoutError where it does not read."""
        await asyncio.wait_for(self.queue.put(orjson.dumps(told).decode()), patience_s)

    def push(self, text: str) -> None:
        """Queue what others caused; dropped where the queue is full: the next answer holds the whole state anyway."""
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            self.lost_count += 1


class Watchers:
    """Session → readers."""

    def __init__(self) -> None:
        self._readers: dict[str, set[Reader]] = defaultdict(set)

    def watch(self, session: str, reader: Reader) -> None:
        """Show it what happens in a session."""
        self._readers[session].add(reader)

    def leave(self, reader: Reader) -> None:
        """It is gone."""
        for session in [name for name, readers in self._readers.items() if reader in readers]:
            self._readers[session].discard(reader)
            if not self._readers[session]:
                del self._readers[session]

    def tell(self, told: dict[str, Any], *, but: Reader | None = None) -> None:
        """Show a session's new state to all who look but the one who caused it."""
        others = [one for one in self._readers.get(str(told.get("session")), ()) if one is not but]
        if others and told.get("ok"):
            text = orjson.dumps(told | {"is_pushed": True}).decode()
            for one in others:
                one.push(text)
