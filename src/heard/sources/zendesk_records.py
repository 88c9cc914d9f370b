"""Zendesk's JSON answers as a stream of (kind, record), each file recognised by its top-level keys."""

import re
from collections.abc import Iterator
from pathlib import Path

from heard.errors import BadInput
from heard.sources.documents import Record, checked, documents, json_files
from heard.sources.files import head

KINDS: dict[str, str] = {
    "tickets": "ticket",
    "ticket": "ticket",
    "results": "ticket_export",
    "comments": "comment",
    "comment": "comment",
    "audits": "audit",
    "audit": "audit",
    "ticket_audits": "audit",
    "ticket_events": "ticket_event",
    "users": "user",
    "user": "user",
    "groups": "group",
    "group": "group",
    "ticket_metrics": "metric",
    "ticket_metric": "metric",
    "metric_sets": "metric",
    "satisfaction_ratings": "rating",
    "satisfaction_rating": "rating",
    "ticket_fields": "ticket_field",
    "ticket_field": "ticket_field",
}
"""Top-level key of an answer to the kind of its records; the plural holds a list, the singular one record."""

_TICKET_ADDRESS = re.compile(r"/tickets/(\d+)/")
_NUMBER = re.compile(r"\d+")


def records(path: Path) -> Iterator[tuple[str, Record]]:
    """Every record of a file or of all .json, .jsonl and .ndjson files of a folder.

    Raises:
        BadInput: A file is no JSON, or none of the files has a key of KINDS.
    """
    known = 0
    for file in json_files(path):
        for document in documents(file, KINDS):
            known += any(key in KINDS for key in document)
            for kind, record in _of_document(document, file):
                known += 1
                yield kind, record
    if not known:
        raise BadInput(
            "Zendesk export",
            where=path.name,
            got="no file with records of Zendesk",
            expected="JSON with tickets, comments, audits, users or satisfaction_ratings",
            todo="Hand in the folder of API answers, or choose another source.",
        )


def is_zendesk(file: Path) -> float:
    """How sure, 0 to 1, that a file is one of Zendesk's answers; its first bytes decide."""
    start = head(file, 4096).lstrip()
    if not start.startswith((b"{", b"[")):
        return 0.0
    marks = (b"/api/v2/", b'"requester_id"', b'"submitter_id"', b'"req_id"', b'"ticket_id"', b'"via"', b'"audits"')
    hits = sum(mark in start for mark in marks)
    return 0.95 if b"zendesk" in start and hits else min(0.9, 0.3 * hits)


def _of_document(document: Record, file: Path) -> Iterator[tuple[str, Record]]:
    if "id" in document and ("requester_id" in document or isinstance(document.get("requester"), dict)):
        yield from _exported_ticket(document)
        return
    for key in [key for key in document if key in KINDS]:
        held = document[key]
        for record in held if isinstance(held, list) else [held]:
            if KINDS[key] == "comment" and "ticket_id" not in checked(record, file):
                record = record | {"ticket_id": _ticket_of(document, file)}
            yield KINDS[key], checked(record, file)


def _exported_ticket(ticket: Record) -> Iterator[tuple[str, Record]]:
    """A line of the account export: a ticket that holds its people and its comments."""
    for role in ("requester", "submitter", "assignee"):
        if isinstance(person := ticket.get(role), dict):
            yield "user", person
            ticket = {f"{role}_id": person.get("id")} | ticket
    if isinstance(group := ticket.get("group"), dict):
        yield "group", group
        ticket = {"group_id": group.get("id")} | ticket
    if isinstance(metric := ticket.get("metric_set"), dict):
        yield "metric", {"ticket_id": ticket["id"]} | metric
    yield "ticket", ticket
    for comment in ticket.get("comments") or []:
        if isinstance(comment, dict):
            yield "comment", comment | {"ticket_id": ticket["id"]}


def _ticket_of(document: Record, file: Path) -> str | None:
    """A comment does not name its ticket: the address of the page does, or a number in the file's name."""
    addresses = " ".join(str(document.get(key)) for key in ("next_page", "previous_page", "links", "url"))
    if found := _TICKET_ADDRESS.search(addresses):
        return found[1]
    numbers = _NUMBER.findall(file.name.split(".")[0])
    return str(document.get("ticket_id") or (numbers[0] if numbers else "")) or None
