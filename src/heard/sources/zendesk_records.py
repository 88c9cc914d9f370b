"""Zendesk's JSON answers as a stream of (kind, record), each file recognised by its top-level keys."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson
import orjson

from heard.errors import BadInput
from heard.sources.files import files_in, head, json_items, json_lines, json_whole, open_bytes

Record = dict[str, Any]

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

WHOLE_BYTES = 64 * 2**20
"""A file up to this size is read at once; a page of the API holds 100 to 1,000 records, so larger ones are rare."""

_TICKET_ADDRESS = re.compile(r"/tickets/(\d+)/")
_NUMBER = re.compile(r"\d+")


def records(path: Path) -> Iterator[tuple[str, Record]]:
    """Every record of a file or of all .json, .jsonl and .ndjson files of a folder.

    Raises:
        BadInput: A file is no JSON, or none of the files has a key of KINDS.
    """
    known = 0
    for file in files_in(path, ".json", ".jsonl", ".ndjson", ".gz"):
        for kind, record in _of_file(file):
            known += 1
            yield kind, record
        known += bool(_keys(file) & KINDS.keys()) if not known else 0
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


def _of_file(file: Path) -> Iterator[tuple[str, Record]]:
    if _is_lines(file):
        for _, document in json_lines(file):
            yield from _of_document(document, file)
    elif file.stat().st_size <= WHOLE_BYTES:
        document = json_whole(file)
        for one in document if isinstance(document, list) else [document]:
            yield from _of_document(one, file)
    else:
        for key in sorted(_keys(file) & KINDS.keys(), key=list(KINDS).index):
            for record in json_items(file, f"{key}.item" if key.endswith("s") else key):
                yield from _checked(KINDS[key], record, {}, file)


def _of_document(document: Any, file: Path) -> Iterator[tuple[str, Record]]:
    if not isinstance(document, dict):
        raise _not_records(file)
    if "id" in document and ("requester_id" in document or isinstance(document.get("requester"), dict)):
        yield from _exported_ticket(document)
        return
    for key in [key for key in document if key in KINDS]:
        held = document[key]
        for record in held if isinstance(held, list) else [held]:
            yield from _checked(KINDS[key], record, document, file)


def _checked(kind: str, record: Any, document: Record, file: Path) -> Iterator[tuple[str, Record]]:
    if not isinstance(record, dict):
        raise _not_records(file)
    if kind == "comment" and "ticket_id" not in record:
        record = record | {"ticket_id": _ticket_of(document, file)}
    yield kind, record


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


def _is_lines(file: Path) -> bool:
    if file.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return True
    first, _, rest = head(file).lstrip(b"\xef\xbb\xbf \r\n\t").partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _keys(file: Path) -> set[str]:
    """Top-level keys of a JSON document, without holding it; empty when it is no JSON."""
    try:
        with open_bytes(file) as stream:
            return {value for prefix, event, value in ijson.parse(stream) if event == "map_key" and not prefix}
    except (ijson.JSONError, BadInput, ValueError, OSError):
        return set()


def _not_records(file: Path) -> BadInput:
    return BadInput(
        "Zendesk export",
        where=file.name,
        got="JSON that holds no objects where records belong",
        expected="an answer of the API",
        todo="Export it again.",
    )
