"""Acquisition, bounce, personal items, leads and usage on tables counted by hand."""

import pytest

from heard.measures import REGISTRY, compute

DAY = 20_000


def did(*rows):
    """(customer, day, kind, amount, currency), the last two optional."""
    told = [(*row, *(None, "EUR")[len(row) - 3 :]) for row in rows]
    return [
        {
            "outcome_id": f"o{i}", "customer_id": f"c{who}", "local_day": DAY + day, "kind": kind, "amount": amount,
            "currency": currency, "week_start": DAY + day - (DAY + day + 3) % 7,
        }
        for i, (who, day, kind, amount, currency) in enumerate(told)
    ]  # fmt: skip


def row_of(view, name):
    table = compute(view, REGISTRY[name])
    return table.to_pylist()[0] if table.num_rows else {"value": None, "n": 0}


def value_and_n(view, name):
    row = row_of(view, name)
    return row["value"], row["n"]


def test_cac_is_spend_over_new_customers_of_all_weeks(view_of):
    rows = [(100 + week, 7 * week, "spend", 60.0) for week in range(3)]
    rows += [(i, i, "order", 5.0) for i in range(9)] + [(0, 15, "order", 5.0), (1, 1, "subscribe", 5.0)]
    rows += [(2, 10, "referral"), (3, 11, "referral")]
    view = view_of(outcome=did(*rows))
    assert value_and_n(view, "cac_blended") == pytest.approx((180 / 9, 9))  # who orders twice is new once
    assert value_and_n(view, "cac_paid") == pytest.approx((180 / 7, 7))
    mixed = view_of(outcome=did(*rows, (9, 1, "order", 1.0, "USD")))
    assert value_and_n(mixed, "cac_blended")[0] in (None, 0)


def with_reason(rows, reasons):
    return [row | {"reason": reason} for row, reason in zip(rows, reasons, strict=True)]


def test_bounces_break_down_by_page(view_of):
    rows = did(*[(i, i, "bounce" if i < 6 else "visit") for i in range(20)])
    view = view_of(outcome=with_reason(rows, ["returns"] * 10 + ["home"] * 10))
    assert value_and_n(view, "bounce_share") == pytest.approx((6 / 20, 20))
    row = row_of(view, "bounce_share")
    assert 0 < row["ci_lower"] < 0.3 < row["ci_upper"] < 1
    by_page = {r["issue"]: r["value"] for r in compute(view, REGISTRY["bounce_share"], by=("issue",)).to_pylist()}
    assert by_page == pytest.approx({"returns": 0.6, "home": 0.0})


def test_churn_breaks_down_by_its_reason(view_of):
    rows = did(*[(i, i, "churn") for i in range(9)])
    view = view_of(outcome=with_reason(rows, ["price"] * 6 + ["moved"] * 3))
    told = compute(view, REGISTRY["churn_count"], by=("issue",)).to_pylist()
    assert {row["issue"]: row["value"] for row in told} == {"price": 6, "moved": 3}


def test_personal_items_against_the_others(view_of):
    rows = [(i, 0, kind) for i in range(10) for kind in ("personal_impression", "impression")]
    rows += [(i, 0, "personal_click") for i in range(4)] + [(0, 0, "click")]
    rows += [(0, 0, "personal_click")] * 3  # several clicks on one impression are one
    rows += [(0, 1, "felt_intrusive"), (1, 1, "felt_intrusive"), (0, 2, "felt_intrusive"), (77, 1, "felt_intrusive")]
    view = view_of(outcome=did(*rows))
    assert value_and_n(view, "personal_click_share") == pytest.approx((4 / 10, 10))
    assert value_and_n(view, "personal_click_lift") == pytest.approx((4 / 10 - 1 / 10, 20))  # n is both sides
    assert value_and_n(view, "felt_intrusive_share") == pytest.approx((2 / 10, 10))
    row = row_of(view, "personal_click_lift")
    assert row["ci_lower"] < row["value"] < row["ci_upper"]


def test_leads_and_what_they_met(view_of):
    rows = [(i, 0, "lead") for i in range(24)] + [(i, 90, "order", 5.0) for i in range(4)]
    rows += [(12, 91, "order", 5.0), (13, 10, "subscribe", 5.0), (50, 150, "lead"), (51, 200, "order", 1.0)]
    moments = [(i, 5, "met") for i in range(12)] + [(i, 5, "missed") for i in range(12, 24)]
    moments += [(0, 95, "missed"), (13, 20, "met")]  # after the order, or after the window: not counted
    told = [
        {"interaction_id": f"i{n}", "moment_id": f"m{n}", "customer_id": f"c{who}", "local_day": DAY + day,
         "state": state} for n, (who, day, state) in enumerate(moments)
    ]  # fmt: skip
    view = view_of(outcome=did(*rows), moment=told)
    assert value_and_n(view, "lead_conversion_share") == pytest.approx((5 / 24, 24))  # day 90 is inside, day 91 is not
    assert value_and_n(view, "lead_conversion_difference") == pytest.approx((4 / 12 - 1 / 12, 24))


def test_a_dip_is_held_against_the_customers_own_use(view_of):
    rows = [(i, -112 + 28 * period + 1, "usage", 10.0) for i in range(8) for period in range(3)]
    rows += [(i, -112, "usage", 1.0) for i in range(8)]  # seen long enough
    rows += [(0, 0, "usage", 4.9), (1, 0, "usage", 5.0), (2, -28, "usage", 90.0), (20, -5, "usage", 1.0)]
    view = view_of(outcome=did(*rows, *[(i, -3, "usage", 9.0) for i in range(3, 8)]))
    assert value_and_n(view, "usage_dip_share") == pytest.approx((2 / 8, 8))  # 0 by use, 2 by none; 1 is just half
