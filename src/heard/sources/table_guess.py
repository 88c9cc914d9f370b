"""Which column of a foreign table means what: by its name, and where a name says too little, by its content."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from heard.errors import BadInput
from heard.sources.synonyms import ROLE_WORDS, Roles
from heard.sources.tabular import records_of
from heard.sources.times import EARLIEST, Clock

SAMPLE_ROWS = 200
BY_OPTION, BY_NAME, BY_CONTENT = 1.0, 0.9, 0.6

NEEDED: dict[str, tuple[str, ...]] = {
    "turns": ("interaction_id", "speaker_role", "text"),
    "surveys": ("value|verbatim",),
    "outcomes": ("customer_id", "kind"),
}
"""Columns without which nothing can be read; a bar joins columns of which one is enough."""

_SHARED = {
    "interaction_id": "interaction_id conversation_id ticket_id case_id chat_id call_id thread_id session_id "
    "dialogue_id contact_id conversation ticket thread case_number ticket_number interaction dialog_id",
    "customer_id": "customer_id client_id requester_id contact customer consumer_id member_id customer_ref",
}
SYNONYMS: dict[str, dict[str, str]] = {
    "turns": {
        **_SHARED,
        "turn_id": "turn_id message_id comment_id utterance_id tweet_id msg_id id",
        "speaker_role": "speaker_role role author_role sender_role who speaker_type sender_type author_type inbound "
        "direction is_inbound is_customer from_customer is_agent from_agent outbound is_outbound party participant",
        "text": "text body message content comment utterance message_text msg transcript words message_body "
        "comment_body",
        "sent_at": "sent_at created_at timestamp time date datetime sent created date_time at message_time sent_time "
        "created_on time_stamp unixtime",
        "speaker_id": "speaker_id author_id sender_id user_id",
        "speaker_name": "speaker_name author_name sender_name name",
        "is_public": "is_public public",
        "offset_seconds": "offset_seconds start_seconds offset start_time_seconds",
        "channel": "channel via medium source_channel",
        "queue": "queue group department inbox",
        "team_id": "team_id team",
        "issue": "issue topic category reason subject_category contact_reason",
        "product": "product",
        "language": "language lang",
        "locale": "locale",
        "account_id": "account_id organization_id company_id account",
        "agent_id": "agent_id assignee_id employee_id operator_id rep_id agent",
    },
    "surveys": {
        **_SHARED,
        "customer_id": f"{_SHARED['customer_id']} user_id",
        "answer_id": "answer_id response_id responseid id",
        "item_id": "item_id item question_id question",
        "value": "value score rating answer csat nps ces satisfaction points stars",
        "verbatim": "verbatim comment comments feedback text reason free_text",
        "answered_at": "answered_at created_at submitted_at recordeddate date timestamp time completed_at enddate",
        "instrument": "instrument survey survey_name",
    },
    "outcomes": {
        **_SHARED,
        "customer_id": f"{_SHARED['customer_id']} user_id",
        "outcome_id": "outcome_id order_id event_id transaction_id id",
        "kind": "kind type event outcome event_type",
        "occurred_at": "occurred_at created_at date timestamp time ordered_at event_date",
        "amount": "amount total value price revenue",
        "currency": "currency",
        "reason": "reason",
        "is_voluntary": "is_voluntary voluntary",
    },
}
NAMES = re.compile(
    r"(customer|client|user|requester|contact|agent|assignee|first|last|full|speaker|author|sender)?_?"
    r"(name|email|e_mail|mail|email_address|phone|phone_number|mobile|handle|username|screen_name)"
)
"""Columns of personal strings; they go to the gate as known names and nowhere else."""
_HEADER = re.compile(r"[^\W\d][\w .:/()#?-]{0,39}")
TIMES = ("sent_at", "answered_at", "occurred_at")
PERSONS = ("customer", "contact", "agent")
"""Headers of a person that serve as an id and may hold a name all the same."""
PEOPLE = ("speaker", "author", "sender", "from", "user")
"""Headers that hold a role in one file and a name in the next: the content decides."""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One foreign column; `canonical` is None where it is not read, "known_names" where it only helps redaction."""

    foreign: str
    canonical: str | None
    confidence: float
    because: str


@dataclass(frozen=True, slots=True)
class Guess:
    """How a table would be read, for a person to confirm. Holds names of columns and never a value.

    Attributes:
        kind: turns, surveys or outcomes.
        missing: Needed columns that were not found; a bar joins alternatives.
        todo: Options that the file needs, such as a time zone.
        row_count: How many rows were looked at.
    """

    kind: str
    columns: tuple[ColumnGuess, ...]
    missing: tuple[str, ...]
    todo: tuple[str, ...]
    row_count: int

    def foreign(self, canonical: str) -> str | None:
        """The foreign column of a canonical one."""
        return next((c.foreign for c in self.columns if c.canonical == canonical), None)

    @property
    def known_names(self) -> tuple[str, ...]:
        """Foreign columns that hold names, addresses or phones."""
        named = ("known_names", "speaker_name")
        return tuple(c.foreign for c in self.columns if c.canonical in named or slug(c.foreign) in PERSONS)


def guess(path: Path, options: Mapping[str, str] | None = None) -> Guess:
    """Looks at the header and the first 200 rows.

    Args:
        path: A CSV, TSV, JSON, JSON Lines, Parquet or XLSX file.
        options: "kind" (turns, surveys, outcomes), "column.CANONICAL" = "their name", "role.agent" = "their word",
            "timezone", "date_order", "encoding", "delimiter", "sheet".

    Raises:
        BadInput: The file is broken, has no header, or an option names a column that is not there.
    """
    options = options or {}
    rows = [row for _, row in islice(records_of(path, options), SAMPLE_ROWS)]
    return guess_of(rows, options, path.name)


def guess_of(rows: list[dict[str, Any]], options: Mapping[str, str], name: str) -> Guess:
    """The same over rows in memory; `name` is the file's, for errors."""
    kind = options.get("kind", "turns")
    if kind not in SYNONYMS:
        raise BadInput("option kind", got="another word", expected=", ".join(SYNONYMS), todo="Choose one of them.")
    headers = list(dict.fromkeys(str(header) for row in rows for header in row))
    chosen = _by_option(headers, options, kind, name)
    _by_name(headers, chosen, rows, kind, options)
    if kind == "turns":
        _by_content(headers, chosen, rows, options)
    found = {c.canonical for c in chosen.values()}
    given = {"kind"} if "outcome" in options else set()
    missing = tuple(n for n in NEEDED[kind] if not set(n.split("|")) & (found | given))
    # "customer" and "agent" are no proof of a header: they are what stands in the column of roles.
    is_known = any(
        c.because == "option" or (c.because == "name" and c.foreign.lower() not in ROLE_WORDS) for c in chosen.values()
    )
    if headers and missing and not (is_known and all(_is_name(header) for header in headers)):
        raise BadInput(
            "table",
            where=name,
            got=f"a first row of {len(headers)} cells that do not look like names of columns",
            expected=f"a header that names {', '.join(missing).replace('|', ' or ')}",
            todo='Add a row of names on top, or name one, such as "column.text" = "their name".',
        )
    columns = tuple(chosen.get(h, ColumnGuess(h, None, 0.0, "no known name")) for h in headers)
    return Guess(kind, columns, missing, tuple(_todo(chosen.values(), rows, options)), len(rows))


def _is_name(header: str) -> bool:
    """Whether a cell can be shown: where a file has no header its first row is a customer's message."""
    digits = sum(character.isdigit() for character in header)
    return bool(_HEADER.fullmatch(header)) and digits <= 3 and header.count(" ") <= 4


def slug(header: str) -> str:
    """A header as lower-case words joined by underscores.

    Example:
        >>> slug("Created At (UTC)"), slug("createdAt")
        ('created_at_utc', 'created_at')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def _by_option(headers: list[str], options: Mapping[str, str], kind: str, name: str) -> dict[str, ColumnGuess]:
    chosen: dict[str, ColumnGuess] = {}
    for option, header in options.items():
        if not option.startswith("column."):
            continue
        canonical = option.removeprefix("column.")
        if canonical not in SYNONYMS[kind] and canonical != "known_names":
            raise BadInput("option column.…", got="an unknown column", expected=", ".join(SYNONYMS[kind]))
        if header not in headers:
            raise BadInput(
                f"column for {canonical}",
                where=name,
                got=f"the columns {', '.join(headers)[:500]}" if all(map(_is_name, headers)) else "no such column",
                expected="the one that the option names",
            )
        chosen[header] = ColumnGuess(header, canonical, BY_OPTION, "option")
    return chosen


def _by_name(
    headers: list[str],
    chosen: dict[str, ColumnGuess],
    rows: list[dict[str, Any]],
    kind: str,
    options: Mapping[str, str],
) -> None:
    taken = {c.canonical for c in chosen.values()}
    slugs = {slug(header): header for header in reversed(headers)}
    for canonical, words in SYNONYMS[kind].items():
        if canonical in taken:
            continue
        header = next((slugs[word] for word in words.split() if word in slugs and slugs[word] not in chosen), None)
        if header is not None:
            chosen[header] = ColumnGuess(header, canonical, BY_NAME, "name")
    for header in headers:
        if header in chosen:
            continue
        if slug(header) in PEOPLE and kind == "turns":
            is_role = "speaker_role" not in {c.canonical for c in chosen.values()} and _is_role(header, rows, options)
            chosen[header] = ColumnGuess(header, "speaker_role" if is_role else "known_names", BY_CONTENT, "content")
        elif NAMES.fullmatch(slug(header)):
            chosen[header] = ColumnGuess(header, "known_names", BY_NAME, "name")


def _by_content(
    headers: list[str], chosen: dict[str, ColumnGuess], rows: list[dict[str, Any]], options: Mapping[str, str]
) -> None:
    """Role, text and time by what stands in them; an id is never guessed so."""
    tests: dict[str, Callable[[str], bool]] = {
        "speaker_role": lambda header: _is_role(header, rows, options),
        "text": lambda header: _is_prose(header, rows),
        "sent_at": lambda header: _is_time(header, rows),
    }
    for canonical, fits in tests.items():
        if canonical in {c.canonical for c in chosen.values()}:
            continue
        header = next((h for h in headers if h not in chosen and fits(h)), None)
        if header is not None:
            chosen[header] = ColumnGuess(header, canonical, BY_CONTENT, "content")


def _values(header: str, rows: list[dict[str, Any]]) -> list[Any]:
    return [row[header] for row in rows if row.get(header) not in (None, "")]


def _is_role(header: str, rows: list[dict[str, Any]], options: Mapping[str, str]) -> bool:
    words = Roles.of(options).words
    values = [str(value).strip().lower() for value in _values(header, rows)]
    return bool(values) and len(set(values)) > 1 and all(value in words for value in values)


def _is_prose(header: str, rows: list[dict[str, Any]]) -> bool:
    values = _values(header, rows)
    return bool(values) and sum(str(v).count(" ") for v in values) / len(values) >= 3


def _is_time(header: str, rows: list[dict[str, Any]]) -> bool:
    values = _values(header, rows)
    clock = Clock(EARLIEST.tzinfo, "day_first")
    return bool(values) and all(_reads(clock, value) for value in values)


def _reads(clock: Clock, value: Any) -> bool:
    try:
        return clock.instant(value, "") is not None
    except BadInput:
        return False


def _todo(chosen: Iterable[ColumnGuess], rows: list[dict[str, Any]], options: Mapping[str, str]) -> Iterable[str]:
    """What the sample shows to be unsaid: the zone, the order of day and month, a word for a role."""
    clock, roles = Clock.of(options), Roles.of(options)
    for column in chosen:
        values = _values(column.foreign, rows)
        if column.canonical in TIMES:
            faults = {_fault(clock, value) for value in values} - {""}
            yield from sorted(faults)
        elif column.canonical == "speaker_role" and slug(column.foreign) not in BOOLEAN_ROLES:
            unknown = {str(v).strip().lower() for v in values} - set(roles.words)
            if unknown:
                yield f'{len(unknown)} words for roles are not known: set "role.customer", "role.agent" or "role.bot".'


def _fault(clock: Clock, value: Any) -> str:
    try:
        clock.instant(value, "")
    except BadInput as fault:
        return fault.todo
    return ""


BOOLEAN_ROLES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("inbound", "is_inbound", "is_customer", "from_customer"), ("customer", "agent")),
    **dict.fromkeys(("outbound", "is_outbound", "is_agent", "from_agent"), ("agent", "customer")),
}
"""Headers of a truth value, with the roles that true and false mean."""
