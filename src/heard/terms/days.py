"""Days counted from 1970, as the columns `local_day` and `week_start` hold them, and the dates that they are."""

from datetime import date, timedelta

EPOCH = date(1970, 1, 1)


def date_of(day: int) -> date:
    """Calendar date of a day counted from 1970.

    Example:
        >>> date_of(20777).isoformat()
        '2026-11-20'
    """
    return EPOCH + timedelta(days=int(day))


def day_of(on: date) -> int:
    """Day counted from 1970 of a calendar date.

    Example:
        >>> day_of(date(2026, 11, 20))
        20777
    """
    return (on - EPOCH).days


def monday_of(on: date) -> int:
    """Monday of a date's week, as a day counted from 1970.

    Example:
        >>> date_of(monday_of(date(2026, 11, 22))).isoformat()
        '2026-11-16'
    """
    return day_of(on) - on.weekday()
