"""A plan says everything before the data come, and the same plan draws the same arms."""

from collections import Counter
from datetime import date

import numpy as np
import pytest

from heard.errors import BadInput, NotIdentified
from heard.inference.experiments.assigning import arm_of, assign
from heard.inference.experiments.plan import plan_of

GOOD = {
    "name": "own-words",
    "change": "A prompt shows the agent the customer's own words",
    "kind": "prompt",
    "metric": "heard_rate",
    "unit": "queue-day",
    "starts_on": "2026-12-07",
    "weeks": 8,
    "smallest_effect": 0.06,
}

FAULTS = [
    ({"starts_on": "2026-12-08"}, "Monday"),
    ({"kind": "training"}, "training stays with a person"),
    ({"guards": ["heard_rate"]}, "cannot guard itself"),
    ({"looking": "pocock"}, "needs looks"),
    ({"looks": 4}, "needs looking"),
    ({"smallest_effect": 0}, "smallest_effect"),
    ({"settle_days": 60, "weeks": 8}, "settle_days leave nothing"),
    ({"unit": "wish"}, "unit"),
    ({"unit": "agent's choice"}, "unit"),
    ({"subgroups": ["mood"]}, "mood"),
    ({"treated_share": 1.0}, "treated_share"),
    ({"name": "../up"}, "name"),
    ({"surprise": 1}, "surprise"),
    ({"strata": "team"}, "strata"),
]


@pytest.mark.parametrize(("change", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_a_plan_with_a_fault_is_refused(change, message):
    with pytest.raises(BadInput, match=message):
        plan_of({**GOOD, **change})


def test_every_fault_is_named_at_once():
    with pytest.raises(BadInput) as told:
        plan_of({"name": "x"})
    for field in ("change", "kind", "metric", "unit", "starts_on", "weeks", "smallest_effect"):
        assert field in str(told.value)


def test_the_digest_is_of_the_values_and_not_of_the_file():
    assert plan_of(GOOD).digest == plan_of(dict(reversed(GOOD.items()))).digest
    assert plan_of(GOOD).digest != plan_of({**GOOD, "smallest_effect": 0.05}).digest


def test_the_same_plan_draws_the_same_arms_in_any_order():
    plan = plan_of({**GOOD, "unit": "agent"})
    agents = [f"agent-{i}" for i in range(20)]
    assert assign(plan, agents) == assign(plan, reversed(agents))
    other = plan_of({**GOOD, "unit": "agent", "seed": 2})
    assert [one.arm for one in assign(other, agents)] != [one.arm for one in assign(plan, agents)]


def test_agents_are_balanced_within_teams_and_over_all():
    plan = plan_of({**GOOD, "unit": "agent", "strata": "team"})
    strata = {f"agent-{i}": f"team-{i % 3}" for i in range(27)}  # nine in each: odd
    drawn = assign(plan, strata, strata=strata)
    by_team = Counter((one.stratum, one.arm) for one in drawn)
    assert all(by_team[team, arm] in (4, 5) for team in set(strata.values()) for arm in ("control", "treatment"))
    assert Counter(one.arm for one in drawn)["treatment"] in (13, 14)


def test_days_are_switched_within_each_week_of_each_queue():
    drawn = assign(plan_of(GOOD), ["returns", "orders"])
    assert len(drawn) == 2 * 56
    by_week = Counter((one.stratum, one.arm) for one in drawn)
    assert set(by_week.values()) <= {3, 4}
    assert {one.unit for one in drawn if one.first_on == date(2026, 12, 7)} == {
        "returns 2026-12-07",
        "orders 2026-12-07",
    }


@pytest.mark.parametrize(("unit", "count"), [("shift", 112), ("team-week", 8)])
def test_shifts_and_weeks_are_switched_in_pairs(unit, count):
    drawn = assign(plan_of({**GOOD, "unit": unit}), ["Quay"])
    assert len(drawn) == count
    assert Counter(one.arm for one in drawn) == {"control": count // 2, "treatment": count // 2}


def test_customers_have_an_arm_before_they_come():
    plan = plan_of({**GOOD, "unit": "customer"})
    arms = [arm_of(plan, f"c_{i}") for i in range(4000)]
    assert arms == [arm_of(plan, f"c_{i}") for i in range(4000)]
    assert Counter(arms)["treatment"] == pytest.approx(2000, abs=130)  # four standard errors
    other = plan_of({**GOOD, "unit": "customer", "name": "another"})
    same = np.mean([arm == arm_of(other, f"c_{i}") for i, arm in enumerate(arms)])
    assert same == pytest.approx(0.5, abs=0.04)


def test_two_teams_cannot_be_compared():
    with pytest.raises(NotIdentified, match="two or more in each arm"):
        assign(plan_of({**GOOD, "unit": "team"}), ["Harbour", "Lane"])
