"""An mbox file of e-mail: threads by References, the new words of each mail without what it quotes.

Two passes: the first reads the headers and learns the threads, the second streams the words.
"""

import mailbox
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import head
from heard.sources.mail_words import header_of, new_words
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

NOT_SAID = ("mailer-daemon@", "postmaster@")


class MboxSource:
    """One mbox file, as Gmail, Thunderbird and Apple Mail export it.

    Mails are threaded by what they answer. Option: `agents` is needed, addresses or domains of yours.
    """

    name: ClassVar[str] = "mbox"
    title: ClassVar[str] = "E-mail (mbox)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = 'an .mbox file; the option "agents" says which addresses or @domains are yours'

    def sniff(self, path: Path) -> float:
        """Sure when the file begins with a From line and headers of a mail."""
        start = head(path, 4096)
        has = any(name in start.lower() for name in (b"\nmessage-id:", b"\nreceived:", b"\ndate:"))
        return 0.9 if start.startswith(b"From ") and has else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """A thread is kept whole when one of its mails lies inside the window.

        Raises:
            BadInput: No file, no mail in it, the option "agents" is missing, or a date names no zone.
        """
        if not path.is_file():
            raise BadInput("mbox", where=path.name, got="no file there", expected=self.expects, todo="Check the path.")
        agents = tuple(part.strip().lower() for part in options.get("agents", "").split(",") if part.strip())
        if not agents:
            raise BadInput(
                "mbox",
                where=path.name,
                got="no word on who is an agent",
                expected='addresses or domains, such as "help@shop.example, @shop.example"',
                todo='Set the option "agents".',
            )
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, Clock.of(options), agents, left_out), left_out=left_out)


MBOX = MboxSource()


@dataclass(frozen=True, slots=True)
class _Mail:
    """What the first pass keeps of a mail."""

    id: str
    references: tuple[str, ...]
    sent_at: datetime | None


def _rows(
    path: Path, window: Window, clock: Clock, agents: tuple[str, ...], left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    mails = [_mail(message, clock, f"{path.name} mail {n}") for n, message in enumerate(_messages(path), 1)]
    if not mails:
        raise BadInput("mbox", where=path.name, got="no mail", expected=MboxSource.expects, todo="Check the file.")
    threads = _threads(mails)
    inside = {threads[mail.id] for mail in mails if window.holds(mail.sent_at)}
    order = {mail.id: n for n, mail in enumerate(sorted(mails, key=lambda m: (m.sent_at is None, m.sent_at or 0)))}
    threaded: dict[str, Row] = {}
    seen: set[str] = set()
    for mail, message in zip(mails, _messages(path), strict=True):
        reason = _unfit(mail, message, seen, threads[mail.id] in inside)
        seen.add(mail.id)
        turn = None if reason else _turn(mail, message, threads[mail.id], order[mail.id], agents)
        if turn is None or not turn["text"]:
            left_out[reason or "mail without words of its own"] += 1
            continue
        _note(threaded.setdefault(threads[mail.id], {}), turn, message)
        yield "turn", turn
    yield from (("interaction", row) for row in threaded.values())


def _messages(path: Path) -> Iterator[Message]:
    box = mailbox.mbox(path, create=False)
    try:
        yield from box
    except (OSError, ValueError) as fault:
        raise BadInput("mbox", where=path.name, got="a broken file", expected="a whole mbox file") from fault
    finally:
        box.close()


def _mail(message: Message, clock: Clock, place: str) -> _Mail:
    own = header_of(message, "Message-ID").strip()
    if not own:
        words = "\0".join(header_of(message, name) for name in ("From", "To", "Date", "Subject"))
        own = blake2b(words.encode("utf-8", "replace"), digest_size=16).hexdigest()
    references = header_of(message, "References").split() or header_of(message, "In-Reply-To").split()[:1]
    return _Mail(own, tuple(references), _sent_at(header_of(message, "Date"), clock, place))


def _sent_at(text: str, clock: Clock, place: str) -> datetime | None:
    """When it was sent; None for a date that is none or lies in no sane year, as junk mail has them."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if found.tzinfo is None and text.strip().endswith("-0000"):
        found = found.replace(tzinfo=UTC)  # RFC 5322: UTC, from a sender whose own zone is unknown
    if not 1991 <= found.year <= 2098:
        return None
    return clock.instant(found, place)


def _threads(mails: Iterable[_Mail]) -> dict[str, str]:
    """Thread of every mail: those that share a reference. It is named after the first mail that they point to."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.get(name, name) != name:
            above[name] = above.get(above[name], above[name])
            name = above[name]
        return name

    for mail in mails:
        # The first reference is the thread's root, so it stays on top and names the thread in every export.
        first, *others = (*mail.references, mail.id)
        for other in others:
            one, two = top(first), top(other)
            if one != two:
                above[two] = one
    return {mail.id: top(mail.id) for mail in mails}


def _unfit(mail: _Mail, message: Message, seen: set[str], is_inside: bool) -> str | None:
    if not is_inside:
        return "outside the window"
    if mail.id in seen:
        return "mail that was there before"
    return "bounce" if _people(message, "From")[1].startswith(NOT_SAID) else None


def _turn(mail: _Mail, message: Message, thread: str, position: int, agents: tuple[str, ...]) -> Row:
    name, address = _people(message, "From")[:2]
    is_agent = any(address.endswith(agent) if agent.startswith("@") else address == agent for agent in agents)
    is_machine = header_of(message, "Auto-Submitted").strip().lower() not in ("", "no")
    return {
        "turn_id": mail.id,
        "interaction_id": thread,
        "position": position,
        "sent_at": mail.sent_at,
        "speaker_role": ("bot" if is_machine else "agent") if is_agent else ("system" if is_machine else "customer"),
        "speaker_id": address or None,
        "speaker_name": name or None,
        "text": new_words(message),
        "is_public": True,
        "authored_by": "bot" if is_machine else "human",
    }


def _people(message: Message, *headers: str) -> tuple[str, ...]:
    """Names and addresses of the headers, one after the other; empty texts where there is none."""
    pairs = getaddresses([header_of(message, name) for name in headers]) or [("", "")]
    return tuple(part for name, address in pairs for part in (name.strip(), address.strip().lower()))


def _note(row: Row, turn: Row, message: Message) -> None:
    at: Any = turn["sent_at"]
    if not row:
        row |= {"interaction_id": turn["interaction_id"], "channel": "email", "opened_at": at, "closed_at": at}
        row |= {"started_by": turn["speaker_role"], "known_names": []}
    if at is not None:
        if row["opened_at"] is None or at < row["opened_at"]:
            row |= {"opened_at": at, "started_by": turn["speaker_role"]}
        row["closed_at"] = max(at, row["closed_at"] or at)
    person = {"customer": "customer_id", "agent": "first_agent_id"}.get(turn["speaker_role"])
    if person and turn["speaker_id"]:
        row.setdefault(person, turn["speaker_id"])
    people = _people(message, "From", "To", "Cc", "Reply-To")
    row["known_names"] = list(dict.fromkeys([*row["known_names"], *(part for part in people if part)]))
