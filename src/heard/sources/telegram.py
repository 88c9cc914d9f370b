"""Telegram's exported chats: result.json of one chat or of all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.documents import Record, checked, guarded
from heard.sources.files import files_in, head, json_items
from heard.sources.messages import Chats, Message, nameless, once
from heard.sources.times import Clock, zone_of
from heard.terms.batch import Batch, Window


class Telegram:
    """Exported chats in JSON.

    Options: `agents` is needed; `timezone` for old exports without `date_unixtime`; `gap_hours` is the silence after
    which a new interaction begins.
    """

    name: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram (exported chats in JSON)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn", "customer", "agent"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = "A result.json exported from Telegram, of one chat or of all, or a folder of them."

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: messages with Telegram's own keys among the first bytes."""
        files = sorted(path.glob("*.json"))[:8] if path.is_dir() else [path]
        starts = [head(file, 8192) for file in files if file.is_file()]
        return (
            0.9 if any(b'"messages"' in s and (b'"date_unixtime"' in s or b'"from_id"' in s) for s in starts) else 0.0
        )

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, agents, interactions and turns of each chat; BadInput for what is no exported chat."""
        chats, clock, left_out = Chats.of(options), Clock(zone_of(options)), Counter[str]()
        rows = guarded(_rows(path, chats, clock, window, left_out), "Telegram export")
        yield from nameless(batches_of(rows, left_out=left_out), path)


def _rows(path: Path, chats: Chats, clock: Clock, window: Window, left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    known, seen, count = set[str](), set[str](), 0
    for file in files_in(path, ".json"):
        for chat in _chats(file):
            messages = sorted(_messages(chat, clock, file, left_out), key=lambda message: message.at)
            names = list(dict.fromkeys(message.author for message in messages))
            count += bool(names)
            yield from chats.people(name for name in names if name not in known)
            known.update(names)
            yield from once(chats.rows(messages, names, window, left_out), seen, left_out)
    chats.check(known)
    if not count:
        raise BadInput(
            "Telegram export",
            where=path.name,
            got="no message",
            expected='JSON with "messages" or "chats"',
            todo="Export the chat from Telegram Desktop as machine-readable JSON.",
        )


def _chats(file: Path) -> Iterator[list[Any]]:
    """Messages of each chat; a chat is held whole, since it is written as one value."""
    several = False
    for chat in json_items(file, "chats.list.item"):
        several = True
        held = checked(chat, file).get("messages")
        yield held if isinstance(held, list) else []
    if not several:
        yield list(json_items(file, "messages.item"))


def _messages(chat: list[Any], clock: Clock, file: Path, left_out: Counter[str]) -> Iterator[Message]:
    for record in chat:
        author, text = checked(record, file).get("from") or record.get("from_id"), _text(record.get("text"))
        if record.get("type") != "message" or not author:
            left_out["service message"] += 1
        elif not text:
            left_out["message without words"] += 1
        elif (at := _at(record, clock, file)) is None:
            left_out["message without a time"] += 1
        else:
            yield Message(at, str(author), text)


def _at(record: Record, clock: Clock, file: Path) -> Any:
    if record.get("date_unixtime"):
        return Clock(UTC).instant(record["date_unixtime"], f"{file.name}, date_unixtime")
    return clock.instant(record.get("date"), f"{file.name}, date")


def _text(held: Any) -> str:
    """Words of a text that may be cut into pieces for bold, links and the like.

    Two marked pieces that touch without a blank are kept apart: "Link:" and an address.
    """
    pieces = held if isinstance(held, list) else [held]
    text, was_marked = "", False
    for piece in pieces:
        is_marked = isinstance(piece, dict)
        words = str(piece.get("text") or "") if is_marked else str(piece or "")
        text += " " + words if is_marked and was_marked and not text.endswith((" ", "\n")) else words
        was_marked = is_marked
    return text.strip()


TELEGRAM = Telegram()
