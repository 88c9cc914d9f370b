"""Boundaries against the published tables; multiplicity against statsmodels; the sample ratio against the textbook."""

import numpy as np
import pytest
from scipy import stats

from heard.errors import BadInput
from heard.inference.experiments.multiplicity import benjamini_hochberg, holm
from heard.inference.experiments.ratio_check import ratio_check, sample_ratio
from heard.inference.experiments.sequential import anytime_half_width, boundary, crossing

# Jennison & Turnbull (2000), Group Sequential Methods, tables 2.1 and 2.3: two-sided, alpha 0.05 and 0.01.
POCOCK = {0.05: {1: 1.960, 2: 2.178, 3: 2.289, 4: 2.361, 5: 2.413, 10: 2.555}, 0.01: {2: 2.772, 5: 2.986}}
OBRIEN_FLEMING = {
    0.05: {1: 1.960, 2: 1.977, 3: 2.004, 4: 2.024, 5: 2.040, 10: 2.087},
    0.01: {2: 2.580, 3: 2.595, 4: 2.609, 5: 2.621},
}


@pytest.mark.parametrize(("alpha", "looks", "z"), [(a, k, z) for a, row in POCOCK.items() for k, z in row.items()])
def test_pocock(alpha, looks, z):
    assert boundary(looks, "pocock", alpha=alpha) == pytest.approx((z,) * looks, abs=6e-4)  # printed to 3 digits


@pytest.mark.parametrize(
    ("alpha", "looks", "z"), [(a, k, z) for a, row in OBRIEN_FLEMING.items() for k, z in row.items()]
)
def test_obrien_fleming(alpha, looks, z):
    found = boundary(looks, "obrien-fleming", alpha=alpha)
    assert found[-1] == pytest.approx(z, abs=6e-4)  # printed to 3 digits
    assert found[0] == pytest.approx(z * looks**0.5, abs=4e-3)


def test_five_looks_at_196_are_wrong_14_times_in_100():
    assert crossing(np.full(5, 1.959964)) == pytest.approx(0.142, abs=5e-4)  # Armitage et al. (1969), table 2


def test_no_looks_are_refused():
    with pytest.raises(BadInput, match="looks"):
        boundary(0, "pocock")


def test_an_interval_for_all_times_is_wider_than_one_for_one():
    one = stats.norm.ppf(0.975) * 0.02
    assert 1.2 * one < anytime_half_width(0.02, scale=0.06) < 2.2 * one


def test_the_interval_for_all_times_is_the_normal_mixture():
    """At the bound the mixture likelihood ratio is 1 / alpha (Robbins 1970)."""
    se, scale = 0.03, 0.05
    x = anytime_half_width(se, scale=scale)
    ratio = stats.norm.pdf(x, 0, np.hypot(se, scale)) / stats.norm.pdf(x, 0, se)
    assert ratio == pytest.approx(20, rel=1e-9)


@pytest.mark.parametrize(("own", "name"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
def test_multiplicity_is_that_of_statsmodels(own, name):
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(4).uniform(0, 0.2, 12)
    assert own(p) == pytest.approx(multipletests(p, method=name)[1])


def test_a_question_without_an_answer_is_not_counted():
    assert holm([0.02, float("nan")])[0] == pytest.approx(0.02)


def test_the_textbooks_sample_ratio():
    # Kohavi, Tang & Xu (2020), Trustworthy Online Controlled Experiments, ch. 3.
    assert sample_ratio(821_588, 815_482) == pytest.approx(1.8e-6, rel=0.02)


def test_a_mismatch_takes_every_grade():
    found = ratio_check(821_588, 815_482, what="users")
    assert (found.passed, found.costs) == ("no", 3)
    assert "821,588 users" in found.said


@pytest.mark.parametrize(
    ("control", "treated", "passed"), [(500, 510, "yes"), (3, 4, "cannot say"), (0, 0, "cannot say")]
)
def test_ordinary_splits(control, treated, passed):
    assert ratio_check(control, treated).passed == passed
