"""Synthetic controls, instruments, series, panels and sensitivity against published answers and other programs."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from heard.inference.quasi.fixed_effects import distributed_lags
from heard.inference.quasi.instrument import instrument
from heard.inference.quasi.panel import panel
from heard.inference.quasi.sensitivity import e_value, e_values, oster_delta, partial_r2, robustness_value
from heard.inference.quasi.series import interrupted_series, newey_west
from heard.inference.quasi.synthetic import simplex_weights, synthetic_control, synthetic_did
from heard.sample.studies import PLANTED, study

SETS = Path(os.environ.get("HEARD_DATA", Path(__file__).parents[4] / "shared" / "data"))
PROP99 = SETS / "prop99_california" / "data" / "california_prop99.csv"
BASQUE = SETS / "synthetic_control_classics" / "basque.csv"


@pytest.fixture(scope="module")
def prop99():
    if not PROP99.is_file():
        pytest.skip("Proposition 99 is not here; set HEARD_DATA")
    with PROP99.open() as file:
        data = list(csv.DictReader(file, delimiter=";"))
    return panel(
        [r["State"] for r in data], [int(r["Year"]) for r in data], [float(r["PacksPerCapita"]) for r in data],
        treated=[int(r["treated"]) for r in data],
    )  # fmt: skip


def test_proposition_99_by_difference_in_differences(prop99):
    """Arkhangelsky et al. (2021), table 1: -27.3; synthdid's own test: -27.34911."""
    found = synthetic_control(prop99, what="packs", unit="score")
    assert found.beside["did"].value == pytest.approx(-27.34911, abs=5e-5)


def test_proposition_99_by_synthetic_difference_in_differences(prop99):
    """Arkhangelsky et al. (2021), table 1: -15.6; synthdid's own test: -15.60383."""
    pytest.importorskip("diff_diff")
    found = synthetic_did(prop99, what="packs", unit="score", draws=50)
    assert found.value == pytest.approx(-15.60383, abs=5e-5)
    assert sum(found.details["unit_weights"].values()) == pytest.approx(1, abs=0.01)  # those below 0.001 are not told


def test_proposition_99_by_synthetic_control(prop99):
    """Arkhangelsky et al. (2021), table 1: -19.6 with a small penalty; without one the weights are ADH's five states."""
    found = synthetic_control(prop99, what="packs", unit="score")
    assert found.primary.value == pytest.approx(-19.6, abs=0.2)
    five = {"Utah", "Montana", "Nevada", "Connecticut"}  # Abadie et al. (2010), table 2, with Colorado
    assert five < set(found.weights)
    assert found.primary.pvalue == pytest.approx(3 / 39)
    assert found.primary.details["pre_rmspe"] < 1.8  # ADH with predictors: 1.76 or so; least possible without


def test_the_basque_country_falls_behind_its_mix():
    """Abadie & Gardeazabal (2003): about 10 % of GDP in the 1980s and 1990s, with predictors; on outcomes alone the gap
    has the same sign and size, but the mix is another one."""
    if not BASQUE.is_file():
        pytest.skip("the Basque data are not here; set HEARD_DATA")
    with BASQUE.open() as file:
        data = [r for r in csv.DictReader(file) if r["regionno"] != "1.0"]
    made = panel(
        [r["regionname"] for r in data], [int(float(r["year"])) for r in data], [float(r["gdpcap"]) for r in data],
        treated=[int(r["regionno"] == "17.0" and float(r["year"]) >= 1970) for r in data],
    )  # fmt: skip
    found = synthetic_control(made, what="GDP per head", unit="score")
    share = found.primary.value / np.mean([g["treated"] for g in found.gaps if g["period"] >= 1970])
    assert -0.16 < share < -0.06
    assert [c.passed for c in found.primary.checks if c.name == "placebo units"] == ["cannot say"]  # 16 donors only


def test_weights_find_a_mix_that_is_there():
    rng = np.random.default_rng(1)
    donors = rng.normal(size=(30, 6))
    truth = np.array([0.5, 0, 0.3, 0, 0.2, 0])
    assert simplex_weights(donors @ truth, donors) == pytest.approx(truth, abs=1e-6)


@pytest.fixture(scope="module")
def card():
    datasets = pytest.importorskip("linearmodels.datasets.card")
    data = datasets.load()
    covariates = ["exper", "expersq", "black", "smsa", "south", "smsa66", *(f"reg66{i}" for i in range(2, 10))]
    return data, covariates


def test_cards_return_to_schooling(card):
    """Card (1995); Wooldridge (2010), example 5.4: 0.132 (0.055) by proximity, 0.075 by least squares."""
    data, covariates = card
    found = instrument(
        data.lwage, data.educ, data.nearc4.to_numpy(float), covariates=data[covariates].to_numpy(float),
        what="log wage", unit="score",
    )  # fmt: skip
    assert found.value == pytest.approx(0.1315, abs=5e-5)
    assert found.se == pytest.approx(0.054, abs=1e-3)
    assert found.details["ols"] == pytest.approx(0.0747, abs=5e-5)
    assert found.ci_lower == pytest.approx(0.028, abs=1e-3)  # wider than value ± 2 se above: the instrument is weakish
    assert found.ci_upper > 0.28


@pytest.mark.parametrize("instruments", [["nearc4"], ["nearc4", "nearc2"]])
def test_instruments_are_those_of_linearmodels(card, instruments):
    import statsmodels.api as sm
    from linearmodels.iv import IV2SLS

    data, covariates = card
    oracle = IV2SLS(data.lwage, sm.add_constant(data[covariates]), data[["educ"]], data[instruments]).fit(
        cov_type="robust", debiased=True
    )
    found = instrument(
        data.lwage, data.educ, data[instruments].to_numpy(float), covariates=data[covariates].to_numpy(float),
        what="log wage", unit="score",
    )  # fmt: skip
    assert found.value == pytest.approx(oracle.params["educ"], abs=1e-8)
    assert found.se == pytest.approx(oracle.std_errors["educ"], abs=1e-8)
    f = oracle.first_stage.diagnostics["f.stat"].iloc[0] / len(instruments)
    assert found.details["first_stage_f"] == pytest.approx(f, rel=1e-6)


def test_clustered_errors_are_those_of_linearmodels(card):
    import statsmodels.api as sm
    from linearmodels.iv import IV2SLS

    data, covariates = card
    groups = (data.age * 10 + data.black).astype(int)
    oracle = IV2SLS(data.lwage, sm.add_constant(data[covariates]), data[["educ"]], data[["nearc4"]]).fit(
        cov_type="clustered", clusters=groups, debiased=True
    )
    found = instrument(
        data.lwage, data.educ, data.nearc4.to_numpy(float), covariates=data[covariates].to_numpy(float),
        clusters=groups.tolist(), what="log wage", unit="score",
    )  # fmt: skip
    assert found.se == pytest.approx(oracle.std_errors["educ"], rel=2e-3)  # another small-sample factor


def test_a_useless_instrument_has_no_bounds():
    rng = np.random.default_rng(5)
    u, z = rng.normal(size=400), rng.normal(size=400)
    found = instrument(u + rng.normal(size=400), u + rng.normal(size=400), z, what="y", unit="score")
    assert np.isinf([found.ci_lower, found.ci_upper]).all()
    assert found.failed[0].name == "instrument strength"
    assert found.grade == "C"


def test_two_instruments_that_disagree_are_seen():
    rng = np.random.default_rng(6)
    u, z = rng.normal(size=2000), rng.normal(size=(2000, 2))
    d = z.sum(axis=1) + u
    found = instrument(d + 0.8 * z[:, 1] + u, d, z, what="y", unit="score")
    assert "over-identification" in [c.name for c in found.failed]


def test_the_planted_policy_is_recovered_where_the_plain_comparison_is_wrong():
    data = study("policy")
    found = instrument(
        [r["left_within_90_days"] for r in data], [r["fast_refund"] for r in data],
        np.array([r["limit_raised"] for r in data], dtype=float), clusters=[r["region"] for r in data], what="leaving",
        unit="points",
    )  # fmt: skip
    assert found.ci_lower < PLANTED.policy_effect < found.ci_upper < 0
    assert found.details["ols"] > PLANTED.policy_effect + 0.015  # the angry ask for refunds and leave
    assert found.grade == "B"


def test_newey_west_is_that_of_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(7)
    x = np.column_stack([np.ones(60), np.arange(60.0), rng.normal(size=60)])
    y = x @ [1, 0.1, 2] + np.convolve(rng.normal(size=64), np.ones(5) / 2, "valid")
    lag = int(np.floor(4 * (60 / 100) ** (2 / 9)))
    oracle = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True})
    beta, covariance, _ = newey_west(x, y)
    assert beta == pytest.approx(oracle.params)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(oracle.bse)


def test_a_jump_is_found_and_stays_weak_evidence():
    rng = np.random.default_rng(8)
    time = np.arange(130)
    values = 0.4 + 0.05 * np.sin(2 * np.pi * time / 52.18) + rng.normal(0, 0.02, 130) + 0.08 * (time >= 100)
    found = interrupted_series(values, start=100, what="Heard rate", unit="points", season=52.18)
    assert found.ci_lower < 0.08 < found.ci_upper
    assert found.grade == "C"
    assert {c.name: c.passed for c in found.checks}["season"] == "yes"


def test_season_is_not_taken_for_a_jump():
    """A start at the foot of the wave: without a year before, the check says that it cannot tell."""
    rng = np.random.default_rng(9)
    values = 0.4 + 0.1 * np.sin(2 * np.pi * np.arange(40) / 52.18) + rng.normal(0, 0.01, 40)
    found = interrupted_series(values, start=26, what="Heard rate", unit="points", season=52.18)
    assert {c.name: c.passed for c in found.checks}["season"] == "cannot say"
    assert found.grade == "D"


def test_fixed_effects_and_lags_are_those_of_dummies():
    """statsmodels with a dummy for every unit and period; its raw sandwich times reghdfe's factor, in which effects that
    are nested in clusters are not counted."""
    import statsmodels.api as sm

    rng = np.random.default_rng(10)
    units, periods, lags = 25, 14, (0, 1, 2)
    dose = rng.gamma(2, 1, (units, periods)) + rng.normal(0, 1, (units, 1))
    outcome = rng.normal(0, 1, (units, 1)) + rng.normal(0, 1, periods) + rng.normal(0, 0.5, (units, periods))
    for lag in lags:
        outcome[:, lag:] += [0.5, 0.3, 0.1][lag] * dose[:, : periods - lag]
    found = distributed_lags(outcome, dose, lags=lags, what="y", unit="score")
    used = periods - 2
    unit, period = np.divmod(np.arange(units * used), used)
    columns = [dose[:, 2 - lag : periods - lag].reshape(-1) for lag in lags]
    x = np.column_stack([*columns, np.eye(units)[unit], np.eye(used)[period][:, 1:]])
    oracle = sm.OLS(outcome[:, 2:].reshape(-1), x).fit(
        cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False}
    )
    factor = units / (units - 1) * (len(x) - 1) / (len(x) - len(lags) - used)
    for place, row in enumerate(found.lags):
        assert row["value"] == pytest.approx(oracle.params[place], abs=1e-9)
        assert row["se"] == pytest.approx(oracle.bse[place] * factor**0.5, rel=1e-9)
    assert found.cumulative.ci_lower < 0.9 < found.cumulative.ci_upper
    assert found.cumulative.grade == "C"


def test_sensitivity_of_the_textbook():
    """VanderWeele & Ding (2017): 3.9 gives 7.26, its bound 1.8 gives 3.0. Cinelli & Hazlett (2020), table 1, Darfur:
    robustness values 13.9 % and 7.6 %, partial R² 2.2 %."""
    assert e_value(3.9) == pytest.approx(7.26, abs=5e-3)
    assert e_value(1.8) == pytest.approx(3.0, abs=5e-3)
    t = 0.09731582 / 0.02325654
    assert robustness_value(t, 783) == pytest.approx(0.139, abs=5e-4)
    assert robustness_value(t, 783, alpha=0.05) == pytest.approx(0.076, abs=5e-4)
    assert partial_r2(t, 783) == pytest.approx(0.022, abs=5e-4)


def test_the_e_value_of_an_interval_that_holds_zero_is_one():
    assert e_values(0.3, 0.05, -0.02, 0.12)["bound"] == 1.0


def test_osters_delta_by_hand():
    """beta* = full - delta (bare - full)(R_max - R_full)/(R_full - R_bare) = 0 at delta."""
    delta = oster_delta(0.5, 0.1, 0.3, 0.3, most_r2=0.39)
    assert 0.3 - delta * (0.5 - 0.3) * (0.39 - 0.3) / (0.3 - 0.1) == pytest.approx(0)
