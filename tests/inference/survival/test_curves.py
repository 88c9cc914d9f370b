"""Curves against published answers and against lifelines; what cannot be known is NaN."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from heard.errors import BadInput
from heard.inference.survival import Lives, curve, incidence, logrank, restricted_mean

SETS = Path(os.environ.get("HEARD_DATA", Path(__file__).parents[4] / "shared" / "data")) / "lifelines_survival"
TRUTH = Path(__file__).parent / "truth"
needs_sets = pytest.mark.skipif(not SETS.is_dir(), reason="needs shared/data/lifelines_survival")


@needs_sets
def test_lung_by_sex_as_published():
    """Therneau's survival package, `survdiff(Surv(time, status) ~ sex, lung)`: chisq 10.3 on 1 df, p = 0.001;
    medians 270 (men) and 426 (women) days, `survfit`."""
    lung = pd.read_csv(SETS / "lung.csv")
    groups = [Lives.of(g.time, g.status) for _, g in lung.groupby("sex")]
    statistic, degrees, pvalue = logrank(groups)
    assert (round(statistic, 1), degrees, round(pvalue, 3)) == (10.3, 1, 0.001)
    medians = [g.times[np.argmax(curve(g).value <= 0.5)] for g in groups]
    assert medians == [270, 426]


@needs_sets
def test_restricted_mean_of_lung_as_published():
    """R 4 `print(survfit(Surv(time, status) ~ 1, lung), rmean = 365)`: the mean is the area under the curve; the
    curve itself is published, the area is summed here by brute force over its steps."""
    lung = pd.read_csv(SETS / "lung.csv")
    lives = Lives.of(lung.time, lung.status)
    mean, se = restricted_mean(lives, 365)
    drawn = curve(lives)
    by_day = [drawn.value[np.searchsorted(drawn.times, day, side="right") - 1] if day >= drawn.times[0] else 1.0
              for day in range(365)]  # fmt: skip
    assert mean == pytest.approx(sum(by_day), abs=1e-9)  # days are whole, so steps are exact
    rng = np.random.default_rng(3)
    resampled = []
    for _ in range(300):
        one = lung.iloc[rng.integers(len(lung), size=len(lung))]
        resampled.append(restricted_mean(Lives.of(one.time, one.status), 365)[0])
    assert se == pytest.approx(np.std(resampled), rel=0.12)  # 300 resamples leave about 4 % of noise


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 1)), min_size=5, max_size=60))
def test_curves_are_those_of_lifelines(rows):
    days, gone = np.array(rows).T
    ours = curve(Lives.of(days, gone))
    theirs = KaplanMeierFitter().fit(days, gone)
    assert np.allclose(ours.value, theirs.survival_function_at_times(ours.times))


def test_groups_compare_as_in_lifelines():
    rng = np.random.default_rng(5)
    group = rng.integers(0, 4, 400)
    days = np.ceil(rng.exponential(30 / (1 + 0.3 * group)))
    gone = rng.random(400) < 0.7
    ours = logrank([Lives.of(days[group == g], gone[group == g]) for g in range(4)])
    theirs = multivariate_logrank_test(days, group, gone)
    assert ours[0] == pytest.approx(theirs.test_statistic, rel=1e-9)
    assert ours[2] == pytest.approx(theirs.p_value, rel=1e-9)


def test_incidence_of_two_causes():
    rng = np.random.default_rng(1)
    days = rng.permutation(np.arange(1, 201))  # no ties: lifelines would jitter them
    cause = rng.integers(0, 3, 200)
    lives = Lives.of(days, cause, causes=2)
    ours = incidence(lives, 1)
    theirs = AalenJohansenFitter(calculate_variance=True).fit(days, cause, event_of_interest=1)
    assert np.allclose(ours.value, theirs.cumulative_density_.iloc[1:, 0], atol=1e-9)
    both = incidence(lives, 1).value + incidence(lives, 2).value
    assert np.allclose(both, 1 - curve(lives).value)  # causes add up to all who left
    middle = 100
    half = (theirs.confidence_interval_.iloc[middle + 1, 1] - theirs.confidence_interval_.iloc[middle + 1, 0]) / 2
    assert (ours.ci_upper[middle] - ours.ci_lower[middle]) / 2 == pytest.approx(
        half, rel=0.05
    )  # other variance formula


def test_curves_as_in_r():
    """R's survival package, truth/survival.R: Kaplan–Meier with log-log bands, restricted mean, log-rank, causes."""
    told = json.loads((TRUTH / "survival.json").read_text())
    made = pd.read_csv(TRUTH / "made.csv")
    drawn = [curve(Lives.of(g.stop, g.event)).at(15) for _, g in made.groupby("b")]
    for name, key in (("kept", "value"), ("kept_lower", "ci_lower"), ("kept_upper", "ci_upper")):
        assert [d[key] for d in drawn] == pytest.approx(told[f"{name}_at_15"], rel=1e-12)
    assert restricted_mean(Lives.of(made.stop, made.event), 20) == pytest.approx(told["restricted_mean_20"], rel=1e-12)
    groups = [Lives.of(g.stop, g.event) for _, g in made.groupby("region")]
    assert logrank(groups)[0] == pytest.approx(told["logrank"][0], rel=1e-12)
    cause = np.where(made.event == 0, 0, 1 + made.who % 2)
    lives = Lives.of(made.stop, cause, causes=2)
    assert [incidence(lives, c).at(15)["value"] for c in (1, 2)] == pytest.approx(told["incidence_at_15"], rel=1e-12)
    widths = [
        (lambda at: np.log(np.log(at["ci_lower"]) / np.log(at["ci_upper"])) / 2)(incidence(lives, c).at(15))
        for c in (1, 2)
    ]
    ours = [w / 1.959964 * v * -np.log(v) for w, v in zip(widths, told["incidence_at_15"], strict=True)]
    assert ours == pytest.approx(told["incidence_se_at_15"], rel=0.03)  # R takes Aalen's formula, we the delta method


def test_counts_may_stand_for_many():
    one_by_one = Lives.of([3, 3, 5, 9], [1, 1, 0, 1])
    counted = Lives.of([3, 5, 9], [1, 0, 1], weights=[2, 1, 1])
    assert np.array_equal(curve(one_by_one).value, curve(counted).value)


def test_everybody_left_and_nobody_left():
    everybody, nobody = Lives.of([1, 2], [1, 1]), Lives.of([1, 2], [0, 0])
    assert curve(everybody).value.tolist() == [0.5, 0.0]
    assert np.isnan(curve(everybody).ci_lower[-1])
    assert curve(nobody).value.tolist() == [1.0, 1.0]
    assert np.isnan(logrank([nobody, nobody])[0])
    assert restricted_mean(nobody, 2) == (2.0, 0.0)


def test_one_customer():
    assert curve(Lives.of([4], [1])).at(3)["value"] == 1.0
    assert np.isnan(logrank([Lives.of([4], [1])])[2])


def test_nothing_is_said_beyond_the_last_day_followed():
    lives = Lives.of([3, 8], [1, 0])
    assert curve(lives).at(9) == {"value": None, "ci_lower": None, "ci_upper": None, "at_risk": 0}
    assert np.isnan(restricted_mean(lives, 9)[0])


@pytest.mark.parametrize(
    ("days", "cause", "told"),
    [([], [], "no customers"), ([-1], [0], "negative days"), ([np.nan], [0], "missing"), ([1], [2], "0 to 1")],
)
def test_bad_lives_are_refused(days, cause, told):
    with pytest.raises(BadInput, match=told):
        Lives.of(days, cause)
