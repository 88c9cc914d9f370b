"""Estimates of samples, held against R's `survey` package (truth/survey.R) and against what was planted."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.errors import BadInput, NotIdentified
from heard.inference.sampling import (
    Design,
    Stratum,
    allocate,
    bounds,
    draw,
    expected_half_width,
    mean,
    net_interval,
    position_effects,
    rake,
    ratio,
    response_weights,
    share,
    total,
)

TRUTH = json.loads((Path(__file__).parent / "truth" / "survey.json").read_text())
STRAT, CLUS = TRUTH["data"]["strat"], TRUTH["data"]["clus1"]
CLOSE = 1e-9  # the same arithmetic in another language


@pytest.fixture(scope="module")
def stratified():
    return Design.of(STRAT["pw"], strata=STRAT["stype"], population=STRAT["fpc"])


@pytest.fixture(scope="module")
def clustered():
    return Design.of(CLUS["pw"], clusters=CLUS["dnum"], population=CLUS["fpc"])


def array(values):
    return np.array(values, float)


def test_a_stratified_mean_is_the_published_one(stratified):
    found = mean(stratified, array(STRAT["api00"]))
    assert found.value == pytest.approx(TRUTH["strat_mean"]["value"], rel=CLOSE)
    assert found.se == pytest.approx(TRUTH["strat_mean"]["se"], rel=CLOSE)
    assert (round(found.value, 2), round(found.se, 4)) == (662.29, 9.4089)  # help page of svymean
    assert found.degrees == 197


def test_a_stratified_total_and_ratio_are_those_of_r(stratified):
    for made, name in (
        (total(stratified, array(STRAT["enroll"])), "strat_total"),
        (ratio(stratified, array(STRAT["api.stu"]), array(STRAT["enroll"])), "strat_ratio"),
    ):
        assert made.value == pytest.approx(TRUTH[name]["value"], rel=CLOSE)
        assert made.se == pytest.approx(TRUTH[name]["se"], rel=CLOSE)


def test_a_cluster_sample_pays_for_its_clusters(clustered, stratified):
    found = mean(clustered, array(CLUS["api00"]))
    assert (round(found.value, 2), round(found.se, 3)) == (644.17, 23.542)  # help page of svymean
    assert found.se == pytest.approx(TRUTH["clus1_mean"]["se"], rel=CLOSE)
    assert found.design_effect == pytest.approx(TRUTH["clus1_deff"], rel=CLOSE)
    assert found.n_effective == pytest.approx(183 / TRUTH["clus1_deff"], rel=CLOSE)
    assert mean(stratified, array(STRAT["api00"])).design_effect == pytest.approx(TRUTH["strat_deff"], rel=CLOSE)


def test_raking_gives_the_weights_of_r():
    margins = [
        (CLUS["stype"], {"E": 4421, "H": 755, "M": 1018}),
        (CLUS["sch.wide"], {"No": 1072, "Yes": 5122}),
    ]
    found = rake(array(CLUS["pw"]), margins)
    assert found.weights == pytest.approx(TRUTH["raked_weights"], rel=1e-7)  # both stop at about 1e-10 of the margins
    assert found.weights.sum() == pytest.approx(6194)
    assert np.average(CLUS["api00"], weights=found.weights) == pytest.approx(TRUTH["raked_mean"], rel=1e-8)


def test_raking_says_what_it_cannot_do():
    with pytest.raises(NotIdentified, match="1 groups of the whole with nobody"):
        rake(np.ones(2), [(["a", "a"], {"a": 1, "b": 1})])
    with pytest.raises(BadInput, match="without a total"):
        rake(np.ones(2), [(["a", "b"], {"a": 1})])


@pytest.mark.parametrize(
    ("yes", "n", "low", "high"),
    # Newcombe (1998), Stat. Med. 17, table I, method 3 (Wilson): 81/263, 15/148, 0/20, 1/29
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_plain_sample_has_newcombes_interval(yes, n, low, high):
    found = share(Design.of(np.ones(n)), (np.arange(n) < yes).astype(float))
    assert [found.ci_lower, found.ci_upper] == pytest.approx([low, high], abs=5e-5)  # printed to four places


def test_all_equal_answers_are_not_certainty():
    found = share(Design.of(np.ones(12)), np.ones(12))
    assert found.value == 1
    assert found.ci_lower == pytest.approx(0.7575, abs=5e-4)  # Wilson: n / (n + z²)
    assert mean(Design.of(np.ones(12)), np.full(12, 4.0)).se == 0


def test_nobody_drawn_is_undefined_with_a_reason():
    found = share(Design.of([1.0, 2.0]), np.ones(2), np.zeros(2))
    assert np.isnan(found.value)
    assert found.undefined_because


@pytest.mark.parametrize("weights", [[1.0, 0.0], [1.0, -1.0], [1.0, np.nan]])
def test_a_weight_is_above_0(weights):
    with pytest.raises(BadInput, match="not above 0"):
        Design.of(weights)


@settings(max_examples=30, deadline=None)
@given(st.permutations(list(range(60))), st.floats(0.1, 50))
def test_order_of_rows_and_unit_of_weights_change_nothing(order, factor):
    rng = np.random.default_rng(5)
    w, y, s, c = (
        rng.uniform(1, 5, 60),
        rng.integers(0, 2, 60).astype(float),
        np.repeat([0, 1, 2], 20),
        np.repeat(np.arange(30), 2),
    )
    one = share(Design.of(w, strata=s, clusters=c), y)
    other = share(Design.of(factor * w[order], strata=s[order], clusters=c[order]), y[order])
    assert one.value == pytest.approx(other.value)
    assert one.ci_lower == pytest.approx(other.ci_lower)
    assert one.design_effect == pytest.approx(other.design_effect)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 400), min_size=1),
    st.integers(12, 300),
    st.integers(1, 30),
)
def test_a_draw_keeps_its_budget_and_knows_every_chance(counts, budget, importance):
    strata = [Stratum(name, importance if name in "ab" else 1) for name in counts]
    sizes = allocate(counts, strata, budget)
    assert sum(sizes.values()) <= budget
    assert all(min(2, counts[name]) <= sizes[name] <= counts[name] for name in counts)
    names = [name for name, count in counts.items() for _ in range(count)]
    found = draw(names, sizes, seed=3)
    assert found.is_drawn.sum() == sum(sizes.values())
    assert (found.probability > 0).all()
    assert (1 / found.probability[found.is_drawn]).sum() == pytest.approx(len(names))  # weights add up to the whole
    assert (draw(names, sizes, seed=3).is_drawn == found.is_drawn).all()


def test_a_budget_in_minutes_is_spent_where_it_counts():
    sizes = allocate(
        {"tough": 30, "rest": 600}, [Stratum("tough", 8), Stratum("rest")], 20, {"tough": 1.5, "rest": 0.5}
    )
    assert 1.5 * sizes["tough"] + 0.5 * sizes["rest"] <= 20
    assert sizes["tough"] / 30 > 3 * sizes["rest"] / 600
    with pytest.raises(BadInput, match="at least 4"):
        allocate({"tough": 30, "rest": 600}, [Stratum("tough", 8), Stratum("rest")], 3)


def test_the_drawing_of_the_readme_of_bounds():
    found = bounds(0.85, 20, 100)
    assert (round(found.lower, 3), round(found.upper, 3)) == (0.17, 0.97)
    assert found.ci_lower < found.lower
    assert found.ci_upper > found.upper


@pytest.mark.parametrize(
    ("answered", "invited", "lower", "upper", "because"),
    [(0, 10, 0, 1, "nobody answered"), (10, 10, 0.7, 0.7, None), (0, 0, np.nan, np.nan, "nobody was asked"), (5, 2, np.nan, np.nan, "more answers than invitations")],
)  # fmt: skip
def test_bounds_at_the_edges(answered, invited, lower, upper, because):
    found = bounds(0.7, answered, invited)
    assert [found.lower, found.upper] == pytest.approx([lower, upper], nan_ok=True)
    assert found.undefined_because == because


def test_a_net_share_has_its_interval():
    assert net_interval(0, 0, 0)[0] != net_interval(0, 0, 0)[0]
    value, low, high = net_interval(10, 0, 10)
    assert value == 1
    assert 0.3 < low < 0.6
    assert high == 1


def test_expected_width_shrinks_with_answers():
    assert expected_half_width(0) == 0.5
    assert expected_half_width(100, design_effect=2) == pytest.approx(expected_half_width(50))


def test_answers_stand_for_the_silent_of_their_own_kind():
    kind = np.repeat(["heard", "missed"], 500)
    answered = np.zeros(1000, bool)
    answered[:300] = True
    answered[500:550] = True
    found = response_weights(answered, [kind])
    assert found.weights.sum() == pytest.approx(1000)
    assert found.weights[0] == pytest.approx(500 / 300)
    assert found.weights[500] == pytest.approx(10)
    assert found.weights[400] == 0


@pytest.mark.parametrize("answers", [0, 3])
def test_few_or_no_answers_are_one_class(answers):
    found = response_weights(np.arange(50) < answers, [np.arange(50) % 7])
    assert found.weights.sum() == pytest.approx(50 if answers else 0)
    assert len(found.class_rates) == (1 if answers else 0)


def test_a_planted_position_effect_is_found_and_none_is_not():
    rng = np.random.default_rng(2)
    planted = [(place, 3.0 + (0.8 if place == 1 else 0) + rng.normal()) for place in (1, 2, 3) for _ in range(100)]
    none = [(place, 3.0 + rng.normal()) for place in (1, 2, 3) for _ in range(100)]
    found = {e.item_id: e for e in position_effects({"planted": planted, "none": none, "few": [(1, 3.0)]})}
    assert found["planted"].ci_lower > 0
    assert found["none"].ci_lower < 0 < found["none"].ci_upper
    assert found["few"].undefined_because == "too few to say"


@pytest.mark.slow
def test_tough_moments_drawn_and_weighted_back_cover_the_census():
    """2,000 samples of 60 conversations from a census of 3,000; the interval must hold the truth 95 times of 100."""
    rng = np.random.default_rng(11)
    strata = np.where(rng.random(3000) < 0.15, "tough", "rest")
    heard = (rng.random(3000) < np.where(strata == "tough", 0.35, 0.7)).astype(float)
    sizes = allocate(
        {"tough": int((strata == "tough").sum()), "rest": int((strata == "rest").sum())},
        [Stratum("tough", 6), Stratum("rest")],
        60,
    )
    covered, raw, effects, values = 0, [], [], []
    for seed in range(2000):
        drawn = draw(strata, sizes, seed=seed)
        own = drawn.is_drawn
        population = np.array([(strata == s).sum() for s in strata[own]])
        found = share(Design.of(1 / drawn.probability[own], strata=strata[own], population=population), heard[own])
        covered += found.ci_lower <= heard.mean() <= found.ci_upper
        raw.append(heard[own].mean())
        values.append(found.value)
        effects.append(found.design_effect)
    assert 0.935 < covered / 2000 < 0.985  # 0.95 less two standard errors; Wilson's is a little wide at 60
    assert abs(np.mean(values) - heard.mean()) < 0.005  # weighted back: no bias
    assert heard.mean() - np.mean(raw) > 0.08  # as drawn: far off
    assert 1.1 < np.mean(effects) < 2.5


@pytest.mark.slow
def test_non_response_that_depends_on_what_is_known_is_weighted_away_and_the_bounds_hold_the_rest():
    rng = np.random.default_rng(12)
    known = known_bias = held = 0
    for _ in range(300):
        went = rng.choice(["heard", "missed", "none"], 1500, p=[0.3, 0.3, 0.4])
        felt = rng.random(1500) < np.select([went == "heard", went == "missed"], [0.8, 0.4], 0.65)
        rate = np.select([went == "heard", went == "missed"], [0.5, 0.15], 0.3)
        answered = rng.random(1500) < rate
        weights = response_weights(answered, [went]).weights
        known += np.average(felt[answered], weights=weights[answered]) - felt.mean()
        known_bias += felt[answered].mean() - felt.mean()
        # and silence that depends on the answer itself: nothing can weight it away, the bounds hold it
        shy = rng.random(1500) < np.where(felt, 0.5, 0.2)
        box = bounds(felt[shy].mean(), int(shy.sum()), 1500)
        held += box.lower <= felt.mean() <= box.upper
    assert abs(known / 300) < 0.006
    assert known_bias / 300 > 0.02
    assert held == 300
