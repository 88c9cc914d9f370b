"""The verdict on planted experiments: found when there, not found when not, red when not as planned."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from heard.errors import BadInput, NotIdentified
from heard.inference.experiments.cutting import Arms, Metric
from heard.inference.experiments.plan import plan_of
from heard.inference.experiments.reading import arms_from, arms_in, contacts_from
from heard.inference.experiments.verdict import verdict
from heard.sample.studies import PLANTED, study

PLAN = {
    "name": "prompt", "change": "A prompt shows the agent the customer's own words", "kind": "prompt",
    "metric": "heard_rate", "unit": "queue-day", "starts_on": "2026-09-07", "weeks": 8, "smallest_effect": 0.05,
    "subgroups": ["tenure", "complexity"],
}  # fmt: skip
END = date(2026, 11, 1)


@pytest.fixture(scope="module")
def prompt():
    return contacts_from(pa.Table.from_pylist(study("prompt")))


def judged(contacts, *, read_on=END, registered=True, arms=None, **changes):
    plan = plan_of({**PLAN, **changes})
    metric = Metric(name="heard_rate", title="Heard rate", unit="points", contacts=contacts)
    return verdict(plan, metric, arms or arms_in(contacts, plan), read_on=read_on, registered=registered)


def test_the_planted_prompt_is_recovered(prompt):
    found = judged(prompt)
    assert found.primary.ci_lower < PLANTED.prompt_effect < found.primary.ci_upper
    assert found.primary.ci_lower > 0
    assert found.primary.grade == "A"
    assert found.departures == ()
    assert found.exposure.shown_in_treatment == pytest.approx(PLANTED.shown_in_treatment, abs=0.03)


def test_the_other_methods_say_about_the_same(prompt):
    found = judged(prompt)
    for name in ("randomisation", "wild_bootstrap"):
        beside = found.beside[name]
        assert beside.ci_lower == pytest.approx(found.primary.ci_lower, abs=0.006)
        assert beside.pvalue < 0.01


def test_being_shown_does_more_than_being_assigned(prompt):
    """The planted effect of being shown is that of the arm over the difference of the shares shown."""
    truth = PLANTED.prompt_effect / (PLANTED.shown_in_treatment - PLANTED.shown_in_control)
    found = judged(prompt).beside
    assert found["when_shown"].ci_lower < truth < found["when_shown"].ci_upper
    assert found["when_shown"].grade == "A"
    assert found["per_protocol"].grade == "C"  # nobody drew who follows


def test_the_null_is_not_found():
    found = judged(contacts_from(pa.Table.from_pylist(study("null"))), name="null")
    assert found.primary.excludes_zero is False
    assert "No change" in found.headline


def test_who_benefits_pays_for_every_group(prompt):
    found = {(one.dimension, one.level): one for one in judged(prompt).benefits}
    assert set(found) == {("tenure", "new"), ("tenure", "settled"), ("complexity", "complex"), ("complexity", "simple")}
    assert all(one.differs_pvalue > 0.04 for one in found.values())  # planted alike for all
    assert all(one.n >= 1000 for one in found.values())


def test_small_groups_are_not_shown(prompt):
    plan = plan_of(PLAN)
    metric = Metric(name="heard_rate", title="Heard rate", unit="points", contacts=prompt)
    found = verdict(plan, metric, arms_in(prompt, plan), read_on=END, registered=True, min_agents=7)
    new = next(one for one in found.benefits if one.level == "new")  # six agents are new
    assert new.value is None
    assert "fewer than 7 agents" in new.hidden_because


def test_arms_of_two_agents_show_no_rates_of_their_own():
    arms = {f"a{i}": ("treatment" if i < 2 else "control") for i in range(12)}
    data = agents_trial(arms, lambda arm: 0.6 if arm == "treatment" else 0.4)
    found = judged(data, read_on=date(2026, 9, 27), **FEW)
    assert found.arms["treatment"]["rate"] is None
    assert found.weeks == ()


def test_an_unregistered_plan_is_red_and_costs_a_grade(prompt):
    found = judged(prompt, registered=False)
    assert "not registered" in found.departures[0]
    assert found.primary.grade == "B"


def test_a_look_that_was_not_planned_is_red_and_wider(prompt):
    early = judged(prompt, read_on=date(2026, 10, 4))
    assert "28 days before the planned end" in early.departures[0]
    assert "anytime-valid" in early.primary.method
    planned = judged(prompt, read_on=date(2026, 10, 4), looking="anytime")
    assert planned.departures == ()
    assert planned.primary.ci_lower == pytest.approx(early.primary.ci_lower)


def test_planned_looks_have_their_boundary(prompt):
    first = judged(prompt, read_on=date(2026, 10, 8), looking="obrien-fleming", looks=2)
    last = judged(prompt, looking="obrien-fleming", looks=2)
    assert "look 1 of 2" in first.primary.method
    assert first.primary.n < 0.55 * last.primary.n  # days after the look are not read
    assert (first.primary.ci_upper - first.primary.value) / first.primary.se == pytest.approx(2.797, abs=2e-3)
    assert (last.primary.ci_upper - last.primary.value) / last.primary.se == pytest.approx(1.977, abs=2e-3)
    with pytest.raises(NotIdentified, match="the first of 2"):
        judged(prompt, read_on=date(2026, 9, 20), looking="obrien-fleming", looks=2)


def test_contacts_that_vanish_from_one_arm_stop_the_verdict(prompt):
    plan = plan_of({**PLAN, "unit": "customer"})
    now = prompt.between(plan.starts_on, plan.ends_on)
    arms = {str(c): ("treatment" if int(str(c)[9:]) % 2 else "control") for c in now.columns["customer"]}
    lost = np.array([arms[str(c)] == "treatment" and int(str(c)[9:]) % 10 == 1 for c in now.columns["customer"]])
    metric = Metric(name="heard_rate", title="Heard rate", unit="points", contacts=now.of(~lost))
    found = verdict(plan, metric, Arms(arm=arms), read_on=END, registered=True)
    assert "sample ratio" in found.headline
    assert found.primary.grade == "D"


def agents_trial(arms, rate, per_agent=40, seed=0):
    rng = np.random.default_rng(seed)
    rows = [
        {"contact": f"{agent}-{i}", "day": f"2026-09-{7 + i % 21:02d}", "agent": agent, "arm": arm, "customer": f"c{agent}{i}",
         "value": float(rng.random() < rate(arm))}
        for agent, arm in arms.items()
        for i in range(per_agent)
    ]  # fmt: skip
    return contacts_from(pa.Table.from_pylist(rows))


FEW = {"unit": "agent", "weeks": 3, "subgroups": []}


def test_three_against_three_agents_can_tell_nothing():
    arms = {f"a{i}": ("treatment" if i < 3 else "control") for i in range(6)}
    found = judged(agents_trial(arms, lambda arm: 0.9 if arm == "treatment" else 0.1), read_on=date(2026, 9, 27), **FEW)
    assert "Not enough to say" in found.headline
    assert found.primary.pvalue == pytest.approx(2 / 20)
    assert found.primary.to_dict()["ci_lower"] is None
    assert found.primary.grade == "D"


def test_perfect_separation_is_judged_by_redrawing():
    arms = {f"a{i}": ("treatment" if i < 5 else "control") for i in range(10)}
    found = judged(agents_trial(arms, lambda arm: float(arm == "treatment")), read_on=date(2026, 9, 27), **FEW)
    assert found.primary.value == pytest.approx(1.0)
    assert found.primary.pvalue == pytest.approx(2 / 252)
    assert "randomisation" in found.primary.method


def test_a_constant_outcome_is_refused():
    arms = {f"a{i}": ("treatment" if i < 5 else "control") for i in range(10)}
    with pytest.raises(NotIdentified, match="the same value"):
        judged(agents_trial(arms, lambda _: 1.0), read_on=date(2026, 9, 27), **FEW)


def test_outcomes_before_the_window_only_are_refused(prompt):
    with pytest.raises(NotIdentified, match="no contact in its window"):
        judged(prompt, starts_on="2027-01-04", read_on=END, arms=Arms(arm={"x": "control"}))


TABLE = {
    "contact": ["1", "2"], "day": ["2026-09-07", "2026-09-08"], "agent": ["a", "b"], "arm": ["control", "treatment"],
    "value": [1.0, 0.0],
}  # fmt: skip
BAD_TABLES = [
    ({"contact": ["1", "1"]}, "comes twice"),
    ({"value": [1.0, None]}, "1 missing"),
    ({"value": ["yes", "no"]}, "text"),
    ({"day": ["soon", "later"]}, "dates such as"),
    ({"assigned_on": ["2026-09-08", "2026-09-08"]}, "before their unit was assigned"),
]


@pytest.mark.parametrize(("change", "message"), BAD_TABLES, ids=[message for _, message in BAD_TABLES])
def test_a_table_that_would_mislead_is_refused(change, message):
    with pytest.raises(BadInput, match=message):
        contacts_from(pa.table({**TABLE, **change}))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"unit": ["a", "a"], "arm": ["control", "treatment"]}, "more than one"),
        ({"unit": ["a", "b"], "arm": ["control", "blue"]}, "other words"),
    ],
)
def test_an_assignment_that_contradicts_itself_is_refused(table, message):
    with pytest.raises(BadInput, match=message):
        arms_from(pa.table(table))


@pytest.mark.slow
def test_a_null_experiment_is_found_no_more_often_than_alpha():
    found = 0
    for seed in range(120):
        contacts = contacts_from(pa.Table.from_pylist(study("null", seed=seed + 1000)))
        found += bool(judged(contacts, name="null", subgroups=[]).primary.excludes_zero)
    assert found <= 13  # 5 % of 120 is 6; 13 is beyond it by three standard errors


@pytest.mark.slow
def test_the_planted_prompt_is_covered_as_often_as_it_says():
    covered, power = 0, 0
    for seed in range(120):
        contacts = contacts_from(pa.Table.from_pylist(study("prompt", seed=seed + 3000)))
        found = judged(contacts, subgroups=[]).primary
        covered += found.ci_lower <= PLANTED.prompt_effect <= found.ci_upper
        power += found.ci_lower > 0
    assert covered >= 107  # 95 % of 120 is 114; 107 is below it by three standard errors
    assert power >= 110
