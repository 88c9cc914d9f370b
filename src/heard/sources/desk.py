"""What help desks have in common: people, cases and what was said in them, turned into canonical rows.

A help-desk source fills a `Desk` from its own records and hands over its words twice: the first reading finds order,
first agent and first speaker without keeping a word, the second reading gives the turns.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from heard.sources.base import Row
from heard.sources.markup import text_of
from heard.sources.times import LATEST
from heard.terms.batch import Window

SayAgain = Callable[[], Iterable["Said"]]


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody of either side; `names` are names, addresses, phones and handles, for the gate's eyes only."""

    id: str
    role: str
    names: tuple[str, ...] = ()
    team_id: str | None = None
    account_id: str | None = None
    locale: str | None = None
    joined_on: date | None = None


@dataclass(slots=True, kw_only=True)
class Case:
    """One ticket or conversation without its words. None means that the source does not say."""

    id: str
    customer_id: str | None
    opened_at: datetime | None
    closed_at: datetime | None = None
    solved_at: datetime | None = None
    channel: str | None = None
    queue: str | None = None
    team_id: str | None = None
    issue: str | None = None
    product: str | None = None
    account_id: str | None = None
    reopen_count: int | None = None
    was_escalated: bool | None = None
    source_url: str | None = None
    names: tuple[str, ...] = ()
    first_agent_id: str | None = None
    started_by: str | None = None
    last_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Said:
    """One message; `body` is HTML when `is_html`."""

    id: str
    case_id: str
    at: datetime | None
    author_id: str | None
    role: str
    body: str
    is_html: bool = False
    is_public: bool = True

    @property
    def text(self) -> str:
        """The words without markup; empty when there are none."""
        return text_of(self.body) if self.is_html else self.body.strip()


@dataclass(slots=True)
class Desk:
    """People and cases by foreign id, and counts of what is left out."""

    people: dict[str, Person] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def role_of(self, author_id: str | None, customer_id: str | None, *, is_public: bool = True) -> str:
        """Role of an author: the one who asked is the customer, then what the list of people says, else an agent.

        A private note is staff's, whoever asked: a colleague may open a ticket too.
        """
        person = self.people.get(author_id or "")
        is_customer = author_id == customer_id if author_id is not None else False
        role = "customer" if is_customer else person.role if person else "agent"
        return "agent" if role == "customer" and not is_public else role

    def rows(self, said: SayAgain, window: Window) -> Iterator[tuple[str, Row]]:
        """Customers, agents, interactions inside the window and their turns, in this order.

        A window holds an interaction by its opening, with all its turns, so that neighbouring windows split none.
        """
        positions, names = self._order(said())
        yield from self._people_rows()
        inside = {case.id for case in self.cases.values() if window.holds(case.opened_at)}
        if outside := len(self.cases) - len(inside):
            self.left_out["interaction outside the window"] += outside
        for case_id in inside_in_order(self.cases, inside):
            yield "interaction", self._interaction(self.cases[case_id], sorted(names[case_id]))
        for one in said():
            if one.case_id in inside and (position := positions.pop(one.id, None)) is not None:
                yield from self._turn(one, position, sorted(names[one.case_id]))

    def _order(self, said: Iterable[Said]) -> tuple[dict[str, int], dict[str, set[str]]]:
        """Position of each message by its id, and the names of everybody in each case."""
        names = {case.id: set(self._names(case.customer_id)) for case in self.cases.values()}
        heads: dict[str, tuple[str, datetime, int, str, str | None, bool]] = {}
        for count, one in enumerate(said):
            if one.case_id not in self.cases:
                self.left_out["message of an unknown or deleted case"] += 1
            elif one.id in heads:
                self.left_out["message read twice"] += 1
            else:
                heads[one.id] = (one.case_id, one.at or LATEST, count, one.role, one.author_id, one.is_public)
                names[one.case_id].update(self._names(one.author_id))
        for case in self.cases.values():
            names[case.id].update(case.names)  # a message may have named somebody who is in no list of people
        positions: dict[str, int] = {}
        seen: Counter[str] = Counter()
        for one_id, (case_id, at, _, role, author_id, is_public) in sorted(heads.items(), key=lambda item: item[1][:3]):
            positions[one_id] = seen[case_id]
            seen[case_id] += 1
            _learn(self.cases[case_id], at, role, author_id, is_public)
        return positions, names

    def _names(self, person_id: str | None) -> tuple[str, ...]:
        person = self.people.get(person_id or "")
        return person.names if person else ()

    def _people_rows(self) -> Iterator[tuple[str, Row]]:
        for person in self.people.values():
            if person.role == "customer":
                yield (
                    "customer",
                    {
                        "customer_id": person.id,
                        "account_id": person.account_id,
                        "locale": person.locale,
                        "joined_on": person.joined_on,
                        "source_id": person.id,
                    },
                )
            else:
                yield (
                    "agent",
                    {
                        "agent_id": person.id,
                        "team_id": person.team_id,
                        "joined_on": person.joined_on,
                        "is_bot": person.role == "bot",
                        "source_id": person.id,
                    },
                )

    def _interaction(self, case: Case, names: list[str]) -> Row:
        customer, agent = self.people.get(case.customer_id or ""), self.people.get(case.first_agent_id or "")
        return {
            "interaction_id": case.id,
            "opened_at": case.opened_at,
            "closed_at": _last(case.closed_at, case.last_at),
            "solved_at": case.solved_at,
            "channel": case.channel,
            "queue": case.queue,
            "team_id": (agent.team_id if agent else None) or case.team_id,
            "issue": case.issue,
            "product": case.product,
            "locale": customer.locale if customer else None,
            "customer_id": case.customer_id,
            "account_id": case.account_id or (customer.account_id if customer else None),
            "first_agent_id": case.first_agent_id,
            "reopen_count": case.reopen_count,
            "was_escalated": case.was_escalated,
            "started_by": case.started_by,
            "source_url": case.source_url,
            "source_id": case.id,
            "known_names": names,
        }

    def _turn(self, one: Said, position: int, names: list[str]) -> Iterator[tuple[str, Row]]:
        if not (text := one.text):
            self.left_out["message without words"] += 1
            return
        own = self._names(one.author_id)
        yield (
            "turn",
            {
                "turn_id": one.id,
                "interaction_id": one.case_id,
                "position": position,
                "sent_at": one.at,
                "speaker_role": one.role,
                "speaker_id": one.author_id,
                "text": text,
                "is_public": one.is_public,
                "authored_by": "bot" if one.role == "bot" else None,
                "source_id": one.id,
                "speaker_name": own[0] if own else None,
                "known_names": names,
            },
        )


def inside_in_order(cases: Iterable[str], inside: set[str]) -> Iterator[str]:
    """Ids of the cases inside, in the order in which they were read."""
    return (case_id for case_id in cases if case_id in inside)


def _learn(case: Case, at: datetime, role: str, author_id: str | None, is_public: bool) -> None:
    """What the next message, in order, says about its case. A private note neither opens nor answers."""
    if at != LATEST:
        case.last_at = _last(case.last_at, at)
        case.opened_at = case.opened_at or at
    if not is_public:
        return
    if case.started_by is None and role != "system":
        case.started_by = role
    if case.first_agent_id is None and role == "agent":
        case.first_agent_id = author_id


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def words(*values: object) -> tuple[str, ...]:
    """Personal strings of structured fields: texts and numbers as texts, empty ones and repetitions left out.

    Example:
        >>> words("Ada Nord", None, "", 5678, "Ada Nord")
        ('Ada Nord', '5678')
    """
    texts = (str(value).strip() for value in values if value is not None and not isinstance(value, bool))
    return tuple(dict.fromkeys(text for text in texts if len(text) > 1))
