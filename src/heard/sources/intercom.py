"""Intercom's API answers in JSON: conversations with their parts, contacts, admins and teams."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import Desk, Person, Said, words
from heard.sources.documents import Record, checked, documents, guarded, json_files
from heard.sources.fields import ident, required
from heard.sources.files import head
from heard.sources.intercom_terms import (
    CUSTOMERS,
    History,
    admin,
    contact,
    conversation,
    first_message,
    message,
    rating_rows,
    role_of,
)
from heard.terms.batch import Batch, Window

LISTS = ("conversations", "contacts", "data", "admins", "teams")
"""Top-level keys of Intercom's lists. What a record is, its own `type` says."""

KINDS = frozenset({"conversation", "contact", "user", "lead", "admin", "team"})


class Intercom:
    """Intercom's API answers.

    A list of conversations holds only their first message; the answer for one conversation holds its parts too. A
    conversation may stand in both. Option: `issue_field` names a custom attribute.
    """

    name: ClassVar[str] = "intercom"
    title: ClassVar[str] = "Intercom (API answers in JSON)"
    fills: ClassVar[frozenset[str]] = frozenset(
        {"interaction", "turn", "customer", "agent", "survey_invitation", "survey_answer"}
    )
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "A folder of Intercom's API answers in JSON: conversations with their parts, best with contacts, admins, teams."
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1, that these are Intercom's answers; the first bytes decide."""
        files = [*sorted(path.glob("*.json"))[:8], *sorted(path.glob("*.jsonl"))[:8]] if path.is_dir() else [path]
        return max((_claim(file) for file in files if file.is_file()), default=0.0)

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, agents, interactions, turns and ratings; BadInput for what is not Intercom's."""
        desk = Desk()
        rows = guarded(_rows(path, desk, window, options), "Intercom export")
        yield from batches_of(rows, left_out=desk.left_out)


def _rows(path: Path, desk: Desk, window: Window, options: Mapping[str, str]) -> Iterator[tuple[str, Row]]:
    found: dict[str, Record] = {}
    teams: dict[str, str] = {}
    staff: list[Record] = []
    history = History()
    for kind, record in _records(path):
        if kind == "team":
            teams[required(record.get("id"), "team id")] = str(record.get("name") or record["id"])
        elif kind == "admin":
            staff.append(record)
        elif kind == "conversation":
            _meet(desk, record)
            found[required(record.get("id"), "conversation id")] = _without_words(_flat(record, options))
            for part in _parts(record):
                history.part(part)
        else:
            desk.people[str(record.get("id"))] = contact(record)
    for record in staff:
        held = record.get("team_ids") or [None]
        one = admin(record, teams.get(str(held[0])))
        desk.people[one.id] = one
    if not found:
        raise _nothing(path)
    for row in found.values():
        one_case = conversation(row, row["customer_id"], desk, teams, "issue")
        history.tell(one_case)
        desk.cases[one_case.id] = one_case
    yield from desk.rows(lambda: _said(path), window)
    for case_id, row in found.items():
        if window.holds(desk.cases[case_id].opened_at):
            person = desk.people.get(row["customer_id"] or "")
            yield from rating_rows(row, row["customer_id"], person.names if person else ())


def _said(path: Path) -> Iterator[Said]:
    for kind, record in _records(path):
        if kind == "conversation":
            row = _flat(record, {})
            yield first_message(row, row["customer_id"])
            for part in _parts(record):
                yield message(part)


def _records(path: Path) -> Iterator[tuple[str, Record]]:
    for file in json_files(path):
        for document in documents(file, LISTS):
            held = [document.get(key) for key in LISTS] if str(document.get("type")) not in KINDS else [[document]]
            for record in (one for records in held if isinstance(records, list) for one in records):
                if (kind := str(checked(record, file).get("type"))) in KINDS:
                    yield kind, record


def _flat(record: Record, options: Mapping[str, str]) -> Record:
    """A conversation under the column names of the warehouse table."""
    source, author = _dict(record.get("source")), _dict(_dict(record.get("source")).get("author"))
    rating, statistics = _dict(record.get("conversation_rating")), _dict(record.get("statistics"))
    contacts = _dict(record.get("contacts")).get("contacts") or []
    customer = author.get("id") if author.get("type") in CUSTOMERS else None
    first = _dict(contacts[0]).get("id") if isinstance(contacts, list) and contacts else None
    issue = _dict(record.get("custom_attributes")).get(options.get("issue_field", ""))
    return {
        "id": required(record.get("id"), "conversation id"),
        **{key: record.get(key) for key in ("created_at", "updated_at", "state", "team_assignee_id")},
        "assignee_id": record.get("admin_assignee_id"),
        "assignee_type": "admin",
        "customer_id": ident(customer or first),
        "source_author_id": author.get("id"),
        "source_author_type": author.get("type"),
        "source_author_name": author.get("name"),
        "source_author_email": author.get("email"),
        "source_delivered_as": source.get("delivered_as"),
        "source_type": source.get("type"),
        "source_body": source.get("body"),
        "conversation_rating_value": rating.get("rating", rating.get("score")),
        "conversation_rating_remark": rating.get("remark"),
        "conversation_rating_created_at": rating.get("created_at", rating.get("requested_at")),
        "conversation_rating_updated_at": rating.get("updated_at", rating.get("replied_at")),
        "last_close_at": statistics.get("last_close_at"),
        "count_reopens": statistics.get("count_reopens"),
        "issue": issue if isinstance(issue, str | int) else None,
    }


def _parts(record: Record) -> Iterator[Record]:
    """Parts under the column names of the warehouse table; none when the answer came from a list."""
    parts = _dict(record.get("conversation_parts")).get("conversation_parts")
    for part in parts if isinstance(parts, list) else []:
        author, assigned = _dict(_dict(part).get("author")), _dict(_dict(part).get("assigned_to"))
        yield {
            **{key: _dict(part).get(key) for key in ("id", "created_at", "part_type", "body")},
            "conversation_id": str(record.get("id")),
            "author_id": author.get("id"),
            "author_type": author.get("type"),
            "assigned_to_id": assigned.get("id"),
            "assigned_to_type": assigned.get("type"),
        }


def _meet(desk: Desk, record: Record) -> None:
    """People who are named inside a conversation and in no list of their own."""
    parts = _dict(record.get("conversation_parts")).get("conversation_parts") or []
    authors = [_dict(_dict(record.get("source")).get("author")), *(_dict(_dict(part).get("author")) for part in parts)]
    for author in authors:
        if (author_id := ident(author.get("id"))) and author_id not in desk.people:
            role = role_of(author.get("type"), None)
            if role != "system":
                names = words(author.get("name"), author.get("email"))
                desk.people[author_id] = Person(id=author_id, role=role, names=names)


def _without_words(row: Record) -> Record:
    return {key: value for key, value in row.items() if key != "source_body"}


def _dict(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def _claim(file: Path) -> float:
    start = head(file, 4096)
    if b'"conversation.list"' in start or b'"conversation_parts"' in start or b'"delivered_as"' in start:
        return 0.9
    return 0.5 if b'"admin.list"' in start or b'"team.list"' in start else 0.0


def _nothing(path: Path) -> BadInput:
    return BadInput(
        "Intercom export",
        where=path.name,
        got="no conversation",
        expected='JSON with records of type "conversation"',
        todo="Hand in the folder of API answers, or choose another source.",
    )


INTERCOM = Intercom()
