"""From definitions to figures: value, n and interval of each cell, from one scan per query."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from heard.measures import interval, queries
from heard.measures.base import Measure, Split
from heard.measures.frame import Cells, Figures, Ints, to_table
from heard.measures.interval import Floats, Sums
from heard.measures.lattice import LATTICE, Lattice, Period, checked
from heard.measures.quantiles import by_cell
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
        Columns of `terms.tables.RELEASED` less manifest and provenance. `value` is null, with `undefined_because`, where
        fewer than MIN_N units are there; bounds are null where there is no interval (counts; extreme quantiles of few).

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
        weeks: Mondays (days since 1970) whose weekly cells are wanted; null for all. The whole span is always computed anew.
        only: Names of measures; null for all of the registry.
    """
    wanted = REGISTRY.values() if only is None else [REGISTRY[name] for name in only]
    return _over(view, list(wanted), lattice, None if weeks is None else tuple(weeks))


def _over(view: View, measures: Sequence[Measure], lattice: Lattice, weeks: tuple[int, ...] | None) -> pa.Table:
    tables: list[pa.Table] = []
    for rows in {id(measure.rows): measure.rows for measure in measures}.values():
        own = [measure for measure in measures if measure.rows is rows]
        for period in lattice.periods:
            tables.extend(_figures(view, own, Scan(rows, lattice.groupings, period, weeks)))
    return pa.concat_tables(tables)


def _figures(view: View, measures: Sequence[Measure], scan: Scan) -> Iterator[pa.Table]:
    """Tables of all measures that share their rows, for one period."""
    populations = list(dict.fromkeys(sql for measure in measures for sql in _populations(measure)))
    cells = Cells(view.sql(queries.people(scan, populations)), scan)
    people = {sql: i for i, sql in enumerate(populations)}
    for measure, figures in (*_added(view, scan, measures, cells), *_ordered(view, scan, measures, cells)):
        who = [people[sql] for sql in _populations(measure)]
        yield to_table(measure, figures, cells, _fewest(cells, "customers", who), _fewest(cells, "agents", who))


def _populations(measure: Measure) -> list[str]:
    """Conditions that name the rows on which a figure rests: one, or the two sides of a difference."""
    if measure.statistic == "quantile":
        return [f"({measure.value}) IS NOT NULL"]
    return [f"({n}) > 0" for n in (measure.n, measure.n_less) if n is not None]


def _fewest(cells: Cells, kind: str, populations: Sequence[int]) -> Ints:
    """Distinct people in each cell; of the smaller side where two are compared."""
    counts = [cells.table[f"{kind}{i}"].to_numpy().astype(np.int64) for i in populations]
    return np.asarray(np.min(counts, axis=0))


def _added(view: View, scan: Scan, measures: Sequence[Measure], cells: Cells) -> Iterator[tuple[Measure, Figures]]:
    """Shares, means, counts and differences, from sums."""
    added = [measure for measure in measures if measure.statistic != "quantile"]
    if not added:
        return
    ratios = [pair for measure in added for pair in _ratios(measure)]
    place = {sql: i for i, sql in enumerate(dict.fromkeys(sql for pair in ratios for sql in pair))}
    pairs = {(place[v], place[n]) for v, n in ratios}
    products = sorted({(i, j) for v, n in pairs for i, j in ((v, v), (v, n), (n, n))})
    table = view.sql(queries.sums(scan, list(place), products))

    def sums_of(pair: tuple[str, str]) -> Sums:
        v, n = place[pair[0]], place[pair[1]]
        names = (f"e{v}", f"e{n}", f"p{v}_{v}", f"p{v}_{n}", f"p{n}_{n}", f"c{n}")
        return Sums(*(cells.spread(table, name) for name in names))

    for measure in added:
        sums = [sums_of(pair) for pair in _ratios(measure)]
        if measure.statistic == "difference":
            yield measure, _difference(*sums)
            continue
        for split, own in zip(measure.splits or (None,), sums, strict=True):
            yield measure, _line(measure, own, split)


def _ratios(measure: Measure) -> list[tuple[str, str]]:
    """Numerator and denominator of each line of a measure."""
    if measure.splits:
        return [(split.value, measure.n) for split in measure.splits]
    if measure.value_less is not None and measure.n_less is not None:
        return [(measure.value, measure.n), (measure.value_less, measure.n_less)]
    return [(measure.value, measure.n)]


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


def _ordered(view: View, scan: Scan, measures: Sequence[Measure], cells: Cells) -> Iterator[tuple[Measure, Figures]]:
    """Quantiles, from sorted values; measures of the same value share one query."""
    ordered = [measure for measure in measures if measure.statistic == "quantile"]
    for value in dict.fromkeys(measure.value for measure in ordered):
        same = [measure for measure in ordered if measure.value == value]
        table = view.sql(queries.values(scan, same[0]))
        values = table["value"].to_numpy()
        clusters = np.unique(table["cluster"].to_numpy(), return_inverse=True)[1]
        owners = [cells.locate(table, np.full(len(values), queries.grouping_id(g))) for g in scan.groupings]
        for measure in same:
            assert measure.quantile is not None
            parts = [by_cell(values, clusters, own, len(cells), measure.quantile) for own in owners]
            yield measure, _merged(parts)


def _merged(parts: Sequence[Any]) -> Figures:
    """Each cell belongs to one grouping; the others have no value there."""
    n = np.sum([part.n for part in parts], axis=0)
    value, lower, upper = (
        np.where(np.isfinite(stack).any(axis=0), np.nansum(stack, axis=0), np.nan)
        for stack in (np.array([getattr(part, name) for part in parts]) for name in ("value", "lower", "upper"))
    )
    return Figures(value, lower, upper, n, n)
