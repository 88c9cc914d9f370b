"""Hidden causes against published answers; money as a range."""

import numpy as np
import pytest

from heard.errors import BadInput
from heard.inference.quasi.sensitivity import robustness_value
from heard.inference.worth import Range, e_values_of_ratio, omitted, simulate


@pytest.mark.parametrize(
    ("ratio", "bound", "is_rare", "told"),
    [
        (3.9, 1.8, True, (7.26, 3.0)),  # VanderWeele & Ding (2017), Ann. Intern. Med. 167, the paper's example
        (1 / 3.9, 1 / 1.8, True, (7.26, 3.0)),  # protective: the inverse
        (0.80, 0.71, True, (1.81, 2.17)),  # the same paper's second example: .80 gives 1.81
        (1.3, 0.9, True, (1.92, 1.0)),  # the interval holds 1: nothing is needed
        (1.0, 1.0, True, (1.0, 1.0)),
    ],
)
def test_e_values_as_published(ratio, bound, is_rare, told):
    assert e_values_of_ratio(ratio, bound, is_rare=is_rare) == pytest.approx(told, abs=0.005)


def test_a_common_outcome_needs_less():
    assert e_values_of_ratio(2.0, 1.5, is_rare=False)[0] < e_values_of_ratio(2.0, 1.5)[0]


def test_a_cause_as_strong_as_being_a_woman_as_published():
    """sensemakr's documentation, `summary(darfur)`, bound 1x female: partial R² .00916 and .1246 leave 0.0752 (.0219)."""
    told = omitted(0.09732, 0.02326, 783, with_exposure=0.00916, with_outcome=0.12464)
    assert told == pytest.approx((0.0752, 0.0219), abs=2e-4)


def test_a_cause_at_the_robustness_value_leaves_nothing():
    value = robustness_value(4.184, 783)
    assert omitted(4.184, 1.0, 783, with_exposure=value, with_outcome=value)[0] == pytest.approx(0, abs=1e-3)


def test_money_is_effect_times_value_times_volume_less_cost():
    known = simulate(effect=Range.fixed(0.02), value=Range.fixed(150), volume=Range.fixed(1000), cost=Range.fixed(500))
    assert (known.median, known.ci_lower, known.ci_upper) == pytest.approx((2500, 2500, 2500))
    assert known.probability_positive == 1.0


def test_a_range_stays_a_range():
    """0.02 ± 0.02 at 95 % on 100,000 less 500: 1,500 ± 1.645 · 1,020 at 90 %, by the normal distribution."""
    effect = Range(value=0.02, ci_lower=0.0, ci_upper=0.04)
    found = simulate(effect=effect, value=Range.fixed(100), volume=Range.fixed(1000), cost=Range.fixed(500))
    assert found.median == pytest.approx(1500, abs=30)
    assert (found.ci_lower, found.ci_upper) == pytest.approx((-178, 3178), abs=60)
    assert found.probability_positive == pytest.approx(0.929, abs=0.006)


def test_draws_keep_their_bounds():
    drawn = Range(value=1.9, ci_lower=1.2, ci_upper=3.4, shape="ratio").draw(np.random.default_rng(0), 40_000)
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([1.2, 1.9, 3.4], rel=0.03)


@pytest.mark.parametrize("bounds", [(1, 2, 3), (1, -1, 0.5)])
def test_a_range_holds_its_value(bounds):
    with pytest.raises(BadInput, match="lower <= value <= upper"):
        Range(value=bounds[0], ci_lower=bounds[1], ci_upper=bounds[2])
    with pytest.raises(BadInput):
        e_values_of_ratio(-1.0, 2.0)
