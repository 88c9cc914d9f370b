"""Numbers and dates as a manager reads them. Percent is for the screen only; tables hold shares."""

from datetime import date
from math import floor

from heard.terms.words import CauseSide, Unit

THIN = "\u202f"
MINUS = "\u2212"
DASH = "\u2013"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]  # not strftime: its words follow the locale of the machine
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

CAUSE_WORDS = {
    "delay": "late or lost delivery",
    "defect": "faulty product",
    "billing": "billing",
    "policy": "a rule",
    "staff": "how we treated them",
    "bot": "the bot",
    "access": "getting in, reaching us",
    "information": "wrong or no information",
    "personal": "their own situation",
    "other": "something else",
}
"""A cause as it stands in a list; "late or lost delivery", never "is angry about"."""

SIDE_WORDS: dict[CauseSide | None, str] = {
    "policy": "a rule, product or process",
    "people": "a reply by people",
    None: "neither",
}
SIDE_HEADINGS = {SIDE_WORDS["policy"]: "POLICY", SIDE_WORDS["people"]: "PEOPLE", SIDE_WORDS[None]: "NEITHER"}
"""Short enough to stand over a group of bars."""

CHANNEL_WORDS = {
    "email": "e-mail",
    "in_app": "in the app",
    "bot_to_human": "bot, then a person",
    "messaging": "messages",
}

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def rounded(number: float, digits: int = 0) -> str:
    """Half away from zero, with a true minus sign.

    Example:
        >>> rounded(2.5), rounded(-0.4), rounded(3.25, 1)
        ('3', '0', '3.3')
    """
    steps = floor(abs(number) * 10**digits + 0.5 + 1e-9)
    text = f"{steps / 10**digits:.{digits}f}" if digits else f"{steps:,}"
    return (MINUS if number < 0 and steps else "") + text


def duration(seconds: float) -> str:
    """Two units at most: "40 s", "12 min", "2 h 10 min", "3 d 4 h".

    Example:
        >>> duration(7800)
        '2 h 10 min'
    """
    whole = floor(seconds + 0.5)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{floor(whole / _MINUTE + 0.5)} min"
    if whole < 2 * _DAY:
        minutes = floor(whole / _MINUTE + 0.5)
        hours, rest = divmod(minutes, 60)
        return f"{hours} h" + (f" {rest} min" if rest and hours < 10 else "")
    hours = floor(whole / _HOUR + 0.5)
    days, rest = divmod(hours, 24)
    return f"{days} d" + (f" {rest} h" if rest else "")


def value_text(value: float, unit: Unit, *, currency: str = "", top: float | None = None) -> str:
    """A value with its unit: "38 %", "3.6 of 5", "−4 points", "2 h 10 min", "€1,100"."""
    match unit:
        case "share":
            return f"{rounded(value * 100)}{THIN}%"
        case "points":
            plus = "+" if floor(abs(value) * 100 + 0.5) and value > 0 else ""
            return f"{plus}{rounded(value * 100)} points"
        case "seconds":
            return duration(value)
        case "score":
            return rounded(value, 1) + (f" of {rounded(top)}" if top is not None else "")
        case "currency":
            return money(value, currency)
        case "count":
            return rounded(value)
        case "ratio":
            return f"{value:.2f}"


def interval_text(lower: float, upper: float, unit: Unit, *, currency: str = "") -> str:
    """An interval without its unit where the value beside it has one: "31–46", "−15 to 6", "1 h – 2 h"."""
    match unit:
        case "share":
            return f"{rounded(lower * 100)}{DASH}{rounded(upper * 100)}"
        case "points":
            return f"{rounded(lower * 100)} to {rounded(upper * 100)}"
        case "seconds":
            return f"{duration(lower)} to {duration(upper)}"
        case "score":
            return f"{rounded(lower, 1)}{DASH}{rounded(upper, 1)}"
        case "currency":
            return f"{money(lower, currency)} to {money(upper, currency)}"
        case "count":
            return f"{rounded(lower)}{DASH}{rounded(upper)}"
        case "ratio":
            return f"{lower:.2f}{DASH}{upper:.2f}"


def difference_text(difference: float, unit: Unit, *, currency: str = "") -> str:
    """A size of change without direction: "7 points", "0.4", "35 min"."""
    size = abs(difference)
    if unit in {"share", "points"}:
        return f"{rounded(size * 100)} points"
    return value_text(size, unit, currency=currency)


def money(amount: float, currency: str) -> str:
    """Whole units of a currency, its sign in front where it has a well-known one."""
    sign = {"EUR": "€", "USD": "$", "GBP": "£"}.get(currency)
    whole = rounded(abs(amount))
    minus = MINUS if amount < 0 else ""
    return f"{minus}{sign}{whole}" if sign else f"{minus}{currency} {whole}".strip()


def day_text(day: date) -> str:
    """16 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """16 Nov."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def weekday(day: date) -> str:
    """Mon."""
    return DAYS[day.weekday()]


def channel_text(channel: str) -> str:
    """A channel as people say it."""
    return CHANNEL_WORDS.get(channel, channel.replace("_", " "))


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun: "1 answer", "61 answers"."""
    return f"{rounded(count)} {one if count == 1 else many}"


def joined(parts: list[str]) -> str:
    """Parts in a sentence: "a, b and c"."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""
