"""Callaway–Sant'Anna against R's `did` on the minimum-wage data, and against the library."""

import csv
import math
import os
from pathlib import Path

import numpy as np
import pytest

from heard.inference.quasi.group_time import add_up, group_time, lead_test, pretrend_test, simple_effect
from heard.inference.quasi.panel import panel
from heard.inference.quasi.rollout import rollout
from heard.sample.studies import study, training_effect

SETS = Path(os.environ.get("HEARD_DATA", Path(__file__).parents[4] / "shared" / "data")) / "mpdta_minimum_wage"
REFERENCE = SETS / "test_csdid" / "r_ref"
needs_data = pytest.mark.skipif(not SETS.is_dir(), reason="mpdta is not here; set HEARD_DATA")
EXACT = 1e-12  # both are sums of the same 500 numbers in double precision
SCENARIOS = {"mpdta_nev_dr": "never", "mpdta_nyt_dr": "not-yet"}


def rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def mpdta():
    data = rows(SETS / "data" / "mpdta.csv")
    return panel(
        [r["countyreal"] for r in data],
        [int(r["year"]) for r in data],
        [float(r["lemp"]) for r in data],
        first=[int(r["first.treat"]) for r in data],
    )


@needs_data
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_group_time_effect_and_error_is_that_of_r(mpdta, scenario):
    """Source: R did::att_gt, numbers in ref_attgt.csv beside the data."""
    found = group_time(mpdta, controls=SCENARIOS[scenario])
    own = {
        (mpdta.periods[g], mpdta.periods[t]): (e, s)
        for g, t, e, s in zip(found.cohort, found.period, found.effect, found.se, strict=True)
    }
    reference = [r for r in rows(REFERENCE / "ref_attgt.csv") if r["scenario"] == scenario]
    assert len(reference) == len(own) == 12
    for r in reference:
        value, se = own[int(r["group"]), int(r["t"])]
        assert value == pytest.approx(float(r["att"]), abs=EXACT)
        assert se == pytest.approx(float(r["se"]), abs=EXACT)


@needs_data
@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("how", ["simple", "group", "dynamic", "calendar"])
def test_all_four_aggregations_and_errors_are_those_of_r(mpdta, scenario, how):
    """Source: R did::aggte, numbers in ref_aggte.csv beside the data."""
    added = add_up(group_time(mpdta, controls=SCENARIOS[scenario]), how)
    reference = [r for r in rows(REFERENCE / "ref_aggte.csv") if r["scenario"] == scenario and r["type"] == how]
    assert added.effect == pytest.approx(float(reference[0]["overall_att"]), abs=EXACT)
    assert added.se == pytest.approx(float(reference[0]["overall_se"]), abs=EXACT)
    if how != "simple":
        assert added.effects == pytest.approx([float(r["att_egt"]) for r in reference], abs=EXACT)
        assert added.ses == pytest.approx([float(r["se_egt"]) for r in reference], abs=EXACT)


@needs_data
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_joint_pre_trend_test_is_that_of_r(mpdta, scenario):
    w, degrees, p = pretrend_test(group_time(mpdta, controls=SCENARIOS[scenario]))
    (reference,) = [r for r in rows(REFERENCE / "ref_pretest.csv") if r["scenario"] == scenario]
    assert (w, degrees) == (pytest.approx(float(reference["W"]), abs=1e-6), 5)
    assert p == pytest.approx(float(reference["Wpval"]), abs=1e-5)  # printed to five digits


@needs_data
def test_the_library_says_the_same_by_two_other_estimators(mpdta):
    pytest.importorskip("diff_diff")
    from heard.inference.quasi.second_opinions import second_opinions, smoothness_bounds

    opinions = second_opinions(mpdta, what="log employment", unit="score")
    simple = add_up(group_time(mpdta), "simple")
    # Without covariates Sun–Abraham with never-treated controls weighs the same effects by the same shares.
    assert opinions["sun_abraham"].value == pytest.approx(simple.effect, abs=1e-9)
    # R didimputation on mpdta: -0.0477 (0.0132).
    assert opinions["imputation"].value == pytest.approx(-0.0477, abs=5e-5)
    bounds = smoothness_bounds(mpdta, curvatures=(0.0, 0.01))
    assert bounds[1]["ci_upper"] - bounds[1]["ci_lower"] > bounds[0]["ci_upper"] - bounds[0]["ci_lower"]


@needs_data
def test_covariates_are_adjusted_for_as_r_does(mpdta):
    """R: att_gt(xformla = ~lpop), aggte(type = "simple"): -0.0418 (0.0115), the first example of `did`."""
    pytest.importorskip("diff_diff")
    from heard.inference.quasi.second_opinions import with_covariates

    population = {r["countyreal"]: float(r["lpop"]) for r in rows(SETS / "data" / "mpdta.csv")}
    held = np.array([[population[unit]] for unit in mpdta.units])
    found = with_covariates(mpdta, held, what="log employment", unit="score")
    assert found.value == pytest.approx(-0.0418, abs=5e-5)
    assert found.se == pytest.approx(0.0115, abs=5e-5)


def small(effect=0.0, units=24, periods=10, seed=1):
    rng = np.random.default_rng(seed)
    first = np.where(np.arange(units) < 8, 5, np.where(np.arange(units) < 14, 7, 0))
    level = rng.normal(0, 1, units)
    data = [
        (
            f"u{i:02d}",
            t,
            level[i] + 0.1 * t + rng.normal(0, 0.3) + effect * (first[i] > 0 and t >= first[i]),
            int(first[i]),
        )
        for i in range(units)
        for t in range(1, periods + 1)
    ]
    return [list(column) for column in zip(*data, strict=True)]


def test_row_order_and_labels_of_periods_do_not_matter():
    units, periods, values, first = small(0.5)
    one = rollout(panel(units, periods, values, first=first), what="y", unit="score").primary
    order = np.random.default_rng(2).permutation(len(units))
    moved = panel(
        [units[i] for i in order], [periods[i] + 2000 for i in order], [values[i] for i in order],
        first=[first[i] + 2000 if first[i] else None for i in order],
    )  # fmt: skip
    other = rollout(moved, what="y", unit="score").primary
    assert (other.value, other.ci_lower) == (pytest.approx(one.value), pytest.approx(one.ci_lower))


@pytest.mark.parametrize("controls", ["never", "not-yet"])
@pytest.mark.parametrize("anticipation", [0, 1])
def test_the_quick_effect_is_the_slow_one(controls, anticipation):
    units, periods, values, first = small(0.5)
    data = panel(units, periods, values, first=first)
    slow = add_up(group_time(data, controls=controls, anticipation=anticipation), "simple").effect
    quick = simple_effect(data.outcome, data.first, controls=controls, anticipation=anticipation)
    assert quick == pytest.approx(slow, abs=1e-12)


def test_the_planted_training_is_recovered_and_its_growth_seen():
    data = study("training")
    made = panel(
        [r["team"] for r in data], [r["week"] for r in data], [r["heard_rate"] for r in data],
        first=[r["trained_in"] for r in data],
    )  # fmt: skip
    cost = np.array([r["contacts_per_agent"] for r in data]).reshape(len(made.units), -1)
    found = rollout(made, what="Heard rate", unit="points", placebo_outcomes={"contacts per agent": cost})
    assert found.primary.ci_lower < training_effect() < found.primary.ci_upper
    assert found.primary.ci_lower > 0
    assert found.primary.grade == "B"
    after = [row["value"] for row in found.events if row["event_time"] >= 0]
    assert np.polyfit(range(len(after)), after, 1)[0] == pytest.approx(0.012, abs=0.004)
    assert {c.passed for c in found.primary.checks} == {"yes"}


def test_a_trend_before_the_start_lowers_the_grade():
    units, periods, values, first = small()
    drifting = [v + (0.4 * t if f else 0.0) for v, t, f in zip(values, periods, first, strict=True)]
    found = rollout(panel(units, periods, drifting, first=first), what="y", unit="score").primary
    assert "pre-trend" in [c.name for c in found.failed]
    assert found.grade in ("C", "D")


def test_one_treated_unit_of_three_has_no_bounds():
    units, periods, values, first = small(5.0, units=3)
    alone = [f if u == "u00" else 0 for u, f in zip(units, first, strict=True)]
    found = rollout(panel(units, periods, values, first=alone), what="y", unit="score").primary
    assert (found.ci_lower, found.ci_upper) == (-math.inf, math.inf)
    assert found.grade == "D"


def test_many_periods_and_few_units_are_judged_by_the_nearest():
    units, periods, values, first = small(periods=20)
    found = group_time(panel(units, periods, values, first=first))
    assert pretrend_test(found) is not None or lead_test(found, most=4) is not None
    assert lead_test(found, most=3)[1] == 3


@pytest.mark.slow
def test_a_null_rollout_is_found_no_more_often_than_it_may():
    found = 0
    for seed in range(200):
        units, periods, values, first = small(0.0, seed=seed + 100)
        found += bool(
            rollout(panel(units, periods, values, first=first), what="y", unit="score", seed=seed).primary.excludes_zero
        )
    assert found <= 18  # 5 % of 200 is 10; 18 is beyond it by 2.5 standard errors


@pytest.mark.slow
def test_a_planted_rollout_is_covered_as_often_as_it_says():
    covered = 0
    for seed in range(200):
        units, periods, values, first = small(0.4, seed=seed + 500)
        found = rollout(panel(units, periods, values, first=first), what="y", unit="score", seed=seed).primary
        covered += found.ci_lower <= 0.4 <= found.ci_upper
    assert covered >= 182  # 95 % of 200 is 190; 182 is below it by 2.6 standard errors
