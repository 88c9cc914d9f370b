"""Released cells, found by measure, breakdown and group without reading them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from heard.terms.arrow import pc

DIMENSIONS = ("channel", "queue", "team_id", "issue")
Row = Mapping[str, Any]
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Cells:
    """Every released cell of one manifest.

    Attributes:
        frame: Columns of `terms.tables.RELEASED`, sorted as `gate.released` gives them.
        read_at: Manifest of the workspace when they were read.
        places: (measure, grouping, period) → first row and number of rows.
    """

    frame: pa.Table
    read_at: int
    places: Mapping[Key, tuple[int, int]]
    _held: dict[Key, list[Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pa.Table, *, read_at: int) -> "Cells":
        """Index a frame."""
        if not frame.num_rows:
            return cls(frame, read_at, {})
        names = ("measure", "grouping", "period")
        coded = [np.asarray(pc.dictionary_encode(frame[n]).combine_chunks().indices) for n in names]
        changes = np.flatnonzero(np.any([np.diff(one) != 0 for one in coded], axis=0)) + 1
        starts = np.concatenate([[0], changes])
        ends = np.concatenate([changes, [frame.num_rows]])
        keys = [frame[n].take(pa.array(starts)).to_pylist() for n in names]
        held = zip(*keys, strict=True)
        places = {key: (int(a), int(b - a)) for key, a, b in zip(held, starts, ends, strict=True)}
        return cls(frame, read_at, places)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was released yet."""
        return not self.places

    @property
    def manifest(self) -> int | None:
        """Manifest that the figures were computed from; None before the first release."""
        return None if self.is_empty else int(self.frame["manifest"][0].as_py())

    @property
    def released_at(self) -> datetime | None:
        """When they were released; None before the first release."""
        return None if self.is_empty else self.frame["imported_at"][0].as_py()

    def rows(self, measure: str, grouping: str, period: str) -> list[Row]:
        """Cells of one measure, breakdown and period; empty when there are none."""
        key = (measure, grouping, period)
        if key not in self._held:
            start, count = self.places.get(key, (0, 0))
            self._held[key] = list(self.frame.slice(start, count).to_pylist())
        return self._held[key]

    def group(self, measure: str, grouping: str, values: Mapping[str, str | None]) -> list[Row]:
        """All weeks and the whole span of one group."""
        return [
            row
            for period in ("all", "week")
            for row in self.rows(measure, grouping, period)
            if all(row[name] == value for name, value in values.items())
        ]

    def weeks(self) -> list[int]:
        """Weeks that have conversations, oldest first, as days since 1970."""
        return sorted(row["week_start"] for row in self.rows("interaction_count", "", "week") if row["week_start"])

    def values(self, dimension: str) -> list[str]:
        """Groups of a dimension that have released cells, sorted; the unknown group is left out."""
        return sorted({row[dimension] for row in self.rows("interaction_count", dimension, "all") if row[dimension]})
