"""WhatsApp's exported chats, and Signal's, which are written alike: a time, a name and words that may span lines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import files_in, lines_of, open_bytes, open_text
from heard.sources.messages import Chats, Message, nameless, once
from heard.sources.packed import members
from heard.sources.times import Clock, zone_of
from heard.terms.batch import Batch, Window

_MARKS = "\u200e\u200f\u202a\u202c\ufeff"
_BLANK = "[ \u00a0\u202f\u2009]"
# "[31/12/26, 14:05:09] …" on iPhones, "31/12/26, 14:05 - …" on Android; separators and halves of the day by country.
_HEAD = re.compile(
    rf"[{_MARKS}]*(?P<open>\[)?(?P<a>\d{{1,4}})[./-](?P<b>\d{{1,2}})[./-](?P<c>\d{{1,4}})[,.]?{_BLANK}(?:(?:à|at|um|kl\.){_BLANK})?"
    rf"{_BLANK}*(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?"
    rf"(?:{_BLANK}*(?P<half>[AaPp])\.?{_BLANK}?[Mm]\.?)?(?(open)\]{_BLANK}|{_BLANK}-{_BLANK})(?P<rest>.*)",
    re.DOTALL,
)
# No ": " means that nobody speaks: a system line. A quote before it means that the line is about a group's name.
_SPOKEN = re.compile(rf'[{_MARKS}]*(?P<author>[^:"“„]{{1,80}}):{_BLANK}(?P<text>.*)', re.DOTALL)
_MEDIA = re.compile(r"<[^<>\n]{3,40}>|.{1,120} \((file attached|Datei angehängt|archivo adjunto|fichier joint)\)")
_EDITED = re.compile(rf"[{_MARKS}]*<This message was edited>\s*$")
_DELETED = frozenset({"this message was deleted", "you deleted this message", "null", "waiting for this message"})

Ordering = tuple[int, int, int]
ORDERS: dict[str, Ordering] = {"year_first": (0, 1, 2), "day_first": (2, 1, 0), "month_first": (2, 0, 1)}
"""Where year, month and day stand among the three numbers of a date."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One message as written: the numbers of its date, its clock and what follows."""

    numbers: tuple[int, int, int]
    clock: tuple[int, int, int]
    rest: str

    def moment(self, order: str) -> datetime | None:
        """The local time under an order of day and month; None when there is no such day."""
        year, month, day = (self.numbers[place] for place in ORDERS[order])
        with suppress(ValueError):
            return datetime(year + (2000 if year < 100 else 0), month, day, *self.clock)  # noqa: DTZ001
        return None


class WhatsApp:
    """Exported chats.

    Options: `timezone` and `agents` are needed; `date_order` where the file itself does not decide between day/month
    and month/day; `gap_hours` is the silence after which a new interaction begins.
    """

    name: ClassVar[str] = "whatsapp"
    title: ClassVar[str] = "WhatsApp (exported chats)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn", "customer", "agent"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = "A chat exported from WhatsApp as .txt or .zip, or a folder of them."

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: most of the first lines are messages."""
        return 0.9 * _share(path)

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, agents, interactions and turns of each chat; BadInput for what is no exported chat."""
        chats, zone, left_out = Chats.of(options), zone_of(options), Counter[str]()
        if zone is None:
            raise BadInput(
                "option timezone",
                got="none",
                expected="the zone of the phone that exported the chat, such as Europe/Berlin",
                todo="Set it; an exported chat names none.",
            )
        rows = _rows(path, chats, zone, options, window, left_out)
        yield from nameless(batches_of(rows, left_out=left_out), path)


class Signal(WhatsApp):
    """Signal's exported chats, "[2026-12-31, 14:05] Name: words". The options are WhatsApp's."""

    name: ClassVar[str] = "signal"
    title: ClassVar[str] = "Signal (exported chats)"
    expects: ClassVar[str] = "A chat exported from Signal as .txt, or a folder of them."

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: most of the first lines are messages with a year in front and no seconds."""
        start = _start(path)
        return 0.95 * _share(path) if re.match(r"\[\d{4}-\d{2}-\d{2}, \d{2}:\d{2}\] ", start) else 0.0


def _rows(
    path: Path, chats: Chats, zone: tzinfo, options: Mapping[str, str], window: Window, left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    order = Clock.of(options).order
    files, known, seen, clock = files_in(path, ".txt", ".zip"), set[str](), set[str](), Clock(zone)
    for file in files:
        found = _order(_lines(file, options), order, file.name)
        names = list(dict.fromkeys(author for author, _ in _spoken(_lines(file, options), Counter())))
        yield from chats.people(name for name in names if name not in known)
        known.update(names)

        def messages(file: Path = file, found: str = found) -> Iterator[Message]:
            for line in _lines(file, options):
                for author, text in _spoken([line], left_out):
                    at = clock.instant(line.moment(found), f"{file.name}, a message's time")
                    if at is not None:
                        yield Message(at, author, text)

        yield from once(chats.rows(messages(), names, window, left_out), seen, left_out)
    chats.check(known)


def _lines(file: Path, options: Mapping[str, str]) -> Iterator[_Line]:
    """Messages as written, continued lines joined; BadInput when the file begins with something else."""
    held: _Line | None = None
    more: list[str] = []
    with open_text(file, encoding=options.get("encoding"), member=_member(file)) as text:
        for number, line in lines_of(text, file.name):
            if (match := _HEAD.fullmatch(line)) is None:
                if held is None and line.strip():
                    raise _no_chat(file, number)
                more.append(line)
                continue
            if held is not None:
                yield _Line(held.numbers, held.clock, "\n".join([held.rest, *more]).strip("\n"))
            held, more = _line(match, file, number), []
    if held is None:
        raise _no_chat(file, 1)
    yield _Line(held.numbers, held.clock, "\n".join([held.rest, *more]).strip("\n"))


def _member(file: Path) -> str | None:
    """The chat in a zip that holds pictures too; None for a plain file."""
    if file.suffix.lower() != ".zip":
        return None
    texts = [member.filename for member in members(file) if member.filename.lower().endswith(".txt")]
    return next((name for name in texts if name.endswith("_chat.txt")), texts[0] if texts else "a .txt file")


def _line(match: re.Match[str], file: Path, number: int) -> _Line:
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    clock = (hour, int(match["minute"]), int(match["second"] or 0))
    if hour > 23 or clock[1] > 59 or clock[2] > 59:
        raise BadInput("chat", where=f"{file.name} line {number}", got="a time past 23:59:59", expected="a time of day")
    return _Line((int(match["a"]), int(match["b"]), int(match["c"])), clock, match["rest"])


def _order(lines: Iterable[_Line], told: str | None, name: str) -> str:
    """Where day and month stand: as told, by numbers over 12, or as time does not run backwards."""
    possible, differs = ["year_first"], False
    last: dict[str, datetime] = {}
    backwards: Counter[str] = Counter()
    for index, line in enumerate(lines):
        if index == 0:
            possible = ["year_first"] if line.numbers[0] > 31 else ["day_first", "month_first"]
        moments = {order: moment for order in possible if (moment := line.moment(order)) is not None}
        possible, differs = list(moments), differs or len(set(moments.values())) > 1
        for order, moment in moments.items():
            backwards[order] += moment < last.get(order, moment)
            last[order] = moment
    if told in possible or (told and possible == ["year_first"]):
        return told if told in possible else "year_first"
    forward = [order for order in possible if not backwards[order]] or possible
    if told or not possible:
        raise BadInput(
            "chat", where=name, got="dates that fit no one order", expected=told or "one order", todo="Export it again."
        )
    if len(forward) > 1 and differs:
        raise BadInput(
            "chat",
            where=name,
            got="dates that could be day/month or month/day",
            expected="one reading",
            todo='Set the option "date_order" to day_first or month_first.',
        )
    return forward[0]


def _spoken(lines: Iterable[_Line], left_out: Counter[str]) -> Iterator[tuple[str, str]]:
    """Author and words of the messages that hold words."""
    for line in lines:
        match = _SPOKEN.fullmatch(line.rest)
        if match is None:
            left_out["system line"] += 1
            continue
        text = _EDITED.sub("", match["text"])
        first, _, rest = text.partition("\n")
        if first.startswith(tuple(_MARKS)) or _MEDIA.fullmatch(first.strip()):
            text = rest  # a picture, a call or a notice; a caption may follow it
            left_out.update(() if rest.strip() else ["media or notice"])
        elif text.strip().rstrip(".").lower() in _DELETED:
            text = ""
            left_out["deleted message"] += 1
        if text.strip():
            yield match["author"].strip(), text.strip()


def _share(path: Path) -> float:
    """Share of the first lines that are heads of messages, counted against three continued lines a message."""
    lines = [line for line in _start(path).splitlines()[:-1] or [_start(path)] if line.strip()][:40]
    heads = [bool(_HEAD.fullmatch(line)) for line in lines]
    return min(1.0, 3 * sum(heads) / len(heads)) if heads and heads[0] else 0.0


def _start(path: Path) -> str:
    with suppress(BadInput, OSError, IndexError):
        files = files_in(path, ".txt", ".zip") if path.is_dir() else [path]
        with open_bytes(files[0], _member(files[0])) as stream:
            return stream.read(8192).decode("utf-8", "replace")
    return ""


def _no_chat(file: Path, number: int) -> BadInput:
    return BadInput(
        "chat",
        where=f"{file.name} line {number}",
        got="a line without date, time and name",
        expected='"31/12/26, 14:05 - Name: words" or "[31/12/26, 14:05:09] Name: words"',
        todo="Export the chat from the phone as text.",
    )


WHATSAPP = WhatsApp()
SIGNAL = Signal()
