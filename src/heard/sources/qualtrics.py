"""Qualtrics' CSV export: three header rows (names, questions, ImportIds), or the legacy one with two."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import orjson

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import words
from heard.sources.survey_columns import Response, answers
from heard.sources.survey_files import Cells, contact_column, customer_column, first_rows, lines
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

META = {
    "startDate": "", "endDate": "end", "status": "status", "ipAddress": "name", "progress": "", "duration": "",
    "finished": "", "recordedDate": "recorded", "_recordId": "id", "recipientLastName": "name",
    "recipientFirstName": "name", "recipientEmail": "email", "externalDataReference": "reference",
    "locationLatitude": "", "locationLongitude": "", "distributionChannel": "", "userLanguage": "",
}  # fmt: skip
"""ImportId → what the column is for; empty for one that is not read."""
LEGACY = {
    "ResponseID": "id", "ResponseSet": "", "Name": "name", "ExternalDataReference": "reference",
    "EmailAddress": "email", "IPAddress": "name", "Status": "status", "StartDate": "", "EndDate": "end",
    "Finished": "", "LocationLatitude": "", "LocationLongitude": "", "LocationAccuracy": "",
}  # fmt: skip
DERIVED = ("Topics", "Sentiment", "SentimentScore", "SentimentPolarity", "TopicSentimentLabel", "TopicSentimentScore")
"""Columns that the vendor's text analysis made: nobody answered them."""
NOT_REAL = {"1": "survey preview", "Survey Preview": "survey preview", "2": "survey test", "Survey Test": "survey test",
            "8": "spam", "Spam": "spam"}  # fmt: skip


class Qualtrics:
    """Responses of one survey. Previews, tests and spam are left out; columns of Qualtrics' own text analysis are not
    read.

    A question is known by its wording; `item.Q1=felt_understood` says it, `scale.Q1=1-7` its scale, `instrument` the
    instrument of all. `column.interaction_id=TicketID` names the embedded field that holds the contact. Times are of
    the zone in the ImportIds, else of `timezone`.
    """

    name: ClassVar[str] = "qualtrics"
    title: ClassVar[str] = "Qualtrics (CSV)"
    fills: ClassVar[frozenset[str]] = frozenset({"survey_answer"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "a CSV export of responses, with numeric values rather than choice texts"

    def sniff(self, path: Path) -> float:
        """Sure when the third row holds ImportIds, or the second one the legacy names."""
        rows = first_rows(path, 3) if path.is_file() else []
        if len(rows) == 3 and rows[2] and rows[2][0].startswith('{"ImportId"'):
            return 1.0
        return 0.9 if len(rows) > 1 and rows[1][:2] == ["ResponseID", "ResponseSet"] else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Answers, question by question; BadInput for another file or a value off its scale."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, options, left_out), left_out=left_out)


QUALTRICS = Qualtrics()


@dataclass(frozen=True, slots=True)
class _Layout:
    """The header: columns by their name, the question of each, what those that are no question are for, the zone."""

    names: tuple[str, ...]
    texts: Mapping[str, str]
    roles: Mapping[str, str]
    zone: str | None
    header_rows: int


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    layout = _layout(path, options)
    headers = {name: name for name in layout.names if name not in layout.roles}
    contact, customer = contact_column(headers, options), customer_column(headers, options)
    texts = {name: text for name, text in layout.texts.items() if name not in (contact, customer)}
    clock = Clock.of({"timezone": layout.zone or "", **options})
    counted = Counter[str]()

    def again() -> Iterator[Response]:
        counted.clear()
        for number, cells in lines(path, options, what="Qualtrics"):
            if number > layout.header_rows:
                record = dict(zip(layout.names, cells, strict=False))
                if (why := NOT_REAL.get(_of_role(record, layout, "status"))) is not None:
                    counted[why] += 1
                else:
                    yield _response(record, layout, clock, path.name, contact, customer)

    for row in answers(again, texts, options, survey="qualtrics", window=window, where=path.name, left_out=left_out):
        yield "survey_answer", row
    left_out.update(counted)


def _layout(path: Path, options: Mapping[str, str]) -> _Layout:
    rows: list[tuple[int, Cells]] = []
    for row in lines(path, options, what="Qualtrics"):
        rows.append(row)
        if len(rows) == 3:
            break
    if len(rows) == 3 and rows[2][1][0].startswith('{"ImportId"'):
        return _modern(path, [cells for _, cells in rows], rows[2][0])
    if len(rows) >= 2 and rows[1][1][0] == "ResponseID":
        names, texts = (tuple(cells) for _, cells in rows[:2])
        roles = {name: LEGACY[text] for name, text in zip(names, texts, strict=True) if text in LEGACY}
        asked = {name: text for name, text in zip(names, texts, strict=True) if name and name not in roles}
        return _Layout(names, asked, roles, None, rows[1][0])
    raise BadInput(
        "Qualtrics", where=path.name, got="another header", expected="rows of names, questions and ImportIds",
        todo="Export the responses as CSV, with all header rows.",
    )  # fmt: skip


def _modern(path: Path, rows: list[Cells], last: int) -> _Layout:
    names, texts, roles, zone = tuple(rows[0]), {}, {}, None
    for name, text, told in zip(names, rows[1], rows[2], strict=True):
        imported, its_zone = _import_id(told, path.name)
        zone = zone or its_zone
        if imported in META:
            roles[name] = META[imported]
        elif name and not imported.endswith(DERIVED) and name.rsplit(" - ", 1)[-1] not in DERIVED:
            texts[name] = text
    return _Layout(names, texts, roles, zone, last)


def _import_id(told: str, where: str) -> tuple[str, str | None]:
    try:
        found = orjson.loads(told) if told.strip() else {}
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise BadInput(
            "Qualtrics ImportId", where=where, got="no JSON", expected='{"ImportId": …}', todo="Export again."
        )
    return str(found.get("ImportId", "")), str(found["timeZone"]) if found.get("timeZone") else None


def _of_role(record: Mapping[str, str], layout: _Layout, role: str) -> str:
    """The first filled cell whose column is for this; empty when there is none."""
    return next((record[n].strip() for n, own in layout.roles.items() if own == role and record[n].strip()), "")


def _response(
    record: Mapping[str, str], layout: _Layout, clock: Clock, where: str, contact: str | None, customer: str | None
) -> Response:
    if not (identifier := _of_role(record, layout, "id")):
        raise BadInput(
            "Qualtrics response", where=where, got="no id", expected="an id in every row", todo="Export it again."
        )
    email = _of_role(record, layout, "email")
    named = [record[name] for name, role in layout.roles.items() if role in ("name", "email")]
    person = record[customer] if customer else _of_role(record, layout, "reference") or email
    return Response(
        identifier,
        clock.instant(_of_role(record, layout, "recorded") or _of_role(record, layout, "end"), where),
        record,
        interaction_id=(record[contact] or None) if contact else None,
        customer_id=person or None,
        known_names=words(*named),
    )
