"""Agreement against published answers."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from heard.inference.calibration.alpha import alpha
from heard.inference.calibration.bootstrap import bounded
from heard.inference.calibration.card import Judged, line, reviewer_pairs, severity
from heard.inference.calibration.icc import correlations
from heard.inference.calibration.kappa import of_table, weighted_kappa

N = np.nan
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
)
# Shrout & Fleiss (1979), table 2: six targets, four judges.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], np.float64)
# Cohen (1968), table 1: 200 cases in three diagnoses by two psychiatrists, and weights of disagreement.
COHEN = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]], np.float64)
COHEN_WEIGHTS = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]], np.float64)


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_is_the_one_of_krippendorff_2011(level, published):
    assert alpha(KRIPPENDORFF, level) == pytest.approx(published, abs=5e-4)  # printed to three digits


def test_alpha_of_two_observers_is_the_one_of_krippendorff_2011_section_a():
    # Two observers, ten binary units: section A prints 0.095.
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(np.array([first, second], np.float64), "nominal") == pytest.approx(0.095, abs=5e-4)


@pytest.mark.parametrize(
    ("form", "published"),
    [
        ("one_random", 0.17), ("one_agreement", 0.29), ("one_consistency", 0.71),
        ("mean_random", 0.44), ("mean_agreement", 0.62), ("mean_consistency", 0.91),
    ],
)  # fmt: skip
def test_icc_is_the_one_of_shrout_and_fleiss_1979(form, published):
    assert getattr(correlations(SHROUT), form) == pytest.approx(published, abs=5e-3)  # printed to two digits


def test_weighted_kappa_is_the_one_of_cohen_1968():
    assert of_table(COHEN, COHEN_WEIGHTS) == pytest.approx(0.348, abs=5e-4)
    assert of_table(COHEN, 1 - np.eye(3)) == pytest.approx(0.492, abs=5e-4)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_is_the_one_of_scikit_learn(weights):
    rng = np.random.default_rng(3)
    first = rng.integers(1, 6, 300).astype(float)
    second = np.clip(first + rng.integers(-1, 2, 300), 1, 5).astype(float)
    expected = cohen_kappa_score(first, second, weights=weights)
    assert weighted_kappa(first, second, np.arange(1.0, 6.0), weights) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "ratings", [np.full((2, 3), N), np.array([[1.0, N], [N, 1.0]]), np.ones((2, 4)), np.zeros((2, 0))]
)
def test_nothing_to_disagree_on_is_undefined_and_not_one(ratings):
    assert np.isnan(alpha(ratings, "nominal"))


def test_alpha_knows_neither_order_of_raters_nor_of_units_nor_lone_ratings():
    base = alpha(KRIPPENDORFF, "ordinal")
    assert alpha(KRIPPENDORFF[::-1, ::-1], "ordinal") == pytest.approx(base, abs=1e-12)
    lone = np.full((4, 1), N)
    lone[0] = 5
    assert alpha(np.hstack([KRIPPENDORFF, lone]), "ordinal") == pytest.approx(base, abs=1e-12)


def test_the_interval_covers_the_alpha_of_the_population():
    # A population in which a second reader repeats the first in 80 % of binary units with base rate one half:
    # alpha = 1 - 0.1 / 0.5 = 0.8, since the other fifth is a coin toss.
    hits, trials = 0, 120
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        first = rng.integers(0, 2, 150)
        second = np.where(rng.random(150) < 0.8, first, rng.integers(0, 2, 150))
        found = bounded(
            np.array([first, second], np.float64), np.arange(150.0) // 3, lambda r: alpha(r, "nominal"), seed=seed,
            resamples=200,
        )  # fmt: skip
        hits += found.ci_lower <= 0.8 <= found.ci_upper
    assert 0.88 <= hits / trials <= 1.0  # 95 % less three standard errors of 120 trials and the percentile's shortness


def _judged(rater, values, conversation=None):
    return [
        Judged(unit=str(i), conversation=conversation or f"c{i}", rater=rater, value=v) for i, v in enumerate(values)
    ]


def test_the_machine_cannot_agree_with_two_readers_who_differ():
    judged = [*_judged("ann", [1, 0] * 6), *_judged("bob", [0, 1] * 6), *_judged("machine", [1, 0] * 6)]
    found = line("x", judged, level="nominal", kind="label", seed=1)
    assert found.human.value < 0
    assert found.machine.value == pytest.approx(0, abs=0.05)


def test_a_group_that_a_reader_could_not_judge_is_left_out_and_not_a_no():
    judged = [*_judged("ann", [1, 0, 1, 0]), *_judged("bob", [1, 0, None, None])]
    found = line("x", judged, level="nominal", kind="label", seed=1)
    assert found.human.n == 2
    assert found.human.value == 1


def test_a_severe_reviewer_shows():
    scores = [*_judged("ann", [4, 4, 5, 3]), *_judged("bob", [3, 3, 4, 2])]
    told = severity(scores)
    assert told["ann"] == (1.0, 4)
    assert told["bob"] == (-1.0, 4)
    ((first, second, kappa, icc),) = reviewer_pairs(scores, seed=1)
    assert (first, second) == ("ann", "bob")
    assert kappa.n == icc.n == 4
