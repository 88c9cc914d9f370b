"""What cannot be answered is refused with the reason and what to do: the table of bad input."""

import numpy as np
import pytest

from heard.errors import BadInput, NotIdentified
from heard.inference.quasi.fixed_effects import distributed_lags
from heard.inference.quasi.group_time import group_time
from heard.inference.quasi.instrument import instrument
from heard.inference.quasi.panel import panel
from heard.inference.quasi.series import interrupted_series
from heard.inference.quasi.synthetic import synthetic_control, synthetic_did


def grid(units=4, periods=6):
    names = [f"u{i}" for i in range(units) for _ in range(periods)]
    times = list(range(1, periods + 1)) * units
    rng = np.random.default_rng(0)
    return names, times, rng.normal(0, 1, units * periods).tolist()


def starts(names, **first):
    return [first.get(name, 0) for name in names]


def refused(change, message, error):
    names, times, values = grid()
    with pytest.raises(error, match=message):
        change(names, times, values)


CASES = [
    ("all treated at once", lambda n, t, v: panel(n, t, v, first=[4] * len(n)), "all units treated at once", NotIdentified),
    ("nobody treated", lambda n, t, v: panel(n, t, v, first=[0] * len(n)), "no unit that is ever treated", NotIdentified),
    ("no period before", lambda n, t, v: panel(n, t, v, first=starts(n, u0=1)), "no unit with a period before", NotIdentified),
    (
        "treatment that switches off",
        lambda n, t, v: panel(n, t, v, treated=[int(a == "u0" and b in (3, 4)) for a, b in zip(n, t, strict=True)]),
        "switches off",
        NotIdentified,
    ),
    ("doubles", lambda n, t, v: panel([*n, n[0]], [*t, t[0]], [*v, 1.0], first=starts([*n, "u0"], u0=4)), "come twice", BadInput),
    ("missing periods", lambda n, t, v: panel(n[:-1], t[:-1], v[:-1], first=starts(n[:-1], u0=4)), "1 of 24 cells", BadInput),
    ("missing outcome", lambda n, t, v: panel(n, t, [None, *v[1:]], first=starts(n, u0=4)), "1 of 24 cells", BadInput),
    ("constant outcome", lambda n, t, v: panel(n, t, [1.0] * len(n), first=starts(n, u0=4)), "the same value", NotIdentified),
    ("text outcome", lambda n, t, v: panel(n, t, ["x", *v[1:]], first=starts(n, u0=4)), "text", BadInput),
    ("two starts", lambda n, t, v: panel(n, t, v, first=[4 if i == 0 else 5 if a == "u0" else 0 for i, a in enumerate(n)]), "two start dates", BadInput),
    ("no never-treated", lambda n, t, v: group_time(panel(n, t, v, first=starts(n, u0=3, u1=3, u2=5, u3=5))), "not-yet", NotIdentified),
    ("two treated for one", lambda n, t, v: synthetic_control(panel(n, t, v, first=starts(n, u0=4, u1=4)), what="y", unit="score"), "2 treated", NotIdentified),
    ("no past for a mix", lambda n, t, v: synthetic_control(panel(n, t, v, first=starts(n, u0=2)), what="y", unit="score"), "1 periods before", NotIdentified),
    ("steps for a single start", lambda n, t, v: synthetic_did(panel(n, t, v, first=starts(n, u0=3, u1=4)), what="y", unit="score"), "2 starts", NotIdentified),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "message", "error"), CASES, ids=[case[0] for case in CASES])
def test_a_panel_that_cannot_answer_is_refused(name, change, message, error):
    refused(change, message, error)


def test_units_treated_from_the_first_period_on_are_left_out_and_counted():
    names, times, values = grid()
    assert panel(names, times, values, first=starts(names, u0=1, u1=4)).left_out == 6


N = 60
RNG = np.random.default_rng(3)
Z, D, Y = RNG.normal(size=N), RNG.normal(size=N), RNG.normal(size=N)
IV_CASES = [
    ("constant instrument", {"instruments": np.ones(N)}, "constant", NotIdentified),
    (
        "instrument told by covariates",
        {"instruments": Z, "covariates": (2 * Z + 1)[:, None]},
        "told perfectly",
        NotIdentified,
    ),
    ("constant treatment", {"treatment": np.ones(N)}, "treatment", NotIdentified),
    ("constant outcome", {"outcome": np.ones(N)}, "outcome", NotIdentified),
    ("missing value", {"outcome": np.where(np.arange(N) == 3, np.nan, Y)}, "missing", BadInput),
    ("two clusters", {"clusters": ["a", "b"] * 30}, "2 clusters", NotIdentified),
]


@pytest.mark.parametrize(("name", "change", "message", "error"), IV_CASES, ids=[case[0] for case in IV_CASES])
def test_an_instrument_that_cannot_answer_is_refused(name, change, message, error):
    given = {"outcome": Y, "treatment": D + Z, "instruments": Z} | change
    with pytest.raises(error, match=message):
        instrument(
            given.pop("outcome"), given.pop("treatment"), given.pop("instruments"), what="y", unit="score", **given
        )


SERIES_CASES = [
    ("too short before", [1.0, 2, 3, 1, 2, 3, 2, 1, 2], 4, "4 periods before", NotIdentified),
    ("nothing after", list(np.arange(20.0)), 19, "1 after", NotIdentified),
    ("constant", [1.0] * 30, 20, "the same value", NotIdentified),
    ("missing", [*np.arange(19.0), float("nan")], 12, "missing periods", BadInput),
]


@pytest.mark.parametrize(
    ("name", "values", "start", "message", "error"), SERIES_CASES, ids=[case[0] for case in SERIES_CASES]
)
def test_a_series_that_cannot_answer_is_refused(name, values, start, message, error):
    with pytest.raises(error, match=message):
        interrupted_series(values, start=start, what="y", unit="score")


def test_a_dose_that_all_had_at_once_is_refused():
    outcome = np.random.default_rng(1).normal(size=(5, 10))
    with pytest.raises(NotIdentified, match="explain"):
        distributed_lags(outcome, np.tile(np.arange(10.0), (5, 1)), lags=(0,), what="y", unit="score")


def test_too_few_periods_for_the_declared_lags_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(NotIdentified, match="fewer lags"):
        distributed_lags(rng.normal(size=(5, 4)), rng.normal(size=(5, 4)), lags=(0, 3), what="y", unit="score")
