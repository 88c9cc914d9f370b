"""A view over tables that a test writes down row by row, run by the real engine."""

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from heard.terms.tables import TABLES

Row = dict[str, Any]

ZERO = {
    pa.string(): "",
    pa.int32(): 0,
    pa.int64(): 0,
    pa.float64(): 0.0,
    pa.float32(): 0.0,
    pa.bool_(): False,
}
USUAL = {
    "state": "met",
    "kind": "explicit",
    "emotion": "frustration",
    "intensity": 2,
    "cause": "delay",
    "after": "none",
}


class Memory:
    """A view whose tables lie in memory."""

    def __init__(self, tables: dict[str, pa.Table]) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 2")
        self.queries = 0
        for name, rows in tables.items():
            self.connection.register(name, rows)

    def sql(self, query: str, params: Sequence[Any] = ()) -> pa.Table:
        self.queries += 1
        return self.connection.sql(query, params=params or None).to_arrow_table()


def table_of(name: str, rows: Sequence[Row]) -> pa.Table:
    """Rows as the canonical table; required columns that a test does not care about are filled in."""
    schema = TABLES[name].schema
    columns = {}
    for field in schema:
        default = None if field.nullable else USUAL.get(field.name, ZERO.get(field.type))
        if field.name == "is_generic":
            values = [
                row.get("is_generic", False if row.get("state", "met") in ("met", "late") else None) for row in rows
            ]
        else:
            values = [row.get(field.name, default) for row in rows]
        columns[field.name] = pa.array(values, field.type)
    unknown = {key for row in rows for key in row} - set(schema.names)
    assert not unknown, unknown
    return pa.table(columns)


@pytest.fixture
def view_of() -> Callable[..., Memory]:
    """Builds a view; tables that are not named are empty."""

    def build(**rows: Sequence[Row]) -> Memory:
        return Memory({name: table_of(name, rows.get(name, ())) for name in TABLES})

    return build
