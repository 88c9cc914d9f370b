"""Alpha, omega and items, held against R's `psych` and `factanal` (truth/survey.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from heard.errors import BadInput
from heard.inference.scale import omega_total, reliability

TRUTH = json.loads((Path(__file__).parent / "truth" / "survey.json").read_text())
ITEMS = TRUTH["data"]["items"]


def test_alpha_its_interval_and_its_items_are_those_of_r():
    found = reliability(ITEMS)
    assert found.alpha == pytest.approx(TRUTH["alpha"]["value"], rel=1e-10)
    assert [found.ci_lower, found.ci_upper] == pytest.approx(TRUTH["alpha"]["feldt"], rel=1e-8)
    assert [item.alpha_without for item in found.items] == pytest.approx(TRUTH["alpha"]["dropped"], rel=1e-10)
    assert [item.r_rest for item in found.items] == pytest.approx(TRUTH["alpha"]["r_drop"], rel=1e-10)
    assert found.n == 150


def test_omega_is_that_of_factanal():
    assert reliability(ITEMS).omega == pytest.approx(TRUTH["omega"], abs=1e-5)  # two optimisers of one function


def test_an_item_that_does_not_belong_is_named():
    warned = [item.item_id for item in reliability(ITEMS).items if item.warning]
    assert warned == ["V4"]
    turned = reliability({**ITEMS, "V1": [6 - v for v in ITEMS["V1"]]})
    assert "polarity" in turned.items[0].warning


def test_order_of_responses_and_missing_ones_change_nothing():
    order = np.random.default_rng(1).permutation(150)
    shuffled = {name: [values[i] for i in order] + [None] for name, values in ITEMS.items()}
    found = reliability(shuffled)
    assert found.alpha == pytest.approx(reliability(ITEMS).alpha)
    assert (found.n, found.n_left_out) == (150, 1)


@pytest.mark.parametrize(
    ("items", "because"),
    [
        ({"a": [1.0] * 29, "b": [1.0] * 29}, "too few to say"),
        ({"a": [3.0] * 40, "b": [3.0] * 40}, "all answers are equal"),
        ({"a": [], "b": []}, "too few to say"),
    ],
)
def test_what_cannot_be_said_has_a_reason(items, because):
    found = reliability(items)
    assert np.isnan(found.alpha)
    assert because in found.undefined_because


def test_one_item_is_no_scale():
    with pytest.raises(BadInput, match="at least two"):
        reliability({"a": [1, 2]})


@pytest.mark.parametrize("covariance", [np.eye(2), np.diag([1.0, 0.0, 1.0])])
def test_omega_needs_three_items_that_vary(covariance):
    assert np.isnan(omega_total(covariance))
