"""Regression against statsmodels, importance against relaimpo's published answer, a change that adds up."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.errors import BadInput, NotIdentified
from heard.inference.drivers import Moments, collinearity, decompose, importance, linear, logistic, without_twins

SWISS = np.array([
    [156.0424976873, 100.1691489362, -64.3669287697, -79.7295097132, 241.5632030527, 15.1561933395],
    [100.16914893617, 515.79941720629, -124.39283071230, -139.65740055504, 379.90437557817, -4.02585106383],
    [-64.36692876966, -124.39283071230, 63.64662349676, 53.57585568918, -190.56061054579, -2.64953746531],
    [-79.72950971323, -139.65740055504, 53.57585568918, 92.45605920444, -61.69882978723, -2.78168362627],
    [241.5632030527, 379.9043755782, -190.5606105458, -61.6988297872, 1739.2945371878, 21.3181160962],
    [15.15619333950, -4.02585106383, -2.64953746531, -2.78168362627, 21.31811609621, 8.48380203515],
])  # fmt: skip
"""R: `cov(swiss)`; fertility first. 47 provinces of Switzerland, about 1888 (Mosteller & Tukey 1977)."""


def test_importance_of_swiss_as_published():
    """Grömping (2006), J. Stat. Softw. 17(1), section 5, `calc.relimp(swiss, type = "lmg")`: R² 70.67 %; Agriculture
    0.0571, Examination 0.1712, Education 0.2601, Catholic 0.1056, Infant mortality 0.1128."""
    order = [1, 2, 3, 4, 5, 0]
    sums = np.zeros((7, 7))
    sums[0, 0] = 47
    sums[1:, 1:] = 46 * SWISS[np.ix_(order, order)]  # centred: the sums of the columns are 0
    names = ("constant", "agriculture", "examination", "education", "catholic", "infant_mortality")
    found = importance(Moments(names, sums[None], np.array([47.0])), resamples=10)
    assert found.r_squared == pytest.approx(0.7067, abs=6e-5)
    assert found.share == pytest.approx([0.0571, 0.1712, 0.2601, 0.1056, 0.1128], abs=6e-5)


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(6)
    agent = rng.integers(0, 40, 1500)
    heard, wait = rng.random(1500) < 0.5, rng.exponential(2, 1500)
    good = rng.normal(size=40)[agent] * 0.4
    score = 3 + 0.6 * heard - 0.1 * wait + good + rng.normal(0, 0.8, 1500)
    return {"heard": heard, "wait": wait}, score, agent


def exog(columns):
    return sm.add_constant(np.column_stack([np.asarray(v, float) for v in columns.values()]))


def test_least_squares_as_in_statsmodels(made):
    columns, score, agent = made
    ours = linear(columns, score, agent)
    theirs = sm.OLS(score, exog(columns)).fit(cov_type="cluster", cov_kwds={"groups": agent})
    assert ours.coef == pytest.approx(theirs.params, rel=1e-9)
    assert ours.se == pytest.approx(theirs.bse, rel=1e-8)
    assert ours.r_squared == pytest.approx(theirs.rsquared, rel=1e-9)


def test_logistic_as_in_statsmodels(made):
    columns, score, agent = made
    ours = logistic(columns, score > 3, agent)
    theirs = sm.Logit(score > 3, exog(columns)).fit(disp=0, cov_type="cluster", cov_kwds={"groups": agent})
    assert ours.coef == pytest.approx(theirs.params, rel=1e-6)
    small = np.sqrt((1500 - 1) / (1500 - 3))  # statsmodels corrects for columns here too; Stata's logit does not
    assert ours.se * small == pytest.approx(theirs.bse, rel=1e-6)
    assert ours.r_squared == pytest.approx(theirs.prsquared, rel=1e-6)


def test_a_penalty_helps_where_columns_are_many_and_rows_few():
    rng = np.random.default_rng(0)
    columns = {f"x{i}": rng.normal(size=60) for i in range(20)}
    found = linear(columns, rng.normal(size=60), np.arange(60))
    assert found.penalty > 0
    assert np.abs(found.shrunk[1:]).sum() < np.abs(found.coef[1:]).sum()


def test_importance_has_bounds_and_adds_up(made):
    columns, score, agent = made
    found = importance(Moments.of(columns, score, agent))
    assert found.share.sum() == pytest.approx(linear(columns, score, agent).r_squared, rel=1e-6)
    assert np.all((found.ci_lower <= found.share) & (found.share <= found.ci_upper))


def test_collinear_columns_are_shown(made):
    columns, score, agent = made
    twin = dict(columns) | {"wait_again": np.asarray(columns["wait"]) + np.random.default_rng(1).normal(0, 0.1, 1500)}
    told = {row["name"]: row["vif"] for row in collinearity(Moments.of(twin, score, agent))}
    r2 = sm.OLS(twin["wait"], exog({"heard": columns["heard"], "again": twin["wait_again"]})).fit().rsquared
    assert told["wait"] == pytest.approx(1 / (1 - r2))
    assert told["heard"] < 1.1 < 100 < told["wait"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"flat": np.ones(1500)}, "same value in every row of flat"),
        ({"twin": "heard"}, "say the same"),
    ],
)
def test_columns_that_say_nothing_are_named(made, change, told):
    columns, score, agent = made
    wrong = dict(columns) | {k: columns[v] if isinstance(v, str) else v for k, v in change.items()}
    with pytest.raises(NotIdentified, match=told):
        linear(wrong, score, agent)


def test_separation_is_said(made):
    columns, _, agent = made
    with pytest.raises(NotIdentified, match="heard parts yes from no"):
        logistic(columns, columns["heard"], agent)
    with pytest.raises(NotIdentified, match="the same for everybody"):
        logistic(columns, np.ones(1500), agent)


def test_missing_values_and_one_cluster_are_refused(made):
    columns, score, _ = made
    with pytest.raises(NotIdentified, match="clusters"):
        linear(columns, score, np.zeros(1500))
    with pytest.raises(BadInput, match="missing values in outcome"):
        linear(columns, np.where(np.arange(1500) == 3, np.nan, score), np.arange(1500))
    with pytest.raises(BadInput, match="no rows"):
        linear({"x": []}, [], [])


answer = st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 2), st.integers(-100, 100), st.integers(0, 5))


@settings(deadline=None, max_examples=60)
@given(st.lists(answer, min_size=2, max_size=40))
def test_parts_of_a_change_add_up(rows):
    after, case, behavior, outcome, who = map(np.array, zip(*rows, strict=True))
    if after.all() or not after.any():
        with pytest.raises(NotIdentified):
            decompose(is_after=after, case=case, behavior=behavior, outcome=outcome, clusters=who, resamples=0)
        return
    found = decompose(is_after=after, case=case, behavior=behavior, outcome=outcome, clusters=who, resamples=0)
    assert found.before == pytest.approx(outcome[~after].mean(), abs=1e-9)
    assert found.after == pytest.approx(outcome[after].mean(), abs=1e-9)
    assert found.mix + found.behavior + found.rest == pytest.approx(found.total, abs=1e-8)


def test_each_part_is_found_alone():
    n = 4000
    rng = np.random.default_rng(3)
    after = np.arange(n) % 2 == 1

    def change(case_share, heard_share, lift):
        case = rng.random(n) < np.where(after, case_share, 0.5)
        heard = rng.random(n) < np.where(after, heard_share, 0.5)
        score = 50 + 20 * case + 10 * heard + lift * after + rng.normal(0, 5, n)
        return decompose(is_after=after, case=case, behavior=heard, outcome=score, clusters=np.arange(n), resamples=200)

    mix, behavior, rest = change(0.8, 0.5, 0), change(0.5, 0.8, 0), change(0.5, 0.5, 4)
    assert mix.bounds["mix"][0] < 6 < mix.bounds["mix"][1]  # 0.3 more of cases that score 20 higher
    assert behavior.bounds["behavior"][0] < 3 < behavior.bounds["behavior"][1]
    assert rest.bounds["rest"][0] < 4 < rest.bounds["rest"][1]
    assert abs(rest.mix) < 1
    assert rest.bounds["mix"][0] < 0 < rest.bounds["mix"][1]


def test_twins_and_constants_are_left_out_in_order():
    rng = np.random.default_rng(1)
    a, b = rng.random(200), rng.random(200)
    others = {"sum": a + b, "flat": np.ones(200), "c": rng.random(200), "c_again": None}
    others["c_again"] = 2 * others["c"] - 1
    assert list(without_twins({"a": a, "b": b}, others)) == ["c"]
