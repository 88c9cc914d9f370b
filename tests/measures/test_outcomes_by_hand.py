"""Buying, leaving, spending and handling on tables counted by hand."""

import numpy as np
import pytest

from heard.measures import REGISTRY, compute

DAY = 20_000


def did(*rows):
    """(customer, day, kind, amount, currency, is_voluntary), from the fourth on optional."""
    told = [(*row, *(None, "EUR", None)[len(row) - 3 :]) for row in rows]
    return [
        {
            "outcome_id": f"o{i}", "customer_id": f"c{who}", "local_day": DAY + day, "kind": kind, "amount": amount,
            "currency": currency, "is_voluntary": voluntary, "week_start": DAY + day - (DAY + day + 3) % 7,
        }
        for i, (who, day, kind, amount, currency, voluntary) in enumerate(told)
    ]  # fmt: skip


def row_of(view, name):
    table = compute(view, REGISTRY[name])
    assert table.num_rows <= 1, table.to_pylist()
    return table.to_pylist()[0] if table.num_rows else {"value": None, "n": 0}


def value_and_n(view, name):
    row = row_of(view, name)
    return row["value"], row["n"]


@pytest.fixture
def shop(view_of):
    """Six customers with a first order on day 0; a young one; the data end on day 100."""
    again = [
        (0, 90, "order", 5.0),
        (1, 91, "order", 5.0),
        (2, 10, "order", 5.0),
        (2, 10, "order", 1.0),
        (2, 30, "order", 5.0),
    ]
    first = [(i, 0, "order", 10.0) for i in range(6)]
    return view_of(outcome=did(*first, *again, (6, 60, "order", 10.0), (6, 61, "order", 10.0), (0, 100, "refund", 4.0)))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "repeat_purchase_share",
            (2 / 6, 6),
        ),  # day 90 is inside, day 91 is not; the young one has come again and waits
        ("repeat_purchase_censored_count", (1, 7)),
        ("orders_per_customer", (12 / 7, 7)),  # two orders of one day are one
        ("order_gap_calendar_seconds", (20 * 86_400, 5)),  # 90, 91, 10, 20 and 1 days
        ("net_revenue_per_customer", (97.0 / 7, 7)),
        ("given_back_per_customer", (4.0 / 7, 7)),
    ],
)
def test_buying(shop, name, told):
    assert value_and_n(shop, name) == pytest.approx(told)


def test_a_repeat_share_has_an_interval(shop):
    row = row_of(shop, "repeat_purchase_share")
    assert 0 < row["ci_lower"] < row["value"] < row["ci_upper"] < 1
    assert row["customer_count"] == 6


@pytest.fixture
def club(view_of):
    """The last outcome is on day 200, so that the quarter starts on day 109."""
    start = [(i, 0, "subscribe", 10.0) for i in range(8)]
    moves = [
        (0, 50, "upgrade", 10.0),  # before the start: stands at 20
        (1, 150, "upgrade", 5.0),
        (2, 150, "downgrade", 4.0),
        (3, 160, "churn", 10.0, "EUR", True),
        (4, 160, "churn", 10.0, "EUR", False),
        (5, 100, "churn", 10.0),  # before the start: not in it
        (8, 150, "subscribe", 99.0),  # new: not in it
        (9, 200, "order", 1.0),
    ]
    return view_of(outcome=did(*start, *moves))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("crr_quarter_share", (5 / 7, 7)),
        ("customer_churn_quarter_share", (2 / 7, 7)),
        ("gross_mrr_churn_quarter_share", (24 / 80, 8000)),  # 20 left, 4 less
        ("net_mrr_churn_quarter_share", (19 / 80, 8000)),
        ("grr_quarter_share", (56 / 80, 8000)),
        ("nrr_quarter_share", (61 / 80, 8000)),
        ("churn_count", (3, 3)),
        ("voluntary_churn_share", (None, 2)),  # two of known kind are too few to say
    ],
)
def test_leaving(club, name, told):
    value, n = value_and_n(club, name)
    assert n == told[1]
    assert value == (None if told[0] is None else pytest.approx(told[0]))


def test_revenue_has_an_interval_over_customers(club):
    row = row_of(club, "gross_mrr_churn_quarter_share")
    assert row["ci_lower"] < row["value"] < row["ci_upper"]
    assert row["customer_count"] == 7


def test_nothing_is_summed_over_currencies(view_of):
    view = view_of(
        outcome=did(*[(i, 0, "order", 1.0, "EUR") for i in range(6)], *[(i, 1, "order", 1.0, "USD") for i in range(6)])
    )
    assert value_and_n(view, "net_revenue_per_customer") == (None, 0)
    assert value_and_n(view, "orders_per_customer")[0] == 2  # counts need no currency


def test_failed_payments_stand_apart(view_of):
    view = view_of(outcome=did(*[(i, i, "churn", None, None, i % 3 == 0) for i in range(9)], (9, 1, "churn")))
    assert value_and_n(view, "voluntary_churn_share") == pytest.approx((3 / 9, 9))
    assert value_and_n(view, "payment_churn_share") == pytest.approx((6 / 9, 9))
    assert value_and_n(view, "churn_with_reason_share") == (0.0, 10)


def test_offers_and_concessions(view_of):
    rows = [(i, 0, "offer", 5.0) for i in range(6)] + [(0, 30, "upgrade", 5.0), (1, 31, "upgrade", 5.0)]
    rows += [(10 + i, 0, "credit", 8.0) for i in range(6)] + [
        (10, 90, "churn"),
        (11, 91, "churn"),
        (20, 200, "order", 1.0),
    ]
    rows += [(21, 195, "offer", 5.0), (22, 195, "credit", 500.0)]
    view = view_of(outcome=did(*rows))
    assert value_and_n(view, "upsell_accepted_share") == pytest.approx((1 / 6, 6))
    assert value_and_n(view, "saved_after_concession_share") == pytest.approx((5 / 6, 6))
    assert value_and_n(view, "concession_per_saved_customer") == pytest.approx((48 / 5, 5))


def test_referrals(view_of):
    rows = [(i, 0, "order", 1.0) for i in range(9)] + [(0, 5, "referral"), (0, 6, "referral"), (9, 7, "referral")]
    assert value_and_n(view_of(outcome=did(*rows)), "referrals_per_customer") == pytest.approx((3 / 10, 10))


def test_handling(view_of):
    chats = [(60.0, 1), (120.0, 1), (180.0, 2), (240.0, 3), (900.0, 2)]
    facts = [
        {
            "interaction_id": f"i{i}", "customer_id": f"c{i}", "channel": "chat", "opened_epoch_s": 0,
            "closed_epoch_s": int(s), "customer_turn_count": turns, "resolution_calendar_seconds": s,
        }
        for i, (s, turns) in enumerate(chats)
    ]  # fmt: skip
    facts.append(facts[0] | {"interaction_id": "mail", "channel": "email", "closed_epoch_s": 10**6})
    view = view_of(interaction_fact=facts, interaction=[{"interaction_id": "i0", "reopen_count": 2}])
    by = {name: value_and_n(view, name) for name in ("handle_mean_calendar_seconds", "handle_median_calendar_seconds")}
    assert by == {
        "handle_mean_calendar_seconds": (pytest.approx(300.0), 5),  # mail is waiting, not handling
        "handle_median_calendar_seconds": (180.0, 5),
    }
    assert value_and_n(view, "one_touch_share") == pytest.approx((3 / 6, 6))
    assert value_and_n(view, "reopened_share") == pytest.approx((1 / 6, 6))


def test_without_outcomes_there_is_nothing_to_say(view_of):
    for name, measure in REGISTRY.items():
        if "outcome" in measure.tables:
            assert value_and_n(view_of(), name)[0] in (None, 0), name


def test_repeat_purchase_against_plain_python(view_of):
    rng = np.random.default_rng(4)
    rows = [
        (int(w), int(d), "order", 1.0) for w, d in zip(rng.integers(0, 60, 300), rng.integers(0, 400, 300), strict=True)
    ]
    days = {}
    for who, day, *_ in rows:
        days.setdefault(who, set()).add(day)
    end = max(d for _, d, *_ in rows)
    old = {w: sorted(d) for w, d in days.items() if min(d) + 90 <= end}
    again = sum(len(d) > 1 and d[1] - d[0] <= 90 for d in old.values())
    assert value_and_n(view_of(outcome=did(*rows)), "repeat_purchase_share") == pytest.approx(
        (again / len(old), len(old))
    )
