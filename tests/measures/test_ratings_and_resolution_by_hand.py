"""Every CSAT, NPS and CES under its own name; settled beside settled and heard, counted by hand."""

import pytest

from heard.measures import REGISTRY, compute

MONDAY = 20_000 - (20_000 + 3) % 7
DAY = 86_400


def value_and_n(view, name):
    (row,) = compute(view, REGISTRY[name]).to_pylist() or [{"value": None, "n": 0}]
    return row["value"], row["n"]


def answers(item, scale, values, instrument="csat_5", polarity="higher_better"):
    return [
        {
            "answer_id": f"w{i}", "customer_id": f"c{i}", "instrument": instrument, "instrument_version": "1",
            "item_id": item, "value": None if v is None else float(v), "scale_low": float(scale[0]),
            "scale_high": float(scale[1]), "polarity": polarity, "week_start": MONDAY,
        }
        for i, v in enumerate(values)
    ]  # fmt: skip


TEN = (0, 6, 7, 8, 9, 9, 10, 10, 10, 10)
CASES = [
    # item, scale, answers, instrument, measure, value, n, remark
    ("satisfied", (1, 5), (1, 3, 4, 5, 5), "csat_5", "csat_5_top_two_share", 0.6, 5, "4 and 5"),
    ("satisfied", (1, 5), (1, 3, 4, 5, 5), "csat_5", "csat_5_mean_score", 65.0, 5, "(3.6 - 1) / 4"),
    ("satisfied", (1, 7), (1, 5, 6, 7, 7), "csat_7", "csat_7_top_two_share", 0.6, 5, "5 of 7 is not among the top two"),
    ("satisfied", (1, 7), (1, 5, 6, 7, 7), "csat_7", "csat_5_top_two_share", None, 0, "scales are never mixed"),
    ("good", (0, 1), (1, 1, 1, 0, 0), "csat_good_bad", "csat_good_share", 0.6, 5, ""),
    ("rating", (0, 1), (1, 1, 1, 0, None), "zendesk_satisfaction", "csat_good_share", None, 4, "unrated is ignored: too few"),
    ("happiness", (1, 3), (3, 3, 3, 2, 1), "happiness_3", "happiness_points", 0.4, 5, "60 less 20"),
    ("recommend", (0, 10), TEN, "nps", "nps_points", 0.4, 10, "6 promoters, detractors 0 and 6"),
    ("recommend", (1, 10), TEN[1:], "nps", "nps_points", None, 0, "1 to 10 is no NPS"),
    ("effort", (1, 5), (1, 1, 2, 5, 1), "ces_1", "ces_1_mean_score", None, 0, "high is good: not CES 1.0"),
    ("made_easy", (1, 7), (1, 4, 5, 6, 7), "ces_2", "ces_2_mean_score", 4.6, 5, ""),
    ("made_easy", (1, 7), (1, 4, 5, 6, 7), "ces_2", "ces_2_easy_share", 0.6, 5, "5 to 7"),
    ("made_easy", (1, 7), (1, 4, 5, 6, 7), "ces_2", "ces_2_net_points", 0.2, 5, "two less one"),
    ("resolved_first", (0, 1), (1, 1, 1, 1, 0), "fcr_survey", "fcr_survey_share", 0.8, 5, ""),
    ("clear_next_steps", (1, 5), (1, 3, 5, 5, 5), "heard_items", "heard_survey_score", 70.0, 5, ""),
]  # fmt: skip


@pytest.mark.parametrize(("item", "scale", "given", "instrument", "name", "value", "n", "remark"), CASES)
def test_a_rating_is_counted_under_its_own_formula(view_of, item, scale, given, instrument, name, value, n, remark):
    view = view_of(survey_answer=answers(item, scale, given, instrument))
    assert value_and_n(view, name) == (pytest.approx(value), n), remark


def test_low_effort_is_good_in_the_first_version(view_of):
    view = view_of(survey_answer=answers("effort", (1, 5), (1, 1, 2, 5, 1), "ces_1", "lower_better"))
    assert value_and_n(view, "ces_1_mean_score") == (2.0, 5)
    assert REGISTRY["ces_1_mean_score"].better == "lower"


def test_an_nps_of_independent_customers_has_the_interval_of_the_field(view_of):
    (row,) = compute(
        view_of(survey_answer=answers("recommend", (0, 10), TEN * 10, "nps")), REGISTRY["nps_points"]
    ).to_pylist()
    # SE = sqrt((p + d - (p - d)²) / (n - 1)), t with 99 degrees of freedom: .4 ± 1.9842 * sqrt(.64 / 99)
    assert row["value"] == pytest.approx(0.4)
    assert [row["ci_lower"], row["ci_upper"]] == pytest.approx([0.2405, 0.5595], abs=1e-4)


def test_duplicates_of_non_answers_change_nothing(view_of):
    given = answers("recommend", (0, 10), TEN, "nps")
    silent = [row | {"answer_id": f"s{i}", "value": None} for i, row in enumerate(given * 3)]
    assert value_and_n(view_of(survey_answer=given + silent), "nps_points") == value_and_n(
        view_of(survey_answer=given), "nps_points"
    )


def contact(number, customer, day, *, kind=None, state="met", felt=None):
    i = f"i{number}"
    fact = {"interaction_id": i, "customer_id": customer, "issue": "delivery", "opened_epoch_s": day * DAY,
            "closed_epoch_s": day * DAY, "week_start": MONDAY}  # fmt: skip
    moment = [] if kind is None else [{"interaction_id": i, "customer_id": customer, "kind": kind, "state": state}]
    answer = (
        []
        if felt is None
        else [answers("felt_understood", (1, 5), [felt], "heard_items")[0] | {"answer_id": i, "interaction_id": i}]
    )
    return [fact], moment, answer


SETTLED = [
    # contacts, plain, empathetic, n, remark
    ([contact(i, f"c{i}", 0) for i in range(6)], 1.0, 1.0, 6, "nothing was needed"),
    ([contact(i, "c0", 2 * i) for i in range(6)], 0.0, 0.0, 2, "each comes back two days later; two are old enough"),
    ([contact(i, f"c{i}", 0, kind="explicit", state="missed" if i < 3 else "met") for i in range(6)], 1.0, 0.5, 6, "three were settled and not heard"),
    ([contact(i, f"c{i}", 0, kind="implicit", state="missed") for i in range(6)], 1.0, 1.0, 6, "implicit moments do not count here"),
    ([contact(i, f"c{i}", 0, felt=2 if i < 2 else 5) for i in range(6)], 1.0, 4 / 6, 6, "two deny that they felt understood"),
]  # fmt: skip


@pytest.mark.parametrize(("contacts", "plain", "empathetic", "n", "remark"), SETTLED)
def test_settled_is_counted_with_and_without_being_heard(view_of, contacts, plain, empathetic, n, remark):
    late = contact(99, "later", 10)
    facts, moments, given = ([row for part in (*contacts, late) for row in part[k]] for k in range(3))
    view = view_of(interaction_fact=facts, moment=moments, survey_answer=given)
    few = n < 5
    assert value_and_n(view, "fcr_no_repeat_share") == ((None if few else pytest.approx(plain)), n), remark
    assert value_and_n(view, "empathetic_fcr_share") == ((None if few else pytest.approx(empathetic)), n), remark
