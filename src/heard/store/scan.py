"""SQL text that reads a table's files: one place for names, types and how a partition column comes back."""

from collections.abc import Iterable

import pyarrow as pa

from heard.store.lake import File
from heard.terms.columns import Table

_TYPES: dict[pa.DataType, str] = {
    pa.string(): "VARCHAR",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    pa.list_(pa.string()): "VARCHAR[]",
}


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def columns(names: Iterable[str], prefix: str = "") -> str:
    """Names as a list in SQL, each behind the same prefix ("a.")."""
    return ", ".join(prefix + quoted(name) for name in names)


def sql_type(kind: pa.DataType) -> str:
    """DuckDB's name of a type that a canonical table uses."""
    return _TYPES[kind]


def nothing(table: Table) -> str:
    """A query without rows that has the table's columns and types."""
    cells = ", ".join(f"NULL::{sql_type(c.type)} AS {quoted(c.name)}" for c in table.columns)
    return f"SELECT {cells} WHERE false"


def everything(table: Table, files: Iterable[File], *, with_file: bool = False) -> str:
    """A query over a table's files with its columns in order; columns that old files lack are null.

    Args:
        with_file: Add a column `filename` with the path of the row's file.
    """
    names = [*table.names(), *(["filename"] if with_file else [])]
    paths = [literal(str(file.path)) for file in files]
    empty = nothing(table).replace(" WHERE false", f"{', NULL::VARCHAR AS filename' if with_file else ''} WHERE false")
    if not paths:
        return empty
    options = ["union_by_name=true", f"filename={str(with_file).lower()}"]
    if table.partition:
        kind = sql_type(table.column(table.partition).type)
        options += ["hive_partitioning=true", f"hive_types={{{literal(table.partition)}: {kind}}}"]
    else:
        options += ["hive_partitioning=false"]
    read = f"SELECT * FROM read_parquet([{', '.join(paths)}], {', '.join(options)})"
    return f"SELECT {columns(names)} FROM ({empty} UNION ALL BY NAME {read})"
