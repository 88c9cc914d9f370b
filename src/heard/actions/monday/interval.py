"""The interval of a figure as a small SVG drawn by hand; it stands before the number, so the eye meets it first."""

from html import escape

from heard.actions.monday.document import Axis
from heard.actions.monday.theme import ACCENT, MUTED, RULE, SCREEN, SOFT, Theme
from heard.actions.monday.wording import THIN


def interval_bar(axis: Axis, spoken: str, theme: Theme = SCREEN, *, is_small: bool = False) -> str:
    """An interval on its scale: a hair line for the scale, a band for the interval, a tick for the value.

    The small one leaves the ends of the scale unwritten.
    """
    width, pad, middle = (120.0, 2.0, 8.0) if is_small else (220.0, 4.0, 8.0)
    height = 16 if is_small else 27

    def at(number: float) -> float:
        share = (number - axis.low) / (axis.high - axis.low)
        return round(pad + min(1.0, max(0.0, share)) * (width - 2 * pad), 2)

    left, right, tick = at(axis.lower), at(axis.upper), at(axis.value)
    band = max(2.0, round(right - left, 2))
    zero = (
        f'<line x1="{at(0)}" y1="2" x2="{at(0)}" y2="14" stroke="{MUTED}" stroke-width="1" stroke-dasharray="2 2"/>'
        if axis.low < 0 < axis.high
        else ""
    )
    words = f'font-family="{escape(theme.font)}" font-size="9.5" fill="{MUTED}"'
    ends = (
        ""
        if is_small
        else f'<text x="{pad}" y="25" {words}>{escape(axis.low_label)}</text>'
        f'<text x="{width - pad}" y="25" text-anchor="end" {words}>{escape(axis.high_label)}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" height="{height}" role="img" class="interval"><title>{escape(spoken)}</title>'
        f'<line x1="{pad}" y1="{middle}" x2="{width - pad}" y2="{middle}" stroke="{RULE}" stroke-width="2"/>{zero}'
        f'<rect x="{left}" y="{middle - 4}" width="{band}" height="8" rx="2" fill="{SOFT}"/>'
        f'<rect x="{round(tick - 1.25, 2)}" y="{middle - 6.5}" width="2.5" height="13" rx="1" fill="{ACCENT}"/>'
        f"{ends}</svg>"
    )


def spoken_interval(title: str, value: str, interval: str) -> str:
    """What a screen reader says for an interval bar."""
    return f"{title}: {value}, interval {interval.replace(THIN, ' ')}" if interval else f"{title}: {value}"
