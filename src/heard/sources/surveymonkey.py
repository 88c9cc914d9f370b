"""SurveyMonkey's CSV export: two header rows, questions above their choices."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import words
from heard.sources.survey_columns import Response, answers
from heard.sources.survey_files import Cells, contact_column, customer_column, first_rows, lines
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

ID = ("Respondent ID", "RespondentID")
META = {*ID, "Collector ID", "CollectorID", "Start Date", "StartDate", "End Date", "EndDate", "Date Created",
        "Date Modified", "IP Address", "Email Address", "First Name", "Last Name", "LastName", "FirstName"}  # fmt: skip
NAMES = ("IP Address", "Email Address", "First Name", "Last Name", "FirstName", "LastName")
TIMES = ("Date Modified", "End Date", "EndDate", "Date Created", "Start Date", "StartDate")
WHOLE = ("", "Response", "Open-Ended Response")
"""Second header of a question that has one column."""


class SurveyMonkey:
    """Responses of one survey. A grid's rows and a question's choices become items of their own.

    `timezone` and `date_order` say how its times are meant; `column.interaction_id` names the custom variable that
    holds the contact, `item.QUESTION` what a question asks, as for `qualtrics`.
    """

    name: ClassVar[str] = "surveymonkey"
    title: ClassVar[str] = "SurveyMonkey (CSV)"
    fills: ClassVar[frozenset[str]] = frozenset({"survey_answer"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "a CSV export of all individual responses, with numerical values of cells"

    def sniff(self, path: Path) -> float:
        """Sure when the first column is called Respondent ID."""
        rows = first_rows(path, 2) if path.is_file() else []
        return 0.95 if len(rows) == 2 and rows[0] and rows[0][0].strip() in ID else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Answers, question by question; BadInput for another file or a value off its scale."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, options, left_out), left_out=left_out)


SURVEYMONKEY = SurveyMonkey()


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    head: list[tuple[int, Cells]] = []
    for numbered in lines(path, options, what="SurveyMonkey"):
        head.append(numbered)
        if len(head) == 2:
            break
    if not head or head[0][1][0].strip() not in ID:
        raise BadInput(
            "SurveyMonkey", where=path.name, got="another header", expected="Respondent ID in the first cell",
            todo="Export all individual responses as CSV.",
        )  # fmt: skip
    has_two = len(head) == 2 and not head[1][1][0].strip()
    keys, texts = _columns(head[0][1], head[1][1] if has_two else [""] * len(head[0][1]))
    headers = {key: key for key in keys if key not in META}
    contact, customer = contact_column(headers, options), customer_column(headers, options)
    clock, last = Clock.of(options), head[1][0] if has_two else head[0][0]

    def again() -> Iterator[Response]:
        for number, cells in lines(path, options, what="SurveyMonkey"):
            if number > last:
                record = dict(zip(keys, cells, strict=False))
                yield _response(record, clock, path.name, contact, customer)

    asked = {key: text for key, text in texts.items() if key not in (contact, customer)}
    for row in answers(again, asked, options, survey="surveymonkey", window=window, where=path.name, left_out=left_out):
        yield "survey_answer", row


def _columns(first: Cells, second: Cells) -> tuple[list[str], dict[str, str]]:
    """Key of every column, unique, and the question of those that ask something."""
    keys: list[str] = []
    texts: dict[str, str] = {}
    question = ""
    for place, (above, below) in enumerate(zip(first, second, strict=False), 1):
        question = above.strip() or question
        part = below.strip()
        key = question if part in WHOLE else f"{question}: {part}"
        key = key if key not in keys else f"{key} ({place})"
        keys.append(key)
        if key not in META:
            texts[key] = question if part in WHOLE else part
    return keys, texts


def _response(
    record: Mapping[str, str], clock: Clock, where: str, contact: str | None, customer: str | None
) -> Response:
    identifier = next((record[name].strip() for name in ID if record.get(name, "").strip()), "")
    if not identifier:
        raise BadInput(
            "SurveyMonkey response", where=where, got="no id", expected="an id in every row", todo="Export it again."
        )
    at = next((record[name] for name in TIMES if record.get(name, "").strip()), None)
    person = record.get(customer) if customer else record.get("Email Address")
    return Response(
        identifier,
        clock.instant(at, f"time, {where}"),
        record,
        interaction_id=(record[contact] or None) if contact else None,
        customer_id=person or None,
        known_names=words(*(record.get(name) for name in NAMES)),
    )
