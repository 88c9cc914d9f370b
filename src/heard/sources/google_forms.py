"""Responses of a Google Form as CSV: a time, perhaps an address, then the questions."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.survey_columns import Response, answers
from heard.sources.survey_files import contact_column, customer_column, first_rows, lines
from heard.sources.table_guess import NAMES, slug
from heard.sources.times import Clock
from heard.sources.typeform import list_after_header
from heard.terms.batch import Batch, Window

TIMES = ("timestamp", "zeitstempel", "marca temporal", "horodateur")
ADDRESSES = ("email address", "username", "e-mail-adresse", "e-mail adresse", "dirección de correo electrónico",
             "adresse e-mail", "nutzername")  # fmt: skip
_LOCAL = re.compile(
    r"(?P<day>\d{4}/\d{1,2}/\d{1,2}) (?P<hour>\d{1,2}):(?P<rest>\d{2}:\d{2}) (?P<half>[ap])\.?\s?m\.?"
    r" (?:GMT|UTC|OEZ|MEZ|CET)?(?P<zone>[+-]\d{1,2}(?::\d{2})?)?",
    re.IGNORECASE,
)


class GoogleForms:
    """Responses of one form. Times with a zone are read as they are; those of a spreadsheet need `timezone` and, where
    it is unclear, `date_order`.

    Options as for `qualtrics`: `item.QUESTION`, `scale.QUESTION`, `column.interaction_id`. The form gives
    no ids: an answer is known by its time and content.
    """

    name: ClassVar[str] = "google_forms"
    title: ClassVar[str] = "Google Forms (CSV)"
    fills: ClassVar[frozenset[str]] = frozenset({"survey_answer"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = "the CSV of a form's responses, or of the spreadsheet behind it"

    def sniff(self, path: Path) -> float:
        """0.6 when the first column is a Timestamp and another one is a question or an address."""
        rows = first_rows(path, 1) if path.is_file() else []
        header = [cell.strip().casefold().removeprefix("\ufeff") for cell in rows[0]] if rows else []
        if not header or header[0] not in TIMES:
            return 0.0
        asks = any(cell in ADDRESSES or cell.endswith(("?", ".")) or " " in cell for cell in header[1:])
        return 0.6 if asks else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Answers, question by question; BadInput for another file or a value off its scale."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, options, left_out), left_out=left_out)


GOOGLE_FORMS = GoogleForms()


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    first = next(lines(path, options, what="Google Forms"), (0, []))[1]
    names = [cell.strip().removeprefix("\ufeff") for cell in first]
    if not names or names[0].casefold() not in TIMES:
        raise BadInput(
            "Google Forms", where=path.name, got="another header", expected="Timestamp in the first cell",
            todo="Download the responses as CSV.",
        )  # fmt: skip
    keys = [name if name not in names[:place] else f"{name} ({place + 1})" for place, name in enumerate(names)]
    headers = {key: key for key in keys[1:] if key}
    contact, customer = contact_column(headers, options), customer_column(headers, options)
    addresses = [key for key in headers if key.casefold() in ADDRESSES]
    named = addresses + [key for key in headers if key not in addresses and NAMES.fullmatch(slug(key))]
    asked = {key: key for key in headers if key not in (contact, customer, *named)}
    clock = Clock.of(options)

    def again() -> Iterator[Response]:
        seen: Counter[str] = Counter()
        for number, cells in list_after_header(path, options):
            record = dict(zip(keys, cells, strict=False))
            person = next((record[key] for key in addresses if record[key].strip()), None)
            yield Response(
                _identifier(cells, seen),
                clock.instant(_with_zone(record[keys[0]]), f"Timestamp, {path.name} line {number}"),
                record,
                interaction_id=(record[contact] or None) if contact else None,
                customer_id=(record[customer] or None) if customer else person,
                known_names=tuple(record[key] for key in named if record[key].strip()),
            )

    for row in answers(again, asked, options, survey="google_forms", window=window, where=path.name, left_out=left_out):
        yield "survey_answer", row


def _identifier(cells: list[str], seen: Counter[str]) -> str:
    digest = blake2b("\x1f".join(cells).encode("utf-8", "replace"), digest_size=12).hexdigest()
    seen[digest] += 1
    return f"{digest}-{seen[digest]}"


def _with_zone(text: str) -> str:
    """The form's own notation as ISO 8601.

    Example:
        >>> _with_zone("2026/11/16 9:30:00 PM GMT+1"), _with_zone("16/11/2026 21:30:00")
        ('2026-11-16T21:30:00+01:00', '16/11/2026 21:30:00')
    """
    match = _LOCAL.fullmatch(text.strip())
    if not match:
        return text
    hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
    zone = match["zone"] or "+0"
    hours, _, minutes = zone[1:].partition(":")
    year, month, day = match["day"].split("/")
    return f"{year}-{int(month):02}-{int(day):02}T{hour:02}:{match['rest']}{zone[0]}{int(hours):02}:{minutes or '00'}"
