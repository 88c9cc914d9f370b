"""A plan a week: once however often it is asked for, nobody twice within the days, a week without one is seen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from heard import flow, gate
from heard.actions.surveys.plan import Wish
from heard.flow.asking_weekly import AskedWeek

MONDAY = datetime(2026, 11, 2, 5, 10, tzinfo=UTC)
SINCE, UNTIL = date(2026, 1, 1), date(2027, 1, 1)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of every workspace that is opened from now on."""
    opened = gate.open

    def set_to(instant):
        monkeypatch.setattr(gate, "open", lambda folder: replace(opened(folder), now=lambda: instant))

    return set_to


def asked(shop):
    with gate.view(gate.open(shop), "survey") as view:
        query = "SELECT customer_id FROM survey_invitation WHERE source = 'heard_survey'"
        return view.sql(query)["customer_id"].to_pylist()


def weekly(shop, *, every_days=90):
    wish = Wish(count=8, every_days=every_days)
    return flow.survey_week(shop, wish, since=SINCE, until=UNTIL, base="https://survey.example")


def test_a_scheduler_that_runs_twice_asks_once(shop, at):
    at(MONDAY)
    assert weekly(shop).plan.asked.num_rows == 8
    at(MONDAY + timedelta(days=6))
    again = weekly(shop)
    assert again == AskedWeek(monday=date(2026, 11, 2), asked=8, answered=0)
    assert len(asked(shop)) == 8


def test_nobody_is_asked_by_two_plans_within_the_days(shop, at):
    for week in range(3):
        at(MONDAY + timedelta(weeks=week))
        weekly(shop)
    people = asked(shop)
    assert len(people) == len(set(people)) == 24


def test_a_week_without_a_plan_is_seen(shop, at):
    assert flow.survey_weeks(shop) == (), "the sample company's own invitations are no plan"
    at(MONDAY)
    weekly(shop)
    at(MONDAY + timedelta(weeks=2))
    weekly(shop)
    told = flow.survey_weeks(shop)
    assert [(week.monday.isoformat(), week.asked) for week in told] == [
        ("2026-11-02", 8),
        ("2026-11-09", 0),
        ("2026-11-16", 8),
    ]
    assert told[1].to_row()["asked"] == "nobody: no plan"
