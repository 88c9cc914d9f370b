"""Bots and people on one ruler, on tables counted by hand."""

import pytest

from heard.measures import REGISTRY, compute

DAY = 86_400
END = 100 * DAY


def fact(n, bot, agent, *, customer=None, issue="delivery", at=0):
    return {
        "interaction_id": f"i{n}", "customer_id": customer or f"c{n}", "bot_turn_count": bot, "agent_turn_count": agent,
        "customer_turn_count": 1, "issue": issue, "opened_epoch_s": at, "closed_epoch_s": at, "week_start": 0,
    }  # fmt: skip


def value_and_n(view, name):
    row = compute(view, REGISTRY[name]).to_pylist()[0]
    return row["value"], row["n"]


FACTS = [
    *(fact(n, 2, 0) for n in range(6)),  # ended with the bot
    *(fact(n, 2, 3) for n in range(6, 10)),  # handed over
    *(fact(n, 0, 3) for n in range(10, 20)),  # people alone
    fact(20, 0, 0),  # nobody wrote: no journey
    fact(21, 0, 1, customer="c0", at=DAY),  # c0 is back after a day about the same
    fact(22, 0, 1, customer="c1", at=5 * DAY),  # c1 after five days
    fact(23, 0, 1, customer="c2", at=5 * DAY, issue="billing"),  # c2 about something else
    fact(24, 0, 1, at=END),  # the newest event
]


@pytest.fixture
def bots(view_of):
    signals = [{"interaction_id": f"i{n}", "label": "asks_for_person"} for n in (0, 1, 6, 7, 8, 10)]
    return view_of(interaction_fact=FACTS, signal=signals)


@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        ("escalation_share", 4 / 10, 10),
        ("containment_share", 6 / 10, 10),
        ("containment_strict_share", 5 / 10, 10),  # c0 came back within two days
        ("durable_resolution_share", 4 / 6, 6),  # c0 and c1 came back about it, c2 did not
        ("person_refused_share", 2 / 5, 5),  # 0 and 1 got none; 10 had no bot
    ],
)
def test_contacts_with_a_bot(bots, name, value, n):
    found = value_and_n(bots, name)
    assert found[1] == n
    assert found[0] == pytest.approx(value)


def moment(n, k, **more):
    return {"moment_id": f"m{n}-{k}", "interaction_id": f"i{n}", "customer_id": f"c{n}", "week_start": 0} | more


def test_the_same_ruler_for_all_three(view_of):
    moments = [moment(n, 0, state="met" if n % 2 else "missed") for n in range(6)]
    moments += [moment(n, k, state="met", is_generic=n == 6) for n in range(6, 10) for k in range(2)]
    moments += [moment(n, 0, state="late" if n == 10 else "met") for n in range(10, 20)]
    moments += [moment(11, 1, state="unanswered")]
    view = view_of(interaction_fact=FACTS, moment=moments)
    assert value_and_n(view, "bot_only_heard_rate") == (0.5, 6)
    assert value_and_n(view, "hybrid_heard_rate") == (0.75, 8)  # the generic ones do not count
    assert value_and_n(view, "human_only_heard_rate") == (0.9, 10)  # the unanswered one is outside


def answer(n, value, item="felt_understood", **more):
    return {
        "answer_id": f"a{n}-{item}", "interaction_id": f"i{n}", "customer_id": f"c{n}", "item_id": item, "value": value,
        "scale_low": 1.0, "scale_high": 5.0, "polarity": "higher_better", "week_start": 0,
    } | more  # fmt: skip


def test_customers_own_word_by_journey(view_of):
    answers = [answer(n, 5.0 if n < 2 else 3.0) for n in range(6)] + [answer(n, 4.0) for n in range(10, 20)]
    answers += [answer(n, 4.0, "satisfied") for n in range(10, 20)] + [answer(12, 1.0, "satisfied2")]
    answers += [answer(n, 5.0, "bot_understood") for n in range(6)] + [answer(0, 9.0, "bot_no_repeat", scale_high=10.0)]
    view = view_of(interaction_fact=FACTS, survey_answer=answers)
    assert value_and_n(view, "felt_understood_bot_only_share") == (pytest.approx(2 / 6), 6)
    assert value_and_n(view, "felt_understood_human_only_share") == (1.0, 10)
    assert value_and_n(view, "csat_5_top_two_human_only_share") == (1.0, 10)
    assert value_and_n(view, "bot_items_score") == (100.0, 6)  # the one on ten points is left out


def test_too_few_say_nothing(view_of):
    view = view_of(interaction_fact=[fact(n, 1, 0) for n in range(4)])
    assert value_and_n(view, "containment_share") == (None, 4)
