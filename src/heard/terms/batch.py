"""What a source hands to the gate: a table's rows with foreign ids, before redaction and pseudonyms."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

RAW_ONLY: dict[str, tuple[tuple[str, pa.DataType], ...]] = {
    "turn": (("speaker_name", pa.string()), ("known_names", pa.list_(pa.string()))),
    "interaction": (("known_names", pa.list_(pa.string())),),
    "survey_answer": (("known_names", pa.list_(pa.string())),),
}
"""Columns that a source may add for the gate's eyes only. `known_names` are personal strings from structured fields:
names, e-mail addresses, phones, handles. The gate takes them out of that interaction's words and drops the column."""


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open span of time [since, until), both aware and in UTC; None is open on that side."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant lies inside; an undated record always does."""
        if at is None:
            return True
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one canonical table as a source read them.

    Attributes:
        table: Name of a canonical table.
        rows: A subset of its columns (ids are still foreign, instants are aware), plus columns of RAW_ONLY.
        left_out: Why records of the foreign file are not in `rows`, with counts: {"stage direction": 24764}.
    """

    table: str
    rows: pa.Table
    left_out: tuple[tuple[str, int], ...] = ()
