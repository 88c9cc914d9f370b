"""Intercom's words to Heard's, over the flat columns of its warehouse tables; API answers are flattened first."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from heard.sources.base import Row
from heard.sources.desk import Case, Desk, Person, Said, words
from heard.sources.fields import ident, required, whole
from heard.sources.times import Clock

Record = dict[str, Any]

CLOCK = Clock(zone=UTC)
INSTRUMENT = "intercom_rating"

CHANNELS: dict[str, str] = {
    "conversation": "chat",
    "email": "email",
    "facebook": "social",
    "instagram": "social",
    "twitter": "social",
    "phone_call": "phone",
    "phone_switch": "phone",
    "sms": "messaging",
    "whatsapp": "messaging",
    "push": "in_app",
}
"""source.type to a channel; whatever is new is `other`."""

CUSTOMERS = frozenset({"user", "lead", "contact", "visitor"})
BY_MACHINE = frozenset({"automated", "campaigns_initiated", "operator_initiated"})
"""Ways of delivery in which a message carries a teammate's name though nobody wrote it for this customer."""


@dataclass(slots=True)
class History:
    """Closings, reopenings and teams of each conversation, from its parts in any order."""

    closed_at: dict[str, datetime] = field(default_factory=dict)
    reopens: Counter[str] = field(default_factory=Counter)
    teams: dict[str, set[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def part(self, part: Record) -> None:
        """One part; parts that neither close, reopen nor assign to a team change nothing."""
        conversation, kind, part_id = str(part.get("conversation_id")), str(part.get("part_type")), str(part.get("id"))
        if part_id in self.read:
            return  # the same conversation stands in several answers
        self.read.add(part_id)
        self.known.add(conversation)
        at = CLOCK.instant(part.get("created_at"), "conversation parts created_at")
        if kind == "close" and at is not None:
            self.closed_at[conversation] = max(at, self.closed_at.get(conversation, at))
        self.reopens[conversation] += kind in ("open", "note_and_reopen")
        if part.get("assigned_to_type") == "team" and (team := ident(part.get("assigned_to_id"))):
            self.teams.setdefault(conversation, set()).add(team)

    def tell(self, case: Case) -> None:
        """Writes what is known about a case. Escalated: it was handed to a second team."""
        if case.id not in self.known:
            return
        if case.reopen_count is None:
            case.reopen_count = self.reopens[case.id]
        if case.closed_at is not None and case.solved_at is None:
            case.solved_at = self.closed_at.get(case.id)
        if case.id in self.teams:
            case.was_escalated = len(self.teams[case.id]) > 1


def contact(row: Record) -> Person:
    """A user or a lead."""
    joined = CLOCK.instant(row.get("signed_up_at") or row.get("created_at"), "contacts signed_up_at")
    return Person(
        id=required(row.get("id"), "contact id"),
        role="customer",
        names=words(row.get("name"), row.get("email"), row.get("phone")),
        locale=row.get("language_override") or row.get("browser_language") or None,
        joined_on=joined.date() if joined else None,
    )


def admin(row: Record, team: str | None) -> Person:
    """A teammate."""
    return Person(
        id=required(row.get("id"), "admin id"),
        role="agent",
        names=words(row.get("name"), row.get("email")),
        team_id=team,
    )


def conversation(row: Record, customer: str | None, desk: Desk, teams: Mapping[str, str], issue_field: str) -> Case:
    """A conversation without words. `issue` is the column or attribute named by the option, else null."""
    is_closed, kind = row.get("state") == "closed", str(row.get("source_type") or "")
    assignee = ident(row.get("assignee_id"))
    team = teams.get(assignee or "") if row.get("assignee_type") == "team" else None
    holder = desk.people.get(assignee or "")
    team = team or teams.get(ident(row.get("team_assignee_id")) or "") or (holder.team_id if holder else None)
    return Case(
        id=required(row.get("id"), "conversation id"),
        customer_id=customer,
        opened_at=_at(row, "created_at"),
        closed_at=(_at(row, "last_close_at") or _at(row, "updated_at")) if is_closed else None,
        solved_at=_at(row, "last_close_at") if is_closed else None,
        channel=CHANNELS.get(kind, "other") if kind else None,
        queue=team,
        team_id=team,
        issue=ident(row.get(issue_field)) if issue_field else None,
        reopen_count=whole(row.get("count_reopens")),
        names=words(row.get("source_author_name"), row.get("source_author_email")),
    )


def first_message(row: Record, customer: str | None) -> Said:
    """The message that opened a conversation."""
    author = ident(row.get("source_author_id"))
    role = role_of(row.get("source_author_type"), row.get("source_delivered_as"))
    return Said(
        id=f"{row['id']}-source",
        case_id=str(row["id"]),
        at=_at(row, "created_at"),
        author_id=author or (customer if role == "customer" else None),
        role=role,
        body=str(row.get("source_body") or ""),
        is_html=True,
    )


def message(part: Record) -> Said:
    """One part; notes are private. Parts without words, such as assignments, have an empty body."""
    return Said(
        id=required(part.get("id"), "conversation part id"),
        case_id=str(part.get("conversation_id")),
        at=_at(part, "created_at"),
        author_id=ident(part.get("author_id")),
        role=role_of(part.get("author_type"), None),
        body=str(part.get("body") or ""),
        is_html=True,
        is_public="note" not in str(part.get("part_type")),
    )


def role_of(author_type: Any, delivered_as: Any) -> str:
    """Role from the type of author; a message sent by a rule is a bot's, whoever's name it carries."""
    kind = str(author_type or "").lower()
    if kind in CUSTOMERS:
        return "customer"
    if kind == "bot" or delivered_as in BY_MACHINE:
        return "bot"
    return "agent" if kind in ("admin", "team", "teammate") else "system"


def rating_rows(row: Record, customer: str | None, names: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """The rating of a conversation, 1 to 5: its invitation, and the answer when there is one."""
    asked, value = _at(row, "conversation_rating_created_at"), row.get("conversation_rating_value")
    if asked is None and value is None:
        return
    rating_id = f"{row['id']}-rating"
    shared: Row = {
        "invitation_id": rating_id,
        "interaction_id": str(row["id"]),
        "customer_id": customer,
        "instrument": INSTRUMENT,
        "instrument_version": "1",
        "source_id": rating_id,
    }
    yield "survey_invitation", shared | {"sent_at": asked}
    if (score := whole(value)) is not None:
        yield (
            "survey_answer",
            shared
            | {
                "answer_id": rating_id,
                "item_id": "rating",
                "value": float(score),
                "scale_low": 1.0,
                "scale_high": 5.0,
                "polarity": "higher_better",
                "verbatim": row.get("conversation_rating_remark") or None,
                "answered_at": _at(row, "conversation_rating_updated_at") or asked,
                "known_names": list(names),
            },
        )


def _at(record: Record, key: str) -> datetime | None:
    return CLOCK.instant(record.get(key), f"column {key}")
