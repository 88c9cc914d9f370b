"""Chatwoot's CSAT survey responses: from its API, or its database table as CSV."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import words
from heard.sources.documents import documents, guarded, json_files
from heard.sources.fields import ident, required
from heard.sources.files import head
from heard.sources.survey_files import first_rows
from heard.sources.table_rows import number_of
from heard.sources.tabular import csv_records
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window
from heard.terms.instruments import find

INSTRUMENT = find("csat_5", "1")
KEYS = ("payload", "csat_survey_responses")


class Chatwoot:
    """Answers to Chatwoot's survey after a conversation: one of five faces, and a comment.

    A rating is an answer to `csat_5`, which has two formulas: `csat_5_top_two_share` and `csat_5_mean_score`. A survey
    that was sent and not answered is not in this list, so it gives no response share.
    """

    name: ClassVar[str] = "chatwoot"
    title: ClassVar[str] = "Chatwoot (CSAT responses)"
    fills: ClassVar[frozenset[str]] = frozenset({"survey_answer"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "csat_survey_responses as JSON from the API, or the table of that name as CSV"

    def sniff(self, path: Path) -> float:
        """Sure when a record has a rating, a feedback_message and a message_id."""
        if not path.is_file():
            return 0.0
        start = head(path, 8192)
        words_of_json = (b'"feedback_message"', b'"rating"', b'"conversation_id"')
        if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
            return 0.95 if all(word in start for word in words_of_json) else 0.0
        rows = first_rows(path, 1)
        return 0.95 if rows and {"rating", "feedback_message", "conversation_id"} <= set(rows[0]) else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Ratings and comments; BadInput for another file or a rating that is not 1 to 5."""
        if not path.is_file():
            raise BadInput("Chatwoot", where=path.name, got="no file there", expected=self.expects, todo="Check it.")
        left_out: Counter[str] = Counter()
        rows = guarded(_rows(path, window, options, left_out), "Chatwoot CSAT response")
        yield from batches_of(rows, left_out=left_out)


CHATWOOT = Chatwoot()


def _records(path: Path, options: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if head(path, 64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in (b"[", b"{"):
        yield from (record for _, record in csv_records(path, options))
        return
    for file in json_files(path):
        for document in documents(file, KEYS):
            held = next((document[key] for key in KEYS if isinstance(document.get(key), list)), None)
            yield from held if held is not None else [document]


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    clock = Clock.of({"timezone": "UTC", **options})
    seen: set[str] = set()
    for record in _records(path, options):
        key = required(record.get("id"), "Chatwoot CSAT response")
        at = clock.instant(record.get("created_at"), f"created_at, {path.name}")
        if key in seen or not window.holds(at):
            left_out["response read twice or outside the window"] += 1
            continue
        seen.add(key)
        if ident(record.get("rating")) is None:
            left_out["response without a rating"] += 1
            continue
        yield "survey_answer", _row(record, key, path.name) | {"answered_at": at}


def _row(record: Mapping[str, Any], key: str, where: str) -> Row:
    scale = INSTRUMENT.ratings[0].scale
    value = number_of(record["rating"], f"rating, {where}")
    if scale is None or value not in scale.points:
        raise BadInput("Chatwoot rating", where=where, got="a rating off the scale", expected="1, 2, 3, 4 or 5")
    contact = record.get("contact") if isinstance(record.get("contact"), dict) else {}
    comment = record.get("feedback_message")
    return {
        "answer_id": key,
        "interaction_id": ident(record.get("conversation_id")),
        "customer_id": ident((contact or {}).get("id") or record.get("contact_id")),
        "instrument": INSTRUMENT.name,
        "instrument_version": INSTRUMENT.version,
        "item_id": INSTRUMENT.ratings[0].id,
        "value": value,
        "scale_low": float(scale.low),
        "scale_high": float(scale.high),
        "polarity": scale.polarity,
        "verbatim": str(comment).strip() or None if comment else None,
        "known_names": list(words(*((contact or {}).get(name) for name in ("name", "email", "phone_number")))),
        "source_id": key,
    }
