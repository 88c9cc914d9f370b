"""Chats of a messenger: one endless thread of named people, cut into interactions where it fell silent."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from heard.errors import BadInput
from heard.sources.base import Row
from heard.terms.batch import Batch, Window

GAP_HOURS = 24.0


@dataclass(slots=True)
class Message:
    """One message of a chat; `author` is the name, phone or id under which the export shows the speaker."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Chats:
    """How to read chats.

    Attributes:
        agents: Plain forms of the speakers who are staff.
        gap: Silence after which the next message opens a new interaction.
    """

    agents: frozenset[str]
    gap: timedelta

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Chats":
        """From options["agents"] ("Ada, Shop Berlin"), which is needed, and options["gap_hours"] (24 when not set)."""
        agents = frozenset(plain(name) for name in options.get("agents", "").split(",") if plain(name))
        if not agents:
            raise BadInput(
                "option agents",
                got="none",
                expected='the names of staff as the export shows them, such as "Ada, Shop Berlin"',
                todo="Set it; everybody else is a customer.",
            )
        try:
            gap = timedelta(hours=float(options.get("gap_hours") or GAP_HOURS))
        except (ValueError, OverflowError):
            gap = timedelta(0)
        if gap <= timedelta(0):
            raise BadInput("option gap_hours", got="no hours", expected="a number above 0", todo="Leave it out for 24.")
        return cls(agents, gap)

    def role_of(self, author: str) -> str:
        """agent for those who are named, customer for everybody else."""
        return "agent" if plain(author) in self.agents else "customer"

    def check(self, authors: Iterable[str]) -> None:
        """BadInput when nobody in an export is staff, or everybody is: then the names are misspelt."""
        roles = Counter(self.role_of(author) for author in set(authors))
        if roles and (not roles["agent"] or not roles["customer"]):
            raise BadInput(
                "option agents",
                got=f"{roles['agent']} of {roles.total()} speakers",
                expected="some and not all of them",
                todo="Write the names as the export shows them.",
            )

    def people(self, authors: Iterable[str]) -> Iterator[tuple[str, Row]]:
        """A row of customer or agent for each speaker."""
        for author in dict.fromkeys(authors):
            if self.role_of(author) == "agent":
                yield "agent", {"agent_id": author, "is_bot": False, "source_id": author}
            else:
                yield "customer", {"customer_id": author, "source_id": author}

    def rows(
        self, messages: Iterable[Message], names: list[str], window: Window, left_out: Counter[str]
    ) -> Iterator[tuple[str, Row]]:
        """Interactions and turns of one chat, given in order of time; `names` are all its speakers, for the gate.

        The id of an interaction is its customer and its first message's time, so that a longer export of the same chat
        names it alike.
        """
        chat = next((name for name in names if self.role_of(name) == "customer"), "")
        thread: list[Message] = []
        for message in messages:
            if thread and message.at - thread[-1].at > self.gap:
                yield from self._thread(chat, thread, names, window, left_out)
                thread = []
            thread.append(message)
        if thread:
            yield from self._thread(chat, thread, names, window, left_out)

    def _thread(
        self, chat: str, thread: list[Message], names: list[str], window: Window, left_out: Counter[str]
    ) -> Iterator[tuple[str, Row]]:
        opened = thread[0].at
        if not window.holds(opened):
            left_out["interaction outside the window"] += 1
            return
        thread_id = f"{chat}/{opened.isoformat()}"
        roles = [self.role_of(message.author) for message in thread]
        first = {role: message.author for role, message in zip(reversed(roles), reversed(thread), strict=True)}
        yield (
            "interaction",
            {
                "interaction_id": thread_id,
                "opened_at": opened,
                "closed_at": thread[-1].at,
                "channel": "messaging",
                "customer_id": first.get("customer", chat or None),
                "first_agent_id": first.get("agent"),
                "started_by": roles[0],
                "source_id": thread_id,
                "known_names": names,
            },
        )
        for position, (message, role) in enumerate(zip(thread, roles, strict=True)):
            yield (
                "turn",
                {
                    "turn_id": f"{thread_id}/{position}",
                    "interaction_id": thread_id,
                    "position": position,
                    "sent_at": message.at,
                    "speaker_role": role,
                    "speaker_id": message.author,
                    "text": message.text,
                    "is_public": True,
                    "source_id": f"{thread_id}/{position}",
                    "speaker_name": message.author,
                    "known_names": names,
                },
            )


def nameless(batches: Iterable[Batch], path: Path) -> Iterator[Batch]:
    """The same batches; an error loses the name of its file, which messengers make of the name of the customer."""
    try:
        yield from batches
    except BadInput as fault:
        for name in sorted({path.name, *(file.name for file in path.rglob("*"))}, key=len, reverse=True):
            fault.where = fault.where.replace(name, "the chat")
        raise


def once(rows: Iterable[tuple[str, Row]], seen: set[str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    """Rows without interactions that an earlier export of the same chat held already."""
    repeated: str | None = None
    for table, row in rows:
        if table == "interaction":
            repeated = row["interaction_id"] if row["interaction_id"] in seen else None
            seen.add(row["interaction_id"])
            left_out.update(["interaction read twice"] if repeated else [])
        if repeated is None:
            yield table, row


def plain(name: str) -> str:
    r"""A name without case, direction marks and the tilde of unsaved contacts, for comparing.

    Example:
        >>> plain("\u200e~ Ada  NORD")
        'ada nord'
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    visible = "".join(" " if char.isspace() else char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(visible.lstrip("~ ").split())
