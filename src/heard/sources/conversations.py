"""Conversations as most scripts write them: one object a conversation, with its turns in a list.

`{"id": "c1", "channel": "chat", "turns": [{"who": "customer", "text": "…", "at": "2026-11-16T09:30:00Z"}, …]}` as JSON
Lines, a JSON list, or {"conversations": […]}; the usual synonyms of the keys are understood.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import json_items, json_lines, start_of
from heard.sources.synonyms import Roles, channel_of, channel_option
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

ID_KEYS = ("id", "conversation_id", "interaction_id", "ticket_id", "chat_id", "dialogue_id")
TURN_KEYS = ("turns", "messages", "utterances", "transcript", "comments")
ROLE_KEYS = ("who", "role", "speaker_role", "speaker", "from", "author_role", "sender", "author")
TEXT_KEYS = ("text", "content", "body", "message", "utterance")
TIME_KEYS = ("at", "sent_at", "timestamp", "created_at", "time", "date")
PLAIN = ("queue", "team_id", "issue", "product", "language", "locale", "customer_id", "account_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader of conversations needs to know besides the file."""

    clock: Clock
    roles: Roles
    channel: str
    window: Window

    @classmethod
    def of(cls, window: Window, options: Mapping[str, str], channel: str = "other") -> "Reading":
        """From the options "timezone", "date_order", "role.…" and "channel"."""
        return cls(Clock.of(options), Roles.of(options), channel_option(options, channel), window)


class ConversationsSource:
    """One conversation an object, its turns in order: the shortest way in for a system without a source of its own."""

    name: ClassVar[str] = "conversations"
    title: ClassVar[str] = "Conversations as JSON"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = 'a .json or .jsonl file of {"id", "turns": [{"who", "text", "at"?}]}'

    def sniff(self, path: Path) -> float:
        """Half sure when the first bytes look like a conversation with turns."""
        start = start_of(path)
        has = any(f'"{key}"'.encode() in start for key in TURN_KEYS) and any(
            f'"{key}"'.encode() in start for key in TEXT_KEYS
        )
        return 0.5 if has and start[:1] in (b"{", b"[") else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """A conversation is kept whole when one of its turns lies inside the window."""
        left_out: Counter[str] = Counter()
        records = records_of(path, options.get("encoding"))
        yield from batches_of(rows_of(records, Reading.of(window, options), left_out), left_out=left_out)


CONVERSATIONS = ConversationsSource()


def records_of(path: Path, encoding: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Conversations of a file with the place where each stands: JSON Lines, a list, or a list below a key."""
    start = start_of(path)
    if start[:1] == b"[":
        yield from _listed(path, "item", encoding)
    elif any(b"".join(start[:256].split()).startswith(b'{"%b":[' % key) for key in (b"conversations", b"data")):
        key = start.split(b'"', 2)[1].decode("ascii", "replace")
        yield from _listed(path, f"{key}.item", encoding)
    else:
        for number, record in json_lines(path, encoding=encoding):
            yield f"{path.name} line {number}", record


def _listed(path: Path, prefix: str, encoding: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, record in enumerate(json_items(path, prefix, encoding=encoding), 1):
        if not isinstance(record, dict):
            raise BadInput("conversation", where=f"{path.name} number {number}", got="no object", expected="an object")
        yield f"{path.name} number {number}", record


def rows_of(
    records: Iterable[tuple[str, dict[str, Any]]], reading: Reading, left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    """Rows of interaction and turn; an id seen before is an error, since one conversation would replace the other."""
    seen: set[int] = set()
    for where, record in records:
        foreign = str(_first(record, ID_KEYS, where, "an id"))
        if hash(foreign) in seen:
            raise BadInput("conversation", where=where, got="an id that was there before", expected="one id each")
        seen.add(hash(foreign))
        turns = [_turn(foreign, n, raw, where, reading) for n, raw in enumerate(_turns(record, where))]
        kept = [turn for turn in turns if turn["text"].strip()]
        left_out["turn without text"] += len(turns) - len(kept)
        if not any(reading.window.holds(turn.get("sent_at")) for turn in turns):
            left_out["outside the window" if turns else "conversation without turns"] += 1
            continue
        yield "interaction", _interaction(foreign, record, kept, reading)
        yield from (("turn", turn) for turn in kept)
    for reason in [reason for reason, count in left_out.items() if not count]:
        del left_out[reason]


def _turns(record: dict[str, Any], where: str) -> list[dict[str, Any]]:
    turns = _first(record, TURN_KEYS, where, "a list of turns")
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise BadInput("turns", where=where, got="something else", expected="a list of objects", todo="See the format.")
    return turns


def _turn(foreign: str, position: int, raw: dict[str, Any], where: str, reading: Reading) -> Row:
    place = f"{where} turn {position}"
    text = _first(raw, TEXT_KEYS, place, "a text", may_be_empty=True)
    if not isinstance(text, str | None):
        raise BadInput("text of a turn", where=place, got=f"a {type(text).__name__}", expected="text")
    row: Row = {
        "turn_id": str(raw.get("turn_id") or f"{foreign}/{position}"),
        "interaction_id": foreign,
        "position": position,
        "speaker_role": reading.roles.role(_first(raw, ROLE_KEYS, place, "a speaker's role"), place),
        "text": text or "",
        "is_public": raw.get("is_public") is not False,
    }
    at = next((raw[key] for key in TIME_KEYS if raw.get(key) not in (None, "")), None)
    if at is not None:
        row["sent_at"] = reading.clock.instant(at, place)
    if raw.get("speaker_id") is not None:
        row["speaker_id"] = str(raw["speaker_id"])
    if isinstance(raw.get("name"), str):
        row["speaker_name"] = raw["name"]
    offset = raw.get("t")
    if isinstance(offset, int | float) and not isinstance(offset, bool):
        row["offset_seconds"] = float(offset)
    return row


def _interaction(foreign: str, record: dict[str, Any], turns: list[Row], reading: Reading) -> Row:
    times: list[datetime] = [turn["sent_at"] for turn in turns if turn.get("sent_at")]
    row: Row = {
        "interaction_id": foreign,
        "channel": channel_of(record.get("channel"), reading.channel),
        "started_by": turns[0]["speaker_role"] if turns else None,
        "opened_at": min(times, default=None),
        "closed_at": max(times, default=None),
        "first_agent_id": next((t.get("speaker_id") for t in turns if t["speaker_role"] == "agent"), None),
    }
    row |= {key: str(record[key]) for key in PLAIN if isinstance(record.get(key), str | int)}
    if "customer_id" not in row:
        row["customer_id"] = next((t.get("speaker_id") for t in turns if t["speaker_role"] == "customer"), None)
    names = record.get("known_names")
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        row["known_names"] = names
    return row


def _first(record: dict[str, Any], keys: tuple[str, ...], where: str, what: str, *, may_be_empty: bool = False) -> Any:
    for key in keys:
        if key in record and (may_be_empty or record[key] not in (None, "")):
            return record[key]
    raise BadInput(
        "conversation",
        where=where,
        got=f"no {what.split(' ', 1)[1]}",
        expected=f"{what} under one of {', '.join(keys)}",
        todo="Rename the key, or read the file with the source table.",
    )
