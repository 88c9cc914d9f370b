"""The drawings: what is hidden or missing is not drawn as zero, and no drawing depends on the one before."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monday_example import MONDAY, example_inputs

from heard.actions.monday.build import build
from heard.actions.monday.charts import svg
from heard.actions.monday.document import Axis
from heard.actions.monday.inputs import CauseCount, Wait, WeekPoint
from heard.actions.monday.interval import interval_bar
from heard.actions.monday.markdown import markdown
from heard.actions.monday.theme import PRINT, SCREEN


def _words(drawing):
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing)


def test_a_hidden_count_is_a_word_and_no_bar():
    waits = (Wait(name="within an hour", count=20), Wait(name="later", count=None))
    drawing = svg(build(replace(example_inputs(), waits=waits)).sections[3].chart)
    assert _words(drawing) == ["within an hour", "later", "20", "hidden"]
    assert "null" not in drawing


def test_causes_stand_by_side_and_size():
    causes = (
        CauseCount(cause="staff", side="people", count=30),  # no count of missed ones
        CauseCount(cause="billing", side="policy", count=2),
        CauseCount(cause="delay", side="policy", count=9, missed_count=4),
        CauseCount(cause="other", side=None, count=1),
        CauseCount(cause="defect", side="policy", count=None),  # hidden
    )
    chart = build(replace(example_inputs(), causes=causes)).sections[4].chart
    names = ["late or lost delivery", "billing", "how we treated them", "something else"]
    assert [row[0] for row in chart.rows] == names
    assert _words(svg(chart))[:7] == ["POLICY", *names[:2], "PEOPLE", names[2], "NEITHER", names[3]]
    assert _words(svg(chart))[7:] == ["9", "2", "30", "1"]


@pytest.mark.parametrize("theme", [SCREEN, PRINT])
def test_a_drawing_has_no_style_no_script_and_only_its_own_ids(theme):
    for section in build(example_inputs()).sections:
        for chart in (section.trend, section.chart):
            if chart is None:
                continue
            drawing = svg(chart, theme)
            assert not re.search(r"style=|<script|<style|href", drawing)
            assert all(name.startswith(chart.kind) for name in re.findall(r'id="([^"]+)"', drawing))


WEEK = st.one_of(
    st.none(),
    st.tuples(st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 0.3), st.one_of(st.none(), st.integers(0, 99))),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(WEEK, max_size=12))
def test_any_twelve_weeks_can_be_drawn(weeks):
    points = []
    for number, week in enumerate(weeks):
        start = MONDAY - timedelta(weeks=len(weeks) - 1 - number)
        if week is None:
            points.append(WeekPoint(week_start=start, value=None))
        else:
            value, below, above, n = week
            points.append(WeekPoint(week_start=start, value=value, ci_lower=value - below, ci_upper=value + above, n=n))
    page = build(replace(example_inputs(), weeks=tuple(points)))
    trend = page.sections[0].trend
    known = [week for week in weeks if week is not None and (week[3] is None or week[3] >= 5)]
    assert (trend is None) == (len(known) < 2)
    assert "NaN" not in (svg(trend) if trend else "")
    assert markdown(page)


@given(st.floats(-1, 1), st.floats(0, 2), st.floats(0, 2))
def test_an_interval_bar_stays_on_its_scale(value, below, above):
    axis = Axis(low=-1, high=1, value=value, lower=value - below, upper=value + above, low_label="", high_label="")
    bar = re.search(r'<rect x="([\d.]+)" y="4.0" width="([\d.]+)"', interval_bar(axis, "spoken"))
    left, width = (float(number) for number in bar.groups())
    assert left >= 4
    assert left + width <= 216 + 2  # a bar of no width is drawn two pixels wide


def test_twelve_weeks_of_nothing_heard_are_a_line_at_zero_without_a_mark():
    first = date(2026, 1, 5)
    points = tuple(WeekPoint(week_start=first + timedelta(weeks=n), value=0.0, n=9) for n in range(12))  # all zero
    drawing = svg(build(replace(example_inputs(), weeks=points)).sections[0].trend)
    assert "stroke-dasharray" not in drawing
