"""Figures of agreement against outside truths: scikit-learn, closed forms, simulation."""

import warnings
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from heard.inference.agreement.figures import (
    AGREEMENT,
    F1,
    KAPPA,
    PRECISION,
    RECALL,
    SHARE,
    Resamples,
    figure,
    kappa,
    wilson,
)

TIGHT = 1e-12  # the same sums in another order


def table(first, second, size=2):
    """One conversation's counts of two raters' values, flat."""
    counts = np.zeros((1, size * size))
    for a, b in zip(first, second, strict=True):
        counts[0, a * size + b] += 1
    return counts


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60))
def test_kappa_is_scikit_learns(pairs):
    first, second = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score(first, second)
    got = kappa(table(first, second, 4)[0])
    if len({*first, *second}) == 1:
        assert np.isnan(got)  # undefined: scikit-learn says NaN as well, or 1 in some versions
    else:
        assert got == pytest.approx(expected, abs=TIGHT)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_f1_precision_and_recall_are_scikit_learns(pairs):
    first, second = zip(*pairs, strict=True)
    counts = table(first, second)[0]
    for statistic, theirs in ((F1, f1_score), (PRECISION, precision_score), (RECALL, recall_score)):
        expected = theirs(first, second, zero_division=np.nan)
        assert float(statistic.of(counts)) == pytest.approx(expected, abs=TIGHT, nan_ok=True)


UNDEFINED = [
    (KAPPA, [[9, 0, 0, 0]], "neither rater used the label: chance agrees always"),
    (KAPPA, [[0, 0, 0, 0]], "no turn at all"),
    (F1, [[9, 0, 0, 0]], "never used"),
    (PRECISION, [[9, 0, 3, 0]], "the second never used it"),
    (RECALL, [[9, 3, 0, 0]], "the first never used it"),
    (AGREEMENT, [[0, 0, 0, 0]], "no matched moment"),
    (SHARE, [[0, 0]], "no moment in the denominator"),
]


@pytest.mark.parametrize(("statistic", "counts", "why"), UNDEFINED)
def test_what_cannot_be_known_is_null_with_a_reason(statistic, counts, why):
    counts = np.asarray(counts, float)
    told = figure(statistic, counts, Resamples(1, seed=1, resamples=50).sums(counts)).to_json()
    assert (told["value"], told["low"], told["high"]) == (None, None, None), why
    assert told["reason"]


def test_a_disagreement_without_any_match_is_zero_and_not_null():
    counts = np.asarray([[5.0, 1.0, 1.0, 0.0]])
    assert figure(F1, counts, counts).value == 0.0


def test_perfect_agreement_on_little_is_not_certain():
    counts = np.tile([2.0, 0.0, 0.0, 1.0], (6, 1))
    sums = Resamples(6, seed=1, resamples=200).sums(counts)
    f1, agreed = figure(F1, counts, sums), figure(KAPPA, counts, sums)
    assert f1.value == agreed.value == 1.0
    assert f1.low == pytest.approx(wilson(1.0, 6)[0])
    assert 0 < agreed.low < 1
    assert f1.high == agreed.high == 1.0


def test_wilson_is_the_closed_form():
    z = NormalDist().inv_cdf(0.975)
    low, high = wilson(0.3, 40)
    for bound in (low, high):  # both bounds solve |p - bound| = z·sqrt(bound(1 - bound)/n)
        assert abs(0.3 - bound) == pytest.approx(z * (bound * (1 - bound) / 40) ** 0.5, abs=1e-9)


def test_the_same_seed_gives_the_same_resamples_and_each_draws_as_many():
    counts = np.ones((30, 1))
    one, same, other = (Resamples(30, seed=seed, resamples=600).sums(np.arange(30.0)[:, None]) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()
    assert (Resamples(30, seed=1, resamples=600).sums(counts) == 30).all()


def test_the_bootstrap_is_that_of_conversations():
    """The variance of a mean over resamples is the plug-in variance over n: a closed form of the bootstrap."""
    rng = np.random.default_rng(3)
    values = rng.poisson(3, 40).astype(float)
    sums = Resamples(40, seed=5, resamples=20_000).sums(values[:, None])[:, 0] / 40
    assert sums.var() == pytest.approx(values.var() / 40, rel=0.05)  # 20,000 draws: standard error of a variance 1 %


@pytest.mark.slow
def test_the_interval_of_kappa_covers_at_its_level():
    """Two raters with a known kappa, in 60 conversations of uneven length that share a difficulty (clusters)."""
    rng = np.random.default_rng(11)
    truth = _planted_kappa(np.random.default_rng(1), 200_000)
    hits = []
    for trial in range(400):
        counts = _planted(rng, 60)
        got = figure(KAPPA, counts, Resamples(60, seed=trial, resamples=500).sums(counts))
        hits.append(got.low <= truth <= got.high)
    assert (
        0.91 <= np.mean(hits) <= 0.985
    )  # 400 trials: standard error 1.1 points; percentile intervals run a little short


def _planted(rng, conversations):
    counts = np.zeros((conversations, 4))
    sizes, hard = rng.integers(3, 15, conversations), rng.choice([0.05, 0.25], conversations)
    for row, (size, error) in enumerate(zip(sizes, hard, strict=True)):
        truth = rng.random(size) < 0.3
        a, b = (np.where(rng.random(size) < error, ~truth, truth) for _ in range(2))
        counts[row] = np.bincount(2 * a + b, minlength=4)
    return counts


def _planted_kappa(rng, conversations):
    return float(kappa(_planted(rng, conversations // 10).sum(0)))
