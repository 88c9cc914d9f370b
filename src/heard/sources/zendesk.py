"""Zendesk's API answers as recorded: tickets, comments, audits, users, metrics and satisfaction ratings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from heard.sources.base import Row, batches_of
from heard.sources.desk import Desk, Person, Said
from heard.sources.documents import guarded
from heard.sources.fields import ident, is_true, required
from heard.sources.zendesk_records import is_zendesk, records
from heard.sources.zendesk_terms import (
    BOT_CHANNELS,
    CLOCK,
    SCORES,
    SYSTEM_CHANNELS,
    Record,
    StatusHistory,
    case,
    learn_metric,
    person,
    rating_rows,
    via,
)
from heard.terms.batch import Batch, Window

SPOKEN_EVENTS = frozenset({"Comment", "VoiceComment", "TpeVoiceComment", "FacebookComment", "Tweet", "ChatMessage"})


@dataclass(slots=True)
class _Export:
    """What one reading of all files found, without words."""

    options: Mapping[str, str]
    desk: Desk = field(default_factory=Desk)
    groups: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, Record] = field(default_factory=dict)
    metrics: dict[str, Record] = field(default_factory=dict)
    ratings: dict[str, Record] = field(default_factory=dict)
    changes: dict[tuple[str, str], tuple[str, list[Record]]] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)


class Zendesk:
    """Zendesk's API answers.

    The requester is the customer; everybody else is what the list of users says, an agent when it says nothing. A
    ticket's description is its first message when the export holds no comment of that ticket. Options: `issue_field`
    and `product_field` (numbers of custom fields).
    """

    name: ClassVar[str] = "zendesk"
    title: ClassVar[str] = "Zendesk (API answers in JSON)"
    fills: ClassVar[frozenset[str]] = frozenset(
        {"interaction", "turn", "customer", "agent", "survey_invitation", "survey_answer"}
    )
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "A folder of API answers in JSON (tickets, comments or audits, users, satisfaction_ratings), or one of them."
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1, that these are Zendesk's answers."""
        if path.is_dir():
            files = [*sorted(path.glob("*.json"))[:8], *sorted(path.glob("*.jsonl"))[:8]]
            return max((is_zendesk(file) for file in files), default=0.0)
        return is_zendesk(path) if path.is_file() else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, agents, interactions, turns and satisfaction ratings; BadInput for what is not Zendesk's."""
        export = _Export(options)
        yield from batches_of(
            guarded(self._rows(export, path, window), "Zendesk export"), left_out=export.desk.left_out
        )

    def _rows(self, export: _Export, path: Path, window: Window) -> Iterator[tuple[str, Row]]:
        for kind, record in records(path):
            _KNOWN.get(kind, _ignore)(export, record)
        _settle(export)
        yield from export.desk.rows(partial(_said, export, path), window)
        for rating in export.ratings.values():
            if not window.holds(CLOCK.instant(rating.get("created_at"), "satisfaction_ratings created_at")):
                export.desk.left_out["rating outside the window"] += 1
                continue
            if str(rating.get("score")).lower() == "unoffered":
                export.desk.left_out["rating never asked for"] += 1
                continue
            asked = export.desk.people.get(ident(rating.get("requester_id")) or "")
            yield from rating_rows(rating, asked.names if asked else ())


def _ignore(export: _Export, record: Record) -> None:
    """Kinds that are known and hold nothing for Heard, such as ticket fields."""


def _user(export: _Export, record: Record) -> None:
    one = person(record)
    export.desk.people[one.id] = one


def _group(export: _Export, record: Record) -> None:
    if (group := ident(record.get("id"))) and record.get("name"):
        export.groups[group] = str(record["name"])


def _ticket(export: _Export, record: Record) -> None:
    light = {key: value for key, value in record.items() if key not in ("description", "comments", "fields", "subject")}
    export.tickets[required(record.get("id"), "ticket id")] = light


def _exported(export: _Export, record: Record) -> None:
    """A line of the old export: no words, but more facts than none. A full ticket, before or after it, wins."""
    ticket_id = required(record.get("id", record.get("nice_id")), "ticket id")
    if ticket_id not in export.tickets:
        facts = record | {"id": ticket_id, "requester_id": record.get("req_id"), "type": record.get("ticket_type")}
        score = str(record.get("satisfaction_score") or "").lower()
        export.tickets[ticket_id] = facts | {"satisfaction_rating": {"score": score}}
    customer = ident(record.get("req_id"))
    if customer and customer not in export.desk.people:
        names = tuple(name for name in (record.get("req_name"), record.get("req_email")) if name)
        export.desk.people[customer] = Person(id=customer, role="customer", names=names)


def _metric(export: _Export, record: Record) -> None:
    if ticket_id := ident(record.get("ticket_id")):
        export.metrics[ticket_id] = record


def _rating(export: _Export, record: Record) -> None:
    export.ratings[required(record.get("id"), "satisfaction rating id")] = record


def _comment(export: _Export, record: Record) -> None:
    if ticket_id := ident(record.get("ticket_id")):
        export.spoken.add(ticket_id)


def _audit(export: _Export, record: Record) -> None:
    ticket_id = ident(record.get("ticket_id"))
    events = [event for event in record.get("events") or record.get("child_events") or () if isinstance(event, dict)]
    if ticket_id is None:
        return
    if any(_kind(event) in SPOKEN_EVENTS for event in events):
        export.spoken.add(ticket_id)
    changed = [
        {"field": event.get("field_name"), "value": event.get("value")}
        for event in events
        if event.get("field_name") in ("status", "group_id")
    ]
    if changed:
        export.changes[ticket_id, str(record.get("id"))] = (str(record.get("created_at") or ""), changed)


def _settle(export: _Export) -> None:
    """Cases from tickets, then metrics and changes on top, once everything has been read."""
    for ticket_id, ticket in export.tickets.items():
        if str(ticket.get("status")).lower() == "deleted":
            export.desk.left_out["deleted ticket"] += 1
            continue
        one = export.desk.cases[ticket_id] = case(ticket, export.groups, export.options)
        if metric := export.metrics.get(ticket_id):
            learn_metric(one, metric)
    for person_ in export.desk.people.values():
        person_.team_id = export.groups.get(person_.team_id or "", person_.team_id)
    history = StatusHistory()
    for (ticket_id, _), (at, changed) in sorted(export.changes.items(), key=lambda item: (item[0][0], item[1][0])):
        for change in changed:
            history.change(ticket_id, change["field"], change["value"], CLOCK.instant(at, "audits created_at"))
    for one in export.desk.cases.values():
        if one.id not in export.metrics:
            history.tell(one)
    _held_ratings(export)


def _held_ratings(export: _Export) -> None:
    """Ratings that stand in a ticket, for tickets of which no rating record was exported."""
    rated = {ident(rating.get("ticket_id")) for rating in export.ratings.values()}
    for ticket_id, ticket in export.tickets.items():
        held = ticket.get("satisfaction_rating")
        if not isinstance(held, dict) or ticket_id in rated or ticket_id not in export.desk.cases:
            continue
        if str(held.get("score")).lower() in SCORES:
            found = {"ticket_id": ticket_id, "requester_id": ticket.get("requester_id")} | held
            export.ratings[f"{ticket_id}-rating"] = {"id": f"{ticket_id}-rating"} | found


def _said(export: _Export, path: Path) -> Iterator[Said]:
    for kind, record in records(path):
        if kind == "comment":
            yield from _words(export, record, record.get("ticket_id"), record.get("created_at"), record)
        elif kind in ("audit", "ticket_event"):
            for event in record.get("events") or record.get("child_events") or ():
                if isinstance(event, dict) and _kind(event) in SPOKEN_EVENTS:
                    at = event.get("created_at") or record.get("created_at") or record.get("timestamp")
                    yield from _words(export, event, record.get("ticket_id"), at, record)
        elif kind == "ticket" and (ticket := str(record["id"])) in export.desk.cases and ticket not in export.spoken:
            yield from _description(export, record)


def _words(export: _Export, words: Record, ticket: Any, at: Any, origin: Record) -> Iterator[Said]:
    if (ticket_id := ident(ticket)) is None:
        export.desk.left_out["comment that names no ticket"] += 1
        return
    known, author = export.desk.cases.get(ticket_id), ident(words.get("author_id"))
    html, is_public = words.get("html_body"), is_true(words.get("public"), default=True)
    customer = known.customer_id if known else None
    yield Said(
        id=required(words.get("id"), "comment id"),
        case_id=ticket_id,
        at=CLOCK.instant(at, "comments created_at"),
        author_id=author if author != "-1" else None,
        role=_role(via(words) or via(origin), author, customer)
        or export.desk.role_of(author, customer, is_public=is_public),
        body=str(html or words.get("plain_body") or words.get("body") or ""),
        is_html=bool(html),
        is_public=is_public,
    )


def _description(export: _Export, ticket: Record) -> Iterator[Said]:
    """The submitter wrote the first comment; who submits for somebody else is staff (Zendesk's API docs)."""
    customer, author = ident(ticket.get("requester_id")), ident(ticket.get("submitter_id"))
    yield Said(
        id=f"{ticket.get('id')}-description",
        case_id=str(ticket.get("id")),
        at=CLOCK.instant(ticket.get("created_at"), "tickets created_at"),
        author_id=author or customer,
        role=export.desk.role_of(author or customer, customer),
        body=str(ticket.get("description") or ""),
        is_public=is_true(ticket.get("is_public"), default=True),
    )


def _role(channel: str, author: str | None, customer: str | None) -> str | None:
    """system or bot where the channel or Zendesk's own user -1 says so; None where a person wrote."""
    if author == "-1" or channel in SYSTEM_CHANNELS:
        return "system"
    return "bot" if channel in BOT_CHANNELS and author != customer else None


def _kind(event: Record) -> str:
    return str(event.get("type") or event.get("event_type") or "")


_KNOWN = {
    "user": _user,
    "group": _group,
    "ticket": _ticket,
    "ticket_export": _exported,
    "metric": _metric,
    "rating": _rating,
    "comment": _comment,
    "audit": _audit,
    "ticket_event": _audit,
}

ZENDESK = Zendesk()
