"""Times as exports write them, to instants in UTC. What is ambiguous is refused, never guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from heard.errors import BadInput

Order = Literal["day_first", "month_first"]

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Outside these years a number was no epoch and a date no date of a customer contact."""

_NUMBER = re.compile(r"-?\d{9,19}(\.\d+)?")
_SLASHED = re.compile(
    r"(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<year>\d{4}|\d{2})"
    r"(?:,?[ T]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?\s?[Mm]\.?)?(?:\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
)
_YEAR_FIRST = re.compile(
    r"(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:[T ]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?))?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\s*\(?UTC\)?)?"
)
_NAMED = ("%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d %Y %H:%M:%S", "%b %d %Y %I:%M %p", "%d %B %Y %H:%M",
          "%B %d %Y %H:%M", "%B %d %Y %I:%M %p", "%d %b %Y", "%b %d %Y", "%d %B %Y", "%B %d %Y",
          "%B %d %Y at %I:%M %p", "%a %b %d %H:%M:%S %z %Y")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """How to read a file's times.

    Attributes:
        zone: Zone of times that name none; None refuses them.
        order: Whether 03/04 is the 3rd of April; None refuses a date that could be either.
    """

    zone: tzinfo | None = None
    order: Order | None = None

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Clock":
        """From options["timezone"] ("Europe/Berlin") and options["date_order"] ("day_first" or "month_first")."""
        order = options.get("date_order")
        if order not in (None, "day_first", "month_first"):
            raise BadInput(
                "option date_order", got="another word", expected="day_first or month_first", todo="Set it so."
            )
        return cls(zone_of(options), order)  # type: ignore[arg-type]

    def instant(self, value: Any, where: str) -> datetime | None:
        """An instant in UTC, or None for an empty value.

        Args:
            value: ISO 8601, RFC 2822, epoch seconds, milliseconds or microseconds, day.month.year, month/day/year with
                a 12-hour clock, "3 Apr 2026 14:05", a datetime, or None.
            where: Column and file for the error; no value of the file.

        Raises:
            BadInput: No time, a naive time without a zone, an ambiguous date, a year outside 1990 to 2100.
        """
        if value is None or value == "":
            return None
        try:
            found = _parse(value, self.order, where)
        except (ValueError, OverflowError, OSError) as fault:
            if isinstance(fault, BadInput):
                raise
            found = None
        if found is None:
            raise _bad(
                where, "something that is no known form of time", "ISO 8601 or epoch seconds", "Check the mapping."
            )
        return self._in_utc(found, where)

    def _in_utc(self, found: datetime, where: str) -> datetime:
        if found.tzinfo is None:
            if self.zone is None:
                raise _bad(
                    where, "a time without a zone", "a zone", 'Set the option "timezone", such as Europe/Berlin.'
                )
            found = found.replace(tzinfo=self.zone)
        try:
            found = found.astimezone(UTC)
        except (OverflowError, ValueError):
            found = LATEST
        if not EARLIEST <= found < LATEST:
            raise _bad(where, f"the year {found.year}", "1990 to 2099", "Check the unit and the mapping.")
        return found


def zone_of(options: Mapping[str, str]) -> tzinfo | None:
    """The zone of options["timezone"]; None when it is not set; BadInput when there is no such zone."""
    name = options.get("timezone")
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            "option timezone",
            got="an unknown zone",
            expected="a name such as Europe/Berlin or UTC",
            todo="Check its spelling.",
        ) from None


def of_epoch(value: float) -> datetime | None:
    """An instant from epoch s, ms, µs or ns, told apart by size; None when none fits."""
    for unit in (1, 1_000, 1_000_000, 1_000_000_000):
        if EARLIEST.timestamp() <= value / unit < LATEST.timestamp():
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(value / unit * 1e6))
    return None


def _parse(value: Any, order: Order | None, where: str) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return of_epoch(float(value))
    if not isinstance(value, str) or len(value) > 64:
        return None
    text = value.strip()
    try:
        return datetime.fromisoformat(text) if not text.isdigit() else of_epoch(float(text))
    except ValueError:
        pass
    if _NUMBER.fullmatch(text):
        return of_epoch(float(text))
    return _year_first(text) or _slashed(text, order, where) or _named(text) or _rfc(text)


def _year_first(text: str) -> datetime | None:
    match = _YEAR_FIRST.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) for part in re.split(r"[-/.]", match["date"]))
    hour, minute, second = ([int(float(part.replace(",", "."))) for part in (match["time"] or "0:0").split(":")] + [0])[
        :3
    ]
    return datetime(year, month, day, hour, minute, second, tzinfo=_offset(match["zone"]))


def _slashed(text: str, order: Order | None, where: str) -> datetime | None:
    match = _SLASHED.fullmatch(text)
    if not match:
        return None
    first, second = int(match["a"]), int(match["b"])
    if order is None and first <= 12 and second <= 12 and first != second:
        raise _bad(
            where,
            "a date that could be day/month or month/day",
            "one reading",
            'Set the option "date_order" to day_first or month_first.',
        )
    is_day_first = first > 12 or (second <= 12 and order == "day_first")
    day, month = (first, second) if is_day_first else (second, first)
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    clock = (hour, int(match["minute"] or 0), int(match["second"] or 0))
    return datetime(year, month, day, *clock, tzinfo=_offset(match["zone"]))


def _named(text: str) -> datetime | None:
    plain = re.sub(r"\s+", " ", text.replace(",", " ")).strip()
    zone: tzinfo | None = None
    if plain.endswith((" UTC", " GMT", " Z")):
        plain, zone = plain.rsplit(" ", 1)[0], UTC
    for form in _NAMED:
        try:
            found = datetime.strptime(plain, form)  # noqa: DTZ007
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=zone)
    return None


def _rfc(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if not zone.startswith(("+", "-")):
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return datetime.fromisoformat(f"2000-01-01T00:00:00{zone[0]}{digits[:2]}:{digits[2:]}").tzinfo


def _bad(where: str, got: str, expected: str, todo: str) -> BadInput:
    return BadInput("time", where=where, got=got, expected=expected, todo=todo)
