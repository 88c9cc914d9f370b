"""Power by simulation: Cohen's table where his law holds, and honesty where it does not."""

import numpy as np
import pytest

from heard.errors import NotIdentified, NotSupported
from heard.inference.experiments.contacts import Contacts
from heard.inference.experiments.plan import plan_of
from heard.inference.experiments.power import past_of, power_of

BASE = {
    "name": "x", "change": "abc", "kind": "prompt", "metric": "m", "starts_on": "2026-11-30", "weeks": 1,
    "smallest_effect": 0.5, "unit": "customer",
}  # fmt: skip
MONDAY = 20_787  # 2026-11-30


def independent(per_week, weeks=20, seed=0):
    n = per_week * weeks
    day = np.repeat(MONDAY - 7 * np.arange(1, weeks + 1), per_week) + 1
    values = np.random.default_rng(seed).normal(0, 1, n)
    customers = np.array([f"c{i}" for i in range(n)], dtype=object)
    return Contacts(day=day, value=values, n=np.ones(n), columns={"customer": customers})


def desk(agents=6, contacts=3600, weeks=26, spread=0.08, seed=0):
    rng = np.random.default_rng(seed)
    agent = rng.integers(agents, size=contacts)
    level = 0.36 + rng.normal(0, spread, agents)
    names = np.array([f"a{i}" for i in agent], dtype=object)
    return Contacts(
        day=MONDAY - rng.integers(1, 7 * weeks, contacts),
        value=(rng.random(contacts) < level[agent]).astype(float),
        n=np.ones(contacts),
        columns={"agent": names, "queue": np.full(contacts, "q", dtype=object), "team": names},
    )


@pytest.mark.parametrize(("per_arm", "power"), [(20, 0.34), (40, 0.60), (64, 0.80), (100, 0.94)])
def test_power_is_cohens_where_contacts_stand_alone(per_arm, power):
    """Cohen (1988), table 2.3.5, d = 0.5, two-sided alpha 0.05."""
    found = power_of(plan_of(BASE), past_of(independent(2 * per_arm), "customer"))
    assert found.power == pytest.approx(power, abs=0.07)  # 400 runs: three standard errors


def test_the_weeks_needed_reach_the_power():
    past = past_of(independent(32), "customer")
    found = power_of(plan_of(BASE), past)
    assert found.weeks_needed in (3, 4, 5)  # 64 an arm are 4 weeks of 32


def test_six_agents_are_six_and_not_1200():
    six = power_of(plan_of({**BASE, "unit": "agent", "smallest_effect": 0.06, "weeks": 9}), past_of(desk(), "agent"))
    days = power_of(
        plan_of({**BASE, "unit": "queue-day", "smallest_effect": 0.06, "weeks": 9}), past_of(desk(), "queue-day")
    )
    assert six.units == 6
    assert six.weeks_needed is None
    assert "Not even" in six.said
    assert days.weeks_needed is not None
    assert days.power > 4 * six.power


def test_adjusting_by_the_past_helps_agents():
    plan = {**BASE, "unit": "agent", "smallest_effect": 0.06, "weeks": 9}
    past = past_of(desk(agents=20), "agent")
    assert power_of(plan_of({**plan, "past_weeks": 9}), past).power > power_of(plan_of(plan), past).power + 0.1


def test_the_same_plan_says_the_same():
    past = past_of(independent(60), "customer")
    assert power_of(plan_of(BASE), past) == power_of(plan_of(BASE), past)


def test_two_weeks_are_no_past():
    with pytest.raises(NotIdentified, match="2 weeks"):
        past_of(independent(20, weeks=2), "customer")


def test_a_weekly_metric_cannot_be_assigned_by_day():
    data = desk()
    weekly = Contacts(day=data.day, value=data.value, n=data.n, columns=data.columns, is_weekly=True)
    with pytest.raises(NotSupported, match="heard_rate"):
        past_of(weekly, "queue-day")
