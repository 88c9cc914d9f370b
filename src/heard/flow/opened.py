"""The Python API: a handle on a workspace that reads released figures and, with a note in the audit log, words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from heard import gate
from heard.flow import browsing, figuring

WEEK = "week"


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace as an analyst reads it."""

    folder: Path

    @classmethod
    def at(cls, folder: str | Path) -> "Opened":
        """Open and close once, so that a wrong folder fails here and not later."""
        gate.open(folder).close()
        return cls(Path(folder))

    def measure(self, name: str | None = None, *, by: Sequence[str] = ()) -> pa.Table:
        """Released figures as an Arrow table (`.to_pandas()` for a frame).

        Args:
            name: Name of a measure; all when None.
            by: team, channel, queue, issue, a listed pair of them, and `week`.

        Raises:
            BadInput: No such measure or breakdown, or nothing was released.
            NotReleased: A breakdown by person.
        """
        return figuring.figures(self.folder, measure=name, by=by, period="week" if WEEK in by else "all")

    def moments(
        self, *, state: str | None = None, cause: str | None = None, week: date | None = None, limit: int = 20
    ) -> list[dict[str, Any]]:
        """The ledger with its words, newest first; the look is noted."""
        return browsing.moments(self.folder, state=state, cause=cause, week=week, limit=limit)

    def explain(self, identifier: str) -> dict[str, Any]:
        """A measure, a moment or an interaction down to what it is made of."""
        return browsing.explain(self.folder, identifier)
