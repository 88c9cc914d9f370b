"""What other roll-out estimators say, from the libraries of the extra `causal`."""

import math
import warnings
from typing import Any

import numpy as np

from heard.errors import MissingExtra
from heard.inference.evidence import Check, Estimate
from heard.inference.quasi.panel import NEVER, Floats, Panel
from heard.inference.quasi.rollout import ASSUMES
from heard.terms.words import Unit


def library(name: str) -> Any:
    """A module of the extra.

    Raises:
        MissingExtra: It is not installed.
    """
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise MissingExtra(
            f"package {name}",
            got="none installed",
            expected="the extra causal",
            todo="Run: pip install 'heard[causal]'",
        ) from None


def frame_of(data: Panel) -> Any:
    """A long pandas frame: unit, period (0, 1, …), outcome, first (0 for never)."""
    pandas = library("pandas")
    rows = [
        (unit, t, float(data.outcome[i, t]), 0 if data.first[i] == NEVER else int(data.first[i]))
        for i, unit in enumerate(data.units)
        for t in range(len(data.periods))
    ]
    made = pandas.DataFrame(rows, columns=["unit", "period", "outcome", "first"])
    made["unit"] = made["unit"].astype("category").cat.codes
    made.loc[made["first"] > 0, "first"] += 1
    made["period"] += 1  # periods from 1 on, so that 0 can say never
    return made


def second_opinions(data: Panel, *, what: str, unit: Unit, checks: tuple[Check, ...] = ()) -> dict[str, Estimate]:
    """Sun–Abraham and imputation on the same panel.

    Sources:
        Sun & Abraham (2021), J. Econometrics 225; Borusyak, Jaravel & Spiess (2024), Rev. Econ. Stud. 91.

    Raises:
        MissingExtra: The extra is not installed.
    """
    dd = library("diff_diff")
    makers = {"sun_abraham": (dd.SunAbraham, "Sun–Abraham"), "imputation": (dd.ImputationDiD, "imputation (BJS)")}
    frame = frame_of(data)
    made = {}
    for key, (maker, title) in makers.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = maker().fit(frame, outcome="outcome", unit="unit", time="period", first_treat="first")
        made[key] = _estimate(found, title, data, what, unit, checks)
    return made


def with_covariates(
    data: Panel, covariates: Floats, *, what: str, unit: Unit, checks: tuple[Check, ...] = ()
) -> Estimate:
    """Callaway–Sant'Anna, doubly robust, where units move in step only among those alike before.

    Args:
        data: The panel.
        covariates: Shape (units, covariates), as they stood in the first period.
        what: The outcome as a manager calls it.
        unit: Its unit.
        checks: Of the estimate without covariates.

    Raises:
        MissingExtra: The extra is not installed.
    """
    dd, frame = library("diff_diff"), frame_of(data)
    names = [f"x{j}" for j in range(covariates.shape[1])]
    for j, name in enumerate(names):
        frame[name] = np.repeat(covariates[:, j], len(data.periods))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dd.CallawaySantAnna(estimation_method="dr").fit(
            frame, outcome="outcome", unit="unit", time="period", first_treat="first", covariates=names
        )
    return _estimate(found, "Callaway–Sant'Anna with covariates, doubly robust", data, what, unit, checks)


def _estimate(found: Any, title: str, data: Panel, what: str, unit: Unit, checks: tuple[Check, ...]) -> Estimate:
    estimand = f"Average change of {what} in treated units since their start."
    method = f"{title}, errors clustered by unit"
    if math.isnan(float(found.overall_att)):
        return Estimate.undefined(
            "The library could not fit it on this panel.", estimand=estimand, unit=unit, n=data.outcome.size,
            method=method, design="quasi-experiment",
        )  # fmt: skip
    low, high = (float(v) for v in found.overall_conf_int)
    return Estimate(
        estimand=estimand, value=float(found.overall_att), ci_lower=low, ci_upper=high, ci_level=0.95, unit=unit,
        n=data.outcome.size, method=method, design="quasi-experiment", assumptions=ASSUMES, checks=checks,
        se=float(found.overall_se), pvalue=float(found.overall_p_value), cluster_count=len(data.units),
    )  # fmt: skip


def smoothness_bounds(data: Panel, *, curvatures: tuple[float, ...]) -> list[dict[str, float]]:
    """How far the effect may be trusted if the trend bends: for each largest change of slope per period, the
    interval of the average effect after the start.

    Relative-magnitude bounds are not offered: the library's are too narrow.

    Source:
        Rambachan & Roth (2023), Rev. Econ. Stud. 90, the class Delta-SD.

    Raises:
        MissingExtra: The extra is not installed.
    """
    dd = library("diff_diff")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = dd.CallawaySantAnna(base_period="universal").fit(
            frame_of(data), outcome="outcome", unit="unit", time="period", first_treat="first", aggregate="event_study"
        )
        made = []
        for m in curvatures:
            found = dd.HonestDiD(method="smoothness", M=m).fit(fitted)
            made.append({"curvature": m, "ci_lower": float(found.ci_lb), "ci_upper": float(found.ci_ub)})
    return made
