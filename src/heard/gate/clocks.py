"""Integer clocks: seconds since 1970, days and weeks on the business's calendar, business seconds (CONTRACTS 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heard.gate.arrays import Array, Column, flat, pc
from heard.gate.hours import WEEKDAYS, hours_of

Ints = npt.NDArray[np.int64]
DAY_S = 86_400
_STEP_S = 900
"""No zone of the IANA list has changed its offset off a quarter of an hour since 1970, but Liberia in 1972."""


def epoch_s(instants: Column) -> Array:
    """Whole seconds since 1970 UTC, rounded down; null stays null."""
    micro = pc.cast(pc.cast(instants, pa.timestamp("us", tz="UTC")), pa.int64())
    whole = pc.cast(pc.floor(pc.divide(pc.cast(micro, pa.float64(), safe=False), 1e6)), pa.int64())
    return flat(whole)


def offsets_s(seconds: Ints, timezone: str) -> Ints:
    """Offset from UTC, in seconds, of a zone at each instant."""
    zone = ZoneInfo(timezone)
    steps, back = np.unique(seconds // _STEP_S, return_inverse=True)
    found = [_offset(zone, int(step) * _STEP_S) for step in steps]
    return np.asarray(found, np.int64)[back] if len(steps) else np.zeros(0, np.int64)


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def calendar(seconds: Array, timezone: str) -> dict[str, Array]:
    """`local_day`, `week_start` and `month` of instants; undated rows have null days and month 0.

    Example:
        >>> at = pa.array([1795503599, None])          # 2026-11-23 23:59:59 UTC is Tuesday in Berlin
        >>> {name: column.to_pylist() for name, column in calendar(at, "Europe/Berlin").items()}
        {'local_day': [20781, None], 'week_start': [20780, None], 'month': [202611, 0]}
    """
    missing = np.asarray(seconds.is_null(), np.bool_)
    utc = np.asarray(pc.fill_null(seconds, 0), np.int64)
    day = (utc + offsets_s(utc, timezone)) // DAY_S
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    month = (1970 + months // 12) * 100 + months % 12 + 1
    return {
        "local_day": pa.array(day, pa.int32(), mask=missing),
        "week_start": pa.array(week_of(day), pa.int32(), mask=missing),
        "month": pa.array(np.where(missing, 0, month), pa.int32()),
    }


def week_of(day: Ints) -> Ints:
    """Monday of a day's week; both as days since 1970 (which began on a Thursday)."""
    return day - (day + 3) % 7


def day_bounds(day: date, timezone: str) -> tuple[int, int]:
    """First second of a local day, and of the next, as seconds since 1970."""
    zone = ZoneInfo(timezone)
    return tuple(int(datetime.combine(d, time(), zone).timestamp()) for d in (day, day + timedelta(days=1)))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """Counts only the seconds in which the business is open.

    Attributes:
        timezone: IANA name.
        hours: Weekday of WEEKDAYS → "09:00-17:30"; days that are absent are closed. Empty means always open.
    """

    timezone: str
    hours: tuple[tuple[str, str], ...] = ()

    def seconds_between(self, start_epoch_s: npt.ArrayLike, end_epoch_s: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Business seconds from start to end, elementwise; NaN where either is NaN, negative when end is before start.

        Example:
            >>> clock = BusinessClock("Europe/London", (("fri", "09:00-17:00"), ("mon", "09:00-17:00")))
            >>> friday_16h, monday_10h = 1795795200, 1796032800
            >>> clock.seconds_between([friday_16h], [monday_10h]).tolist()
            [7200.0]
        """
        start, end = np.asarray(start_epoch_s, np.float64), np.asarray(end_epoch_s, np.float64)
        if not self.hours:
            return end - start
        known = np.concatenate([start[~np.isnan(start)].ravel(), end[~np.isnan(end)].ravel()])
        if not known.size:
            return np.full(np.broadcast(start, end).shape, np.nan)
        opens, closes, before = self._table(known.min(), known.max())
        return _elapsed(end, opens, closes, before) - _elapsed(start, opens, closes, before)

    def after(self, start_epoch_s: npt.ArrayLike, business_seconds: float) -> npt.NDArray[np.float64]:
        """Instant at which so many business seconds have passed since each start; NaN stays NaN."""
        start = np.asarray(start_epoch_s, np.float64)
        if not self.hours:
            return start + business_seconds
        if not np.any(~np.isnan(start)):
            return np.full(start.shape, np.nan)
        weekly = sum(closes - opens for opens, closes in (hours_of(text) for _, text in self.hours))
        reach = (business_seconds / weekly + 2) * 7 * DAY_S
        opens, closes, before = self._table(np.nanmin(start), np.nanmax(start) + reach)
        target = _elapsed(start, opens, closes, before) + business_seconds
        at = np.clip(np.searchsorted(before, np.nan_to_num(target), side="left") - 1, 0, len(opens) - 1)
        return np.where(np.isnan(start), np.nan, opens[at] + (target - before[at]))

    def _table(self, low: float, high: float) -> tuple[npt.NDArray[np.float64], ...]:
        """Opening and closing instants around a span, and the business seconds before each opening."""
        first, last = int(low) // DAY_S - 2, int(high) // DAY_S + 2
        # Rounded to years so that the table is made once for many calls.
        return _openings(self.timezone, self.hours, first // 366 * 366, (last // 366 + 1) * 366)


def _elapsed(
    at: npt.NDArray[np.float64],
    opens: npt.NDArray[np.float64],
    closes: npt.NDArray[np.float64],
    before: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    index = np.clip(np.searchsorted(opens, np.nan_to_num(at), side="right") - 1, 0, len(opens) - 1)
    inside = np.clip(np.minimum(at, closes[index]) - opens[index], 0, None)
    return np.where(np.isnan(at), np.nan, before[index] + inside)


@lru_cache(maxsize=32)
def _openings(
    timezone: str, hours: tuple[tuple[str, str], ...], first: int, last: int
) -> tuple[npt.NDArray[np.float64], ...]:
    zone, when = ZoneInfo(timezone), _by_weekday(dict(hours))
    opens, closes = [], []
    for day in range(first, last + 1):
        span = when.get((day + 3) % 7)
        if span:
            opens.append(_local(day, span[0], zone))
            closes.append(_local(day, span[1], zone))
    lengths = np.asarray(closes, np.float64) - np.asarray(opens, np.float64)
    before = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    return np.asarray(opens, np.float64), np.asarray(closes, np.float64), before


def _by_weekday(hours: Mapping[str, str]) -> dict[int, tuple[int, int]]:
    return {WEEKDAYS.index(name): hours_of(text) for name, text in hours.items()}


def _local(day: int, second: int, zone: ZoneInfo) -> float:
    midnight = datetime(1970, 1, 1) + timedelta(days=day, seconds=second)  # noqa: DTZ001 - the zone is set below
    return midnight.replace(tzinfo=zone).timestamp()
