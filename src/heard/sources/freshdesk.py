"""Freshdesk's API answers in JSON: tickets, conversations, contacts, agents, groups and satisfaction ratings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import Case, Desk, Person, Said, words
from heard.sources.documents import Record, documents, guarded, json_files
from heard.sources.fields import ident, is_true, required
from heard.sources.files import head
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

CLOCK = Clock(zone=UTC)
INSTRUMENT = "freshdesk_satisfaction"
LISTS = ("results",)

CHANNELS = {1: "email", 2: "form", 3: "phone", 5: "social", 6: "social", 7: "chat", 9: "form", 10: "email"}
"""`source` of a ticket (Freshdesk's API docs); 8 and whatever is new is `other`."""
OUTBOUND = 10
DONE = frozenset({4, 5})  # resolved and closed

# 103 extremely happy, 100 neutral, -103 extremely unhappy, whatever steps the survey offers (Freshdesk's API docs).
NEUTRAL = 100


@dataclass(slots=True)
class _Export:
    """What one reading found, without words; `chosen` is the record of each ticket that was changed last."""

    options: Mapping[str, str]
    desk: Desk = field(default_factory=Desk)
    groups: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, Record] = field(default_factory=dict)
    chosen: dict[str, int] = field(default_factory=dict)
    ratings: dict[str, Record] = field(default_factory=dict)


class Freshdesk:
    """Freshdesk's API answers.

    A record's keys say what it is. The ticket's description is its first message. Escalated means that a service level
    was missed, as Freshdesk means it. Options: `issue_field` and `product_field` name custom fields (issue: else the
    type).
    """

    name: ClassVar[str] = "freshdesk"
    title: ClassVar[str] = "Freshdesk (API answers in JSON)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn", "customer", "agent", "survey_answer"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "A folder of Freshdesk's API answers in JSON: tickets and conversations, best with contacts, agents and groups."
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: Freshdesk's own keys among the first bytes."""
        files = sorted(path.rglob("*.json"))[:64] if path.is_dir() else [path]
        return max((_claim(head(file, 4096)) for file in files if file.is_file()), default=0.0)

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, agents, interactions, turns and ratings; BadInput for what is not Freshdesk's."""
        export = _Export(options)
        rows = guarded(_rows(export, path, window), "Freshdesk export")
        yield from batches_of(rows, left_out=export.desk.left_out)


def _rows(export: _Export, path: Path, window: Window) -> Iterator[tuple[str, Row]]:
    for number, (kind, record) in enumerate(_records(path)):
        _learn(export, kind, record, number)
    if not export.tickets:
        raise BadInput(
            "Freshdesk export",
            where=path.name,
            got="no ticket",
            expected="JSON with tickets",
            todo="Hand in the folder of API answers, or choose another source.",
        )
    for person in export.desk.people.values():
        person.team_id = export.groups.get(person.team_id or "", person.team_id)
    for ticket_id, ticket in export.tickets.items():
        if ticket.get("deleted") or ticket.get("spam"):
            export.desk.left_out["deleted ticket or spam"] += 1
        else:
            export.desk.cases[ticket_id] = _case(export, ticket)
    yield from export.desk.rows(lambda: _said(export, path), window)
    for rating in export.ratings.values():
        if window.holds(CLOCK.instant(rating.get("created_at"), "satisfaction_ratings created_at")):
            yield from _rating(export, rating)


def _records(path: Path) -> Iterator[tuple[str, Record]]:
    for file in json_files(path):
        for document in documents(file, LISTS):
            held = document.get("results")
            for record in held if isinstance(held, list) else [document]:
                if isinstance(record, dict) and (kind := _kind(record, file)):
                    yield kind, record


def _kind(record: Record, file: Path) -> str | None:
    """What a record is, by its keys; None for kinds that hold nothing for Heard."""
    if "requester_id" in record and "subject" in record:
        return "ticket"
    if "incoming" in record and "ticket_id" in record:
        return "conversation"
    if "ratings" in record and "survey_id" in record:
        return "rating"
    if isinstance(record.get("contact"), dict) and "ticket_scope" in record:
        return "agent"
    if "auto_ticket_assign" in record and not file.name.startswith("role"):
        return "group"
    return "contact" if {"email", "mobile", "name", "id"} <= record.keys() else None


def _learn(export: _Export, kind: str, record: Record, number: int) -> None:
    people = export.desk.people
    if kind == "ticket":
        _choose(export, record, number)
    elif kind == "agent":
        staff = _person(record["contact"] | {"id": record.get("id")}, "agent")
        staff.team_id = ident((record.get("group_ids") or [None])[0])
        people[staff.id] = staff
    elif kind == "contact" and "agent" not in record and not record.get("helpdesk_agent"):
        people.setdefault(required(record.get("id"), "contact id"), _person(record, "customer"))
    elif kind == "group":
        export.groups[str(record.get("id"))] = str(record.get("name"))
    elif kind == "rating":
        export.ratings[required(record.get("id"), "satisfaction rating id")] = record


def _choose(export: _Export, record: Record, number: int) -> None:
    """Of several records of one ticket the one that was changed last counts."""
    ticket_id = required(record.get("id"), "ticket id")
    before, at = export.tickets.get(ticket_id), CLOCK.instant(record.get("updated_at"), "tickets updated_at")
    last = CLOCK.instant(before.get("updated_at"), "tickets updated_at") if before else None
    if last is None or at is None or at >= last:
        light = {key: value for key, value in record.items() if not key.startswith("description")}
        export.tickets[ticket_id] = {"requester": (before or {}).get("requester")} | light
        export.chosen[ticket_id] = number


def _person(record: Record, role: str) -> Person:
    joined = CLOCK.instant(record.get("created_at"), "contacts created_at")
    return Person(
        id=required(record.get("id"), f"{role} id"),
        role=role,
        names=words(*(record.get(key) for key in ("name", "email", "phone", "mobile", "twitter_id", "fb_profile_id"))),
        account_id=ident(record.get("company_id")),
        locale=record.get("language") or None,
        joined_on=joined.date() if joined else None,
    )


def _case(export: _Export, ticket: Record) -> Case:
    stats = ticket["stats"] if isinstance(ticket.get("stats"), dict) else {}
    group, is_done = ident(ticket.get("group_id")), ticket.get("status") in DONE
    queue = export.groups.get(group or "", group)
    requester = ticket["requester"] if isinstance(ticket.get("requester"), dict) else {}
    return Case(
        id=str(ticket["id"]),
        customer_id=ident(ticket.get("requester_id")),
        opened_at=_at(ticket, "created_at"),
        closed_at=(_at(stats, "closed_at") or _at(stats, "resolved_at") or _at(ticket, "updated_at"))
        if is_done
        else None,
        solved_at=_at(stats, "resolved_at") if is_done else None,
        channel=CHANNELS.get(ticket["source"], "other") if isinstance(ticket.get("source"), int) else None,
        queue=queue,
        team_id=queue,
        issue=_field(ticket, "issue_field", export.options) or ident(ticket.get("type") or ticket.get("ticket_type")),
        product=_field(ticket, "product_field", export.options),
        account_id=ident(ticket.get("company_id")),
        was_escalated=ticket.get("is_escalated", ticket.get("isescalated")),
        names=words(
            *(requester.get(key) for key in ("name", "email", "phone", "mobile")),
            *(ticket.get(key) for key in ("requester_name", "responder_name", "email", "phone", "name")),
        ),
    )


def _said(export: _Export, path: Path) -> Iterator[Said]:
    for number, (kind, record) in enumerate(_records(path)):
        ticket_id = str(record.get("id"))
        if kind == "ticket" and ticket_id in export.desk.cases and export.chosen[ticket_id] == number:
            yield _description(record)
        elif kind == "conversation":
            yield _message(export, record)


def _description(ticket: Record) -> Said:
    is_ours = ticket.get("source") == OUTBOUND
    html = ticket.get("description_html") or (ticket.get("description") if "description_text" in ticket else None)
    return Said(
        id=f"{ticket['id']}-description",
        case_id=str(ticket["id"]),
        at=_at(ticket, "created_at"),
        author_id=ident(ticket.get("responder_id" if is_ours else "requester_id")),
        role="agent" if is_ours else "customer",
        body=str(html or ticket.get("description") or ticket.get("description_text") or ""),
        is_html=bool(html),
    )


def _message(export: _Export, record: Record) -> Said:
    author, ticket_id = ident(record.get("user_id")), str(record.get("ticket_id"))
    is_public = not is_true(record.get("private"), default=False)
    if author and author not in export.desk.people and (known := export.desk.cases.get(ticket_id)):
        known.names = words(*known.names, *parseaddr(str(record.get("from_email") or "")))
    return Said(
        id=required(record.get("id"), "conversation id"),
        case_id=ticket_id,
        at=_at(record, "created_at"),
        author_id=author,
        role="customer" if is_true(record.get("incoming"), default=False) and is_public else "agent",
        body=str(record.get("body") or record.get("body_text") or ""),
        is_html=bool(record.get("body")),
        is_public=is_public,
    )


def _rating(export: _Export, rating: Record) -> Iterator[tuple[str, Row]]:
    """Answers of one rating, one an item, from -3 (extremely unhappy) to 3."""
    customer, rating_id = ident(rating.get("user_id")), str(rating["id"])
    person = export.desk.people.get(customer or "")
    held = rating["ratings"] if isinstance(rating.get("ratings"), dict) else {}
    for item, value in held.items():
        is_first = item == "default_question"
        if not isinstance(value, int) or abs(value) not in range(NEUTRAL, NEUTRAL + 4):
            export.desk.left_out["rating off its scale"] += 1
            continue
        yield (
            "survey_answer",
            {
                "answer_id": f"{rating_id}-{item}",
                "interaction_id": ident(rating.get("ticket_id")),
                "customer_id": customer,
                "instrument": INSTRUMENT,
                "instrument_version": ident(rating.get("survey_id")) or "1",
                "item_id": "rating" if is_first else item,
                "value": float(value - NEUTRAL if value > 0 else value + NEUTRAL),
                "scale_low": -3.0,
                "scale_high": 3.0,
                "polarity": "higher_better",
                "verbatim": rating.get("feedback") or None if is_first else None,
                "answered_at": _at(rating, "created_at"),
                "source_id": rating_id,
                "known_names": list(person.names if person else ()),
            },
        )


def _field(ticket: Record, option: str, options: Mapping[str, str]) -> str | None:
    custom = ticket.get("custom_fields") or ticket.get("custom_field")
    value = custom.get(options.get(option, "")) if isinstance(custom, dict) else None
    return ident(value) if isinstance(value, str | int) else None


def _at(record: Record, key: str) -> datetime | None:
    return CLOCK.instant(record.get(key), f"column {key}")


def _claim(start: bytes) -> float:
    if b'"fr_escalated"' in start or (b'"incoming"' in start and b'"ticket_id"' in start and b'"body_text"' in start):
        return 0.9
    return 0.5 if b'"ticket_scope"' in start and b'"contact"' in start else 0.0


FRESHDESK = Freshdesk()
