"""Value by groups, drivers with agents and teams, and a change that adds up."""

import numpy as np
import pyarrow as pa
import pytest
from kit import made

from heard.errors import BadInput, NotIdentified
from heard.flow.worth.driving import driven
from heard.flow.worth.valuing import valued


def test_value_so_far_is_net_and_on_margin():
    found = made(
        [(i, 0, "heard") for i in range(6)],
        [(i, 1, "order", 100.0) for i in range(6)] + [(0, 2, "refund", 40.0), (1, 3, "credit", 20.0)],
        last_day=365,
    )
    told = valued(found, 0.5, 0.1)
    assert told.historic["value"] == pytest.approx(0.5 * 540 / 6)
    assert told.historic["ci_lower"] < told.historic["value"] < told.historic["ci_upper"]
    assert told.historic["n"] == 6
    assert "customers who bought again" in told.predicted["undefined_because"]
    assert told.contract["undefined_because"] == "no subscriptions"
    assert told.groups[0]["value"] == pytest.approx(0.5 * 540 / 6 / (365 / 365.25))
    assert told.groups[2]["value"] is None  # nobody was missed
    assert "grade" in told.to_dict()


def test_value_under_contract_comes_from_those_who_left():
    outcomes = [(i, 0, "subscribe", 10.0) for i in range(40)] + [(i, 365, "churn", None, None, True) for i in range(20)]
    told = valued(made([(0, 0, "heard")], outcomes, last_day=730), 1.0, 0.0).contract
    months = (20 * 365 + 20 * 730) * 12 / 365.25
    retention = np.exp(-20 / months)
    assert told["monthly_retention"] == pytest.approx(retention)
    assert told["value"] == pytest.approx(10 * retention / (1 - retention))
    assert told["ci_lower"] < told["value"] < told["ci_upper"]


def test_two_subscribers_and_one_buyer_have_no_value_to_show():
    found = made(
        [(0, 0, "heard")], [(0, 1, "order", 9.0), (0, 1, "subscribe", 9.0), (1, 1, "subscribe", 9.0), (1, 9, "churn")]
    )
    told = valued(found, 0.5, 0.1)
    assert (told.historic["value"], told.contract["value"]) == (None, None)
    assert told.contract["undefined_because"] == "fewer than 5 subscribers"


def test_repeat_buyers_have_an_expected_value():
    rng = np.random.default_rng(3)
    outcomes = []
    for one in range(300):
        pace = rng.gamma(1.0, 1 / 60)
        day = int(rng.integers(0, 100))
        while day < 400:
            outcomes.append((one, day, "order", float(rng.gamma(4, 10))))
            day += 1 + int(rng.exponential(1 / pace))
            if rng.random() < 0.15:
                break
    told = valued(made([(0, 0, "heard")], outcomes, last_day=400), 0.4, 0.1).predicted
    assert told["ci_lower"] < told["value"] < told["ci_upper"]
    assert told["value"] < 0.4 * sum(o[3] for o in outcomes) / 300 * 2


def contacts(rng, *, n=600, agents=12, teams=3, lift=0.0):
    """Contacts of a desk: the answer rises with being heard; one team has the hard cases."""
    agent = rng.integers(0, agents, n)
    team = agent % teams
    state = rng.choice([0, 1, 2, 3], n)
    hard = rng.random(n) < np.where(team == 0, 0.7, 0.2)
    table = pa.table({
        "interaction_id": [f"i{i}" for i in range(n)], "customer_id": [f"c{i % 200}" for i in range(n)],
        "local_day": pa.array(np.arange(n) // 3, pa.int64()), "issue": np.where(hard, "returns", "delivery"),
        "channel": ["chat"] * n, "team_id": [f"t{t}" for t in team], "agent_id": [f"a{a}" for a in agent],
        "state": pa.array(state, pa.int32()), "intensity": pa.array(np.where(state == 3, 0, 2), pa.int32()),
        "resolution_calendar_seconds": pa.array(rng.exponential(3600, n)), "behavior_mask": pa.array([0] * n, pa.int64()),
    })  # fmt: skip
    score = 3.5 + 0.8 * (state == 0) - 0.6 * hard + lift * (agent == 1) + rng.normal(0, 0.7, n)
    return table, score


def test_what_goes_with_an_answer_is_found_and_nobody_is_named():
    rng = np.random.default_rng(1)
    table, score = contacts(rng)
    told = driven(table, score, "felt_understood", 5)
    coef = {row["name"]: row for row in told.coefficients}
    assert coef["heard"]["ci_lower"] < 0.8 < coef["heard"]["ci_upper"]
    assert told.shares[0]["name"] in ("heard", "issue: returns")
    assert sum(row["share_of_variance"] for row in told.shares) == pytest.approx(told.r_squared, abs=1e-6)
    assert told.agents["agent_count"] == 12
    assert "a1" not in str(told.to_dict())
    teams = {row["group"]: row for row in told.teams}
    assert teams["t0"]["raw"] < teams["t1"]["raw"] - 0.15  # the hard cases
    assert abs(teams["t0"]["adjusted"] - teams["t1"]["adjusted"]) < 0.15


def test_two_agents_give_no_part_and_no_team():
    table, score = contacts(np.random.default_rng(2), agents=2, teams=2)
    told = driven(table, score, "felt_understood", 5)
    assert told.agents["share"] is None
    assert told.teams == ()


def test_too_few_answers_or_all_alike_are_refused():
    table, score = contacts(np.random.default_rng(2))
    with pytest.raises(NotIdentified, match="0 contacts"):
        driven(table, np.full(600, np.nan), "felt_understood", 5)
    with pytest.raises(NotIdentified):
        driven(table, np.ones(600), "felt_understood", 5)
    assert score is not None
    with pytest.raises(BadInput):
        valued(made([(0, 0, "heard")], [(0, 1, "order", 1.0, "EUR"), (0, 1, "order", 1.0, "USD")]), 0.5, 0.1)
