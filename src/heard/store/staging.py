"""Rows on their way in: checked against the table's schema and written to one private file, in bounded memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from heard.errors import BadInput
from heard.store import fault
from heard.store import folder as places
from heard.terms.columns import Column, Table

if TYPE_CHECKING:
    Values = pa.ChunkedArray[Any]

ROWS_A_GROUP = 20_000
"""Rows that are held before they are written: with the longest columns (turn) about 10 MB."""


def spool(rows: pa.Table | pa.RecordBatchReader, table: Table, path: Path) -> int:
    """Write rows to a parquet file in the table's schema; returns how many there were.

    Raises:
        BadInput: A column is unknown, missing, of another type, or null where it may not be.
    """
    reader = rows.to_reader(max_chunksize=ROWS_A_GROUP) if isinstance(rows, pa.Table) else rows
    check_columns(reader.schema, table)
    with fault.told():
        places.make_private_file(path)
        writer = pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=1)
    count = 0
    try:
        # Faults of the reader are its owner's and pass as they are; those of the disk are told.
        for group in _grouped(reader):
            rows_to_write = conform(group, table)
            with fault.told():
                writer.write_table(rows_to_write)
            count += group.num_rows
    finally:
        with fault.told():
            writer.close()
    return count


def _grouped(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Gather small batches to groups of rows; large ones are passed on in slices."""
    waiting: list[pa.RecordBatch] = []
    for batch in reader:
        for start in range(0, batch.num_rows, ROWS_A_GROUP):
            waiting.append(batch.slice(start, ROWS_A_GROUP))
            if sum(b.num_rows for b in waiting) >= ROWS_A_GROUP:
                yield pa.Table.from_batches(waiting)
                waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def check_columns(schema: pa.Schema, table: Table) -> None:
    """Refuse rows whose columns are not the table's; a nullable column may be absent.

    Raises:
        BadInput: Names the columns that are unknown, missing or there twice.
    """
    unknown = sorted(set(schema.names) - set(table.names()))
    missing = sorted(c.name for c in table.columns if c.is_required and c.name not in schema.names)
    twice = sorted({n for n in schema.names if schema.names.count(n) > 1})
    faults = [("unknown", unknown), ("missing", missing), ("repeated", twice)]
    told = "; ".join(f"{word} {', '.join(names)}" for word, names in faults if names)
    if told:
        raise BadInput(f"columns of {table.name}", told, "the columns of terms.tables", "")


def conform(rows: pa.Table, table: Table) -> pa.Table:
    """The same rows with the table's columns in its order and types; absent columns are null.

    Raises:
        BadInput: A column cannot be cast, or is null where it may not be; the message holds no value.
    """
    columns = [_column(rows, column, f"{table.name}.{column.name}") for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _column(rows: pa.Table, column: Column, name: str) -> "Values":
    if column.name not in rows.column_names:
        return pa.chunked_array([pa.array([None] * rows.num_rows, column.type)])
    values = cast(rows.column(column.name), column.type, name)
    if column.is_required and values.null_count:
        raise BadInput(name, f"{values.null_count} null values", "a value in each row", "")
    return values


def cast(values: "Values", kind: pa.DataType, name: str) -> "Values":
    """Values in another type, or BadInput that names the column and no value."""
    if values.type == kind:
        return values
    try:
        return values.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise BadInput(name, f"values of type {values.type} that do not fit", str(kind), "") from None
