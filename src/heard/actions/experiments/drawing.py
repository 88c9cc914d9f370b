"""The two pictures of a verdict as SVG text, drawn by hand so that they are the same every time."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, ROOM = 640, 46


def effect_picture(
    value: float | None, lower: float | None, upper: float | None, worth: float, *, scale: float, suffix: str
) -> str:
    """The effect with its interval, no effect, and the smallest effect worth having.

    Args:
        value: Effect in the metric's unit; an empty picture when None.
        lower: Lower bound; None when open.
        upper: Upper bound; None when open.
        worth: Smallest effect worth having, with its sign.
        scale: Shown per unit: 100 for shares.
        suffix: Unit as it is shown.
    """
    if value is None:
        return ""
    known = [v for v in (value, lower, upper, worth, 0.0) if v is not None]
    span = max(max(known) - min(known), 1e-9)
    low, high = min(known) - 0.15 * span, max(known) + 0.15 * span

    def x(v: float | None, edge: float) -> float:
        return edge if v is None else ROOM + (WIDTH - 2 * ROOM) * (v - low) / (high - low)

    left, right = x(lower, 4), x(upper, WIDTH - 4)
    told = f"Effect {value * scale:+.1f}{suffix}"
    marks = "".join(
        f'<line x1="{x(v, 0):.1f}" y1="14" x2="{x(v, 0):.1f}" y2="64" class="{kind}"/>'
        f'<text x="{x(v, 0):.1f}" y="80" text-anchor="middle">{escape(text)}</text>'
        for v, kind, text in ((0.0, "none", "no change"), (worth, "worth", f"worth having {worth * scale:+.1f}"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 88" role="img" aria-label="{escape(told)}">'
        f'{marks}<line x1="{left:.1f}" y1="38" x2="{right:.1f}" y2="38" class="span"/>'
        f'<circle cx="{x(value, 0):.1f}" cy="38" r="7" class="dot"/>'
        f'<text x="{x(value, 0):.1f}" y="26" text-anchor="middle" class="big">'
        f"{value * scale:+.1f}{escape(suffix)}</text>"
        "</svg>"
    )


def weeks_picture(weeks: Sequence[Mapping[str, Any]], *, scale: float, suffix: str) -> str:
    """Rates of both arms by week; weeks with too few outcomes are gaps. Empty with fewer than two weeks."""
    return lines_picture(
        [str(week["week"])[5:] for week in weeks],
        {arm: [week[arm] for week in weeks] for arm in ("control", "treatment")},
        scale=scale, suffix=suffix, label="Rates of both arms by week",
    )  # fmt: skip


def lines_picture(
    names: Sequence[str], lines: Mapping[str, Sequence[float | None]], *, scale: float, suffix: str, label: str,
    mark: int | None = None, bands: Mapping[str, Sequence[tuple[float | None, float | None]]] | None = None,
) -> str:  # fmt: skip
    """Lines over named places, first line muted and last one in colour; `mark` is a place with an upright before it."""
    flat = [v for line in lines.values() for v in line if v is not None]
    flat += [v for band in (bands or {}).values() for pair in band for v in pair if v is not None]
    if len(names) < 2 or not flat:
        return ""
    top, bottom = max(flat), min(flat)
    pad = 0.1 * (top - bottom) or 0.5
    top, bottom = top + pad, bottom - pad
    step = (WIDTH - 2 * ROOM) / (len(names) - 1)

    def y(v: float) -> float:
        return 10 + 150 * (top - v) / (top - bottom)

    drawn = [_ticks(names, step), _scale(bottom, top, y, scale, suffix)]
    if mark is not None:
        at = ROOM + step * (mark - 0.5)
        drawn.append(f'<line x1="{at:.1f}" y1="6" x2="{at:.1f}" y2="164" class="worth"/>')
    if bottom < 0 < top:
        drawn.append(f'<line x1="{ROOM}" y1="{y(0):.1f}" x2="{WIDTH - ROOM}" y2="{y(0):.1f}" class="none"/>')
    for band in (bands or {}).values():
        for i, (low, high) in enumerate(band):
            if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
                at = ROOM + step * i
                drawn.append(f'<line x1="{at:.1f}" y1="{y(low):.1f}" x2="{at:.1f}" y2="{y(high):.1f}" class="thin"/>')
    for number, (name, line) in enumerate(lines.items()):
        drawn.append(
            _line(line, step, y, "dot" if number == len(lines) - 1 else "muted", name if len(lines) > 1 else "")
        )
    inner = "".join(drawn)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 200" role="img" aria-label="{escape(label)}">'
    return f"{head}{inner}</svg>"


def _ticks(names: Sequence[str], step: float) -> str:
    shown = sorted({0, len(names) // 2, len(names) - 1})
    return "".join(
        f'<text x="{ROOM + step * i:.1f}" y="184" text-anchor="middle">{escape(names[i])}</text>' for i in shown
    )


def _scale(bottom: float, top: float, y: Any, scale: float, suffix: str) -> str:
    middle = (bottom + top) / 2
    return "".join(
        f'<text x="4" y="{y(v) + 4:.1f}">{v * scale:.3g}{escape(suffix)}</text>'
        for v in (bottom + 0.08 * (top - bottom), middle, top - 0.08 * (top - bottom))
    )


def _line(line: Sequence[float | None], step: float, y: Any, kind: str, name: str) -> str:
    points = [(ROOM + step * i, y(v)) for i, v in enumerate(line) if v is not None]
    path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    dots = "".join(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" class="{kind}"/>' for px, py in points)
    end = (
        f'<text x="{points[-1][0] + 5:.1f}" y="{points[-1][1] - 6:.1f}" text-anchor="end">{escape(name)}</text>'
        if points
        else ""
    )
    return f'<polyline points="{path}" class="line {kind}"/>{dots}{end}'
