"""Quasi-experiments on a table or on a workspace's own measures."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from heard import gate
from heard.actions.experiments import effect_page
from heard.errors import BadInput, HeardError, MissingExtra, NotIdentified, NotReleased
from heard.flow.experiment_rows import contacts_in, metric_of
from heard.flow.steps import working_in
from heard.inference.evidence import Check, Estimate
from heard.inference.experiments.contacts import Contacts, distinct
from heard.inference.quasi import rollout as rolling
from heard.inference.quasi import second_opinions as others
from heard.inference.quasi.fixed_effects import distributed_lags
from heard.inference.quasi.instrument import instrument
from heard.inference.quasi.panel import Floats, Panel, panel
from heard.inference.quasi.sensitivity import e_values, partial_r2, robustness_value
from heard.inference.quasi.series import interrupted_series
from heard.inference.quasi.synthetic import synthetic_control, synthetic_did
from heard.terms.days import day_of
from heard.terms.words import Unit

PURPOSE = "service_quality"
Document = dict[str, Any]


def _column(table: pa.Table, name: str) -> list[Any]:
    if name not in table.column_names:
        raise BadInput("table", got=f"no column {name}", expected=", ".join(table.column_names))
    found: list[Any] = table[name].to_pylist()
    return found


def _numbers(table: pa.Table, name: str) -> Floats:
    try:
        made = np.array([np.nan if v is None else float(v) for v in _column(table, name)])
    except (TypeError, ValueError):
        raise BadInput(f"column {name}", got="text", expected="numbers") from None
    if missing := int((~np.isfinite(made)).sum()):
        raise BadInput(f"column {name}", got=f"{missing} missing", expected="a number in every row",
                       todo="Leave such rows out.")  # fmt: skip
    return made


def panel_of(
    table: pa.Table, *, unit: str, time: str, outcome: str, first: str | None = None, treated: str | None = None
) -> Panel:
    """A panel of a table's columns."""
    return panel(
        _column(table, unit), _column(table, time), _column(table, outcome),
        first=_column(table, first) if first else None, treated=_column(table, treated) if treated else None,
    )  # fmt: skip


def panel_in(folder: Path, measure: str, *, by: str, starts: Mapping[str, date]) -> tuple[Panel, int]:
    """Weekly values of a measure by team, queue or agent, with the week in which each began.

    Weeks are lengthened until every unit has an outcome in every period.

    Args:
        folder: The workspace.
        measure: A share or mean.
        by: team, queue, channel or agent.
        starts: Unit → first day of the change; units that are not named never change.

    Returns:
        The panel, and weeks in a period.

    Raises:
        BadInput: A named unit has no contacts, or `by` is none of the four.
        NotIdentified: Not even periods of 13 weeks have an outcome everywhere.
    """
    if by not in ("team", "queue", "channel", "agent"):
        raise BadInput("by", got=by, expected="team, queue, channel or agent")
    with working_in(folder) as workspace, gate.view(workspace, PURPOSE) as view:
        contacts, policy = contacts_in(view, measure), workspace.policy
    known = np.array([name is not None for name in contacts.column(by)], dtype=bool)
    kept = contacts.of(known)
    names = kept.column(by).astype(str)
    if strange := set(starts) - set(names):
        raise BadInput(
            "starts", got=f"{len(strange)} units without contacts", expected=f"one of {len(set(names))} {by}s"
        )
    _large_enough(kept, by, starts, k=policy.k, min_agents=policy.min_agents)
    week = (kept.day + 3) // 7
    for length in (1, 2, 4, 8, 13):
        whole = int(week.max() - week.min() + 1) // length * length
        block = (week - (week.max() - whole + 1)) // length
        made = _values(names, block, kept.value, kept.n)
        if made is not None:
            begins = {unit: (day_of(on) + 3) // 7 for unit, on in starts.items()}
            return _rolled(made, begins, int(week.max()) - whole + 1, length), length
    raise NotIdentified(
        "panel", got="units without an outcome for 13 weeks", expected="outcomes in every period",
        todo="Compare larger units, or a measure that every conversation has.",
    )  # fmt: skip


def _large_enough(contacts: Contacts, by: str, starts: Mapping[str, date], *, k: int, min_agents: int) -> None:
    """No effect may be about a person or a handful of customers.

    Raises:
        NotReleased: A start of fewer than `min_agents` agents, or a unit of fewer agents or than `k` customers.
    """
    agents, customers = contacts.column("agent"), contacts.column("customer")
    names = contacts.column(by)
    for on in set(starts.values()):
        mine = np.isin(names.astype(str), [unit for unit, start in starts.items() if start == on])
        few = distinct(agents[mine]) < min_agents or distinct(customers[mine]) < k
        left = distinct(agents[~np.isin(names.astype(str), list(starts))]) < min_agents
        if few or left:
            raise NotReleased(
                "roll-out", got="a start, or a rest, of too few people",
                expected=f"{min_agents} agents and {k} customers at least", todo="Put starts together, or use teams.",
            )  # fmt: skip


def _values(names: Any, block: Any, value: Floats, n: Floats) -> list[tuple[str, int, float]] | None:
    keep = block >= 0
    units, row = np.unique(names[keep], return_inverse=True)
    count = int(block.max()) + 1
    cell = row * count + block[keep]
    sums = [np.bincount(cell, weights=part[keep], minlength=len(units) * count) for part in (value, n)]
    if (sums[1] == 0).any():
        return None
    rates = (sums[0] / sums[1]).reshape(len(units), count)
    return [(str(unit), period, float(rates[i, period])) for i, unit in enumerate(units) for period in range(count)]


def _rolled(made: Sequence[tuple[str, int, float]], begins: Mapping[str, int], origin: int, length: int) -> Panel:
    """A period counts as treated when it lies wholly after the start."""
    first = [math.ceil((begins[unit] - origin) / length) if unit in begins else None for unit, _, _ in made]
    if any(f is not None and f <= 0 for f in first):
        raise NotIdentified("roll-out", got="a start before the first period", expected="outcomes from before",
                            todo="Bring a longer past.")  # fmt: skip
    return panel([m[0] for m in made], [m[1] for m in made], [m[2] for m in made], first=first)


def rollout(
    data: Panel,
    *,
    what: str,
    unit: Unit,
    controls: str | None = None,
    anticipation: int = 0,
    placebo: Mapping[str, Floats] | None = None,
    covariates: Sequence[Floats] = (),
    smoothness: bool = False,
) -> tuple[Estimate, Document]:
    """A roll-out in steps; second opinions, and bounds if asked, where the extra `causal` is installed."""
    if controls not in (None, "never", "not-yet"):
        raise BadInput("controls", got=str(controls), expected="never or not-yet")
    found = rolling.rollout(
        data, what=what, unit=unit, controls=controls, anticipation=anticipation, placebo_outcomes=placebo  # type: ignore[arg-type]
    )  # fmt: skip
    document = found.to_dict() | {"base_rate": float(np.mean(data.outcome[:, : min(data.cohorts)]))}
    try:
        opinions = others.second_opinions(data, what=what, unit=unit, checks=found.primary.checks)
        document["beside"] = {name: estimate.to_dict() for name, estimate in opinions.items()}
        se = found.primary.se or 0.0
        if covariates:
            held = np.column_stack(covariates)
            adjusted = others.with_covariates(data, held, what=what, unit=unit, checks=found.primary.checks)
            document["beside"]["with_covariates"] = adjusted.to_dict()
        if smoothness:
            document["smoothness_bounds"] = _bounds(data, se)
    except MissingExtra as missing:
        document["left_out"] = [f"Sun–Abraham, imputation and smoothness bounds: {missing}"]
    return found.primary, document


def _bounds(data: Panel, se: float) -> list[dict[str, float | None]]:
    try:
        rows = others.smoothness_bounds(data, curvatures=(0.0, se / 20, se / 10))
    except (HeardError, ValueError, np.linalg.LinAlgError):
        return []
    return [{name: value if math.isfinite(value) else None for name, value in row.items()} for row in rows]


def synthetic(data: Panel, *, what: str, unit: Unit) -> tuple[Estimate, Document]:
    """A synthetic control; synthetic difference in differences beside it where the extra is installed."""
    found = synthetic_control(data, what=what, unit=unit)
    document = found.to_dict()
    try:
        document["beside"]["sdid"] = synthetic_did(data, what=what, unit=unit).to_dict()
    except MissingExtra as missing:
        document["left_out"] = [f"Synthetic difference in differences: {missing}"]
    return found.primary, document


def instrumented(
    table: pa.Table, *, outcome: str, treatment: str, instruments: Sequence[str], covariates: Sequence[str] = (),
    cluster: str | None = None, unit: Unit,
) -> tuple[Estimate, Document]:  # fmt: skip
    """Two-stage least squares on a table's columns."""
    found = instrument(
        _numbers(table, outcome), _numbers(table, treatment),
        np.column_stack([_numbers(table, name) for name in instruments]),
        covariates=np.column_stack([_numbers(table, name) for name in covariates]) if covariates else None,
        clusters=_column(table, cluster) if cluster else None, what=outcome, unit=unit,
    )  # fmt: skip
    return found, {"ok": True, "primary": found.to_dict(), "base_rate": float(np.mean(_numbers(table, outcome)))}


def series(
    table: pa.Table, *, time: str, outcome: str, start: Any, season: float | None, unit: Unit
) -> tuple[Estimate, Document]:
    """An interrupted series on a table's columns; periods in the order of `time`."""
    times, values = _column(table, time), _numbers(table, outcome)
    if len(set(times)) < len(times):
        raise BadInput("series", got="periods that come twice", expected="one row a period")
    order = sorted(range(len(times)), key=lambda i: times[i])
    before = sum(str(times[i]) < str(start) if not isinstance(times[i], int) else times[i] < int(start) for i in order)
    found = interrupted_series(values[order], start=before, what=outcome, unit=unit, season=season)
    return found, {"ok": True, "primary": found.to_dict()}


def dosed(
    table: pa.Table, *, unit_column: str, time: str, outcome: str, dose: str, lags: Sequence[int], unit: Unit
) -> tuple[Estimate, Document]:
    """A panel with fixed effects and declared lags of a dose."""
    names, times = _column(table, unit_column), _column(table, time)
    grids = [_grid(names, times, _numbers(table, name)) for name in (outcome, dose)]
    found = distributed_lags(grids[0], grids[1], lags=lags, what=outcome, unit=unit)
    return found.cumulative, found.to_dict()


def _grid(names: list[Any], times: list[Any], values: Floats) -> Floats:
    """Rows to a grid, by the panel's own rules; whether anybody was treated does not matter here."""
    units, periods = sorted({str(n) for n in names}), sorted(set(times))
    row, column = {u: i for i, u in enumerate(units)}, {t: i for i, t in enumerate(periods)}
    where = [(row[str(u)], column[t]) for u, t in zip(names, times, strict=True)]
    if len(set(where)) < len(where):
        raise BadInput("panel", got=f"{len(where) - len(set(where))} rows that come twice", expected="one row each")
    if len(where) < len(units) * len(periods):
        raise BadInput("panel", got=f"{len(units) * len(periods) - len(where)} cells missing", expected="all of them",
                       todo="Leave out units or periods with gaps.")  # fmt: skip
    made = np.empty((len(units), len(periods)))
    for place, value in zip(where, values, strict=True):
        made[place] = value
    return made


def sensitivity(found: Estimate, *, control_rate: float | None = None) -> list[str]:
    """What something unseen would have to be, in lines; nothing for experiments and undefined estimates."""
    has_bounds = math.isfinite(found.ci_lower) and math.isfinite(found.ci_upper)
    if found.undefined_because or found.design == "randomised" or not found.se or not has_bounds:
        return []
    lines = []
    degrees = max((found.cluster_count or found.n) - 1, 2)
    t = found.value / found.se
    needed, explained = robustness_value(t, degrees), partial_r2(t, degrees)
    lines.append(
        f"Robustness value {needed:.2f}, counted over units: to bring the effect to none, something unseen must tell "
        f"that share of what is left of both treatment and outcome (partial R² of the treatment: {explained:.2f})."
    )
    if control_rate is not None and 0 < control_rate < 1 and found.unit in ("points", "share"):
        e = e_values(control_rate, found.value, found.ci_lower, found.ci_upper)
        lines.append(f"E-value {e['value']:.2f}, of the bound nearest to none {e['bound']:.2f}.")
    return lines


def write(out: Path, name: str, title: str, kind: str, found: Estimate, document: Document, lines: list[str]) -> Path:
    """The page and its JSON; the path of the page."""
    out.mkdir(parents=True, exist_ok=True)
    page = out / f"{name}.html"
    page.write_text(effect_page(title, found, kind=kind, document=document, sensitivity=lines), encoding="utf-8")
    document["sensitivity"] = lines
    (out / f"{name}.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))
    return page


def title_of(measure: str) -> tuple[str, Unit]:
    """Title of a measure and the unit of its changes."""
    found = metric_of(measure)
    return found.title, "points" if found.unit == "share" else found.unit


def checks_of(found: Estimate) -> list[dict[str, str]]:
    """Checks as rows for a terminal."""
    return [_check(check) for check in found.checks]


def _check(check: Check) -> dict[str, str]:
    return {"check": check.name, "passed": check.passed, "says": check.said}
