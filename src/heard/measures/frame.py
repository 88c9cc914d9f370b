"""The table of figures over cells."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heard.measures.base import DIMENSIONS, Measure
from heard.measures.counted import Cells, Ints
from heard.measures.interval import LEVEL, Floats
from heard.measures.lattice import name_of
from heard.measures.queries import grouping_id
from heard.terms.arrow import Array, Column, pc, whole
from heard.terms.tables import PROVENANCE, RELEASED

MIN_N = 5
"""Below this many units of the denominator a figure is not given: too few to say (as many as k in CONTRACTS 19)."""

COLUMNS: tuple[str, ...] = tuple(
    name for name in RELEASED.names() if name not in {"manifest", *(column.name for column in PROVENANCE)}
)
SCHEMA = pa.schema([RELEASED.schema.field(name) for name in COLUMNS])


class Figures(NamedTuple):
    """One line of a measure over the cells; arrays of shape (cells,), NaN where there is none.

    `thinnest` is the denominator that must reach MIN_N; null for counts, which need none.
    """

    value: Floats
    lower: Floats
    upper: Floats
    n: Floats
    thinnest: Floats | None
    cause: str | None = None
    cause_side: str | None = None


def to_table(measure: Measure, figures: Figures, cells: Cells, customers: Ints, agents: Ints) -> pa.Table:
    """Rows of one line of a measure in the columns of `RELEASED`; too few units make a null with its reason."""
    few = np.zeros(len(cells), bool) if figures.thinnest is None else figures.thinnest < MIN_N
    shown = np.where(few, np.nan, figures.value)
    bounded = np.isfinite(np.where(few, np.nan, figures.lower)) | np.isfinite(np.where(few, np.nan, figures.upper))
    period = cells.scan.period
    columns = {
        "measure": _all(cells, measure.name),
        "grouping": _grouping_names(cells),
        "period": _all(cells, period),
        "week_start": cells.table["week_start"] if period == "week" else pa.nulls(len(cells), pa.int32()),
        **{name: cells.counted.names[name].take(cells.table[name].combine_chunks()) for name in DIMENSIONS},
        "cause_side": _all(cells, figures.cause_side),
        "cause": _all(cells, figures.cause),
        "value": _reals(shown),
        "ci_lower": _reals(np.where(few, np.nan, figures.lower)),
        "ci_upper": _reals(np.where(few, np.nan, figures.upper)),
        "ci_level": _reals(np.where(bounded, LEVEL, np.nan)),
        "n": pa.array(figures.n.astype(np.int64)),
        "customer_count": pa.array(customers),
        "agent_count": pa.array(agents),
        "unit": _all(cells, measure.unit),
        "undefined_because": _reasons(few, figures.thinnest),
    }
    return pa.table([_cast(columns[f.name], f.type) for f in SCHEMA], schema=SCHEMA)


def _reasons(few: npt.NDArray[np.bool_], thinnest: Floats | None) -> Array:
    if thinnest is None or not few.any():
        return pa.nulls(len(few), pa.string())
    told = pa.array([f"too few to say ({n} of {MIN_N})" for n in range(MIN_N)])
    return whole(pc.take(told, pa.array(np.where(few, thinnest, 0).astype(np.int64), mask=~few)))


def _grouping_names(cells: Cells) -> Array:
    names = {grouping_id(grouping): name_of(grouping) for grouping in cells.scan.groupings}
    ids = list(names)
    return pa.array(list(names.values())).take(
        pc.index_in(cells.table["g"], value_set=pa.array(ids, cells.table["g"].type))
    )


def _all(cells: Cells, value: str | None) -> Array:
    return pa.repeat(pa.scalar(value, pa.string()), len(cells))


def _reals(values: Floats) -> Array:
    return pa.array(values, mask=~np.isfinite(values))


def _cast(column: Column, kind: pa.DataType) -> Array:
    return whole(column if column.type == kind else pc.cast(column, kind))
