"""What a measure is: a definition as data, with the restricted SQL that counts it (CONTRACTS 4)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from heard.terms.words import Better, Cause, CauseSide, Unit

Grain = Literal["interaction", "moment", "answer", "invitation", "customer", "outcome"]
Clusters = Literal["interaction", "customer"]
Statistic = Literal["share", "mean", "count", "quantile", "difference"]

DIMENSIONS: tuple[str, ...] = ("channel", "queue", "team_id", "issue")
"""Columns by which a figure may be broken down; every Rows query carries them."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A query that many measures share: one row per cluster and week (or finer), with whole-number columns to add up.

    Attributes:
        name: Name of the query.
        grain: What one unit of the denominator is.
        clusters: What varies together, so that intervals are not too narrow. `interaction` promises that all rows of a
            cluster have the same dimensions; `customer` promises nothing.
        tables: Canonical tables that it reads.
        sql: Restricted DuckDB SQL. Gives cluster_id, customer_id, agent_id, the DIMENSIONS, week_start, and columns.
    """

    name: str
    grain: Grain
    clusters: Clusters
    tables: frozenset[str]
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One line of a measure that is broken down by cause: `value` counts its part of the same denominator."""

    value: str
    cause: Cause | None = None
    cause_side: CauseSide | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The definition of one quantity.

    Attributes:
        name: Its name in tables and commands.
        title: What a manager calls it.
        rows: The query it is counted from.
        value: Expression over the columns of `rows`, summed for the numerator; for a quantile the value itself, null
            where there is none.
        n: Expression over the same columns, summed for the denominator.
        statistic: share = sum of value / sum of n with value within n; mean = the same on a scale; count = sum of
            value; quantile = `quantile` of value; difference = share less the share of `value_less` / `n_less`.
        unit: Unit of the figure.
        better: Which way is better.
        n_unit: What n counts, in the plural.
        definition: One sentence that a manager can read.
        leaves_out: One sentence on what is not counted.
        variant: Which of the possible formulas this is; printed wherever the figure is.
        formula: The same as a formula.
        vendors: How it differs from what help desks and suites call by a similar name.
        citation: Where the definition comes from.
        quantile: Which quantile, between 0 and 1.
        value_less: Numerator of the share that is subtracted.
        n_less: Its denominator.
        scale: Lowest and highest possible value of a mean.
        splits: Lines by cause; then `value` is not used.
        settles_after_days: Days after the end of a week before the figure of that week is final.
    """

    name: str
    title: str
    rows: Rows
    value: str
    n: str
    statistic: Statistic
    unit: Unit
    better: Better
    n_unit: str
    definition: str
    leaves_out: str
    variant: str
    formula: str
    vendors: str
    citation: str
    quantile: float | None = None
    value_less: str | None = None
    n_less: str | None = None
    scale: tuple[float, float] | None = None
    splits: tuple[Split, ...] = ()
    settles_after_days: int = 0

    @property
    def grain(self) -> Grain:
        """What one unit of the denominator is."""
        return self.rows.grain

    @property
    def tables(self) -> frozenset[str]:
        """Canonical tables that it reads."""
        return self.rows.tables

    @cached_property
    def needs(self) -> frozenset[str]:
        """Columns that it reads, as `table.column`."""
        from heard.measures.dialect import (
            columns_of,
        )  # here and not above: parsing takes a moment, most callers skip it

        return columns_of(self.sql, self.tables)

    @property
    def sql(self) -> str:
        """The whole query: one row per cluster and week with `value` and `n` (and their like for the other lines)."""
        columns = ", ".join(f"{expression} AS {alias}" for alias, expression in self.expressions().items())
        keys = ", ".join(("cluster_id", "customer_id", "agent_id", *DIMENSIONS, "week_start"))
        return f"SELECT {keys}, {columns}\nFROM (\n{self.rows.sql.strip()}\n) AS counted"

    def expressions(self) -> dict[str, str]:
        """Alias to expression of what the query gives beside its keys."""
        if self.splits:
            lines = {f"value_{s.cause or s.cause_side}": s.value for s in self.splits}
            return {**lines, "n": self.n}
        first = {"value": self.value, "n": self.n}
        if self.value_less is None or self.n_less is None:
            return first
        return {**first, "value_less": self.value_less, "n_less": self.n_less}
