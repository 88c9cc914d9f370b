"""A measure's rows as contacts with the columns that experiments assign and group by."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute

from heard import gate, measures
from heard.errors import BadInput, NotSupported
from heard.inference.experiments.contacts import Contacts
from heard.measures.base import Measure
from heard.terms.days import EPOCH, date_of

pc: Any = pyarrow.compute
NEW_WITHIN_DAYS = 180
"""An agent is new for half a year."""
THIN_BELOW = 0.10
"""A channel is thin with less than a tenth of all contacts."""

_ROWS = """
WITH counted AS ({sql}),
hard AS (
  SELECT interaction_id, MAX(intensity) AS intensity, COUNT(*) AS moments FROM moment GROUP BY interaction_id
)
SELECT c.cluster_id, c.customer_id AS customer, c.agent_id AS agent, c.channel, c.queue, c.team_id AS team, c.issue,
  c.week_start, CAST(c.value AS DOUBLE) AS value, CAST(c.n AS DOUBLE) AS n, i.local_day, i.opened_at,
  CASE WHEN COALESCE(h.intensity, 0) >= 3 OR COALESCE(h.moments, 0) >= 2 OR COALESCE(i.was_escalated, FALSE)
    THEN 'complex' ELSE 'simple' END AS complexity,
  a.joined_on
FROM counted AS c
LEFT JOIN interaction AS i ON i.interaction_id = c.cluster_id
LEFT JOIN hard AS h ON h.interaction_id = c.cluster_id
LEFT JOIN agent AS a ON a.agent_id = c.agent_id
WHERE c.n > 0 AND c.week_start IS NOT NULL
ORDER BY c.cluster_id, c.week_start, c.value
"""


def metric_of(name: str) -> Measure:
    """A measure that can be compared between arms.

    Raises:
        BadInput: No such measure.
        NotSupported: It is no share or mean.
    """
    found = measures.REGISTRY.get(name)
    usable = [m.name for m in measures.REGISTRY.values() if m.statistic in ("share", "mean") and not m.splits]
    if found is None:
        raise BadInput("metric", got=name, expected=", ".join(usable))
    if name not in usable:
        raise NotSupported(
            f"metric {name}", got=f"a {found.statistic}", expected="a share or a mean",
            todo="Take a share, such as acknowledged_within_hour_share in place of a median.",
        )  # fmt: skip
    return found


def contacts_in(
    view: gate.View, name: str, *, until: date | None = None, exposure: pa.Table | None = None,
    starts_on: date | None = None,
) -> Contacts:  # fmt: skip
    """Contacts of a measure, those without a week left out.

    Args:
        view: What may be read.
        name: Name of a measure.
        until: Last day; all when None.
        exposure: Columns contact, shown, used; contacts without a row count as not shown.
        starts_on: Day from which an agent's tenure is counted; `until` when None.
    """
    measure = metric_of(name)
    table = view.sql(_ROWS.format(sql=measure.sql))
    is_weekly = measure.rows.clusters == "customer"
    day = _ints(table, "week_start" if is_weekly else "local_day", fallback="week_start")
    shown, used = _exposed(table, exposure) if exposure is not None and not is_weekly else (np.empty(0), np.empty(0))
    found = Contacts(
        day=day,
        value=_reals(table, "value"),
        n=_reals(table, "n"),
        columns=_columns(table, starts_on or until, day),
        half=np.empty(0, np.int64) if is_weekly else _halves(table, view.timezone),
        shown=shown,
        used=used,
        is_weekly=is_weekly,
    )
    return found if until is None else found.between(EPOCH, until)


def _ints(table: pa.Table, name: str, *, fallback: str) -> np.ndarray:
    return np.asarray(pc.coalesce(table[name], table[fallback]).to_numpy(), dtype=np.int64)


def _reals(table: pa.Table, name: str) -> np.ndarray:
    return np.asarray(table[name].to_numpy(), dtype=np.float64)


def _columns(table: pa.Table, on: date | None, day: np.ndarray) -> dict[str, Any]:
    names = ("agent", "team", "queue", "customer", "channel", "issue", "complexity")
    made = {name: np.array(table[name].to_pylist(), dtype=object) for name in names}
    last = on or (date_of(day.max()) if len(day) else EPOCH)
    made["tenure"] = np.array([_tenure(joined, last) for joined in table["joined_on"].to_pylist()], dtype=object)
    made["volume"] = np.array(_volumes(made["channel"].tolist()), dtype=object)
    return made


def _tenure(joined: date | None, on: date) -> str | None:
    if joined is None:
        return None
    return "new" if (on - joined).days < NEW_WITHIN_DAYS else "settled"


def _volumes(channels: Sequence[str | None]) -> list[str | None]:
    counts: dict[str | None, int] = {}
    for channel in channels:
        counts[channel] = counts.get(channel, 0) + 1
    least = THIN_BELOW * max(len(channels), 1)
    return [None if c is None else "thin channel" if counts[c] < least else "main channel" for c in channels]


def _halves(table: pa.Table, timezone: str) -> np.ndarray:
    zone = ZoneInfo(timezone)
    opened = table["opened_at"].to_pylist()
    return np.array([int(at is not None and at.astimezone(zone).hour >= 13) for at in opened], dtype=np.int64)


def _exposed(table: pa.Table, exposure: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    rows = {row["contact"]: row for row in exposure.to_pylist()}
    ids = table["cluster_id"].to_pylist()
    return tuple(  # type: ignore[return-value]
        np.array([float(rows[i][name]) if i in rows else 0.0 for i in ids]) for name in ("shown", "used")
    )
