"""Who stays beside what it costs, and how many apologies: counted by hand."""

import pytest
from kit import POLICY, made

from heard.flow.worth.empathy import dose_response, kept_beside_cost, said_of_doses

PRICED = POLICY.model_copy(update={"standards": {"cost_per_reply": 2.5}})


def contact(who, state, *, intensity=1, replies=1, sorry=0, day=0):
    return (who, day, state, "delivery", "email", intensity, replies, sorry)


def test_who_stays_and_what_it_took_by_hand():
    contacts = [contact(i, "heard", replies=2 if i < 5 else 4) for i in range(10)]
    contacts += [contact(10 + i, "missed") for i in range(8)] + [contact(30, "no moment")]
    contacts += [contact(40 + i, "heard", day=380) for i in range(6)]  # their window has not ended
    churns = [(0, 56, "churn"), (1, 57, "churn"), *[(10 + i, 10, "churn") for i in range(4)]]
    told = {row["contact"]: row for row in kept_beside_cost(made(contacts, churns, last_day=400, policy=PRICED), 56)}
    assert (told["heard"]["n"], told["heard"]["value"]) == (10, 0.9)  # day 56 is inside, day 57 is not
    assert (told["missed"]["n"], told["missed"]["value"]) == (8, 0.5)
    assert told["heard"]["ci_lower"] < 0.9 < told["heard"]["ci_upper"] < 1
    assert (told["heard"]["replies"], told["heard"]["cost"]) == pytest.approx((3.0, 7.5))
    assert told["heard"]["cost_ci_lower"] < 7.5 < told["heard"]["cost_ci_upper"]
    assert told["no moment"]["n"] is None, "one customer stays hidden"


def test_no_price_no_cost():
    found = made([contact(i, "heard") for i in range(9)], [(0, 300, "order", 1.0)], last_day=400)
    row = kept_beside_cost(found, 56)[0]
    assert (row["replies"], row["cost"]) == (1.0, None)


def test_contacts_of_one_customer_count_as_less_than_as_many_customers():
    alone = made([contact(i, "heard") for i in range(60)], [(i, 9, "churn") for i in range(12)], last_day=400)
    again = [contact(i // 10, "heard", day=i % 10) for i in range(60)]
    clustered = made(again, [(0, 20, "churn"), (7, 300, "order", 1.0)], last_day=400)
    width = [row["ci_upper"] - row["ci_lower"] for row in (kept_beside_cost(f, 56)[0] for f in (alone, clustered))]
    assert width[1] > 2 * width[0]


def test_more_apologies_are_not_always_better():
    contacts, churns = [], []
    for dose, leaving in ((0, 30), (1, 5), (2, 6), (7, 40)):
        for i in range(100):
            contacts.append(contact(100 * dose + i, "heard", sorry=dose))
            if i < leaving:
                churns.append((100 * dose + i, 20, "churn"))
    told = dose_response(made(contacts, churns, last_day=400), 56)
    assert [row["value"] for row in told[:4]] == pytest.approx([0.7, 0.95, 0.94, 0.6])
    assert all(row["n"] is None for row in told[4:]), "no strong moment was shown"
    assert said_of_doses(told).startswith("More is not always better: after mild or clear moments")
    few = dose_response(made(contacts[:120], churns, last_day=400), 56)
    assert "Too few" in said_of_doses(few)


def test_equal_doses_are_not_told_apart():
    contacts = [contact(100 * d + i, "heard", sorry=d, intensity=3) for d in (1, 3) for i in range(50)]
    churns = [(100 * d + i, 20, "churn") for d in (1, 3) for i in range(5)]
    told = said_of_doses(dose_response(made(contacts, churns, last_day=400), 56))
    assert "+0.0 points (strong)" in told
    assert "do not part" in told
