"""Friends and Family Test comments of the NHS, as the pxtextmining project publishes them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import files_in
from heard.sources.survey_files import first_rows
from heard.sources.table_guess import slug
from heard.sources.tabular import csv_records
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

HEADER = ["Comment ID", "Trust", "Respondent ID"]
NO_WORDS = frozenset({"did not answer", "n/a", "na", "no comment", "none", "-", "."})
DEFAULTS = {"timezone": "Europe/London", "date_order": "day_first"}
LOWEST, HIGHEST, DO_NOT_KNOW = 1, 5, 6
"""1 is very good and 5 very poor, so that lower is better; 6 is "don't know". 7 is unexplained and is left out."""


class NhsFriendsAndFamily:
    """Scores and comments of patients. The score is one answer a respondent, each comment another.

    1 means very good and 5 very poor: it is kept as given, with its polarity. Themes that others put on the comments
    are not read: they are no answer of the patient.
    """

    name: ClassVar[str] = "nhs"
    title: ClassVar[str] = "NHS Friends and Family Test (pxtextmining)"
    fills: ClassVar[frozenset[str]] = frozenset({"survey_answer"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "the folder of the pxtextmining data, or its file v6framework_….csv"

    def sniff(self, path: Path) -> float:
        """Sure when the first three columns are Comment ID, Trust and Respondent ID."""
        file = _file(path)
        rows = first_rows(file, 1) if file is not None else []
        return 0.95 if rows and [cell.strip("\ufeff ") for cell in rows[0][:3]] == HEADER else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """One score a respondent and every comment; BadInput for another file."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, {**DEFAULTS, **options}, left_out), left_out=left_out)


NHS = NhsFriendsAndFamily()


def _file(path: Path) -> Path | None:
    if path.is_file():
        return path
    try:
        return next((file for file in files_in(path, ".csv") if file.name.startswith("v6framework")), None)
    except (BadInput, OSError):
        return None


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    file = _file(path)
    if file is None:
        raise BadInput("NHS comments", where=path.name, got="no such file", expected=NhsFriendsAndFamily.expects)
    clock, scored, seen = Clock.of(options), set[str](), set[str]()
    for number, record in csv_records(file, options):
        place = f"{file.name} row {number}"
        if not {"Comment ID", "Respondent ID", "Date", "FFT categorical answer", "FFT answer"} <= record.keys():
            raise BadInput("NHS comments", where=file.name, got="another header", expected=", ".join(HEADER))
        at = clock.instant(record["Date"].strip() or None, f"Date, {place}")
        if not window.holds(at):
            left_out["outside the window"] += 1
            continue
        person = record["Respondent ID"].strip()
        shared = {"customer_id": person or None, "instrument": "nhs_fft", "instrument_version": "1", "answered_at": at}
        if person and person not in scored:
            scored.add(person)
            if (row := _score(record["FFT categorical answer"], person, place, left_out)) is not None:
                yield "survey_answer", shared | row
        if (row := _comment(record, seen, place, left_out)) is not None:
            yield "survey_answer", shared | row


def _score(cell: str, person: str, where: str, left_out: Counter[str]) -> Row | None:
    text = cell.strip()
    if not text.isdigit():
        left_out["respondent without a score"] += 1
        return None
    value = int(text)
    if not LOWEST <= value <= HIGHEST:
        left_out["score that is don't know or unexplained"] += 1
        return None
    return {"answer_id": f"{person}/score", "item_id": "overall_experience", "value": float(value),
            "scale_low": float(LOWEST), "scale_high": float(HIGHEST), "polarity": "lower_better"}  # fmt: skip


def _comment(record: Mapping[str, str], seen: set[str], where: str, left_out: Counter[str]) -> Row | None:
    words, key = record["FFT answer"].strip(), record["Comment ID"].strip()
    if not words or words.casefold().rstrip(".") in NO_WORDS:
        left_out["comment without words"] += 1
        return None
    if not key or key in seen:
        left_out["comment whose id is missing or came before"] += 1
        return None
    seen.add(key)
    return {"answer_id": key, "item_id": slug(record.get("FFT question", "")) or "why", "verbatim": words}
