"""Differences between arms against outside truths: Welch, statsmodels, permutations by hand, a published trial."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from heard.errors import BadInput, NotIdentified
from heard.inference.experiments.comparing import difference, scores
from heard.inference.experiments.randomisation import randomisation_test, wild_bootstrap
from heard.inference.experiments.trial import Trial, checked, trial

MWANZA = {
    # Grosskurth et al. (1995), Lancet 346, table 4: six pairs of communities, HIV seroconversions and cohort.
    "treated": ([5, 4, 17, 13, 4, 5], [568, 766, 650, 734, 732, 699]),
    "control": ([10, 7, 20, 23, 12, 10], [702, 833, 630, 760, 782, 693]),
}


def units(treated, value, n=None, stratum=None, past=None):
    treated = np.asarray(treated, dtype=bool)
    more = {"past_value": past[0], "past_n": past[1]} if past else {}
    return Trial(
        treated=treated,
        value=np.asarray(value, dtype=float),
        n=np.ones(len(treated)) if n is None else np.asarray(n, dtype=float),
        stratum=np.zeros(len(treated), dtype=np.int64) if stratum is None else np.asarray(stratum),
        **more,
    )


def mwanza():
    (yes, cohort), (yes_0, cohort_0) = MWANZA["treated"], MWANZA["control"]
    return units([1] * 6 + [0] * 6, yes + yes_0, cohort + cohort_0, stratum=[*range(6), *range(6)])


def test_equal_units_give_welchs_standard_error():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0.5, 1, 9), rng.normal(0, 2, 14)
    found = difference(units([1] * 9 + [0] * 14, np.concatenate([a, b])))
    welch = stats.ttest_ind(a, b, equal_var=False)
    assert found.value == pytest.approx(a.mean() - b.mean(), abs=1e-12)
    assert found.se == pytest.approx(found.value / welch.statistic, rel=1e-12)  # HC2 with one dummy is Welch's
    assert 8 <= found.degrees <= 21


def test_strata_and_past_are_ordinary_least_squares_with_hc2():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    stratum = np.repeat([0, 1, 2], 10)
    treated = np.tile([0, 1], 15).astype(bool)
    past_n = rng.integers(20, 60, 30).astype(float)
    data = units(
        treated, rng.integers(5, 30, 30), rng.integers(30, 60, 30), stratum, (rng.binomial(40, 0.4, 30) * 1.0, past_n)
    )
    z = scores(data.value, data.n, treated)
    rate = data.past_value.sum() / past_n.sum()
    past = (data.past_value - rate * past_n) / past_n.mean()
    x = np.column_stack([treated, np.ones(30), stratum == 1, stratum == 2, past])
    oracle = sm.OLS(z, x.astype(float)).fit(cov_type="HC2")
    found = difference(data, use_past=True)
    assert found.value == pytest.approx(oracle.params[0], abs=1e-10)
    assert found.se == pytest.approx(oracle.bse[0], abs=1e-10)


def test_a_past_that_tells_the_present_narrows_the_interval():
    rng = np.random.default_rng(3)
    level = rng.uniform(0.2, 0.6, 60)
    past, now = rng.binomial(200, level) * 1.0, rng.binomial(200, level) * 1.0
    data = units(np.arange(60) % 2, now, np.full(60, 200.0), past=(past, np.full(60, 200.0)))
    found = difference(data, use_past=True)
    correlation = np.corrcoef(past, now)[0, 1]
    assert found.variance_kept == pytest.approx(1 - correlation**2, abs=0.06)  # Deng et al. (2013), eq. 5
    assert found.se < difference(data).se


def test_the_rate_of_an_arm_is_sum_over_sum():
    data = units([1, 1, 0, 0], [1, 9, 2, 2], [10, 10, 10, 30])
    found = difference(data)
    assert (found.treated, found.control) == (0.5, 0.1)
    assert found.value == pytest.approx(0.4)


def test_randomisation_agrees_with_every_assignment_by_hand():
    value, n = np.array([3.0, 8, 4, 9, 2, 7, 6]), np.array([10.0, 12, 9, 15, 10, 11, 14])
    treated = np.array([0, 1, 0, 1, 0, 1, 0], dtype=bool)

    def gap(chosen):
        w = np.isin(np.arange(7), chosen)
        return value[w].sum() / n[w].sum() - value[~w].sum() / n[~w].sum()

    every = [abs(gap(c)) for c in combinations(range(7), 3)]
    own = abs(gap((1, 3, 5)))
    found = randomisation_test(units(treated, value, n), seed=1)
    assert found.is_exact
    assert found.draws == 35
    assert found.pvalue == pytest.approx(np.mean([g >= own - 1e-12 for g in every]))


def test_mwanza_is_found_by_its_own_pairs():
    """All six pairs point one way, so that the exact two-sided p-value of the paired draw is 2 of 64."""
    found = randomisation_test(mwanza(), seed=1)
    assert found.draws == 64
    assert found.pvalue == pytest.approx(2 / 64)
    assert found.ci_upper < 0  # published: rate ratio 0.58, 95 % CI 0.42 to 0.79


def test_the_interval_holds_exactly_what_the_test_does_not_refuse():
    found = randomisation_test(mwanza(), seed=1)
    data = mwanza()
    for effect, inside in ((found.ci_upper - 1e-4, True), (found.ci_upper + 1e-4, False)):
        moved = units(data.treated, data.value - effect * data.n * data.treated, data.n, data.stratum)
        assert (randomisation_test(moved, seed=1).pvalue > 0.05) is inside


def test_two_against_two_can_refuse_nothing():
    found = randomisation_test(units([1, 1, 0, 0], [9, 8, 1, 2], [10] * 4), seed=1)
    assert found.least_pvalue == pytest.approx(1 / 3)
    assert (found.ci_lower, found.ci_upper) == (-math.inf, math.inf)


def test_wild_bootstrap_of_equal_units_by_hand():
    value, treated = np.array([1.0, 2, 3, 5, 6, 8]), np.array([0, 0, 0, 1, 1, 1], dtype=bool)
    residual = value - value.mean()

    def t(y):
        a, b = y[treated], y[~treated]
        v = ((a - a.mean()) ** 2).sum() / 9 + ((b - b.mean()) ** 2).sum() / 9
        return abs(a.mean() - b.mean()) / math.sqrt(max(v, 1e-300) * 6 / 5)

    signs = [np.array([1 if i >> k & 1 else -1 for k in range(6)]) for i in range(64)]
    by_hand = np.mean([t(value.mean() + s * residual) >= t(value) * (1 - 1e-10) for s in signs])
    found = wild_bootstrap(units(treated, value), seed=1)
    assert found.is_exact
    assert found.pvalue == pytest.approx(by_hand)
    assert found.ci_lower < 13 / 3 < found.ci_upper


def test_one_unit_an_arm_is_refused():
    with pytest.raises(NotIdentified, match="queue-days"):
        checked(units([1, 0, 0], [1, 2, 3], [4, 4, 4]))


def test_an_arm_of_zero_is_refused():
    with pytest.raises(NotIdentified, match="0 in treatment"):
        checked(units([0, 0, 0], [1, 2, 3], [4, 4, 4]))


def test_a_constant_outcome_is_refused():
    with pytest.raises(NotIdentified, match="the same value"):
        checked(units([1, 1, 0, 0], [2, 4, 2, 6], [4, 8, 4, 12]))


def test_a_unit_that_was_never_assigned_is_refused():
    with pytest.raises(BadInput, match="1 that were not assigned"):
        trial(["a", "x"], {"a": "control", "b": "treatment"}, np.ones(2), np.ones(2))


def test_missing_outcomes_are_refused():
    with pytest.raises(BadInput, match="missing values"):
        trial(["a", "b"], {"a": "control", "b": "treatment"}, np.array([1.0, np.nan]), np.ones(2))
