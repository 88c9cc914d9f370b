"""Opening hours as they are written in `heard.toml`."""

import re

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)\Z")


def hours_of(value: str) -> tuple[int, int]:
    """Opening and closing of "09:00-17:30" as seconds since midnight.

    Raises:
        ValueError: The text has another shape.

    Example:
        >>> hours_of("09:00-17:30")
        (32400, 63000)
    """
    found = _HOURS.match(value)
    if not found:
        raise ValueError('hours are written as "09:00-17:30"')
    a, b, c, d = (int(part) for part in found.groups())
    if c == 24 and d:
        raise ValueError("the day ends at 24:00")
    return a * 3600 + b * 60, c * 3600 + d * 60
