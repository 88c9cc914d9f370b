"""A balanced panel with the period in which each unit began to be treated, checked for everything that misleads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput, NotIdentified

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NEVER = np.iinfo(np.int64).max
"""First treated period of a unit that is never treated: after the end of time, whatever the periods are called."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Outcomes of units over periods.

    Attributes:
        units: Names, sorted.
        periods: Labels of the periods in order, as they were given.
        outcome: Shape (units, periods).
        first: Shape (units,). Place in `periods` at which treatment begins; NEVER without treatment.
        left_out: Rows that were dropped: units treated from the first period on, which have no before.
    """

    units: tuple[str, ...]
    periods: tuple[Any, ...]
    outcome: Floats
    first: Ints
    left_out: int = 0

    @property
    def cohorts(self) -> tuple[int, ...]:
        """Places of the periods in which some unit began."""
        return tuple(int(g) for g in np.unique(self.first) if g != NEVER)

    @property
    def treated_count(self) -> int:
        """Units that are treated at some time."""
        return int((self.first != NEVER).sum())


def panel(
    units: Sequence[Any], periods: Sequence[Any], outcomes: Sequence[Any], *, first: Sequence[Any] | None = None,
    treated: Sequence[Any] | None = None,
) -> Panel:  # fmt: skip
    """A panel from rows in any order.

    Args:
        units: Unit of each row.
        periods: Period of each row; sorted by value.
        outcomes: Number of each row.
        first: Period in which the row's unit was first treated; 0, None, "" or infinity for never.
        treated: In place of `first`: 1 where the unit is treated in that period.

    Raises:
        BadInput: Double rows, missing periods, missing outcomes, a unit with two start dates.
        NotIdentified: Treatment that switches off, nobody treated, everybody treated at once, no period before.
    """
    names = sorted({str(unit) for unit in units})
    times = sorted(set(periods))
    row = {name: i for i, name in enumerate(names)}
    column = {time: i for i, time in enumerate(times)}
    where = [(row[str(u)], column[t]) for u, t in zip(units, periods, strict=True)]
    grid = _grid(where, outcomes, names, times)
    if first is not None:
        begins = _begins(units, first, row, times)
    elif treated is not None:
        begins = _switched_on(_grid(where, treated, names, times))
    else:
        raise BadInput("panel", got="neither a first treated period nor a treatment column", expected="one of them")
    return _identified(names, times, grid, begins)


def _grid(where: Sequence[tuple[int, int]], values: Sequence[Any], names: list[str], times: list[Any]) -> Floats:
    if doubles := len(where) - len(set(where)):
        raise BadInput(
            "panel", got=f"{doubles} rows whose unit and period come twice", expected="one row each",
            todo="Add them up, or take the doubles out.",
        )  # fmt: skip
    grid = np.full((len(names), len(times)), np.nan)
    try:
        for place, value in zip(where, values, strict=True):
            grid[place] = np.nan if value is None or value == "" else float(value)
    except (TypeError, ValueError):
        raise BadInput("panel", got="an outcome that is text", expected="numbers") from None
    if missing := int((~np.isfinite(grid)).sum()):
        raise BadInput(
            "panel", got=f"{missing} of {grid.size} cells of unit and period missing", expected="all of them",
            todo="Leave out units or periods with gaps, or take longer periods.",
        )  # fmt: skip
    return grid


def _begins(units: Sequence[Any], first: Sequence[Any], row: dict[str, int], times: list[Any]) -> Ints:
    given: dict[int, Any] = {}
    for unit, start in zip(units, first, strict=True):
        clean = None if start in (None, "", 0, "0") or start == float("inf") or start != start else start
        if given.setdefault(row[str(unit)], clean) != clean:
            raise BadInput("panel", got="a unit with two start dates", expected="one start a unit")
    made = np.full(len(row), NEVER, dtype=np.int64)
    for place, start in given.items():
        after = [i for i, time in enumerate(times) if start is not None and time >= start]
        if after:
            made[place] = after[0]
    return made


def _switched_on(status: Floats) -> Ints:
    on = status > 0
    if (np.diff(on.astype(int), axis=1) < 0).any():
        count = int((np.diff(on.astype(int), axis=1) < 0).any(axis=1).sum())
        raise NotIdentified(
            "treatment", got=f"{count} units whose treatment switches off", expected="treatment that stays on",
            todo="Cut the data before the first switching off, or plan an experiment that switches to and fro.",
        )  # fmt: skip
    return np.where(on.any(axis=1), on.argmax(axis=1), NEVER).astype(np.int64)


def _identified(names: list[str], times: list[Any], grid: Floats, begins: Ints) -> Panel:
    keep = begins > 0
    made = Panel(
        units=tuple(name for name, kept in zip(names, keep, strict=True) if kept), periods=tuple(times),
        outcome=grid[keep], first=begins[keep], left_out=int((~keep).sum()) * len(times),
    )  # fmt: skip
    if not made.treated_count:
        got = "no unit with a period before its start" if (~keep).any() else "no unit that is ever treated"
        raise NotIdentified(
            "roll-out", got=got, expected="treated units with at least one period before",
            todo="Bring outcomes from before the start; without a before there is no difference in differences.",
        )  # fmt: skip
    if made.treated_count == len(made.units) and len(made.cohorts) == 1:
        raise NotIdentified(
            "roll-out", got="all units treated at once", expected="some that start later or never",
            todo="Nobody shows what would have happened. An interrupted series is weak; roll out in steps next time.",
        )  # fmt: skip
    if np.ptp(made.outcome) == 0:
        raise NotIdentified("outcome", got="the same value in every cell", expected="values that differ")
    return made
