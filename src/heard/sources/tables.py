"""Any flat table: one row a turn, a survey answer or an outcome; columns by guess or by option.

The rows stream: memory holds one batch and the interactions that are still open. A turn's position is its row's
number in the file, since a stream does not know how many turns of an interaction came before.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.distinct import Distinct
from heard.sources.synonyms import Roles, channel_of, channel_option
from heard.sources.table_guess import BOOLEAN_ROLES, SAMPLE_ROWS, Guess, guess, guess_of, slug
from heard.sources.table_rows import id_of_row, number_of, outcome_row, plain, survey_row
from heard.sources.tabular import format_of, records_of
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

__all__ = ["TABLE", "Guess", "guess"]

OPEN_INTERACTIONS = 200_000
"""How many interactions may be open at once; beyond it the one that was quiet longest is closed."""
FACTS = ("channel", "queue", "team_id", "issue", "product", "language", "locale", "customer_id", "account_id")
TRUE, FALSE = ("true", "1", "yes", "y", "t"), ("false", "0", "no", "n", "f")


class TableSource:
    """CSV, TSV, JSON, JSON Lines, Parquet and XLSX.

    Options: `kind` (turns, surveys or outcomes); a column by its role, as in `column.text=Message`; `sheet` of a
    workbook; `delimiter`; `channel`; for surveys `instrument`, `instrument_version`, `item`, `scale` ("1-5") and
    `polarity`; for outcomes `outcome` (order, churn …). What is not set is guessed from the headers and shown.
    """

    name: ClassVar[str] = "table"
    title: ClassVar[str] = "A table (CSV, TSV, JSON, Parquet, XLSX)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn", "survey_answer", "outcome"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = (
        "one .csv, .tsv, .json, .jsonl, .parquet or .xlsx file with a row a turn, answer or outcome"
    )

    def sniff(self, path: Path) -> float:
        """0.3 for a table whose needed columns are found, 0.1 for another: a system's own source knows better."""
        if not path.is_file() or path.suffix.lower() not in ENDINGS:
            return 0.0
        try:
            return 0.1 if guess(path).missing else 0.3
        except (BadInput, OSError):
            return 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Rows of the kind in options["kind"] (turns, surveys, outcomes; turns when it is not set).

        Raises:
            BadInput: A needed column is missing (lists what was found), a role, a time or a number cannot be read.
        """
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, options, left_out), left_out=left_out)


TABLE = TableSource()
ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".gz", ".zip")


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    if not path.is_file():
        raise BadInput(
            "table", where=path.name, got="no file there", expected=TableSource.expects, todo="Check the path."
        )
    records = records_of(path, options)
    first = list(islice(records, SAMPLE_ROWS))
    mapping = guess_of([row for _, row in first], options, path.name)
    if first and mapping.missing:
        raise _missing(mapping, path)
    stream = chain(first, records)
    if mapping.kind == "turns":
        yield from _Turns(path, window, options, mapping, left_out).rows(stream)
        return
    build: Callable[..., Row | None] = survey_row if mapping.kind == "surveys" else outcome_row
    columns = {c.canonical: c.foreign for c in mapping.columns if c.canonical not in (None, "known_names")}
    table, time = ("survey_answer", "answered_at") if mapping.kind == "surveys" else ("outcome", "occurred_at")
    clock, ids, key, seen = Clock.of(options), Distinct(), f"{table.removeprefix('survey_')}_id", Counter[bytes]()
    for number, record in stream:
        place = f"{path.name} row {number}"
        row = build({c: plain(record.get(f), f) for c, f in columns.items()}, columns, clock, options, place)
        if row is not None and row[key] is None:
            row[key] = id_of_row(row, seen)
        elif row is not None:
            ids.add(row[key], number)
        if row is None:
            left_out["row without an answer"] += 1
        elif window.holds(row.get(time)):
            yield table, row
        else:
            left_out["outside the window"] += 1
    ids.check(f"{path.name}, {key}")


def _missing(mapping: Guess, path: Path) -> BadInput:
    found = ", ".join(f"{c.foreign} ({c.canonical or 'not used'})" for c in mapping.columns)
    return BadInput(
        "table",
        where=f"{path.name} ({format_of(path)})",
        got=f"the columns {found[:800]}",
        expected=f"also {', '.join(name.replace('|', ' or ') for name in mapping.missing)}",
        todo=f'Name it, such as "column.{mapping.missing[0].split("|")[0]}" = "their name".',
    )


@dataclass(slots=True)
class _Open:
    """What is known so far of an interaction whose rows are still coming."""

    opened_at: datetime | None
    closed_at: datetime | None
    started_by: str
    facts: dict[str, str]
    known_names: dict[str, None] = field(default_factory=dict)
    said: "array[int]" = field(default_factory=lambda: array("q"))


class _Turns:
    """Turns of one file, and the interactions that they make up."""

    def __init__(
        self, path: Path, window: Window, options: Mapping[str, str], mapping: Guess, left_out: Counter[str]
    ) -> None:
        self._name, self._window, self._left_out = path.name, window, left_out
        self._clock, self._roles = Clock.of(options), Roles.of(options)
        self._channel = channel_option(options, "other")
        self._columns = {c.canonical: c.foreign for c in mapping.columns if c.canonical}
        self._named = mapping.known_names
        self._truth = BOOLEAN_ROLES.get(slug(self._columns.get("speaker_role", "")))
        self._open: dict[str, _Open] = {}
        self._closed: set[int] = set()
        self._turn_ids = Distinct()

    def rows(self, records: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[tuple[str, Row]]:
        for number, record in records:
            turn = self._turn(number, record)
            if turn is None:
                continue
            yield from self._note(turn, record, number)
            yield "turn", turn
        while self._open:
            yield "interaction", self._close()
        self._turn_ids.check(f"{self._name}, column {self._columns.get('turn_id')}")

    def _get(self, record: dict[str, Any], canonical: str) -> Any:
        foreign = self._columns.get(canonical)
        return plain(record.get(foreign), foreign) if foreign is not None else None

    def _turn(self, number: int, record: dict[str, Any]) -> Row | None:
        text, foreign = self._get(record, "text"), self._get(record, "interaction_id")
        place = f"{self._name} row {number}"
        if foreign is None:
            raise BadInput("interaction_id", where=place, got="an empty value", expected="an id in every row")
        if text is None or not str(text).strip():
            self._left_out["turn without text"] += 1
            return None
        sent_at = self._clock.instant(self._get(record, "sent_at"), place)
        if not self._window.holds(sent_at):
            self._left_out["outside the window"] += 1
            return None
        row: Row = {
            "turn_id": self._given_id(record, number),
            "interaction_id": str(foreign),
            "position": number,
            "sent_at": sent_at,
            "speaker_role": self._role(record, place),
            "text": str(text),
            "is_public": str(self._get(record, "is_public")).lower() not in FALSE,
        }
        return row | self._people(record, row["speaker_role"], place)

    def _given_id(self, record: dict[str, Any], number: int) -> str | None:
        given = self._get(record, "turn_id")
        if given is not None:
            self._turn_ids.add(str(given), number)
        return None if given is None else str(given)

    def _role(self, record: dict[str, Any], place: str) -> str:
        word = self._get(record, "speaker_role")
        if self._truth and str(word).strip().lower() in (*TRUE, *FALSE):
            return self._truth[0] if str(word).strip().lower() in TRUE else self._truth[1]
        return self._roles.role(word, place)

    def _people(self, record: dict[str, Any], role: str, place: str) -> Row:
        people: Row = {}
        speaker = self._get(record, "speaker_id")
        if speaker is None:
            speaker = self._get(record, {"customer": "customer_id", "agent": "agent_id"}.get(role, ""))
        if speaker is not None:
            people["speaker_id"] = str(speaker)
        name = self._get(record, "speaker_name")
        if name is not None:
            people["speaker_name"] = str(name)
        offset = self._get(record, "offset_seconds")
        if offset is not None:
            people["offset_seconds"] = number_of(offset, f"offset_seconds, {place}")
        return people

    def _note(self, turn: Row, record: dict[str, Any], number: int) -> Iterator[tuple[str, Row]]:
        """Add a turn to its interaction; may close the interaction that was quiet longest."""
        foreign, at = turn["interaction_id"], turn["sent_at"]
        known = self._open.pop(foreign, None)
        if known is None:
            if self._closed and hash(foreign) in self._closed:
                raise BadInput(
                    "table", where=f"{self._name} row {number}", got="an interaction whose rows lie too far apart",
                    expected=f"fewer than {OPEN_INTERACTIONS} others between", todo="Sort the file by interaction.",
                )  # fmt: skip
            known = _Open(at, at, turn["speaker_role"], {})
        self._open[foreign] = known
        if turn["turn_id"] is None:
            turn["turn_id"] = _made_id(turn, known)
        if at is not None:
            known.opened_at = at if known.opened_at is None or at < known.opened_at else known.opened_at
            known.closed_at = at if known.closed_at is None or at > known.closed_at else known.closed_at
        self._facts(known, turn, record)
        if len(self._open) > OPEN_INTERACTIONS:
            yield "interaction", self._close()

    def _facts(self, known: _Open, turn: Row, record: dict[str, Any]) -> None:
        for column in FACTS:
            if column not in known.facts and (value := self._get(record, column)) is not None:
                known.facts[column] = str(value)
        person = {"customer": "customer_id", "agent": "first_agent_id"}.get(turn["speaker_role"])
        if person and person not in known.facts and turn.get("speaker_id") is not None:
            known.facts[person] = turn["speaker_id"]
        known.known_names |= {str(record[c]): None for c in self._named if plain(record.get(c), c) is not None}

    def _close(self) -> Row:
        foreign = next(iter(self._open))
        known = self._open.pop(foreign)
        self._closed.add(hash(foreign))
        row: Row = {
            "interaction_id": foreign,
            "opened_at": known.opened_at,
            "closed_at": known.closed_at,
            "started_by": known.started_by,
            **known.facts,
            "channel": channel_of(known.facts.get("channel"), self._channel),
        }
        return row | ({"known_names": list(known.known_names)} if known.known_names else {})


def _made_id(turn: Row, known: _Open) -> str:
    """An id from what was said and when: the same in the next export, whatever that file is called and starts with."""
    words = f"{turn['sent_at']}\0{turn['speaker_role']}\0{turn['text']}".encode("utf-8", "replace")
    digest = int.from_bytes(blake2b(words, digest_size=7).digest())
    known.said.append(digest)
    return f"{turn['interaction_id']}/{digest:014x}/{known.said.count(digest)}"
