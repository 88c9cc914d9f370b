"""From definitions to figures: value, n and interval of each cell, from one scan per query."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from heard.measures import interval, queries
from heard.measures.base import Measure, Rows, Split
from heard.measures.counted import Bools, Cells, Counted, Ints
from heard.measures.frame import Figures, to_table
from heard.measures.interval import Floats, Sums
from heard.measures.lattice import LATTICE, Lattice, Period, checked
from heard.measures.quantiles import Quantiles, by_cell
from heard.measures.queries import Scan
from heard.measures.registry import REGISTRY


class View(Protocol):
    """What measures need of `gate.View`: canonical tables by name, read for a purpose."""

    def sql(self, query: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run a query."""


def compute(view: View, measure: Measure, *, by: tuple[str, ...] = (), period: Period = "all") -> pa.Table:
    """Figures of one measure, before suppression.

    Args:
        view: Canonical tables.
        measure: Its definition.
        by: Dimensions to break down by; a row whose dimension is unknown falls in the cell where it is null.
        period: The whole span, undated rows included, or week by week, without them.

    Returns:
        Columns of `terms.tables.RELEASED` less manifest and provenance. `value` is null, with `undefined_because`,
        where fewer than MIN_N units are there; bounds are null where there is no interval (counts; extreme
        quantiles of few).

    Raises:
        BadInput: `by` names something that is not a dimension.
    """
    return _over(view, [measure], Lattice((checked(by),), (period,)), None)


def cells(
    view: View, lattice: Lattice = LATTICE, *, weeks: Iterable[int] | None = None, only: Iterable[str] | None = None
) -> pa.Table:
    """Every measure over the lattice, before suppression; columns as of `compute`.

    Args:
        view: Canonical tables.
        lattice: Groupings and periods.
        weeks: Mondays (days since 1970) whose weekly cells are wanted; null for all. The whole span is always
            computed anew.
        only: Names of measures; null for all of the registry.
    """
    wanted = REGISTRY.values() if only is None else [REGISTRY[name] for name in only]
    return _over(view, list(wanted), lattice, None if weeks is None else tuple(weeks))


def _over(view: View, measures: Sequence[Measure], lattice: Lattice, weeks: tuple[int, ...] | None) -> pa.Table:
    tables: list[pa.Table] = []
    for rows in {id(measure.rows): measure.rows for measure in measures}.values():
        tables.extend(_of_rows(view, rows, [measure for measure in measures if measure.rows is rows], lattice, weeks))
    return pa.concat_tables(tables)


def _of_rows(
    view: View, rows: Rows, measures: Sequence[Measure], lattice: Lattice, weeks: tuple[int, ...] | None
) -> Iterator[pa.Table]:
    """Tables of all measures that share their rows; the view is asked once."""
    plan = Plan(measures)
    counted = Counted.of(rows, view.sql(queries.counted(rows, plan.columns, lattice.dimensions)))
    for period in lattice.periods:
        cells = Cells(counted, Scan(lattice.groupings, period, weeks))
        people = People(cells)
        for measure, figures in (*_added(plan, cells), *_ordered(plan, cells)):
            names = plan.populations(measure)
            yield to_table(measure, figures, cells, people.fewest("customer", names), people.fewest("agent", names))


class Plan:
    """Which columns of the rows a set of measures needs: each expression once, under the name e{i}."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self.added = [measure for measure in measures if measure.statistic != "quantile"]
        self.ordered = [measure for measure in measures if measure.statistic == "quantile"]
        summed = dict.fromkeys(sql for measure in self.added for pair in _ratios(measure) for sql in pair)
        self.summed_count = len(summed)
        every = dict.fromkeys((*summed, *(measure.value for measure in self.ordered)))
        self._place = {sql: i for i, sql in enumerate(every)}
        self._real = {m.value for m in measures if m.statistic in ("mean", "quantile")}

    @property
    def columns(self) -> dict[str, str]:
        """Name to expression; counts as 32-bit numbers, which keeps a million rows small."""
        kinds = {sql: "DOUBLE" if sql in self._real else "INTEGER" for sql in self._place}
        return {f"e{i}": f"CAST({sql} AS {kinds[sql]})" for sql, i in self._place.items()}

    def place(self, sql: str) -> int:
        """Number of the column of an expression."""
        return self._place[sql]

    def populations(self, measure: Measure) -> list[str]:
        """Columns above 0, or not null, in the rows on which a figure rests; two where two sides are compared."""
        if measure.statistic == "quantile":
            return [f"e{self.place(measure.value)}"]
        return [f"e{self.place(n)}" for n in (measure.n, measure.n_less) if n is not None]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Products that the intervals need: of value and value, value and n, n and n."""
        ratios = {(self.place(v), self.place(n)) for measure in self.added for v, n in _ratios(measure)}
        return sorted({pair for v, n in ratios for pair in ((v, v), (v, n), (n, n))})


class People:
    """Distinct customers and agents behind figures, counted once for each set of rows."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._marks: list[Bools] = []
        self._known: dict[tuple[str, int], Ints] = {}
        self._mark_of: dict[str, int] = {}

    def fewest(self, kind: str, columns: Sequence[str]) -> Ints:
        """Distinct people in each cell; of the smaller side where two are compared."""
        return np.asarray(np.min([self._distinct(kind, name) for name in columns], axis=0))

    def _distinct(self, kind: str, column: str) -> Ints:
        if column not in self._mark_of:
            self._mark_of[column] = self._mark(self._cells.counted, column)
        mark = self._mark_of[column]
        if (kind, mark) not in self._known:
            self._known[kind, mark] = self._cells.distinct(kind, self._marks[mark])
        return self._known[kind, mark]

    def _mark(self, counted: Counted, column: str) -> int:
        """Number of the set of rows of a column; equal sets share one."""
        values = counted.column(column)
        is_quantile = counted.table[column].type == "double"
        rows = np.isfinite(values) if is_quantile else values > 0
        for number, known in enumerate(self._marks):
            if np.array_equal(known, rows):
                return number
        self._marks.append(rows)
        return len(self._marks) - 1


def _ratios(measure: Measure) -> list[tuple[str, str]]:
    """Numerator and denominator of each line of a measure."""
    if measure.splits:
        return [(split.value, measure.n) for split in measure.splits]
    if measure.value_less is not None and measure.n_less is not None:
        return [(measure.value, measure.n), (measure.value_less, measure.n_less)]
    return [(measure.value, measure.n)]


def _added(plan: Plan, cells: Cells) -> Iterator[tuple[Measure, Figures]]:
    """Shares, means, counts and differences, from sums."""
    if not plan.added:
        return
    scan, rows = cells.scan, cells.counted.rows
    columns = cells.spread(cells.counted.query(queries.sums(scan, rows, plan.summed_count, plan.pairs)))
    for measure in plan.added:
        sums = [_sums(columns, plan.place(v), plan.place(n)) for v, n in _ratios(measure)]
        if measure.statistic == "difference":
            yield measure, _difference(*sums)
            continue
        for split, own in zip(measure.splits or (None,), sums, strict=True):
            yield measure, _line(measure, own, split)


def _sums(columns: Mapping[str, Floats], v: int, n: int) -> Sums:
    names = (f"e{v}", f"e{n}", f"p{v}_{v}", f"p{v}_{n}", f"p{n}_{n}", f"c{n}")
    return Sums(*(columns[name] for name in names))


def _line(measure: Measure, sums: Sums, split: Split | None) -> Figures:
    cause, side = (split.cause, split.cause_side) if split else (None, None)
    if measure.statistic == "count":
        nothing = np.full(len(sums.v), np.nan)
        return Figures(sums.v, nothing, nothing, sums.n, None)
    bounds = interval.mean(sums, scale=measure.scale) if measure.statistic == "mean" else interval.share(sums)
    return Figures(interval.ratio(sums), bounds.lower, bounds.upper, sums.n, sums.n, cause, side)


def _difference(one: Sums, other: Sums) -> Figures:
    value: Floats = interval.ratio(one) - interval.ratio(other)
    bounds = interval.difference(one, other)
    return Figures(value, bounds.lower, bounds.upper, one.n + other.n, np.minimum(one.n, other.n))


def _ordered(plan: Plan, cells: Cells) -> Iterator[tuple[Measure, Figures]]:
    """Quantiles, from sorted values; measures of the same value share the sorting."""
    for value in dict.fromkeys(measure.value for measure in plan.ordered):
        values = cells.counted.column(f"e{plan.place(value)}")
        rows = np.argsort(values, kind="stable")[: int(np.isfinite(values).sum())]
        for measure in plan.ordered:
            if measure.value == value and measure.quantile is not None:
                parts = [_quantiles(values[rows], cells, owner[rows], rows, measure.quantile) for owner in cells.owners]
                yield measure, _merged(parts)


def _quantiles(values: Floats, cells: Cells, owner: Ints, rows: Ints, p: float) -> Quantiles:
    clusters = cells.counted.clusters
    return by_cell(values, None if clusters is None else clusters[rows], owner, len(cells), p)


def _merged(parts: Sequence[Quantiles]) -> Figures:
    """Each cell belongs to one grouping; the others have no value there."""
    n = np.sum([part.n for part in parts], axis=0)
    value, lower, upper = (
        np.where(np.isfinite(stack).any(axis=0), np.nansum(stack, axis=0), np.nan)
        for stack in (np.array([getattr(part, name) for part in parts]) for name in ("value", "lower", "upper"))
    )
    return Figures(value, lower, upper, n, n)
