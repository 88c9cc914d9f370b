"""The mixed model from sums against lme4's published answers, brute force and planted truths."""

import json
from pathlib import Path

import numpy as np
import pytest

from heard.errors import NotIdentified
from heard.inference.drivers import Moments, adjusted_means, fit_mixed

SLEEP = np.array(json.loads((Path(__file__).parent / "sleepstudy.json").read_text())["reaction"])


@pytest.fixture(scope="module")
def sleep():
    days, people = np.tile(np.arange(10), 18), np.repeat(np.arange(18), 10)
    return Moments.of({"days": days}, SLEEP.ravel(), people)


def test_a_random_constant_as_published(sleep):
    """lme4's documentation, `lmer(Reaction ~ Days + (1 | Subject), sleepstudy)`: REML 1786.5; variances 1378.2 and
    960.5; 251.4051 (9.7467), 10.4673 (0.8042)."""
    found = fit_mixed(sleep)
    assert found.deviance == pytest.approx(1786.465, abs=6e-4)
    assert (found.between[0, 0], found.within) == pytest.approx((1378.18, 960.46), abs=0.05)
    assert found.coef == pytest.approx([251.4051, 10.4673], abs=6e-5)
    assert found.se == pytest.approx([9.7467, 0.8042], abs=6e-4)
    assert found.likeness == pytest.approx(0.589, abs=5e-4)


def test_a_random_slope_as_published(sleep):
    """Bates et al. (2015), J. Stat. Softw. 67(1), p. 30: REML 1743.6; 24.740 and 5.922, correlation 0.07, residual
    25.592; 251.405 (6.825), 10.467 (1.546). Deviations of the first person (308): 2.2586, 9.1990 (`ranef`)."""
    found = fit_mixed(sleep, random=("constant", "days"))
    assert found.deviance == pytest.approx(1743.628, abs=6e-4)
    sd = np.sqrt(np.diag(found.between))
    assert sd == pytest.approx([24.740, 5.922], abs=2e-3)
    assert found.between[0, 1] / sd.prod() == pytest.approx(0.066, abs=1e-3)
    assert np.sqrt(found.within) == pytest.approx(25.592, abs=1e-3)
    assert found.se == pytest.approx([6.825, 1.546], abs=6e-4)
    assert found.effects[0] == pytest.approx([2.2586, 9.1990], abs=2e-3)


def test_sums_say_what_rows_say(sleep):
    """Generalised least squares over whole matrices, at the spread that was found."""
    found = fit_mixed(sleep)
    x = np.column_stack([np.ones(180), np.tile(np.arange(10), 18)])
    people = np.kron(np.eye(18), np.ones((10, 1)))
    v = found.within * np.eye(180) + found.between[0, 0] * people @ people.T
    inverse = np.linalg.inv(v)
    assert found.coef == pytest.approx(np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ SLEEP.ravel()))


def test_groups_that_do_not_differ_are_not_told_apart():
    rng = np.random.default_rng(4)
    one = Moments.of({"hard": rng.normal(size=400)}, rng.normal(size=400), np.repeat(np.arange(20), 20))
    found = fit_mixed(one)
    assert found.between[0, 0] < 0.05
    assert found.reliability.max() < 0.6


def test_a_team_with_harder_cases_is_not_held_to_blame():
    rng = np.random.default_rng(9)
    team = np.repeat(np.arange(6), 200)
    hard = rng.random(1200) < np.where(team == 0, 0.8, 0.3)
    score = 4 - 1.0 * hard + np.where(team == 5, -0.5, 0.0) + rng.normal(0, 0.5, 1200)
    rows = adjusted_means(Moments.of({"hard": hard}, score, team), list("abcdef"))
    told = {row["group"]: row for row in rows}
    assert told["a"]["raw"] < told["b"]["raw"] - 0.3
    assert told["a"]["adjusted"] == pytest.approx(told["b"]["adjusted"], abs=0.15)
    assert told["f"]["ci_upper"] < told["b"]["ci_lower"]
    assert all(row["ci_lower"] < row["adjusted"] < row["ci_upper"] and row["reliability"] > 0.9 for row in rows)


def test_few_answers_are_drawn_to_the_mean():
    rng = np.random.default_rng(2)
    team = np.concatenate([np.repeat(np.arange(10), 100), [10, 10]])
    score = rng.normal(0, 1, 1002) + 0.5 * rng.normal(size=11)[team]
    score[-2:] = 2.5
    rows = adjusted_means(Moments.of({"x": rng.normal(size=1002)}, score, team), [str(i) for i in range(11)])
    assert rows[-1]["raw"] == 2.5
    assert rows[-1]["adjusted"] < 1.5
    assert rows[-1]["reliability"] < min(row["reliability"] for row in rows[:-1])


@pytest.mark.parametrize(
    ("x", "group", "told"),
    [
        ([1.0, 2, 3], [0, 0, 0], "1 groups"),
        ([1.0, 2, 3], [0, 1, 2], "3 groups with 3"),
        ([1.0, 1, 1, 1], [0, 0, 1, 1], "say the same"),
    ],
)
def test_what_cannot_be_known_is_said(x, group, told):
    with pytest.raises(NotIdentified, match=told):
        fit_mixed(Moments.of({"x": x}, np.arange(len(x), dtype=float), group))
