"""One figure into one block: value, interval, change beyond noise, and its door."""

from heard.actions.monday.document import Axis, Door, FigureBlock
from heard.actions.monday.inputs import Change, Figure, Grade
from heard.actions.monday.plain import plain
from heard.actions.monday.wording import (
    difference_text,
    duration,
    interval_text,
    money,
    rounded,
    value_text,
)

NO_CHANGE = "no real change"
TOO_FEW = "too few to say"
COULD_BE_CHANCE = "could be chance"
NOT_KNOWN = "not enough to say"

GRADE_WORDS: dict[Grade, str] = {
    "A": "grade A, randomised",
    "B": "grade B, a natural experiment",
    "C": "grade C, an association",
    "D": "grade D, a description",
}
_NICE_SECONDS = tuple(
    60 * minutes for minutes in (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 720, 1440, 2880, 5760, 10080)
)


def is_beyond_noise(change: Change | None) -> bool:
    """Whether the interval of a difference leaves zero out."""
    return change is not None and (change.ci_lower > 0 or change.ci_upper < 0)


def is_shown(figure: Figure, minimum_n: int) -> bool:
    """Whether a figure has a value and enough behind it."""
    return figure.value is not None and (figure.n is None or figure.n >= minimum_n)


def figure_block(figure: Figure, *, minimum_n: int, is_dated: bool, compares: bool = False) -> FigureBlock:
    """A figure in words.

    Args:
        figure: The figure; a null value keeps its reason.
        minimum_n: Below it the words are "too few to say".
        is_dated: False leaves every change away: without times there is no "before".
        compares: True for the five numbers, which say so when there is nothing to compare with.
    """
    shown = is_shown(figure, minimum_n)
    return FigureBlock(
        name=plain(figure.name),
        title=plain(figure.title),
        value=_value(figure) if shown else "",
        interval=_interval(figure) if shown else "",
        n=_n(figure, minimum_n),
        change=_change(figure, is_dated=is_dated, compares=compares) if shown else "",
        note="" if shown else _note(figure, minimum_n),
        axis=_axis(figure) if shown else None,
        door=_door(figure, minimum_n, is_shown=shown, is_dated=is_dated),
    )


def _value(figure: Figure) -> str:
    assert figure.value is not None
    top = figure.scale[1] if figure.scale else None
    return value_text(figure.value, figure.unit, currency=figure.currency, top=top)


def _interval(figure: Figure) -> str:
    if figure.ci_lower is None or figure.ci_upper is None:
        return ""
    return interval_text(figure.ci_lower, figure.ci_upper, figure.unit, currency=figure.currency)


def _n(figure: Figure, minimum_n: int) -> str:
    """The denominator in words; a small one is given as a bound, since counts of few people are about people."""
    if figure.n is None:
        return ""
    unit = plain(figure.n_unit)
    if 0 < figure.n < minimum_n:
        return f"n below {minimum_n} {unit}"
    of = f" of {rounded(figure.n_of)} {plain(figure.n_of_unit)}" if figure.n_of else ""
    return f"n {rounded(figure.n)} {unit}{of}"


def _note(figure: Figure, minimum_n: int) -> str:
    if figure.value is None:
        return plain(figure.undefined_because or NOT_KNOWN)
    return f"{TOO_FEW}: fewer than {minimum_n} {plain(figure.n_unit)}"


def _change(figure: Figure, *, is_dated: bool, compares: bool) -> str:
    if figure.unit == "points" and figure.change is None:
        lower, upper = figure.ci_lower, figure.ci_upper
        return COULD_BE_CHANCE if lower is not None and upper is not None and lower <= 0 <= upper else ""
    if not is_dated:
        return ""
    if figure.change is None:
        return "no earlier weeks to compare with" if compares else ""
    return _moved(figure, figure.change) if is_beyond_noise(figure.change) else NO_CHANGE


def _moved(figure: Figure, change: Change) -> str:
    word = "up" if change.difference > 0 else "down"
    size = difference_text(change.difference, figure.unit, currency=figure.currency)
    return f"{word} {size} ({_difference_interval(figure, change)}) on {plain(change.compared_with)}"


def _difference_interval(figure: Figure, change: Change) -> str:
    """Sizes in the direction of the change when it has one, signed numbers when it may go either way."""
    if is_beyond_noise(change):
        low, high = sorted((abs(change.ci_lower), abs(change.ci_upper)))
    else:
        low, high = change.ci_lower, change.ci_upper
    if figure.unit in {"share", "points"}:
        return f"{rounded(low * 100)} to {rounded(high * 100)}"
    if figure.unit == "seconds":
        return f"{'−' if low < 0 else ''}{duration(abs(low))} to {'−' if high < 0 else ''}{duration(abs(high))}"
    if figure.unit == "currency":
        return f"{money(low, figure.currency)} to {money(high, figure.currency)}"
    digits = 1 if figure.unit == "score" else 0
    return f"{rounded(low, digits)} to {rounded(high, digits)}"


def _door(figure: Figure, minimum_n: int, *, is_shown: bool, is_dated: bool) -> Door:
    interval = ""
    if is_shown and figure.ci_lower is not None:
        interval = f"{_interval(figure)}, {rounded(figure.ci_level * 100)} % interval"
        if is_dated and figure.change is not None:
            interval += (
                f"; difference to {plain(figure.change.compared_with)}: {_difference_interval(figure, figure.change)}"
            )
    return Door(
        definition=plain(figure.definition),
        formula=plain(figure.formula),
        variant=plain(figure.variant),
        n=_n(figure, minimum_n).removeprefix("n ") or "hidden",
        interval=interval,
        sources=", ".join(plain(source) for source in figure.sources),
        citation=plain(figure.citation),
        grade=GRADE_WORDS[figure.grade] if figure.grade else "",
        sql="\n".join(_sql_line(line) for line in figure.sql.strip().splitlines()),
    )


def _sql_line(line: str) -> str:
    return " " * (len(line) - len(line.lstrip())) + plain(line)


def _axis(figure: Figure) -> Axis | None:
    if figure.value is None or figure.ci_lower is None or figure.ci_upper is None:
        return None
    low, high = _ends(figure, figure.ci_lower, figure.ci_upper)
    return Axis(
        low=low,
        high=high,
        value=figure.value,
        lower=max(low, figure.ci_lower),
        upper=min(high, figure.ci_upper),
        low_label=_end_label(low, figure),
        high_label=_end_label(high, figure),
    )


def _ends(figure: Figure, lower: float, upper: float) -> tuple[float, float]:
    if figure.unit == "share":
        return 0.0, 1.0
    if figure.unit == "score" and figure.scale is not None:
        return figure.scale
    if figure.unit == "points":
        reach = max(0.1, -(-max(abs(lower), abs(upper)) // 0.1) * 0.1)
        return -reach, reach
    if figure.unit == "seconds":
        return 0.0, next((float(nice) for nice in _NICE_SECONDS if nice >= upper), upper * 1.1)
    return min(0.0, lower), max(1.0, upper * 1.1)


def _end_label(end: float, figure: Figure) -> str:
    if figure.unit == "score":
        return rounded(end)
    if figure.unit == "points":
        return f"{'+' if end > 0 else ''}{rounded(end * 100)}"
    if figure.unit == "seconds" and end == 0:
        return "0"
    return value_text(end, figure.unit, currency=figure.currency)
