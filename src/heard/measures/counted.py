"""The rows of measures in memory: read once from the view, then added up over any grouping."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heard.measures import queries
from heard.measures.base import DIMENSIONS, Rows
from heard.measures.interval import Floats
from heard.measures.queries import Scan
from heard.terms.arrow import Array, Column, pc, whole

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Counted:
    """Rows of one query with ids and dimensions as numbers.

    Attributes:
        rows: The query that gave them.
        table: One row each; `names` says what the numbers in the dimensions stand for.
        names: Per dimension, the words that its numbers stand for.
    """

    def __init__(self, rows: Rows, table: pa.Table, names: Mapping[str, Array]) -> None:
        self.rows = rows
        self.table = table
        self.names = names
        self._connection = duckdb.connect()
        self._connection.register("counted", table)

    @classmethod
    def of(cls, rows: Rows, table: pa.Table) -> Self:
        """From the rows as `queries.counted` gives them; a dimension that was not asked for is unknown everywhere."""
        nothing, unknown = pa.nulls(0, pa.string()), pa.nulls(table.num_rows, pa.int32())
        asked = [name for name in DIMENSIONS if name in table.column_names]
        names = dict.fromkeys(DIMENSIONS, nothing) | {name: _sorted(table[name]) for name in asked}
        coded = dict.fromkeys(DIMENSIONS, unknown)
        coded |= {name: pc.index_in(table[name], value_set=names[name]) for name in asked}
        kept = {name: table[name] for name in table.column_names if name not in DIMENSIONS}
        return cls(rows, pa.table({**kept, **coded}), names)

    def within(self, scan: Scan) -> Self:
        """The rows that a pass covers; undated ones belong to no week, and count in the whole span."""
        if scan.period == "all":
            return self
        week = self.table["week_start"]
        wanted = pc.is_valid(week) if scan.weeks is None else pc.is_in(week, value_set=pa.array(scan.weeks, pa.int32()))
        return type(self)(self.rows, self.table.filter(wanted), self.names)

    def query(self, sql: str) -> pa.Table:
        """Run DuckDB's SQL over the table `counted`."""
        found: pa.Table = self._connection.sql(sql).to_arrow_table()
        return found

    def column(self, name: str) -> Floats:
        """A column as doubles; NaN for null."""
        return np.asarray(pc.fill_null(self.table[name].cast(pa.float64()), np.nan).to_numpy())

    @cached_property
    def clusters(self) -> Ints | None:
        """Number of each row's cluster, from 0; null where every row is a cluster of its own."""
        codes = _codes(self.table["cluster"])
        return None if int(codes.max(initial=-1)) + 1 == len(codes) else codes

    @cached_property
    def people(self) -> Mapping[str, Ints]:
        """Numbers of each row's customer and agent, from 0; -1 for none."""
        return {"customer": _codes(self.table["customer"]), "agent": _codes(self.table["agent"])}


class Cells:
    """The cells of one pass, in a fixed order, and where rows belong among them."""

    def __init__(self, counted: Counted, scan: Scan) -> None:
        self.scan = scan
        self.counted = counted.within(scan)
        self._keys = (*DIMENSIONS, *(("week_start",) if scan.period == "week" else ()))
        table = self.counted.query(queries.cells(scan))
        self._weeks = _sorted(table["week_start"]) if scan.period == "week" else pa.nulls(0, pa.int32())
        codes = self._codes(table, table["g"].to_numpy())
        order = np.argsort(codes, kind="stable")
        self.table: pa.Table = pc.take(table, pa.array(order))
        self._sorted_codes = codes[order]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def owners(self) -> tuple[Ints, ...]:
        """For each grouping, the cell of every row."""
        table = self.counted.table
        return tuple(self._place(table, np.int64(queries.grouping_id(g))) for g in self.scan.groupings)

    def spread(self, table: pa.Table) -> dict[str, Floats]:
        """Columns of a table with one row a cell, as arrays over all cells; 0 where the table lacks the cell."""
        where = self._place(table, table["g"].to_numpy())
        spread = {name: np.zeros(len(self)) for name in table.column_names if name not in {"g", *self._keys}}
        for name, out in spread.items():
            out[where] = pc.fill_null(table[name], 0.0).to_numpy()
        return spread

    def distinct(self, kind: str, among: Bools) -> Ints:
        """Distinct customers or agents in each cell, among the rows marked."""
        person = self.counted.people[kind]
        total = np.zeros(len(self), np.int64)
        people = int(person.max(initial=0)) + 1
        rows = among & (person >= 0)
        for owner in self.owners:
            pairs = np.sort(owner[rows] * people + person[rows])
            first = np.ones(len(pairs), bool)
            first[1:] = pairs[1:] != pairs[:-1]
            total += np.bincount(pairs[first] // people, minlength=len(self))
        return total

    def _place(self, table: pa.Table, grouping: Any) -> Ints:
        return np.broadcast_to(np.searchsorted(self._sorted_codes, self._codes(table, grouping)), table.num_rows)

    def _codes(self, table: pa.Table, grouping: Any) -> Ints:
        """Keys as one whole number, one for all rows where they share it; unknown and not-grouped dimensions last."""
        code = np.asarray(grouping, np.int64)
        used = {name: (code >> place & 1) == 0 for place, name in enumerate(reversed(DIMENSIONS))}
        for name in self._keys:
            known = self._weeks if name == "week_start" else self.counted.names[name]
            number = np.int64(len(known))
            if np.any(used.get(name, True)):
                place = pc.index_in(table[name], value_set=known) if name == "week_start" else table[name]
                number = pc.fill_null(place, len(known)).to_numpy().astype(np.int64)
            code = code * (len(known) + 1) + np.where(used.get(name, True), number, len(known))
        return code


def _sorted(column: Column) -> Array:
    known = pc.drop_null(pc.unique(column))
    return whole(pc.take(known, pc.sort_indices(known)))


def _codes(column: Column) -> Ints:
    """Numbers from 0 in the order of first sight; -1 for null."""
    encoded: Any = whole(column).dictionary_encode()
    return np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64))
