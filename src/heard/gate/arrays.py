"""Types of Arrow columns, and the few moves on tables that several parts of the gate need."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute
"""Arrow's functions, untyped: their stubs know less of mixed arguments than the functions do."""

if TYPE_CHECKING:
    Array = pa.Array[Any]
    Column = pa.Array[Any] | pa.ChunkedArray[Any]
else:
    Array = Column = pa.Array


def flat(column: Column) -> Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def over_unique(values: Column, change: Callable[[str], Any], kind: pa.DataType | None = None) -> Array:
    """A function of strings over a column, called once for each distinct value; null stays null."""
    coded = flat(pc.cast(values, pa.string())).dictionary_encode()
    made = pa.array([change(str(one)) for one in coded.dictionary.to_pylist()], kind or pa.string())
    return made.take(coded.indices)


def listed(column: Column) -> list[Any]:
    """Values of a column."""
    values: list[Any] = column.to_pylist()
    return values


def column(rows: pa.Table, name: str, kind: pa.DataType) -> Array:
    """A column of a table, or nulls where it has none, in a type."""
    if name not in rows.column_names:
        nothing: Array = pa.array([None] * rows.num_rows, kind)
        return nothing
    return flat(pc.cast(rows[name], kind))


def with_columns(rows: pa.Table, columns: dict[str, Array]) -> pa.Table:
    """The table with columns set, replaced where they were."""
    kept = {name: rows[name] for name in rows.column_names if name not in columns}
    return pa.table({**kept, **columns}) if rows.num_rows or kept or columns else rows


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in a schema's columns, order and types; absent columns are null, unknown ones are dropped."""
    return pa.Table.from_arrays([column(rows, field.name, field.type) for field in schema], schema=schema)


def without(rows: pa.Table, name: str, values: Sequence[str] | Array) -> pa.Table:
    """Rows whose column is none of the values; null is none of them."""
    unwanted = values if isinstance(values, pa.Array) else pa.array(list(values), pa.string())
    if not len(unwanted) or name not in rows.column_names:
        return rows
    return rows.filter(pc.invert(pc.is_in(rows[name], value_set=unwanted)))
