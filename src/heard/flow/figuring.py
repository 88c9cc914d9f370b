"""Released figures, as a frame for analysts and as lines for people."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute

from heard import gate, measures
from heard.errors import BadConfig, BadInput, NotReleased
from heard.flow.steps import working_in
from heard.terms.days import date_of
from heard.terms.instruments.registry import refuse_bare

pc: Any = pyarrow.compute

DIMENSION_OF = {"team": "team_id", "agent": "agent_id"}


def week_end(as_of: date | None) -> date | None:
    """The last Sunday up to a day: figures of an earlier day are given at the end of a week only.

    Two days within a week would tell of the few who wrote between them.

    Example:
        >>> week_end(date(2026, 11, 25))
        datetime.date(2026, 11, 22)
    """
    return None if as_of is None else as_of - timedelta(days=(as_of.weekday() + 1) % 7)


def release(workspace: gate.Workspace) -> None:
    """Count every measure over the lattice and freeze it, small groups hidden; nothing happens when nothing changed."""
    with gate.view(workspace, "service_quality") as view:
        cells, manifest = measures.cells(view, only=measured(workspace)), view.manifest
    gate.freeze(workspace, cells, manifest)


def measured(workspace: gate.Workspace) -> list[str]:
    """Names of the measures that are made here: all but those on the list `do_not_measure` of heard.toml.

    Raises:
        BadConfig: The list names something that is no measure; `faults` holds all of them.
    """
    listed = workspace.policy.do_not_measure
    unknown = tuple(f"do_not_measure: {name} is no measure" for name in listed if name not in measures.REGISTRY)
    if unknown:
        raise BadConfig("do_not_measure", f"{len(unknown)} unknown names", "names of measures", "", faults=unknown)
    return [name for name in measures.REGISTRY if name not in listed]


def cells_of(
    workspace: gate.Workspace, *, as_of: date | None = None, manifest: int | None = None
) -> tuple[pa.Table, int]:
    """Suppressed cells and the manifest that they were counted from: the released ones, or those of an earlier day.

    Raises:
        BadInput: Nothing was released yet, or there is no such manifest.
    """
    if as_of is None and manifest is None:
        frame = gate.released(workspace)
        if not frame.num_rows:
            raise BadInput(
                "figures", got="none released yet", expected="a scored workspace", todo="Run `heard run` first."
            )
        return frame, int(frame["manifest"][0].as_py())
    with gate.view(workspace, "service_quality", as_of=as_of, manifest=manifest) as view:
        return gate.suppressed(
            workspace, measures.cells(view, only=measured(workspace)), view.manifest, as_of=as_of
        ), view.manifest


def figures(
    folder: Path, *, measure: str | None = None, by: Sequence[str] = (), period: Literal["all", "week"] = "all"
) -> pa.Table:
    """Released figures.

    Args:
        folder: The workspace.
        measure: Name of a measure; all when None.
        by: Dimensions: team, channel, queue, issue, or a listed pair.
        period: The whole span, or week by week.

    Returns:
        Columns of `terms.tables.RELEASED`; `value` is null where `undefined_because` says why.

    Raises:
        BadInput: No such measure or breakdown, or nothing was released yet.
        NotReleased: A breakdown by person.
    """
    grouping = grouping_of(by)
    _check_known(measure)
    with working_in(folder) as workspace:
        _check_measured(workspace, measure)
        frame, _ = cells_of(workspace)
    return _among(frame, grouping, period, measure)


def whole_business(folder: Path, names: Sequence[str]) -> dict[str, pa.Table]:
    """Figures of several measures for the whole business over the whole span, in one read; errors as of `figures`."""
    for name in names:
        _check_known(name)
    with working_in(folder) as workspace:
        for name in names:
            _check_measured(workspace, name)
        frame, _ = cells_of(workspace)
    return {name: _among(frame, "", "all", name) for name in names}


def _check_known(measure: str | None) -> None:
    if measure is not None and measure not in measures.REGISTRY:
        refuse_bare(measure, what="measure", is_measure=True)
        raise BadInput("measure", got=measure, expected=", ".join(measures.REGISTRY))


def _check_measured(workspace: gate.Workspace, measure: str | None) -> None:
    if measure in workspace.policy.do_not_measure:
        todo = "Whoever answers for heard.toml put it there; they may take it off."
        raise NotReleased(f"measure {measure}", "one that is on the list do_not_measure", "another one", todo)


def _among(frame: pa.Table, grouping: str, period: str, measure: str | None) -> pa.Table:
    keep = pc.and_(pc.equal(frame["grouping"], grouping), pc.equal(frame["period"], period))
    if measure is not None:
        keep = pc.and_(keep, pc.equal(frame["measure"], measure))
    return frame.filter(keep)


def grouping_of(by: Sequence[str]) -> str:
    """The grouping's name in released cells.

    Raises:
        NotReleased: A breakdown by person, which Heard does not give.
        BadInput: A breakdown outside the lattice.
    """
    names = tuple(DIMENSION_OF.get(name, name) for name in by if name != "week")
    if any(name in ("agent_id", "first_agent_id", "customer_id") for name in names):
        todo = "Heard gives no figure for a person; break down by team, channel, queue or issue."
        raise NotReleased("breakdown", got=", ".join(by), expected="a group", todo=todo)
    for known in measures.LATTICE.groupings:
        if set(known) == set(names):
            return "+".join(known)
    listed = "; ".join(" and ".join(known) for known in measures.LATTICE.groupings if known)
    raise BadInput("breakdown", got=" and ".join(by), expected=listed)


def readable(frame: pa.Table) -> list[dict[str, str]]:
    """Rows for people: what, for whom, value, interval, n, or the reason why there is no value."""
    return [
        _readable(row) for row in frame.sort_by([("measure", "ascending"), ("week_start", "ascending")]).to_pylist()
    ]


def _readable(row: Mapping[str, Any]) -> dict[str, str]:
    groups = [str(row[name] or "unknown") for name in str(row["grouping"]).split("+") if name]
    cause = row["cause"] or row["cause_side"] or ""
    week = date_of(row["week_start"]).isoformat() if row["week_start"] is not None else ""
    return {
        "measure": row["measure"],
        "of": " · ".join(part for part in (*groups, cause, week) if part) or "whole business",
        "value": shown(row["value"], row["unit"])
        if row["value"] is not None
        else str(row["undefined_because"] or "hidden"),
        "interval": _interval(row),
        "n": "" if row["n"] is None else f"{row['n']:,}",
    }


def _interval(row: Mapping[str, Any]) -> str:
    if row["value"] is None or row["ci_lower"] is None or row["ci_upper"] is None:
        return ""
    return f"{shown(row['ci_lower'], row['unit'])} to {shown(row['ci_upper'], row['unit'])}"


def shown(value: float, unit: str) -> str:
    """A value in its unit, for people.

    Example:
        >>> shown(0.384, "share"), shown(-0.04, "points"), shown(5400, "seconds"), shown(3.61, "score")
        ('38.4 %', '-4.0 points', '1 h 30 min', '3.61')
    """
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "points":
        return f"{100 * value:+.1f} points"
    if unit == "seconds":
        return duration(value)
    return f"{value:,.0f}" if unit == "count" else f"{value:,.2f}"


def duration(seconds: float) -> str:
    """A span in its two largest units.

    Example:
        >>> duration(42), duration(600), duration(93_600)
        ('42 s', '10 min', '1 d 2 h')
    """
    total = round(seconds)
    if total < 60:
        return f"{total} s"
    parts = [(total // 86400, "d"), (total % 86400 // 3600, "h"), (total % 3600 // 60, "min")]
    told = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(told[:2])
