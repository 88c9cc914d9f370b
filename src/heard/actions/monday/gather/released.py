"""Looking up released cells, and turning one into a figure of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from heard.actions.monday.inputs import Change, Figure
from heard.measures.base import Measure
from heard.measures.change import change
from heard.measures.registry import REGISTRY
from heard.terms.arrow import pc

HIDDEN = "hidden: too few customers"
NOT_THERE = "nothing to count"
WEEKS_BEFORE = 12
COMPARED = 5
"""Figures of the page that may be called changed; all together raise a false alarm in at most one week of twenty."""


@dataclass(frozen=True, slots=True)
class Released:
    """Released cells of the whole business, for look-ups by measure and week."""

    rows: Mapping[tuple[str, int | None, str | None, str | None], Mapping[str, Any]]

    @classmethod
    def of(cls, cells: pa.Table) -> "Released":
        """Index the cells that are not broken down; the whole span has week None."""
        whole = cells.filter(pc.equal(cells["grouping"], "")).to_pylist()
        return cls({(row["measure"], row["week_start"], row["cause_side"], row["cause"]): row for row in whole})

    def cell(
        self, measure: str, week: int | None, *, side: str | None = None, cause: str | None = None
    ) -> Mapping[str, Any] | None:
        """One cell; None when it was never made."""
        return self.rows.get((measure, week, side, cause))

    def count(self, measure: str, week: int | None) -> int | None:
        """Value of a count; 0 when there is no such cell, None when it is hidden."""
        row = self.cell(measure, week)
        if row is None:
            return 0
        return None if row["value"] is None else int(row["value"])

    def weeks(self) -> list[int]:
        """Weeks that have conversations, oldest first."""
        return sorted(
            week for (measure, week, _, _) in self.rows if measure == "interaction_count" and week is not None
        )

    def figure(
        self, name: str, week: int | None, *, title: str | None = None, side: str | None = None, n_of: int | None = None
    ) -> Figure:
        """A figure of the page, with its definition, formula and SQL, and its change where it has weeks before."""
        measure = REGISTRY[name]
        row = self.cell(name, week, side=side)
        value = row["value"] if row else None
        return Figure(
            name=name,
            title=title or measure.title,
            value=value,
            ci_lower=row["ci_lower"] if row else None,
            ci_upper=row["ci_upper"] if row else None,
            n=row["n"] if row else None,
            n_of=n_of,
            n_unit=measure.n_unit,
            unit=measure.unit,
            scale=measure.scale,
            ci_level=(row["ci_level"] if row else None) or 0.95,
            change=self._change(measure, week, side) if value is not None and week is not None else None,
            undefined_because=None if value is not None else _reason(row),
            definition=measure.definition,
            formula=measure.formula,
            variant=_variant(measure, week),
            sources=tuple(sorted(measure.tables)),
            sql=measure.sql,
            citation=measure.citation,
            grade="C" if measure.statistic == "difference" else None,
        )

    def _change(self, measure: Measure, week: int, side: str | None) -> Change | None:
        """Against the twelve weeks before; null when too few of them have a figure."""
        rows = [row for (name, at, own, _), row in self.rows.items() if name == measure.name and own == side and at]
        told = change(pa.Table.from_pylist(rows), week_start=week, weeks=WEEKS_BEFORE, comparisons=COMPARED)
        if told.difference is None or told.ci_lower is None or told.ci_upper is None:
            return None
        before = f"the {told.weeks_before} weeks before"
        return Change(difference=told.difference, ci_lower=told.ci_lower, ci_upper=told.ci_upper, compared_with=before)


def _variant(measure: Measure, week: int | None) -> str:
    return measure.variant if week is not None else f"{measure.variant}; over the whole span of the data"


def _reason(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return NOT_THERE
    return str(row["undefined_because"] or HIDDEN)
