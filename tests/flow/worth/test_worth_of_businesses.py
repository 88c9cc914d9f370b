"""Small businesses whose answer is known by hand, and bad input of every kind."""

import numpy as np
import pytest
from kit import POLICY, made

from heard.actions.worth import cohorts as shown
from heard.errors import BadInput, NotIdentified
from heard.flow.worth.cohorts import compare, followed
from heard.flow.worth.hazards import histories_of, risks
from heard.flow.worth.joining import report
from heard.flow.worth.paying import Handed, answer, concessions, handed, margin_of


def shop(rng, *, n=300, ratio=3.0, currency="EUR"):
    """Every customer is heard or missed once on day 0..99 and leaves `ratio` times as fast for 56 days when missed."""
    contacts, outcomes = [], []
    for one in range(n):
        day, missed = int(rng.integers(0, 100)), bool(rng.random() < 0.5)
        contacts.append((one, day, "missed" if missed else "heard"))
        outcomes.append((one, day, "order", 10.0, currency))
        for later in range(day + 1, 400):
            fast = ratio if missed and later <= day + 56 else 1.0
            if rng.random() < 0.002 * fast:
                outcomes.append((one, later, "churn", None, None, True))
                break
    return made(contacts, outcomes, joined=dict.fromkeys(range(n), -10), last_day=400)


def rows_of(found):
    return {row["what"]: row for row in report(found).rows}


def test_a_join_report_counts_what_does_not_fit():
    found = made(
        [(0, 5, "heard"), (0, 9, "missed"), (1, 50, "missed"), (2, 5, "heard")],
        [
            (0, 7, "order", 10.0),
            (0, 8, "refund", 12.0),
            (1, 20, "churn"),
            (3, 4, "churn"),
            (4, 9, "churn"),
            (4, 12, "churn"),
        ],
        joined={3: 6},
    )
    told = rows_of(found)
    assert (
        told["customers with contacts who have an outcome"]["count"],
        told["customers with contacts who have an outcome"]["of"],
    ) == (2, 3)
    assert told["customers with several contacts"]["count"] == 1
    assert told["customers with several churns"]["count"] == 1
    assert told["churned customers whose first contact came later"]["count"] == 1
    assert told["churned customers who wrote again afterwards"]["count"] == 1
    assert told["customers who left before they joined"]["count"] == 1
    assert told["customers given back more than they paid"]["count"] == 1
    assert len(report(found).faults) == 2


def test_two_systems_that_share_no_customer_are_told_so():
    assert "customers_of" in report(made([(0, 1, "heard")], [(1, 2, "order", 5.0)])).faults[0]


def test_mixed_currencies_are_told_and_then_refused():
    found = made([(0, 1, "heard")], [(0, 2, "order", 5.0, "EUR"), (0, 3, "order", 5.0, "USD")])
    assert "EUR, USD" in report(found).faults[-1]
    with pytest.raises(BadInput, match="2 currencies"):
        answer(found, margin_share=0.5, cost=0, reach=0.5, window_days=56, horizon_days=365, effect=None, seed=1)


def test_follow_up_begins_with_the_first_contact_and_ends_with_leaving():
    found = made(
        [(0, 10, "missed"), (0, 12, "heard"), (1, 10, None), (1, 20, "heard"), (2, 30, "heard")],
        [(0, 25, "churn"), (2, 20, "churn"), (3, 40, "order", 1.0)],
    )
    told = followed(found, "churn", "start", None)
    # the second's first contact waits for an answer, the third wrote after leaving
    assert told.state.tolist() == [2, 0]
    assert told.days.tolist() == [15, 20]
    assert told.cause.tolist() == [1, 0]


def test_an_order_ends_the_wait_only_while_still_a_customer():
    found = made(
        [(0, 10, "heard"), (1, 10, "heard")],
        [(0, 10, "order", 1.0), (0, 30, "order", 1.0), (1, 15, "churn"), (1, 20, "order", 1.0)],
        last_day=50,
    )
    told = followed(found, "order", "start", None)
    assert (told.days.tolist(), told.cause.tolist()) == ([20, 5], [1, 0])


@pytest.mark.parametrize(
    ("after", "on", "states"),
    [("joining", None, [0]), ("renewal", None, [2]), ("incident", None, None)],
)
def test_first_contacts_after_joining_before_renewal_after_an_incident(after, on, states):
    found = made([(0, 10, "heard"), (1, 300, "missed")], [(2, 310, "order", 1.0)], joined={0: 0, 1: 0}, renews={1: 330})
    if after == "incident":
        from datetime import date, timedelta

        told = followed(found, "churn", after, date(1970, 1, 1) + timedelta(days=200))
        assert told.state.tolist() == [2]
    else:
        assert followed(found, "churn", after, on).state.tolist() == states


def test_equal_windows_leave_out_who_came_too_late():
    contacts = [(i, 0, "heard") for i in range(10)] + [(10 + i, 95, "heard") for i in range(10)]
    outcomes = [(0, 5, "churn"), (10, 96, "churn")]
    found = made(contacts, outcomes, last_day=100)
    told = compare(found, followed(found, "churn", "start", None), "churn", "start", 30, 30, 5)
    window = told.groups[0].triangle[0]
    assert (window["n"], window["value"]) == (10, 0.9)  # those of day 95 could not be seen for 30 days, left or not


def test_small_groups_are_hidden_and_do_not_follow_by_subtraction():
    contacts = [(i, 0, "heard") for i in range(30)] + [(30 + i, 0, "missed") for i in range(3)]
    contacts += [(40 + i, 0, "no moment") for i in range(9)]
    found = made(contacts, [(0, 5, "churn")], last_day=90)
    told = compare(found, followed(found, "churn", "start", None), "churn", "start", 60, 30, 5)
    by_name = {g.name: g for g in told.groups}
    assert by_name["missed"].n is None
    assert by_name["no moment"].n is None  # the smallest of the others goes with it
    assert by_name["heard"].n == 30
    assert by_name["acknowledged only"].undefined_because == "nobody"
    assert "33" not in shown.page(told)


def test_the_page_of_cohorts_names_every_group_and_loads_nothing():
    found = shop(np.random.default_rng(0))
    told = compare(found, followed(found, "churn", "start", None), "churn", "start", 90, 30, 5)
    html = shown.page(told)
    assert html.count("<polyline") == 2
    assert "<script" not in html
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert told.to_dict()["groups"][0]["points"][1]["ci_lower"] < told.to_dict()["groups"][0]["points"][1]["value"]


def test_who_left_before_joining_is_left_out_and_counted():
    found = made([(0, 5, "heard"), (1, 5, "missed")], [(0, 9, "churn"), (1, 3, "churn")], joined={0: 10, 1: 1})
    histories, chosen, left_out = histories_of(found)
    assert chosen.tolist() == []
    assert left_out["who left before they joined"] == 1
    assert left_out["who left before the first contact of the data"] == 1
    assert len(histories.entered) == 0


def test_a_strong_effect_is_found_with_its_grade():
    told = risks(shop(np.random.default_rng(4), n=900, ratio=5.0))
    first = told.estimates[0]
    assert first.ci_lower < 5.0 < first.ci_upper
    assert first.grade in ("C", "D")
    assert first.details["e_value_of_bound"] > 1.5
    assert told.to_dict()["customers"] == 900


def test_causes_compete():
    rng = np.random.default_rng(5)
    found = shop(rng, n=600)
    churns = np.flatnonzero(found.done.of("churn"))
    found.done.is_voluntary[churns[::2]] = False
    told = risks(found)
    assert set(told.by_cause) == {"voluntary or unknown", "failed payment"}
    assert sum(one["event_count"] for one in told.by_cause.values()) == told.event_count


@pytest.mark.parametrize(
    ("contacts", "outcomes", "told"),
    [
        ([(0, 1, "heard")], [(0, 9, "order", 1.0)], "no heard or missed contact|customers who left"),  # one customer
        ([(i, 1, "heard") for i in range(40)], [(i, 50, "order", 1.0) for i in range(40)], "0 customers who left"),
        ([(i, 1, "no moment") for i in range(40)], [(i, 50, "churn") for i in range(40)], "no heard or missed"),
    ],
)
def test_what_cannot_be_known_of_leaving_is_said(contacts, outcomes, told):
    with pytest.raises(NotIdentified, match=told):
        risks(made(contacts, outcomes, last_day=90))


def paid(found, **change):
    given = {
        "margin_share": 0.5,
        "cost": 0.0,
        "reach": 0.5,
        "window_days": 56,
        "horizon_days": 365,
        "effect": None,
        "seed": 1,
    }
    return answer(found, **(given | change))


def test_worth_is_a_range_with_a_grade_and_the_cost_comes_off():
    found = shop(np.random.default_rng(4), n=900, ratio=5.0)
    free, dear = paid(found), paid(found, cost=100.0)
    assert free.moment.ci_lower < free.moment.median < free.moment.ci_upper
    assert free.programme.median - dear.programme.median == pytest.approx(100.0)
    assert free.grade == free.estimate.grade
    for line in free.said()[:2]:
        assert f"evidence {free.grade}" in line
        assert " to " in line  # never a point alone
    assert "E-value" in free.said()[2]
    assert free.to_dict()["sensitivity"]["robustness"] > 0


def test_an_effect_from_an_experiment_brings_its_grade():
    found = shop(np.random.default_rng(4))
    told = paid(found, effect=handed("0.1,0.05,0.15", "randomised"))
    assert (told.grade, told.estimate) == ("A", None)
    assert told.given.effect.value == 0.1


@pytest.mark.parametrize("text", ["0.1", "a,b,c", "0.3,0.1,0.2"])
def test_a_wrong_effect_is_refused(text):
    with pytest.raises(BadInput):
        handed(text, "randomised")
    with pytest.raises(BadInput, match="design"):
        handed("0.1,0,0.2", "gut feeling")


def test_without_leavers_there_is_no_worth_but_one_handed_in():
    found = made([(i, 1, "heard") for i in range(40)], [(i, 50, "order", 10.0) for i in range(40)], last_day=90)
    with pytest.raises(NotIdentified, match="--effect"):
        paid(found)
    assert paid(found, effect=Handed(value=0.1, ci_lower=0.0, ci_upper=0.2, design="adjusted")).moment.median > 0


def test_refunds_larger_than_orders_make_a_negative_margin_not_an_error():
    found = made(
        [(i, 1, "heard") for i in range(40)],
        [(i, 2, "order", 10.0) for i in range(40)] + [(i, 3, "refund", 15.0) for i in range(40)],
        last_day=90,
    )
    told = paid(found, effect=Handed(value=0.1, ci_lower=0.0, ci_upper=0.2, design="adjusted"))
    assert told.given.value.value < 0


def test_concessions_stand_beside_each_state():
    contacts = [(i, 10, "heard" if i < 10 else "missed") for i in range(20)]
    outcomes = [(i, 20, "refund", 8.0) for i in range(10, 20)] + [(0, 90, "order", 1.0)]
    told = {row["contact"]: row for row in concessions(made(contacts, outcomes, last_day=100), 56)}
    assert (told["heard"]["mean"], told["missed"]["mean"], told["missed"]["share"]) == (0.0, 8.0, 1.0)
    assert told["no moment"]["mean"] is None


@pytest.mark.parametrize("given", [0.0, 1.2, -0.1])
def test_a_margin_is_a_share(given):
    with pytest.raises(BadInput, match="margin"):
        margin_of(POLICY, given)


def test_a_margin_must_be_known():
    assert margin_of(POLICY, None) == 0.5
    with pytest.raises(BadInput, match="margin_share under"):
        margin_of(POLICY.model_copy(update={"standards": {}}), None)
