"""The hazard model against published answers, lifelines, and planted truths."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heard.errors import BadInput, NotIdentified
from heard.inference.survival import fit, proportional
from heard.inference.survival.cox import score_residuals

SETS = Path(os.environ.get("HEARD_DATA", Path(__file__).parents[4] / "shared" / "data")) / "lifelines_survival"
TRUTH = Path(__file__).parent / "truth"
needs_sets = pytest.mark.skipif(not SETS.is_dir(), reason="needs shared/data/lifelines_survival")


def rossi(*names):
    frame = pd.read_csv(SETS / "rossi.csv")
    return frame, fit(np.zeros(len(frame)), frame.week, frame.arrest, {name: frame[name] for name in names})


@needs_sets
def test_rossi_as_published():
    """Fox (2002), Cox Proportional-Hazards Regression for Survival Data, appendix, p. 7: coef and se(coef)."""
    _, hazards = rossi("fin", "age", "race", "wexp", "mar", "paro", "prio")
    published = {
        "fin": (-0.3794, 0.1914), "age": (-0.0574, 0.0220), "race": (0.3139, 0.3080), "wexp": (-0.1498, 0.2122),
        "mar": (-0.4337, 0.3819), "paro": (-0.0849, 0.1958), "prio": (0.0915, 0.0286),
    }  # fmt: skip
    assert hazards.names == tuple(published)
    assert hazards.coef == pytest.approx([coef for coef, _ in published.values()], abs=6e-5)  # four digits are printed
    assert hazards.se == pytest.approx([se for _, se in published.values()], abs=6e-5)
    assert 2 * (hazards.loglik - hazards.loglik_null) == pytest.approx(33.3, abs=0.05)  # likelihood ratio test, 7 df


@needs_sets
def test_proportionality_of_rossi_as_published():
    """Fox (2002), p. 14, `cox.zph(mod.allison.4)`: rho, chisq, p of fin, age, prio and all."""
    _, hazards = rossi("fin", "age", "prio")
    found = {drift.name: (drift.rho, drift.statistic, drift.pvalue) for drift in proportional(hazards)}
    published = {
        "fin": (-0.00657, 0.00507, 0.9433), "age": (-0.20976, 6.54147, 0.0105), "prio": (-0.08004, 0.77288, 0.3793),
    }  # fmt: skip
    for name, numbers in published.items():
        assert found[name] == pytest.approx(numbers, abs=6e-5)
    assert found["all"][1:] == pytest.approx((7.13046, 0.0679), abs=6e-5)


@needs_sets
def test_stanford_hearts_with_changing_exposure_as_published():
    """Therneau's survival package, `coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, heart)`;
    also Kalbfleisch & Prentice (2002), table 6.2: .0272 (.0137), -.1463 (.0705), -.6372 (.3672), -.0103 (.3138)."""
    heart = pd.read_csv(SETS / "stanford_heart.csv")
    hazards = fit(heart.start, heart.stop, heart.event, {n: heart[n] for n in ("age", "year", "surgery", "transplant")})
    assert hazards.coef == pytest.approx([0.0272, -0.1463, -0.6372, -0.0103], abs=6e-5)
    assert hazards.se == pytest.approx([0.0137, 0.0705, 0.3672, 0.3138], abs=6e-5)


@needs_sets
def test_lung_as_published():
    """Loprinzi et al. data in Therneau & Grambsch: `coxph(Surv(time, status) ~ age + sex + ph.ecog, lung)`:
    0.011067, -0.552612, 0.463728."""
    lung = pd.read_csv(SETS / "lung.csv").dropna(subset=["ph.ecog"])
    hazards = fit(np.zeros(len(lung)), lung.time, lung.status, {n: lung[n] for n in ("age", "sex", "ph.ecog")})
    assert hazards.coef == pytest.approx([0.011067, -0.552612, 0.463728], abs=6e-7)


@pytest.fixture(scope="module")
def made():
    return pd.read_csv(TRUTH / "made.csv").astype({"event": bool})


def test_clusters_and_ties_as_in_r(made):
    """R's survival package, truth/survival.R; both iterate, so 1e-6 is as close as they come."""
    told = json.loads((TRUTH / "survival.json").read_text())
    columns = {"a": made.a, "b": made.b}
    plain = fit(np.zeros(len(made)), made.stop, made.event, columns, clusters=made.who)
    late = fit(made.start, made.stop, made.event, columns, strata=made.region, clusters=made.who)
    for name, ours in (("plain", plain), ("late", late)):
        assert ours.coef == pytest.approx(told[f"{name}_coef"], rel=1e-6)
        assert ours.model_se == pytest.approx(told[f"{name}_model_se"], rel=1e-6)
        assert ours.se == pytest.approx(told[f"{name}_se"], rel=1e-6)
    assert plain.cluster_count == made.who.nunique()


def test_residuals_with_ties_are_what_a_row_less_would_change(made):
    """Leaving a row out moves the estimate by its score residual times the variance, to first order."""
    columns = {"a": made.a, "b": made.b}
    whole = fit(np.zeros(len(made)), made.stop, made.event, columns)
    residuals = score_residuals(whole.risk, whole.coef)
    assert np.abs(residuals.sum(0)).max() < 1e-6  # they add up to the score, which is nought at the estimate
    guessed = residuals @ whole.model_covariance
    for row in (3, 100, 255):
        left = made.drop(index=row)
        less = fit(np.zeros(len(left)), left.stop, left.event, {"a": left.a, "b": left.b})
        assert whole.coef - less.coef == pytest.approx(guessed[row], rel=0.12, abs=2e-4)  # the rest is second order


def test_rows_may_be_cut_and_come_in_any_order(made):
    whole = fit(made.start, made.stop, made.event, {"a": made.a, "b": made.b}, clusters=np.arange(len(made)))
    middle = (made.start + made.stop) // 2
    cut = middle > made.start
    first = made[cut].assign(stop=middle[cut], event=False)
    second = made.assign(start=np.where(cut, middle, made.start))
    both = pd.concat([first, second])
    who = np.concatenate([np.flatnonzero(cut), np.arange(len(made))])
    order = np.random.default_rng(0).permutation(len(both))
    both, who = both.iloc[order], who[order]
    parts = fit(both.start, both.stop, both.event, {"a": both.a, "b": both.b}, clusters=who)
    assert parts.coef == pytest.approx(whole.coef, abs=1e-8)
    assert parts.se == pytest.approx(whole.se, abs=1e-8)


def planted(rng, ratio, n=1500):
    exposed = rng.random(n) < 0.4
    days = np.ceil(rng.exponential(60 / np.where(exposed, ratio, 1.0)))
    return np.minimum(days, 90), days <= 90, exposed


def test_a_planted_ratio_is_covered_and_a_planted_null_is_not_found():
    rng = np.random.default_rng(2)
    covered, found = 0, 0
    for _ in range(100):
        days, gone, exposed = planted(rng, 1.9)
        _, low, high, _ = fit(np.zeros(len(days)), days, gone, {"missed": exposed}).ratio("missed")
        covered += low <= 1.9 <= high
        days, gone, exposed = planted(rng, 1.0)
        found += fit(np.zeros(len(days)), days, gone, {"missed": exposed}).ratio("missed")[3] < 0.05
    assert covered >= 89  # P(fewer than 89 of 100 at .95) is below 1 in 200
    assert found <= 11


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"event": False}, "nobody who left"),
        ({"a": 1.0}, "same value in every row of a"),
        ({"a": "event"}, "parts leavers from stayers perfectly"),
        ({"b": "a"}, "columns that say the same"),
    ],
)
def test_what_cannot_be_known_is_said(made, change, told):
    frame = made.assign(**{k: made[v].astype(float) if isinstance(v, str) else v for k, v in change.items()})
    with pytest.raises(NotIdentified, match=told):
        fit(frame.start, frame.stop, frame.event, {"a": frame.a, "b": frame.b})


@pytest.mark.parametrize(
    ("change", "told"), [({"stop": 0}, "end before or when they start"), ({"a": np.nan}, "missing values in a")]
)
def test_bad_intervals_are_refused(made, change, told):
    frame = made.assign(**change)
    with pytest.raises(BadInput, match=told):
        fit(frame.start, frame.stop, frame.event, {"a": frame.a, "b": frame.b})


def test_one_customer_and_one_cluster():
    with pytest.raises(NotIdentified):
        fit([0], [3], [True], {"a": [1.0]})
    with pytest.raises(NotIdentified, match="clusters"):
        fit([0, 0, 0], [3, 4, 5], [True, True, False], {"a": [1.0, 0.0, 1.0]}, clusters=["x", "x", "x"])


def test_all_left_is_no_obstacle(made):
    assert np.isfinite(fit(made.start, made.stop, made.event | True, {"a": made.a}).coef).all()
