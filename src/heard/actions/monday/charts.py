"""The charts as SVG text, by Altair and vl-convert: no scripts, no styles, stable ids."""

import re
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any

import altair as alt
import vl_convert

from heard.actions.monday.document import Cell, ChartBlock
from heard.actions.monday.theme import ACCENT, INK, MUTED, RULE, SCREEN, SOFT, Theme
from heard.actions.monday.wording import SIDE_HEADINGS, THIN, rounded


def svg(chart: ChartBlock, theme: Theme = SCREEN) -> str:
    """The drawing of a chart block as one SVG element with title and description.

    Ids are normalised and prefixed with the chart's kind: the text is the same every time, and two charts on one page
    share no id.
    """
    draw = {"weeks": _weeks, "states": _bars, "waits": _bars, "causes": _causes}[chart.kind]
    return _tidied(_drawn(draw(chart, theme), theme), chart)


def _drawn(layers: alt.LayerChart, theme: Theme) -> str:
    styled = (
        layers.properties(background="transparent", padding=2).configure(font=theme.font).configure_view(stroke=None)
    )
    styled = styled.configure_axis(
        labelFontSize=theme.size,
        labelColor=MUTED,
        domainColor=RULE,
        tickColor=RULE,
        gridColor=RULE,
        labelFont=theme.font,
        title=None,
    )
    return str(vl_convert.vegalite_to_svg(styled.to_dict(), vl_version=_version()))


@cache
def _version() -> str:
    """The newest Vega-Lite that both packages know."""
    major, minor = alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2]
    known: list[str] = list(vl_convert.get_vegalite_versions())
    return f"{major}.{minor}" if f"{major}.{minor}" in known else known[-1]


def _data(chart: ChartBlock, names: tuple[str, ...]) -> alt.Data:
    values: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in chart.rows]
    for position, value in enumerate(values):
        value["order"] = position
        if "count" in value:
            # A hidden count is a word and no bar; Vega would write "null".
            hidden = "" if value["name"] in SIDE_HEADINGS.values() else "hidden"
            value["shown"] = hidden if value["count"] is None else str(value["count"])
            value["count"] = value["count"] or 0
    return alt.Data(values=values)


def _weeks(chart: ChartBlock, theme: Theme) -> alt.LayerChart:
    data = _data(chart, ("week", "value", "lower", "upper", "n", "remark"))
    names = [str(row[0]) for row in chart.rows]
    shown = sorted({0, len(names) // 2, len(names) - 1})
    base = alt.Chart(data).encode(
        x=alt.X(
            "week:O",
            sort=names,
            scale=alt.Scale(padding=0.3),
            axis=alt.Axis(values=[names[i] for i in shown], labelAngle=0, ticks=False, labelPadding=6, domain=False),
        )
    )
    share = alt.Scale(domain=[0, _ceiling(chart.rows)], nice=False)
    ticks = alt.Axis(format=".0%", tickCount=3, ticks=False, domain=False, labelPadding=4)
    band = base.mark_area(color=SOFT, opacity=0.55, line=False).encode(
        y=alt.Y("lower:Q", scale=share, axis=ticks), y2="upper:Q"
    )
    whisker = base.mark_rule(color=SOFT, strokeWidth=3).encode(y=alt.Y("lower:Q", scale=share), y2="upper:Q")
    line = base.mark_line(color=ACCENT, strokeWidth=2).encode(y=alt.Y("value:Q", scale=share))
    dots = base.mark_circle(color=ACCENT, size=22, opacity=1).encode(y=alt.Y("value:Q", scale=share))
    last = (
        base.mark_circle(color=ACCENT, size=60, opacity=1)
        .encode(y=alt.Y("value:Q", scale=share))
        .transform_filter(f"datum.order == {len(names) - 1}")
    )
    model = (
        base.mark_rule(color=MUTED, strokeDash=[2, 3])
        .encode()
        .transform_filter("indexof(datum.remark, 'model changed') >= 0")
    )
    return alt.layer(band, whisker, line, dots, last, model).properties(width=theme.width - 44, height=88)


def _ceiling(rows: tuple[tuple[Cell, ...], ...]) -> float:
    tops = [float(cell) for row in rows for cell in (row[1], row[3]) if isinstance(cell, int | float)]
    return next(top for top in (0.25, 0.5, 0.75, 1.0) if top >= min(max(tops), 1.0) - 1e-9)


def _bars(chart: ChartBlock, theme: Theme) -> alt.LayerChart:
    data = _data(chart, ("name", "count"))
    names = [str(row[0]) for row in chart.rows]
    base = alt.Chart(data).encode(y=_names(names, theme))
    top = max((cell for row in chart.rows if isinstance(cell := row[1], int)), default=1) or 1
    scale = alt.Scale(domain=[0, top * 1.18], nice=False)
    colours = {"heard": ACCENT, "missed": MUTED}
    shades = [colours.get(name, SOFT) if chart.kind == "states" else SOFT for name in names]
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=shades), legend=None)
    bars = base.mark_bar(height=11).encode(x=alt.X("count:Q", scale=scale, axis=None), color=colour)
    return alt.layer(bars, _counts(base, scale, theme)).properties(
        width=theme.width - theme.label_room, height=alt.Step(theme.row)
    )


def _causes(chart: ChartBlock, theme: Theme) -> alt.LayerChart:
    data = _data(replace(chart, rows=_under_headings(chart.rows)), ("name", "side", "count", "missed"))
    names = list(dict.fromkeys(str(row[0]) for row in _under_headings(chart.rows)))
    base = alt.Chart(data).encode(y=_names(names, theme))
    top = max((cell for row in chart.rows if isinstance(cell := row[2], int)), default=1) or 1
    scale = alt.Scale(domain=[0, top * 1.18], nice=False)
    whole = base.mark_bar(height=11, color=SOFT).encode(x=alt.X("count:Q", scale=scale, axis=None))
    missed = base.mark_bar(height=11, color=MUTED).encode(x=alt.X("missed:Q", scale=scale, axis=None))
    return alt.layer(whole, missed, _counts(base, scale, theme)).properties(
        width=theme.width - theme.label_room, height=alt.Step(theme.row)
    )


def _under_headings(rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    """The rows with a heading before each side; a heading has no count."""
    sides = dict.fromkeys(row[1] for row in rows)
    headed = [((SIDE_HEADINGS[str(side)], side, None, None), *(r for r in rows if r[1] == side)) for side in sides]
    return tuple(row for group in headed for row in group)


def _names(names: list[str], theme: Theme) -> alt.Y:
    headings = " || ".join(f"datum.value === '{heading}'" for heading in SIDE_HEADINGS.values())
    ink: Any = alt.condition(headings, alt.value(ACCENT), alt.value(INK))
    axis = alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=0, minExtent=theme.label_room, labelColor=ink)
    return alt.Y("name:N", sort=names, axis=axis)


def _counts(base: alt.Chart, scale: alt.Scale, theme: Theme) -> alt.Chart:
    return base.mark_text(align="left", dx=5, fontSize=theme.size, color=INK, font=theme.font).encode(
        x=alt.X("count:Q", scale=scale, axis=None), text=alt.Text("shown:N")
    )


_LONG_NUMBER = re.compile(r"\d+\.\d{3,}")
_ID = re.compile(r'\bid="([^"]+)"')


def _tidied(text: str, chart: ChartBlock) -> str:
    """Ids numbered in order, no fixed size, no inline style, and words for those who do not see."""
    for number, name in enumerate(dict.fromkeys(_ID.findall(text))):
        text = re.sub(rf'(id="|url\(#|href="#){re.escape(name)}(?=["\)])', rf"\g<1>{chart.kind}-{number}", text)
    text = re.sub(r' style="[^"]*"', "", text)
    text = re.sub(r' aria-[a-z]+="[^"]*"| role="[^"]*"', "", text)
    text = _LONG_NUMBER.sub(lambda number: f"{float(number.group()):.2f}", text)
    opened = re.compile(r"<svg\b[^>]*>")
    found = opened.search(text)
    assert found is not None
    box = re.search(r'viewBox="([^"]+)"', found.group())
    assert box is not None
    width, height = box.group(1).split()[2:]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box.group(1)}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="{chart.kind}-t {chart.kind}-d" class="chart">'
        f'<title id="{chart.kind}-t">{escape(chart.title)}</title>'
        f'<desc id="{chart.kind}-d">{escape(chart.description)}</desc>'
    )
    return (text[: found.start()] + head + text[found.end() :]).strip()


def share_text(share: float | None) -> str:
    """A share in a table under a chart."""
    return "" if share is None else f"{rounded(share * 100)}{THIN}%"
