"""Queries that add up the rows of measures over many groupings in one scan.

These are DuckDB's own, not the restricted SQL: they add up what the restricted SQL counted. All sums are of whole numbers in
doubles, exact below 2^53, so the order in which threads add does not show (T8).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from heard.measures.base import DIMENSIONS, Measure, Rows
from heard.measures.lattice import Grouping, Period


@dataclass(frozen=True, slots=True)
class Scan:
    """What one query covers: rows, groupings, a period, and weeks when only some are wanted."""

    rows: Rows
    groupings: tuple[Grouping, ...]
    period: Period
    weeks: tuple[int, ...] | None = None

    @property
    def week(self) -> str:
        """The week as a further key, or nothing."""
        return ", week_start" if self.period == "week" else ""

    @property
    def where(self) -> str:
        """Undated rows belong to no week; they count in the whole span."""
        if self.period == "all":
            return "TRUE"
        if self.weeks is None:
            return "week_start IS NOT NULL"
        return f"week_start IN ({', '.join(str(int(week)) for week in self.weeks)})" if self.weeks else "FALSE"

    def sets(self, *more: str) -> str:
        """The groupings as grouping sets, each with `more` keys and the week."""
        week = ("week_start",) if self.period == "week" else ()
        return ", ".join(f"({', '.join((*more, *week, *grouping))})" for grouping in self.groupings)

    @property
    def keys(self) -> str:
        """The keys of a cell: number of its grouping, dimensions (null where not grouped by), week."""
        used = {name for grouping in self.groupings for name in grouping}
        bits = [f"GROUPING({name}) * {_BIT[name]}" if name in used else str(_BIT[name]) for name in DIMENSIONS]
        named = [name if name in used else f"CAST(NULL AS VARCHAR) AS {name}" for name in DIMENSIONS]
        return f"{' + '.join(bits)} AS g, {', '.join(named)}{self.week}"


_DIMS = ", ".join(DIMENSIONS)
_BIT = {name: 1 << place for place, name in enumerate(reversed(DIMENSIONS))}
"""The bit of a dimension in the number of a grouping; it is set where the dimension is not grouped by."""


def grouping_id(grouping: Grouping) -> int:
    """The number by which DuckDB names a grouping.

    Example:
        >>> grouping_id(()), grouping_id(("team_id", "channel"))
        (15, 5)
    """
    return sum(bit for name, bit in _BIT.items() if name not in grouping)


def sums(scan: Scan, expressions: Sequence[str], pairs: Sequence[tuple[int, int]]) -> str:
    """Per cell: e{i}, the sum of expression i; p{i}_{j}, of products over clusters; c{i}, clusters with expression i above 0.

    Where a cluster lies in one cell of every grouping, the sums are rolled up from the finest cells; else clusters are put
    together anew for each grouping.
    """
    summed = ", ".join(f"SUM(CAST({sql} AS DOUBLE)) AS e{i}" for i, sql in enumerate(expressions))
    aggregates = {
        **{f"e{i}": f"e{i}" for i in range(len(expressions))},
        **{f"p{i}_{j}": f"e{i} * e{j}" for i, j in pairs},
        **{f"c{i}": f"CASE WHEN e{i} > 0 THEN 1 ELSE 0 END" for i in sorted({j for _, j in pairs})},
    }
    first = ", ".join(f"SUM(CAST({sql} AS DOUBLE)) AS {name}" for name, sql in aggregates.items())
    if scan.rows.clusters == "interaction":
        again = ", ".join(f"SUM({name}) AS {name}" for name in aggregates)
        return f"""WITH counted AS ({scan.rows.sql}),
clusters AS (SELECT {_DIMS}{scan.week}, {summed} FROM counted WHERE {scan.where} GROUP BY cluster_id, {_DIMS}{scan.week}),
fine AS (SELECT {_DIMS}{scan.week}, {first} FROM clusters GROUP BY {_DIMS}{scan.week})
SELECT {scan.keys}, {again} FROM fine GROUP BY GROUPING SETS ({scan.sets()})"""
    return f"""WITH counted AS ({scan.rows.sql}),
clusters AS (
  SELECT {scan.keys}, {summed} FROM counted WHERE {scan.where} GROUP BY GROUPING SETS ({scan.sets("cluster_id")}))
SELECT g, {_DIMS}{scan.week}, {first} FROM clusters GROUP BY g, {_DIMS}{scan.week}"""


def people(scan: Scan, populations: Sequence[str]) -> str:
    """Per cell and population: customers{i} and agents{i}, distinct ones. Hashes of 64 bits stand for the ids, for speed."""
    counts = ", ".join(
        f"COUNT(DISTINCT hash(customer_id)) FILTER (WHERE customer_id IS NOT NULL AND ({sql})) AS customers{i}, "
        f"COUNT(DISTINCT hash(agent_id)) FILTER (WHERE agent_id IS NOT NULL AND ({sql})) AS agents{i}"
        for i, sql in enumerate(populations)
    )
    return f"""WITH counted AS ({scan.rows.sql})
SELECT {scan.keys}, {counts} FROM counted WHERE {scan.where} GROUP BY GROUPING SETS ({scan.sets()})"""


def values(scan: Scan, measure: Measure) -> str:
    """The values of a quantile, one a row, with their cluster and cell, from low to high."""
    return f"""WITH counted AS ({scan.rows.sql})
SELECT hash(cluster_id) AS cluster, {_DIMS}{scan.week}, CAST({measure.value} AS DOUBLE) AS value
FROM counted WHERE {scan.where} AND ({measure.value}) IS NOT NULL ORDER BY value"""
