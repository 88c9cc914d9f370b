"""Queries that add up the rows of measures over many groupings.

`counted` runs once on the view and is all that is read from it. The others run on its rows in memory: DuckDB's own
SQL, not the
restricted one, with ids and dimensions as whole numbers. All sums are of whole numbers in doubles, exact below 2^53,
so the order in which threads add does not show (T8).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from heard.measures.base import DIMENSIONS, Rows
from heard.measures.lattice import Grouping, Period
from heard.terms.tables import TABLES

_DIMS = ", ".join(DIMENSIONS)
_BIT = {name: 1 << place for place, name in enumerate(reversed(DIMENSIONS))}
"""The bit of a dimension in the number of a grouping; it is set where the dimension is not grouped by."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass covers: groupings, a period, and weeks when only some are wanted."""

    groupings: tuple[Grouping, ...]
    period: Period
    weeks: tuple[int, ...] | None = None

    @property
    def week(self) -> str:
        """The week as a further key, or nothing."""
        return ", week_start" if self.period == "week" else ""

    @property
    def keys(self) -> str:
        """The keys of a cell: number of its grouping, dimensions (null where not grouped by), week."""
        used = {name for grouping in self.groupings for name in grouping}
        bits = [f"GROUPING({name}) * {_BIT[name]}" if name in used else str(_BIT[name]) for name in DIMENSIONS]
        named = [name if name in used else f"CAST(NULL AS INTEGER) AS {name}" for name in DIMENSIONS]
        return f"{' + '.join(bits)} AS g, {', '.join(named)}{self.week}"

    def sets(self, *more: str) -> str:
        """The groupings as grouping sets, each with `more` keys and the week."""
        week = ("week_start",) if self.period == "week" else ()
        return ", ".join(f"({', '.join((*more, *week, *grouping))})" for grouping in self.groupings)


def grouping_id(grouping: Grouping) -> int:
    """The number of a grouping.

    Example:
        >>> grouping_id(()), grouping_id(("team_id", "channel"))
        (15, 5)
    """
    return sum(bit for name, bit in _BIT.items() if name not in grouping)


def short_ids(tables: Iterable[str]) -> str:
    """The head of a query in which every id of these tables is a hash of 64 bits; null stays null.

    Windows and joins over numbers take half the time of those over pseudonyms of 26 letters, and half the memory. Two
    of ten million ids fall together once in 400,000 data sets.
    """
    return "WITH " + ",\n".join(_short(name) for name in sorted(tables))


def _short(name: str) -> str:
    ids = (column for column in TABLES[name].names("key", "pseudonym"))
    hashed = ", ".join(f"CASE WHEN {column} IS NOT NULL THEN hash({column}) END AS {column}" for column in ids)
    return f"{name} AS NOT MATERIALIZED (SELECT * REPLACE ({hashed}) FROM {name})"


def counted(rows: Rows, columns: Mapping[str, str], dimensions: Sequence[str]) -> str:
    """The rows with numbers for the ids, these dimensions, the week, and an expression for each named column."""
    keys = ", ".join(("cluster_id AS cluster, agent_id AS agent, customer_id AS customer", *dimensions, "week_start"))
    named = "".join(f", {sql} AS {name}" for name, sql in columns.items())
    return f"{short_ids(rows.tables)}\nSELECT {keys}{named}\nFROM ({rows.sql}) AS rows"


def cells(scan: Scan) -> str:
    """The cells that there are."""
    return f"SELECT {scan.keys} FROM counted GROUP BY GROUPING SETS ({scan.sets()})"


def sums(scan: Scan, rows: Rows, expressions: int, pairs: Sequence[tuple[int, int]]) -> str:
    """Per cell: e{i}, the sum of column e{i}; p{i}_{j}, of products over clusters; c{j}, clusters with column j above
    0.

    Where a cluster lies in one cell of every grouping, the sums are rolled up from the finest cells; else clusters are
    put together anew for each grouping.
    """
    summed = ", ".join(f"SUM(e{i}) AS e{i}" for i in range(expressions))
    aggregates = {
        **{f"e{i}": f"e{i}" for i in range(expressions)},
        **{f"p{i}_{j}": f"e{i} * e{j}" for i, j in pairs},
        **{f"c{i}": f"CASE WHEN e{i} > 0 THEN 1 ELSE 0 END" for i in sorted({j for _, j in pairs})},
    }
    first = ", ".join(f"SUM(CAST({sql} AS DOUBLE)) AS {name}" for name, sql in aggregates.items())
    week = scan.week
    if rows.clusters == "interaction":
        again = ", ".join(f"SUM({name}) AS {name}" for name in aggregates)
        return f"""
WITH clusters AS (SELECT {_DIMS}{week}, {summed} FROM counted GROUP BY cluster, {_DIMS}{week}),
fine AS (SELECT {_DIMS}{week}, {first} FROM clusters GROUP BY {_DIMS}{week})
SELECT {scan.keys}, {again} FROM fine GROUP BY GROUPING SETS ({scan.sets()})"""
    return f"""
WITH clusters AS (
  SELECT {scan.keys}, {summed} FROM counted GROUP BY GROUPING SETS ({scan.sets("cluster")}))
SELECT g, {_DIMS}{week}, {first} FROM clusters GROUP BY g, {_DIMS}{week}"""
