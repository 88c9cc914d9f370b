"""A change is told only beyond noise: few false alarms, and a planted step is found."""

import numpy as np
import pyarrow as pa
import pytest

from heard.errors import BadInput
from heard.measures import interval
from heard.measures.change import change
from heard.measures.interval import Sums

NOW = 20_000


def weekly(values, lowers, uppers, ns, *, end=NOW):
    count = len(values)
    return pa.table(
        {
            "week_start": pa.array([end - 7 * (count - 1 - i) for i in range(count)], pa.int32()),
            "value": pa.array(values, pa.float64()),
            "ci_lower": pa.array(lowers, pa.float64()),
            "ci_upper": pa.array(uppers, pa.float64()),
            "n": pa.array(ns, pa.int64()),
        }
    )


def steady(value=0.4, half=0.1, count=13, n=40, last=None):
    values = [value] * (count - 1) + [value if last is None else last]
    return weekly(values, [v - half for v in values], [v + half for v in values], [n] * count)


CASES = [
    # last, verdict, remark
    (0.40, "no real change", "the same"),
    (0.47, "no real change", "inside the noise"),
    (0.60, "up", "far outside"),
    (0.20, "down", "far outside, the other way"),
]


@pytest.mark.parametrize(("last", "verdict", "remark"), CASES)
def test_a_week_is_judged_against_the_weeks_before(last, verdict, remark):
    found = change(steady(last=last), week_start=NOW)
    assert (found.verdict, found.weeks_before, found.n_before) == (verdict, 12, 480), remark
    assert found.difference == pytest.approx(last - 0.4)


@pytest.mark.parametrize(
    ("table", "remark"),
    [
        (steady(count=1), "no week before"),
        (steady(count=3), "two weeks before"),
        (weekly([0.4] * 4 + [None], [0.3] * 4 + [None], [0.5] * 4 + [None], [40] * 4 + [3]), "the week itself is null"),
        (weekly([0.4] * 5, [0.3] * 4 + [None], [0.5] * 4 + [None], [40] * 5), "a median without bounds"),
        (
            weekly([None] * 10 + [0.4], [None] * 10 + [0.3], [None] * 10 + [0.5], [2] * 10 + [40]),
            "weeks before are null",
        ),
        (weekly([], [], [], []), "nothing at all"),
    ],
)
def test_too_little_is_said_to_be_too_little(table, remark):
    found = change(table, week_start=NOW)
    assert (found.verdict, found.difference, found.ci_lower) == ("too few to say", None, None), remark


def test_weeks_without_a_figure_are_skipped():
    table = weekly(
        [0.4, None, 0.4, 0.4, 0.9], [0.3, None, 0.3, 0.3, 0.8], [0.5, None, 0.5, 0.5, 1.0], [40, 3, 40, 40, 40]
    )
    found = change(table, week_start=NOW)
    assert (found.verdict, found.weeks_before, found.n_before) == ("up", 3, 120)


def test_only_the_weeks_asked_for_are_compared():
    values = [0.9] * 8 + [0.4] * 4 + [0.41]
    table = weekly(values, [v - 0.1 for v in values], [v + 0.1 for v in values], [40] * 13)
    assert change(table, week_start=NOW, weeks=4).verdict == "no real change"


def test_comparing_many_figures_widens_the_interval():
    one, five = (change(steady(last=0.5), week_start=NOW, comparisons=k) for k in (1, 5))
    assert five.ci_lower < one.ci_lower
    assert five.ci_upper > one.ci_upper


def test_a_business_that_swings_anyway_needs_a_larger_change():
    calm = steady(last=0.6)
    values = [0.25, 0.55] * 6 + [0.6]
    restless = weekly(values, [v - 0.1 for v in values], [v + 0.1 for v in values], [40] * 13)
    assert (change(calm, week_start=NOW).verdict, change(restless, week_start=NOW).verdict) == ("up", "no real change")


def test_two_groups_at_once_are_refused():
    with pytest.raises(BadInput, match="one group"):
        change(pa.concat_tables([steady(), steady()]), week_start=NOW)


def _shares(rng, share, n, weeks=13, last=None):
    v = rng.binomial(n, [share] * (weeks - 1) + [share if last is None else last]).astype(float)
    total = np.full(weeks, float(n))
    low, high = interval.share(Sums(v, total, v, v, total, total))
    return weekly(v / n, low, high, [n] * weeks)


def _medians(rng, n, weeks=13):
    drawn = np.sort(rng.lognormal(8, 1.2, (weeks, n)), axis=1)
    ranks = interval.quantile_ranks(np.array([float(n)]), 0.5)
    low, high = int(ranks.lower[0]) - 1, int(ranks.upper[0]) - 1
    return weekly(np.median(drawn, axis=1), drawn[:, low], drawn[:, high], [n] * weeks)


def _alarms(draw, rounds):
    return np.mean([change(draw(), week_start=NOW).verdict in ("up", "down") for _ in range(rounds)])


def test_a_planted_step_is_found():
    rng = np.random.default_rng(5)
    found = [change(_shares(rng, 0.35, 80, last=0.62), week_start=NOW).verdict for _ in range(60)]
    assert found.count("up") / len(found) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("share", "n"), [(0.05, 30), (0.35, 12), (0.35, 80), (0.9, 25), (0.5, 400)])
def test_without_a_change_shares_raise_few_false_alarms(share, n):
    rng = np.random.default_rng(11)
    # 4,000 rounds: three standard errors are a point; the rate itself must be 5 % or less
    assert _alarms(lambda: _shares(rng, share, n), 4000) <= 0.05 + 0.01


@pytest.mark.slow
@pytest.mark.parametrize("n", [8, 30, 120])
def test_without_a_change_medians_raise_few_false_alarms(n):
    rng = np.random.default_rng(12)
    assert _alarms(lambda: _medians(rng, n), 4000) <= 0.05 + 0.01
