"""Behaviour beside perception, per group, from released cells: never one without the other, never blended."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from heard.inference.sampling import bounds
from heard.terms.arrow import pc

COLUMNS: dict[str, str] = {
    "heard_rate": "Heard rate (behaviour)",
    "felt_understood_share": "Felt understood (perception)",
    "felt_understood_when_heard_share": "Felt understood, contacts heard",
    "felt_understood_when_missed_share": "Felt understood, contacts missed",
    "perception_gap": "Difference, heard less missed",
    "response_share": "Answered the survey",
    "fcr_no_repeat_share": "Settled at first contact",
    "empathetic_fcr_share": "Settled and heard",
}
GROUPINGS: dict[str, str] = {"": "whole business", "team_id": "team", "channel": "channel", "issue": "issue"}
NOTHING = "nothing to count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One figure of one group; `value` is None where `undefined_because` says why."""

    measure: str
    title: str
    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    n: int | None
    unit: str
    undefined_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Felt understood if all silent customers had said the worst, and the best."""

    lower: float
    upper: float
    response_share: float
    invited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One group with every figure beside the others."""

    grouping: str
    group: str
    cells: tuple[Cell, ...]
    bounds: Bounds | None

    def cell(self, measure: str) -> Cell:
        """The figure of a measure."""
        return next(cell for cell in self.cells if cell.measure == measure)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "grouping": self.grouping,
            "group": self.group,
            "figures": {cell.measure: asdict(cell) for cell in self.cells},
            "bounds": asdict(self.bounds) if self.bounds else None,
        }


def rows(released: pa.Table, units: Mapping[str, str]) -> tuple[GapRow, ...]:
    """Groups in the order whole business, teams, channels, issues.

    Args:
        released: Released cells, small groups hidden already.
        units: Measure → unit, for cells that are not there.
    """
    wanted = released.filter(
        pc.and_(
            pc.and_(
                pc.is_in(released["measure"], value_set=pa.array(list(COLUMNS))), pc.equal(released["period"], "all")
            ),
            pc.is_in(released["grouping"], value_set=pa.array(list(GROUPINGS))),
        )
    )
    found: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for row in wanted.to_pylist():
        grouping = row["grouping"]
        group = "whole business" if not grouping else str(row[grouping] or "unknown")
        found.setdefault((grouping, group), {})[row["measure"]] = row
    order = {grouping: place for place, grouping in enumerate(GROUPINGS)}
    return tuple(
        _row(grouping, group, found[grouping, group], units)
        for grouping, group in sorted(found, key=lambda key: (order[key[0]], key[1]))
    )


def _row(grouping: str, group: str, told: Mapping[str, Mapping[str, Any]], units: Mapping[str, str]) -> GapRow:
    cells = tuple(_cell(measure, told.get(measure), units[measure]) for measure in COLUMNS)
    by_name = {cell.measure: cell for cell in cells}
    return GapRow(
        grouping=GROUPINGS[grouping],
        group=group,
        cells=cells,
        bounds=_bounds(by_name["felt_understood_share"], by_name["response_share"]),
    )


def _cell(measure: str, row: Mapping[str, Any] | None, unit: str) -> Cell:
    told = row or {}
    value = told.get("value")
    because = (
        None if value is not None else str(told.get("undefined_because") or (NOTHING if row is None else "hidden"))
    )
    return Cell(
        measure=measure,
        title=COLUMNS[measure],
        value=value,
        ci_lower=told.get("ci_lower"),
        ci_upper=told.get("ci_upper"),
        n=told.get("n"),
        unit=unit,
        undefined_because=because,
    )


def _bounds(felt: Cell, response: Cell) -> Bounds | None:
    """None without a list of invitations, or where either figure is hidden: a bound would give it away."""
    if felt.value is None or response.value is None or not response.n:
        return None
    answered = round(response.value * response.n)
    found = bounds(felt.value, answered, response.n)
    return Bounds(lower=found.lower, upper=found.upper, response_share=found.response_share, invited=response.n)
