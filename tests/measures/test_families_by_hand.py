"""Latency, boilerplate, causes, closure, speed, repeats, perception and volume on tables counted by hand."""

import pytest

from heard.measures import REGISTRY, compute

MONDAY = 20_000 - (20_000 + 3) % 7
DAY = 86_400


def row_of(view, name, **options):
    table = compute(view, REGISTRY[name], **options)
    assert table.num_rows == 1, table.to_pylist()
    return table.to_pylist()[0]


def value_and_n(view, name):
    row = row_of(view, name)
    return row["value"], row["n"]


def waited(*seconds, state="met"):
    return [
        {
            "interaction_id": f"i{i}",
            "customer_id": f"c{i}",
            "state": state,
            "acknowledged_calendar_seconds": s,
            "acknowledged_business_seconds": None if s is None else s / 2,
            "latency_turns": None if s is None else i + 1,
            "week_start": MONDAY,
        }
        for i, s in enumerate(seconds)
    ]


LATENCY = [
    # seconds, measure, value, n, remark
    ([10.0, 20.0, 30.0, 40.0, 1000.0], "acknowledged_calendar_seconds", 30.0, 5, "odd: the middle one"),
    ([10.0, 20.0, 30.0, 40.0, 50.0, 60.0], "acknowledged_calendar_seconds", 35.0, 6, "even: between the middle two"),
    ([10.0, 20.0, 30.0, 40.0, 50.0, 60.0], "acknowledged_business_seconds", 17.5, 6, "the other clock"),
    ([7.0] * 9, "acknowledged_calendar_seconds", 7.0, 9, "all equal"),
    ([1.0, 7.0, 7.0, 7.0, 9.0], "acknowledged_calendar_seconds", 7.0, 5, "ties"),
    (
        [5.0, 10.0, 15.0, 20.0, None, None],
        "acknowledged_calendar_seconds",
        None,
        4,
        "undated ones have no time: too few",
    ),
    ([], "acknowledged_calendar_seconds", None, 0, "none"),
    ([float(i) for i in range(11)], "acknowledged_calendar_seconds_p90", 9.0, 11, "nine in ten"),
    ([5.0, 10.0, 15.0, 20.0, 25.0], "acknowledged_turn_count", 3.0, 5, "turns 1 to 5"),
    ([60.0, 300.0, 301.0, 3600.0, 90_000.0], "acknowledged_within_5_minutes_share", 0.4, 5, "the bound is inside"),
    ([60.0, 300.0, 301.0, 3600.0, 90_000.0], "acknowledged_within_hour_share", 0.8, 5, ""),
    ([60.0, 300.0, 301.0, 3600.0, None, 90_000.0], "acknowledged_within_day_share", 0.8, 5, "without a time: left out"),
]


@pytest.mark.parametrize(("seconds", "name", "value", "n", "remark"), LATENCY)
def test_latency(view_of, seconds, name, value, n, remark):
    found = value_and_n(view_of(moment=waited(*seconds)), name)
    assert found == (None if value is None else pytest.approx(value), n), remark


def test_moments_that_were_missed_have_no_latency(view_of):
    view = view_of(moment=[*waited(10.0, 20.0, 30.0, 40.0, 50.0), *waited(*[None] * 5, state="missed")])
    assert value_and_n(view, "acknowledged_calendar_seconds") == (30.0, 5)


def sentences(*fingerprints, week=MONDAY, start=0):
    """One empathic sentence a conversation, and the moment that it answers."""
    said, moments = [], []
    for i, fingerprint in enumerate(fingerprints, start=start):
        shared = {"interaction_id": f"i{i}", "week_start": week}
        said.append({**shared, "fingerprint": fingerprint, "context_fingerprint": 1000 + i})
        moments.append({**shared, "customer_id": f"c{i}", "state": "met", "reply_fingerprint": fingerprint})
    return {"empathic_sentence": said, "moment": moments}


def both(*parts):
    return {name: [row for part in parts for row in part[name]] for name in parts[0]}


MANY = tuple(range(1000, 1300))
BOILERPLATE = [
    # sentences, boilerplate share, heard rate, remark
    (sentences(1, 2, 3, 4, 5), 0.0, 1.0, "all different"),
    (sentences(*[1] * 4, 5), 0.0, 1.0, "in four conversations: one short"),
    (sentences(*[1] * 5, 5), 5 / 6, 1 / 6, "in five: boilerplate, and no longer heard"),
    (sentences(*[1] * 8), 1.0, 0.0, "all equal"),
    (sentences(*[1] * 5, week=None), 1.0, 0.0, "undated conversations lie together"),
    (
        both(
            sentences(*[1] * 3),
            sentences(*[1] * 2, week=MONDAY + 21, start=10),
            sentences(*MANY, start=1000),
        ),
        2 / 305,
        303 / 305,
        "five within four weeks: from the week in which the fifth came, looking back only",
    ),
    (
        both(*(sentences(1, week=MONDAY + 28 * i, start=10 * i) for i in range(5))),
        1.0,
        0.0,
        "one a month, but in every conversation: spread thin and canned all the same",
    ),
    (
        both(
            *(sentences(1, week=MONDAY + 28 * i, start=10 * i) for i in range(5)),
            sentences(*MANY, week=MONDAY, start=1000),
        ),
        0.0,
        1.0,
        "one a month among hundreds of others: a turn of phrase",
    ),
]


@pytest.mark.parametrize(("tables", "share", "heard", "remark"), BOILERPLATE)
def test_boilerplate(view_of, tables, share, heard, remark):
    view = view_of(**tables)
    assert row_of(view, "boilerplate_share")["value"] == pytest.approx(share), remark
    assert row_of(view, "heard_rate")["value"] == pytest.approx(heard), remark


def test_a_conversation_exported_many_times_is_no_boilerplate(view_of):
    tables = sentences(7, 7, 7, 7, 7, 7)
    copies = [{**row, "context_fingerprint": 5} for row in tables["empathic_sentence"]]
    view = view_of(**{**tables, "empathic_sentence": copies})
    assert row_of(view, "boilerplate_share")["value"] == 0


def test_the_same_line_twice_in_one_conversation_is_one_conversation(view_of):
    tables = sentences(*[1] * 4)
    tables["empathic_sentence"] += tables["empathic_sentence"]
    assert row_of(view_of(**tables), "boilerplate_share")["value"] == 0.0


def test_t1_sympathy_where_nothing_was_needed_does_not_move_the_heard_rate(view_of):
    before = sentences(1, 2, 3, 4, 5, 6)
    needless = [
        {"interaction_id": f"plain{i}", "fingerprint": 900 + i, "context_fingerprint": 1000 + i, "week_start": MONDAY}
        for i in range(50)
    ]
    after = {**before, "empathic_sentence": [*before["empathic_sentence"], *needless]}
    assert row_of(view_of(**before), "heard_rate") == row_of(view_of(**after), "heard_rate")


def test_t2_one_line_pasted_everywhere_raises_boilerplate_and_not_the_heard_rate(view_of):
    before = sentences(*range(10))
    pasted = [
        {"interaction_id": f"i{i}", "fingerprint": 77, "context_fingerprint": 1000 + i, "week_start": MONDAY}
        for i in range(10)
    ]
    beside = {**before, "empathic_sentence": [*before["empathic_sentence"], *pasted]}
    instead = sentences(*[77] * 10)
    rates = [row_of(view_of(**tables), "heard_rate")["value"] for tables in (before, beside, instead)]
    shares = [row_of(view_of(**tables), "boilerplate_share")["value"] for tables in (before, beside, instead)]
    assert rates == [1.0, 1.0, 0.0]
    assert shares == [0.0, 0.5, 1.0]


def test_causes_split_one_denominator(view_of):
    causes = ["delay"] * 4 + ["staff"] * 3 + ["personal"] * 2 + ["policy"]
    moments = [
        {"interaction_id": f"i{i}", "customer_id": f"c{i}", "cause": cause, "state": "missed" if i < 6 else "met"}
        for i, cause in enumerate(causes)
    ]
    view = view_of(moment=moments)
    by_cause = {
        r["cause"]: (r["value"], r["n"], r["cause_side"])
        for r in compute(view, REGISTRY["moments_by_cause"]).to_pylist()
    }
    assert by_cause["delay"] == (0.4, 10, "policy")
    assert by_cause["staff"] == (0.3, 10, "people")
    assert by_cause["personal"] == (0.2, 10, None)
    assert by_cause["billing"] == (0.0, 10, "policy")
    assert sum(value for value, _, _ in by_cause.values()) == pytest.approx(1)
    missed = {r["cause"]: r["value"] for r in compute(view, REGISTRY["missed_by_cause"]).to_pylist()}
    assert (missed["delay"], missed["staff"], missed["policy"]) == (pytest.approx(4 / 6), pytest.approx(2 / 6), 0.0)
    sides = {r["cause_side"]: r["value"] for r in compute(view, REGISTRY["missed_by_side"]).to_pylist()}
    assert sides == {"people": pytest.approx(2 / 6), "policy": pytest.approx(4 / 6)}
    assert value_and_n(view, "policy_share") == (0.5, 10)
    assert value_and_n(view, "people_share") == (0.3, 10)


def test_harm_overdoing_and_explained_confusion_leave_the_unanswered_out(view_of):
    def some(count, **more):
        return [{"state": "missed", **more} for _ in range(count)]

    moments = [
        *some(2, is_harmful=True),
        *some(1, is_overdone=True),
        *some(3, is_explained_confusion=True),
        *some(4),
        *[{"state": "unanswered", "is_harmful": True} for _ in range(5)],
    ]
    view = view_of(moment=[{"interaction_id": f"i{i}", "customer_id": "c", **m} for i, m in enumerate(moments)])
    assert value_and_n(view, "harmful_share") == (0.2, 10)
    assert value_and_n(view, "overdone_share") == (0.1, 10)
    assert value_and_n(view, "explained_confusion_share") == (0.3, 10)


def contacts(count, start=0, **more):
    return [
        {"interaction_id": f"i{i}", "customer_id": f"c{i}", "week_start": MONDAY, "agent_turn_count": 1, **more}
        for i in range(start, start + count)
    ]


def test_closure_and_volume(view_of):
    facts = [
        *contacts(3, moment_count=1, is_loop_closed=True),
        *contacts(2, 3, moment_count=2),
        *contacts(4, 5, is_loop_closed=True),  # needed no empathy: closing the loop counts for nothing
        *contacts(1, 9, agent_turn_count=0, bot_turn_count=3, unscored_turn_count=2),
    ]
    languages = [{"interaction_id": f"i{i}", "language": lang} for i, lang in ((0, "en"), (8, "de"), (9, None))]
    view = view_of(interaction_fact=facts, interaction=languages)
    expected = {
        "closure_rate": (0.6, 5),
        "interaction_count": (10.0, 10),
        "interaction_with_moment_count": (5.0, 10),
        "not_needed_count": (5.0, 10),
        "not_needed_share": (0.5, 10),
        "bot_only_share": (0.1, 10),
        "not_english_count": (1.0, 10),
        "unscored_count": (1.0, 10),
    }
    assert {name: value_and_n(view, name) for name in expected} == expected


def test_speed_leaves_out_what_was_not_answered_or_solved(view_of):
    facts = [
        {**fact, "first_reply_calendar_seconds": float(10 * i), "first_reply_business_seconds": float(i)}
        for i, fact in enumerate(contacts(7))
    ] + contacts(5, 7)
    view = view_of(interaction_fact=facts)
    assert value_and_n(view, "first_reply_calendar_seconds") == (30.0, 7)
    assert value_and_n(view, "first_reply_business_seconds") == (3.0, 7)
    assert value_and_n(view, "resolution_calendar_seconds") == (None, 0)
    assert row_of(view, "resolution_business_seconds")["undefined_because"] == "too few to say (0 of 5)"


def contact(name, customer, day, *, issue="parcel", hours=1):
    opened = 1_700_000_000 + int(day * DAY)
    return {
        "interaction_id": name,
        "customer_id": customer,
        "issue": issue,
        "opened_epoch_s": opened,
        "closed_epoch_s": opened + hours * 3600,
        "week_start": MONDAY,
    }


LATER = [contact("last", "somebody", 100)]
REPEATS = [
    # facts, value, n, censored, remark
    ([contact(f"a{i}", f"c{i}", 0) for i in range(5)] + LATER, 0.0, 5, 1, "nobody came back"),
    (
        [contact(f"{k}{i}", f"c{i}", 2 * k) for i in range(5) for k in (0, 1)] + LATER,
        0.5,
        10,
        1,
        "all five came back once",
    ),
    (
        [contact(f"{k}{i}", f"c{i}", 9 * k) for i in range(5) for k in (0, 1)] + LATER,
        0.0,
        10,
        1,
        "after nine days: too late",
    ),
    (
        [contact(f"{k}{i}", f"c{i}", 7 * k) for i in range(5) for k in (0, 1)] + LATER,
        0.5,
        10,
        1,
        "a week from opening, less from closing",
    ),
    (
        [contact(f"{k}{i}", f"c{i}", 2 * k, issue=f"issue {k}") for i in range(5) for k in (0, 1)] + LATER,
        0.0,
        10,
        1,
        "about another matter",
    ),
    (
        [contact(f"{k}{i}", f"c{i}", 0) for i in range(5) for k in (0, 1)] + LATER,
        0.5,
        10,
        1,
        "two at the same second: one repeat",
    ),
    ([contact(f"a{i}", f"c{i}", 0) for i in range(6)], None, 0, 6, "all too young to tell"),
    ([contact(f"a{i}", None, 0) for i in range(6)] + LATER, None, 0, 1, "without a customer: cannot say"),
    ([contact(f"a{i}", f"c{i}", 0, issue=None) for i in range(6)] + LATER, None, 0, 1, "without an issue: cannot say"),
]


@pytest.mark.parametrize(("facts", "value", "n", "censored", "remark"), REPEATS)
def test_repeats(view_of, facts, value, n, censored, remark):
    view = view_of(interaction_fact=facts)
    assert value_and_n(view, "repeat_contact_share") == (value, n), remark
    assert row_of(view, "repeat_censored_count")["value"] == censored, remark


def test_repeats_after_missed_are_set_against_repeats_after_heard(view_of):
    facts = [*LATER]
    moments = []
    for i in range(20):
        state = "missed" if i < 10 else "met"
        facts.append(contact(f"first{i}", f"c{i}", 0))
        moments.append({"interaction_id": f"first{i}", "customer_id": f"c{i}", "state": state, "issue": "parcel"})
        if i in (0, 1, 2, 3, 10):  # four of ten come back after a missed moment, one of ten after a heard one
            facts.append(contact(f"again{i}", f"c{i}", 3))
    mixed = [contact("mixed", "m", 0), contact("mixed again", "m", 1)]
    moments += [{"interaction_id": "mixed", "state": "met"}, {"interaction_id": "mixed", "state": "late"}]
    view = view_of(interaction_fact=[*facts, *mixed], moment=moments)
    assert value_and_n(view, "repeat_after_missed_share") == (0.4, 10)
    assert value_and_n(view, "repeat_after_heard_share") == (0.1, 10)
    row = row_of(view, "repeat_difference")
    assert (row["value"], row["n"], row["unit"], row["customer_count"]) == (pytest.approx(0.3), 20, "points", 10)
    assert row["ci_lower"] < 0.3 < row["ci_upper"]


def answers(*values, start=0, **more):
    return [
        {
            "answer_id": f"a{i}",
            "interaction_id": f"i{i}",
            "customer_id": f"c{i}",
            "item_id": "felt_understood",
            "value": value,
            "scale_low": 1.0,
            "scale_high": 5.0,
            "polarity": "higher_better",
            **more,
        }
        for i, value in enumerate(values, start=start)
    ]


FELT = [
    # answers, mean, share, n, remark
    (answers(5.0, 4.0, 3.0, 2.0, 1.0), 3.0, 0.4, 5, "one of each"),
    (answers(4.0, 4.0, 4.0, 4.0, 4.0, 4.0), 4.0, 1.0, 6, "all equal"),
    (answers(5.0, 5.0, None, None, None), None, None, 2, "comments without a value are no answers"),
    (answers(*[7.0] * 6, scale_high=7.0), None, None, 0, "another scale"),
    (answers(*[5.0] * 6, polarity="lower_better"), None, None, 0, "turned round"),
    (answers(*[5.0] * 6, item_id="clear_next_steps"), None, None, 0, "another question"),
    ([], None, None, 0, "none"),
]


@pytest.mark.parametrize(("given", "mean", "share", "n", "remark"), FELT)
def test_felt_understood(view_of, given, mean, share, n, remark):
    view = view_of(survey_answer=given)
    assert value_and_n(view, "felt_understood_score") == (None if mean is None else pytest.approx(mean), n), remark
    assert value_and_n(view, "felt_understood_share") == (None if share is None else pytest.approx(share), n), remark


def test_the_gap_sets_what_customers_said_against_what_was_counted(view_of):
    heard, missed, neither = (
        answers(*[5.0] * 4, 2.0),
        answers(*[4.0] * 2, *[1.0] * 3, start=5),
        answers(1.0, 1.0, start=10),
    )
    moments = [
        {"interaction_id": f"i{i}", "state": "met" if i < 5 else "missed" if i < 10 else "late"} for i in range(12)
    ]
    view = view_of(survey_answer=[*heard, *missed, *neither], moment=moments)
    assert value_and_n(view, "felt_understood_when_heard_share") == (0.8, 5)
    assert value_and_n(view, "felt_understood_when_missed_share") == (0.4, 5)
    gap = row_of(view, "perception_gap")
    assert (gap["value"], gap["n"]) == (pytest.approx(0.4), 10)
    assert gap["ci_lower"] < 0.4 < gap["ci_upper"]


def test_the_gap_needs_enough_on_both_sides(view_of):
    moments = [{"interaction_id": f"i{i}", "state": "met" if i < 9 else "missed"} for i in range(12)]
    gap = row_of(view_of(survey_answer=answers(*[5.0] * 12), moment=moments), "perception_gap")
    assert (gap["value"], gap["undefined_because"]) == (None, "too few to say (3 of 5)")


def test_the_star_question_is_a_share_of_yes(view_of):
    item = "stay_calm_and_helpful_throughout_the_dialogue"
    given = answers(1.0, 1.0, 1.0, 0.0, 1.0, None, item_id=item, scale_low=0.0, scale_high=1.0)
    assert value_and_n(view_of(survey_answer=given), "star_calm_and_helpful_share") == (0.8, 5)


def test_the_response_share_counts_an_invitation_once(view_of):
    invited = [{"invitation_id": f"v{i}", "customer_id": f"c{i}"} for i in range(8)]
    items = [*answers(5.0, 4.0), *answers(3.0, 3.0, item_id="clear_next_steps")]
    given = [{**a, "invitation_id": f"v{i % 2}", "answer_id": f"{i}"} for i, a in enumerate(items)]
    assert value_and_n(view_of(survey_invitation=invited, survey_answer=given), "response_share") == (0.25, 8)
    assert value_and_n(view_of(survey_answer=given), "response_share") == (None, 0)
