"""Interactions from their turns: when they opened and closed, who began, who answered first, in which language."""

import duckdb
import pyarrow as pa

from heard.gate import clocks
from heard.gate.arrays import Array, column, flat, pc, with_columns
from heard.gate.intake import Origin, stamped

_SUMMARY = """
SELECT interaction_id, min(sent_at) AS opened_at, max(sent_at) AS closed_at,
       arg_min(speaker_role, (coalesce(sent_epoch_s, 0), position)) FILTER (speaker_role <> 'system') AS started_by,
       arg_min(speaker_id, (coalesce(sent_epoch_s, 0), position))
           FILTER (speaker_role = 'agent' AND is_public) AS first_agent_id,
       arg_min(speaker_id, (coalesce(sent_epoch_s, 0), position)) FILTER (speaker_role = 'customer') AS customer_id,
       mode(language) AS language
FROM turns GROUP BY interaction_id ORDER BY interaction_id
"""
_FILLED = ("opened_at", "closed_at", "started_by", "first_agent_id", "customer_id", "language")


def summed(turns: pa.Table) -> pa.Table:
    """One row an interaction: columns of _FILLED, each null when no turn tells."""
    with duckdb.connect() as connection:
        connection.execute("SET threads TO 1; SET TimeZone = 'UTC'")
        names = [
            "interaction_id",
            "sent_at",
            "sent_epoch_s",
            "speaker_role",
            "speaker_id",
            "position",
            "is_public",
            "language",
        ]
        connection.register("turns", turns.select(names))
        found: pa.Table = connection.sql(_SUMMARY).to_arrow_table()
    return found


def completed(given: pa.Table | None, turns: pa.Table, timezone: str, origin: Origin) -> pa.Table:
    """Interaction rows: the source's own with gaps filled from the turns, and new ones where it gave none."""
    told = summed(turns)
    if given is None:
        return _dated(told, timezone, origin)
    joined = given.join(told, "interaction_id", join_type="left outer", right_suffix="_told")
    filled = {name: _coalesced(joined, name) for name in _FILLED}
    whole = with_columns(joined, filled)
    fresh = told.join(given.select(["interaction_id"]), "interaction_id", join_type="left anti")
    parts = [_dated(whole, timezone, origin)]
    return pa.concat_tables([*parts, _dated(fresh, timezone, origin)]) if fresh.num_rows else parts[0]


def continued(stored: pa.Table, fresh: pa.Table, timezone: str, origin: Origin) -> pa.Table:
    """Stored interactions to which an export adds turns: opened at the earlier, closed at the later instant."""
    joined = stored.join(fresh.select(["interaction_id", *_FILLED]), "interaction_id", right_suffix="_told")
    filled = {name: _coalesced(joined, name) for name in _FILLED}
    for name, pick in (("opened_at", pc.min_element_wise), ("closed_at", pc.max_element_wise)):
        both = [
            pc.cast(column(joined, one, joined.schema.field(one).type), pa.int64()) for one in (name, f"{name}_told")
        ]
        filled[name] = pc.cast(flat(pick(*both)), pa.timestamp("us", tz="UTC"))
    made = _dated(with_columns(joined, filled), timezone, origin)
    return with_columns(made, {"source": flat(joined["source"])}).select(made.column_names).cast(made.schema)


def _coalesced(rows: pa.Table, name: str) -> Array:
    kind = rows.schema.field(name).type
    told: Array = pc.coalesce(column(rows, name, kind), column(rows, f"{name}_told", kind))
    return told


def _dated(rows: pa.Table, timezone: str, origin: Origin) -> pa.Table:
    instant = pa.timestamp("us", tz="UTC")
    seconds = {name: clocks.epoch_s(column(rows, f"{name}_at", instant)) for name in ("opened", "closed", "solved")}
    made = {f"{name}_epoch_s": values for name, values in seconds.items()}
    return stamped("interaction", with_columns(rows, made | clocks.calendar(seconds["opened"], timezone)), origin)
