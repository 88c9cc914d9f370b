"""Typeform's CSV export: one header row, times in UTC, hidden fields among the questions."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.survey_columns import Response, answers
from heard.sources.survey_files import Cells, contact_column, customer_column, first_rows, lines
from heard.sources.table_guess import NAMES, slug
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

SUBMITTED = ("Submit Date (UTC)", "Submitted At", "Submit Date")
META = {"#", "Network ID", "Start Date (UTC)", "Start Date", "Stage Date (UTC)", "Response Type", "Tags", "Ending",
        "score", "Token", *SUBMITTED}  # fmt: skip


class Typeform:
    """Responses of one form, those that were begun and not sent left out.

    Options as for `qualtrics`: `item.QUESTION`, `scale.QUESTION`, `column.interaction_id` for the hidden
    field that holds the contact.
    """

    name: ClassVar[str] = "typeform"
    title: ClassVar[str] = "Typeform (CSV)"
    fills: ClassVar[frozenset[str]] = frozenset({"survey_answer"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "a CSV export of a form's responses"

    def sniff(self, path: Path) -> float:
        """Sure when the columns # and Submit Date (UTC) are there."""
        rows = first_rows(path, 1) if path.is_file() else []
        header = {cell.strip() for cell in rows[0]} if rows else set()
        return 0.95 if "Submit Date (UTC)" in header and header & {"#", "Network ID", "Token"} else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Answers, question by question; BadInput for another file or a value off its scale."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, {"timezone": "UTC", **options}, left_out), left_out=left_out)


TYPEFORM = Typeform()


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    header = _header(path, options)
    headers = {key: key for key in header if key not in META}
    contact, customer = contact_column(headers, options), customer_column(headers, options)
    named = [key for key in headers if NAMES.fullmatch(slug(key))]
    asked = {key: key for key in headers if key not in (contact, customer, *named)}
    clock, counted = Clock.of(options), Counter[str]()

    def again() -> Iterator[Response]:
        counted.clear()
        for number, cells in list_after_header(path, options):
            record = dict(zip(header, cells, strict=False))
            if record.get("Response Type", "completed") not in ("completed", ""):
                counted["response begun and not sent"] += 1
                continue
            yield _response(record, number, clock, path.name, contact, customer, named)

    for row in answers(again, asked, options, survey="typeform", window=window, where=path.name, left_out=left_out):
        yield "survey_answer", row
    left_out.update(counted)


def _header(path: Path, options: Mapping[str, str]) -> Cells:
    first = next(lines(path, options, what="Typeform"), (0, []))[1]
    names = [cell.strip().removeprefix("\ufeff") for cell in first]
    if not set(names) & set(SUBMITTED):
        raise BadInput(
            "Typeform",
            where=path.name,
            got="another header",
            expected=SUBMITTED[0],
            todo="Export the responses as CSV.",
        )
    return [name if name not in names[:place] else f"{name} ({place + 1})" for place, name in enumerate(names)]


def list_after_header(path: Path, options: Mapping[str, str]) -> Iterator[tuple[int, Cells]]:
    """Rows below the first."""
    rows = lines(path, options, what="survey")
    next(rows, None)
    return rows


def _response(
    record: Mapping[str, str], number: int, clock: Clock, where: str, contact: str | None, customer: str | None,
    named: list[str],
) -> Response:  # fmt: skip
    at = next((record[name] for name in SUBMITTED if record.get(name, "").strip()), None)
    identifier = record.get("#") or record.get("Token") or ""
    if not identifier.strip():
        raise BadInput(
            "Typeform response", where=f"{where} line {number}", got="no id", expected="an id in every row",
            todo="Export it again.",
        )  # fmt: skip
    email = next((record[key] for key in named if "mail" in slug(key) and record[key].strip()), None)
    return Response(
        identifier.strip(),
        clock.instant(at, f"time, {where} line {number}"),
        record,
        interaction_id=(record[contact] or None) if contact else None,
        customer_id=((record[customer] or None) if customer else email),
        known_names=tuple(record[key] for key in named if record[key].strip()),
    )
