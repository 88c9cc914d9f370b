"""Qualtrics' tables as a loader lands them in a warehouse: survey_response, question_response, distribution_contact."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import words
from heard.sources.documents import guarded
from heard.sources.fields import is_true, required
from heard.sources.qualtrics import NOT_REAL
from heard.sources.survey_columns import Response, answers
from heard.sources.times import Clock
from heard.sources.warehouse import Record, Tables
from heard.terms.batch import Batch, Window

UTC = {"timezone": "UTC"}
"""The loader writes times in UTC, without saying so."""


class QualtricsTables:
    """Qualtrics' warehouse tables.

    `survey_response` and `question_response` are needed; `question` gives the wording, `distribution_contact` the
    invitations, also those that nobody answered. Options as for `qualtrics`, with question ids as columns.
    """

    name: ClassVar[str] = "qualtrics_tables"
    title: ClassVar[str] = "Qualtrics (warehouse tables)"
    fills: ClassVar[frozenset[str]] = frozenset({"survey_answer", "survey_invitation"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "a folder of Qualtrics' warehouse tables as CSV or parquet: survey_response and question_response, best with "
        "question, distribution and distribution_contact"
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: a table `question_response` with Qualtrics' columns."""
        columns = Tables(path).columns("question_response")
        return 0.95 if {"question_id", "response_id", "sub_question_key"} <= columns else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Invitations, then answers; BadInput when a needed table is missing."""
        tables = Tables(path)
        if not tables.has("survey_response", "question_response"):
            raise BadInput(
                "Qualtrics tables",
                where=path.name,
                got="no tables survey_response and question_response",
                expected=self.expects,
                todo="Check the folder.",
            )
        left_out: Counter[str] = Counter()
        rows = guarded(_rows(tables, window, {**UTC, **options}, left_out), "Qualtrics tables")
        yield from batches_of(rows, left_out=left_out)


QUALTRICS_TABLES = QualtricsTables()


def _rows(
    tables: Tables, window: Window, options: Mapping[str, str], left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    clock = Clock.of(options)
    invited: dict[str, str] = {}
    for row in _invitations(tables, window, clock, left_out):
        if response := row.pop("response_id"):
            invited[response] = row["invitation_id"]
        yield "survey_invitation", row
    unreal: set[str] = set()
    responses = _responses(tables, clock, invited, unreal, left_out)
    texts, given = _given(tables, responses, unreal)

    def again() -> Iterator[Response]:
        for key, response in responses.items():
            if key in given:
                yield Response(
                    key,
                    response.answered_at,
                    given[key],
                    customer_id=response.customer_id,
                    invitation_id=response.invitation_id,
                    known_names=response.known_names,
                )

    told = answers(
        again, texts, options, survey="qualtrics", window=window, where="question_response", left_out=left_out
    )
    for row in told:
        yield "survey_answer", row


def _invitations(tables: Tables, window: Window, clock: Clock, left_out: Counter[str]) -> Iterator[Row]:
    surveys = {str(row["id"]): row.get("survey_link_survey_id") for row in tables.rows("distribution", "id")}
    seen: set[str] = set()
    for row in tables.rows("distribution_contact", "contact_id", "distribution_id", "sent_at"):
        name = f"{required(row['distribution_id'], 'distribution')}/{required(row['contact_id'], 'contact')}"
        sent = clock.instant(row["sent_at"], "distribution_contact.sent_at")
        if name in seen or not window.holds(sent):
            left_out["invitation read twice or outside the window"] += 1
            continue
        seen.add(name)
        yield {
            "invitation_id": name,
            "customer_id": str(row["contact_id"]),
            "instrument": str(surveys.get(str(row["distribution_id"])) or "qualtrics"),
            "instrument_version": "1",
            "sent_at": sent,
            "response_id": row.get("response_id"),
        }


def _responses(
    tables: Tables, clock: Clock, invited: Mapping[str, str], unreal: set[str], left_out: Counter[str]
) -> dict[str, Response]:
    found: dict[str, Response] = {}
    for row in tables.rows("survey_response", "id", "recorded_date"):
        key = required(row["id"], "survey_response")
        if (why := NOT_REAL.get(str(row.get("status")))) is not None:
            left_out[why] += 1
            unreal.add(key)
            continue
        names = [row.get(f"recipient_{part}") for part in ("email", "first_name", "last_name")]
        found[key] = Response(
            key,
            clock.instant(row["recorded_date"], "survey_response.recorded_date"),
            {},
            customer_id=row.get("recipient_email"),
            invitation_id=invited.get(key),
            known_names=words(*names, row.get("ip_address")),
        )
    return found


def _given(
    tables: Tables, responses: dict[str, Response], unreal: set[str]
) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
    """Questions by id (with the statement's key for a grid), and the cells of each response."""
    asked = {
        str(row["id"]): str(row.get("question_text") or "")
        for row in tables.rows("question", "id")
        if not is_true(row.get("_fivetran_deleted"), default=False)
    }
    texts: dict[str, str] = {}
    given: dict[str, dict[str, object]] = {}
    for row in tables.rows("question_response", "question_id", "response_id", "value"):
        key = str(row["response_id"])
        if key in unreal:
            continue
        responses.setdefault(key, Response(key, None, {}))  # answered, and nobody says when
        column = _column(row)
        text = row.get("sub_question_text") or row.get("question") or asked.get(str(row["question_id"]), "")
        texts.setdefault(column, str(text))
        value = row["value"] if row["value"] is not None else row.get("text")
        if value is not None:
            given.setdefault(key, {})[column] = value
    return texts, given


def _column(row: Record) -> str:
    part = row.get("sub_question_key")
    return f"{row['question_id']}.{part}" if part else required(row["question_id"], "question")
