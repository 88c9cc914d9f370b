"""The common mix against published figures; routing rules; the weekly list."""

import pytest

from heard.actions.bots import failing, routing
from heard.actions.bots.failing import Failure, Fixed
from heard.actions.bots.mix import adjusted
from heard.actions.bots.routing import STARTER, Shown, parse, recall
from heard.errors import BadConfig

# Charig et al. (1986), BMJ 292: removal of kidney stones, (treatment, size) → successes of patients. Standardised to all
# 700 patients the order turns round: 0.8325 against 0.7789 (Julious & Mullee 1994, BMJ 309, tell the paradox).
STONES = {
    ("open", "small"): (81, 87),
    ("open", "large"): (192, 263),
    ("closed", "small"): (234, 270),
    ("closed", "large"): (55, 80),
}


def rows(counts):
    return [(a, case, i < yes) for (a, case), (yes, n) in counts.items() for i in range(n)]


def test_the_mix_turns_the_kidney_stones_round():
    (closed, opened), share = adjusted(rows(STONES))
    assert share == 1
    assert closed.raw == pytest.approx(289 / 350)
    assert opened.raw == pytest.approx(273 / 350)  # lower as it is
    exact = 81 / 87 * 357 / 700 + 192 / 263 * 343 / 700
    assert opened.value == pytest.approx(exact, abs=1e-12)  # a closed form
    assert opened.value == pytest.approx(0.8325, abs=5e-5)
    assert closed.value == pytest.approx(0.7789, abs=5e-5)
    assert opened.ci_lower < opened.value < opened.ci_upper


def test_a_case_that_one_never_had_is_left_out_and_told():
    (bot, human), share = adjusted(
        rows({("bot", "easy"): (6, 10), ("human", "easy"): (8, 10), ("human", "hard"): (1, 20)})
    )
    assert (bot.value, human.value) == (0.6, 0.8)
    assert (human.n, human.n_compared, share) == (30, 10, 0.5)


def test_nothing_in_common_says_nothing():
    (bot, human), share = adjusted(rows({("bot", "easy"): (6, 10), ("human", "hard"): (1, 20)}))
    assert (bot.value, human.value, share) == (None, None, 0)
    assert adjusted([]) == ((), 0.0)


def test_the_interval_covers_as_it_says():
    import numpy as np

    rng, hits = np.random.default_rng(7), 0
    for _ in range(300):
        counts = {
            (who, case): (int(rng.binomial(n, p)), n)
            for who, n in (("a", 40), ("b", 60))
            for case, p in (("x", 0.3), ("y", 0.8))
        }
        hits += (one := adjusted(rows(counts))[0][0]).ci_lower <= 0.55 <= one.ci_upper
    assert 0.92 <= hits / 300 <= 0.99


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "rule"),
        ('[[rule]]\nname = "all"', "names nothing"),
        ('[[rule]]\nname = "x"\ncues = ["shouts"]', "not a cue"),
        ('[[rule]]\nname = "x"\nintensity_at_least = 4', "less than or equal to 3"),
        ('recall_at_least = 0\n[[rule]]\nname = "x"\ncues = ["urgent"]', "greater than 0"),
        ("[[rule", "line"),
    ],
)
def test_an_impossible_rule_is_refused(text, told):
    with pytest.raises(BadConfig) as refused:
        parse(text)
    assert told in str(refused.value)


def shown(*labels, causes=(), intensity=0):
    return Shown(labels=frozenset(labels), causes=frozenset(causes), intensity=intensity)


def test_the_starting_rules_send_whom_they_should():
    rules = parse(STARTER)
    assert rules.why(shown("asks_for_person")) == ("asked for a person",)
    assert rules.why(shown("sadness", causes=["personal"], intensity=2)) == ("grief and life events",)
    assert rules.why(shown("urgent", "worry", intensity=3)) == ("strong words", "urgent and worried")
    assert rules.why(shown("confusion", causes=["information"], intensity=1)) == ()


def test_recall_counts_the_sensitive_that_were_found():
    rules = parse('[[rule]]\nname = "x"\ncues = ["urgent"]')
    yes, no = shown("urgent"), shown()
    found = recall(rules, [*[("a", yes, yes)] * 8, ("b", yes, no), ("c", yes, no), ("d", no, yes), ("e", no, no)])
    assert (found.n, found.found, found.value, found.missed) == (10, 8, 0.8, ("b", "c"))
    assert found.precision == pytest.approx(8 / 9)
    assert found.ci_lower == pytest.approx(0.490, abs=5e-4)  # Wilson, 8 of 10: 0.490 to 0.943
    assert found.ci_upper == pytest.approx(0.943, abs=5e-4)
    assert recall(rules, [("a", yes, yes)] * 4).value is None


def failed(n, week, kind="person refused", issue="delivery"):
    return [
        Failure(kind=kind, issue=issue, customer=f"c{week}-{i}", interaction_id=f"i{i}", week_start=week)
        for i in range(n)
    ]


def test_the_weekly_list_says_new_known_fixed_and_back():
    week = 70
    failures = [
        *failed(6, week), *failed(5, week, "brushed off"), *failed(5, week - 7, "brushed off"),
        *failed(5, week - 7, issue="billing"), *failed(3, week, issue="access"), *failed(5, week, issue="returns"),
        *failed(7, week - 14, issue="old"),
    ]  # fmt: skip
    fixed = [
        Fixed(kind="person refused", issue="billing", week_start=week),
        Fixed(kind="person refused", issue="returns", week_start=week - 7),
    ]
    found = {(one.kind, one.issue): one for one in failing.weekly(failures, week, k=5, fixed=fixed)}
    assert found["person refused", "delivery"].state == "new"
    assert (found["brushed off", "delivery"].state, found["brushed off", "delivery"].before) == ("known", 1.25)
    assert found["person refused", "billing"].state == "fixed"
    assert found["person refused", "returns"].state == "back"
    assert found["person refused", "access"].count is None  # three customers are too few
    assert ("person refused", "old") not in found


def test_one_customer_who_fails_twice_counts_once():
    twice = [Failure(kind="brushed off", issue="x", customer="c", interaction_id=n, week_start=0) for n in "ab"]
    assert failing.weekly(twice, 0, k=1)[0].count == 1


def test_rules_are_read_from_the_workspace(tmp_path):
    assert len(routing.read(tmp_path).rule) == 5
    (tmp_path / "routing.toml").write_text('[[rule]]\nname = "x"\ncues = ["urgent"]\n')
    assert [rule.name for rule in routing.read(tmp_path).rule] == ["x"]
