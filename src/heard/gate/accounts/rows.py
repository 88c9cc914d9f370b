"""Row rules: which conversations a person may read. They hold for every query, whatever page asks (PRODUCT)."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from heard.gate import reading
from heard.gate.accounts.people import Person
from heard.gate.reading import View
from heard.terms.tables import TABLES

_OWN = "own_conversation"
_OF_AGENT = "SELECT DISTINCT interaction_id FROM turn WHERE speaker_id = ? AND speaker_role = 'agent'"
_OF_TEAM = "SELECT interaction_id FROM interaction WHERE team_id = ?"
_CLOSED = frozenset({"customer", "agent", "consent", "survey_invitation", "released"})
"""Tables that say more of others than of one's own conversations; they are empty for whoever is narrowed."""


class Narrowed:
    """A view that shows a person's own conversations only; made by `narrowed`."""

    def __init__(self, view: View, own: pa.Table) -> None:
        self.manifest = view.manifest
        self.workspace = view.workspace
        self.timezone = view.timezone
        self.as_of_epoch_s = view.as_of_epoch_s
        self.excluded_count = view.excluded_count
        self._view, self._own = view, own

    def sql(self, query: str, params: Sequence[Any] = (), *, tables: dict[str, pa.Table] | None = None) -> pa.Table:
        """Answer of one SELECT over the tables of `terms.tables`, of which only own conversations are there.

        Raises:
            BadInput: The query is not one SELECT, or names something else than those tables.
        """
        handed = dict(tables or {})
        reading.check_query(query, set(handed))
        text = query.strip()
        first, rest = ("WITH " + _NARROW + ", ", text[4:]) if text[:4].upper() == "WITH" else ("WITH " + _NARROW, text)
        return self._view.narrowed_sql(f"{first} {rest}", params, tables=handed | {_OWN: self._own})


def _rule(name: str) -> str:
    if name in _CLOSED:
        return f'"{name}" AS (SELECT * FROM main."{name}" WHERE false)'
    if "interaction_id" not in TABLES[name].names():
        return f'"{name}" AS (SELECT * FROM main."{name}" WHERE false)'
    return f'"{name}" AS (SELECT * FROM main."{name}" WHERE interaction_id IN (SELECT interaction_id FROM {_OWN}))'


_NARROW = ", ".join(_rule(name) for name in TABLES)

Readable = View | Narrowed


def narrowed(view: View, someone: Person) -> Readable:
    """What of a view a person may read: an agent their own conversations, a lead or coach of one team that team's.

    Args:
        view: A view for a purpose.
        someone: Who asks.
    """
    if someone.role == "agent":
        return Narrowed(view, view.sql(_OF_AGENT, (someone.agent_id or "",)))
    if someone.team_id is not None:
        return Narrowed(view, view.sql(_OF_TEAM, (someone.team_id,)))
    return view
