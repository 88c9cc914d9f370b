"""Zendesk's words to Heard's: shared by the reader of API answers and the reader of warehouse tables."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from heard.sources.base import Row
from heard.sources.desk import Case, Person, words
from heard.sources.fields import ident, required, whole
from heard.sources.times import Clock

Record = dict[str, Any]

CLOCK = Clock(zone=UTC)
"""Zendesk and the loaders that copy it write UTC where they name no zone."""

CHANNELS: dict[str, str] = {
    "web": "form",
    "web form": "form",
    "web_widget": "form",
    "mobile": "in_app",
    "mobile_sdk": "in_app",
    "mobile sdk": "in_app",
    "sdk": "in_app",
    "email": "email",
    "mail": "email",
    "chat": "chat",
    "native_messaging": "messaging",
    "messaging": "messaging",
    "whatsapp": "messaging",
    "line": "messaging",
    "telegram": "messaging",
    "wechat": "messaging",
    "viber": "messaging",
    "sms": "messaging",
    "sunshine_conversations_api": "messaging",
    "voice": "phone",
    "phone": "phone",
    "facebook": "social",
    "facebook post": "social",
    "twitter": "social",
    "instagram_dm": "social",
    "any_channel": "other",
    "forum": "other",
    "help_center": "form",
    "help center post": "form",
    "answer_bot": "bot_to_human",
    "answer_bot_for_web_widget": "bot_to_human",
}
"""via.channel, and the names that the old export gives it, to a channel; `api` and whatever is new is `other`."""

BOT_CHANNELS = frozenset({"answer_bot", "answer_bot_for_web_widget", "answer_bot_for_sdk"})
SYSTEM_CHANNELS = frozenset({"rule", "system", "monitor", "ticket_sharing"})
INSTRUMENT = "zendesk_satisfaction"
SCORES = {"good": 1.0, "bad": 0.0, "goodwithcomment": 1.0, "badwithcomment": 0.0}
DONE = frozenset({"solved", "closed"})
_ADDRESS = re.compile(r"/api/v2/tickets/(\d+)\.json$")


def person(user: Record) -> Person:
    """A user; `end-user` is a customer, `agent` and `admin` are staff."""
    role = "customer" if str(user.get("role") or "end-user").lower() in {"end-user", "end_user"} else "agent"
    joined = CLOCK.instant(user.get("created_at"), "users created_at")
    return Person(
        id=required(user.get("id"), "user id"),
        role=role,
        names=words(user.get("name"), user.get("email"), user.get("phone"), user.get("alias")),
        account_id=ident(user.get("organization_id")),
        team_id=ident(user.get("default_group_id")),
        locale=user.get("locale") or None,
        joined_on=joined.date() if joined else None,
    )


def case(ticket: Record, groups: Mapping[str, str], options: Mapping[str, str]) -> Case:
    """A ticket without words. `issue` is the field named by options["issue_field"], else Zendesk's type."""
    group = ident(ticket.get("group_id"))
    queue = groups.get(group, group) if group else ident(ticket.get("group_name"))
    status, updated = str(ticket.get("status") or "").lower(), _at(ticket, "updated_at")
    return Case(
        id=required(ticket.get("id"), "ticket id"),
        customer_id=ident(ticket.get("requester_id")),
        opened_at=_at(ticket, "created_at"),
        closed_at=updated if status in DONE else None,
        solved_at=_at(ticket, "solved_at") if status in DONE else None,
        channel=channel(ticket),
        queue=queue,
        team_id=queue,
        issue=_field(ticket, options.get("issue_field")) or str(ticket.get("type") or "").lower() or None,
        product=_field(ticket, options.get("product_field")),
        account_id=ident(ticket.get("organization_id")),
        reopen_count=whole(ticket.get("reopens")),
        was_escalated=_moved(ticket.get("group_stations")),
        source_url=page_of(ticket.get("url")),
        names=_origin(ticket),
    )


def learn_metric(one: Case, metric: Record) -> None:
    """What the ticket's metrics say, which is more than the ticket does. Escalated: it went through a second group."""
    if (reopens := whole(metric.get("reopens"))) is not None:
        one.reopen_count = reopens
    if (moved := _moved(metric.get("group_stations"))) is not None:
        one.was_escalated = moved
    if one.closed_at is not None:
        one.solved_at = _at(metric, "solved_at") or one.solved_at


def channel(ticket: Record) -> str | None:
    """Channel of a ticket or a comment; None when it does not say."""
    name = via(ticket)
    return None if not name else CHANNELS.get(name.lower(), "other")


def via(record: Record) -> str:
    """The channel's own name, from the answer's nested form, the table's flat column or the old export's text."""
    held = record.get("via")
    found = held.get("channel") if isinstance(held, dict) else record.get("via_channel") or held
    return str(found or "")


def rating_rows(rating: Record, names: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """A satisfaction rating: the invitation that it is, and the answer when there is one."""
    rating_id, ticket = required(rating.get("id"), "rating id"), ident(rating.get("ticket_id"))
    score = str(rating.get("score") or "").lower().replace(" ", "").replace("_", "").replace("-", "")
    shared: Row = {
        "invitation_id": rating_id,
        "interaction_id": ticket,
        "customer_id": ident(rating.get("requester_id")),
        "instrument": INSTRUMENT,
        "instrument_version": "1",
        "source_id": rating_id,
    }
    yield "survey_invitation", shared | {"sent_at": _at(rating, "created_at")}
    if score in SCORES:
        yield (
            "survey_answer",
            shared
            | {
                "answer_id": rating_id,
                "item_id": "rating",
                "value": SCORES[score],
                "scale_low": 0.0,
                "scale_high": 1.0,
                "polarity": "higher_better",
                "verbatim": rating.get("comment") or None,
                "answered_at": _at(rating, "updated_at") or _at(rating, "created_at"),
                "known_names": list(names),
            },
        )


def page_of(address: Any) -> str | None:
    """The ticket's page for agents from its address in the API; None when it has no such form.

    Example:
        >>> page_of("https://shop.zendesk.com/api/v2/tickets/35.json")
        'https://shop.zendesk.com/agent/tickets/35'
    """
    text = str(address or "")
    return _ADDRESS.sub(r"/agent/tickets/\1", text) if _ADDRESS.search(text) else None


class StatusHistory:
    """Reopenings, solving and moves between groups from the changes of a ticket, handed over in order of time."""

    def __init__(self) -> None:
        self.reopens: Counter[str] = Counter()
        self.solved_at: dict[str, datetime] = {}
        self.groups: dict[str, set[str]] = {}
        self._status: dict[str, str] = {}
        self.tickets: set[str] = set()

    def change(self, ticket_id: str, field: str, value: Any, at: datetime | None) -> None:
        """One new value of the field `status` or `group_id`; other fields are ignored."""
        if field == "group_id" and value:
            self.groups.setdefault(ticket_id, set()).add(str(value))
        if field != "status":
            return
        self.tickets.add(ticket_id)
        before, now = self._status.get(ticket_id), str(value or "").lower()
        self.reopens[ticket_id] += before in DONE and now not in DONE
        if now == "solved" and at is not None and before != "solved":
            self.solved_at[ticket_id] = at
        self._status[ticket_id] = now

    def tell(self, one: Case) -> None:
        """Writes what is known about a case; does nothing for one without changes."""
        if one.id in self.tickets:
            one.reopen_count = self.reopens[one.id]
            one.solved_at = self.solved_at.get(one.id) if self._status[one.id] in DONE else None
        if one.id in self.groups:
            one.was_escalated = len(self.groups[one.id]) > 1


def _at(record: Record, key: str) -> datetime | None:
    return CLOCK.instant(record.get(key), f"column {key}")


def _moved(stations: Any) -> bool | None:
    count = whole(stations)
    return None if count is None else count > 1


def _field(ticket: Record, name: str | None) -> str | None:
    """A custom field by its number in the API's answer, or a column of that name."""
    if not name:
        return None
    for one in ticket.get("custom_fields") or ():
        if isinstance(one, dict) and str(one.get("id")) == name:
            return ident(one.get("value"))
    return ident(ticket.get(name)) if not isinstance(ticket.get(name), dict | list) else None


def _origin(ticket: Record) -> tuple[str, ...]:
    """Names and addresses that stand in the ticket itself: where it came from and who asked."""
    source = ticket["via"].get("source") if isinstance(ticket.get("via"), dict) else None
    origin = source.get("from") if isinstance(source, dict) else None
    origin = origin if isinstance(origin, dict) else {}
    return words(
        *(origin.get(key) for key in ("name", "address", "phone", "formatted_phone", "username", "profile_url")),
        *(ticket.get(key) for key in ("req_name", "req_email", "submitter_name", "assignee_name")),
        ticket.get("via_source_from_address"),
    )
