"""What a workspace holds, in counts: the figures of a record of processing. No words, no persons."""

from dataclasses import dataclass

import sqlalchemy as sa

from heard.gate import imports
from heard.gate.workspace import Workspace
from heard.store.state import suppression
from heard.terms.tables import TABLES

_PEOPLE = """
SELECT count(DISTINCT customer_id) AS customers, count(DISTINCT first_agent_id) AS agents,
       min(local_day) AS first_day, max(local_day) AS last_day FROM stored.interaction
"""
_LANGUAGES = """
SELECT coalesce(language, 'unknown') AS name, count(*) AS n FROM stored.interaction GROUP BY name ORDER BY n DESC, name
"""
_CHANNELS = """
SELECT coalesce(channel, 'unknown') AS name, count(*) AS n FROM stored.interaction GROUP BY name ORDER BY n DESC, name
"""
_SPECIAL = """
SELECT kind AS name, count(*) AS n FROM (SELECT unnest(special_categories) AS kind FROM stored.turn)
GROUP BY kind ORDER BY n DESC, kind
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Counts over the whole workspace at its newest manifest.

    Attributes:
        rows: Table → rows.
        customer_count: Distinct customers who asked something.
        agent_count: Distinct first agents.
        first_day: Earliest day of a conversation, days since 1970; None when none is dated.
        last_day: Latest one.
        languages: Language → conversations.
        channels: Channel → conversations.
        special: Kind of special-category words → turns that hold some.
        sources: Names of the sources that were read and not undone.
        suppressed_count: Customers who objected or were erased and stay out.
    """

    manifest: int
    rows: dict[str, int]
    customer_count: int
    agent_count: int
    first_day: int | None
    last_day: int | None
    languages: dict[str, int]
    channels: dict[str, int]
    special: dict[str, int]
    sources: tuple[str, ...]
    suppressed_count: int


def held(workspace: Workspace) -> Holdings:
    """Count what is held; groups smaller than k are summed as "fewer than k each", so that nobody stands alone."""
    k = workspace.policy.k
    with workspace.store.snapshot() as snapshot:
        rows = {name: _number(snapshot.sql(f"SELECT count(*) AS n FROM stored.{name}")) for name in TABLES}
        people = snapshot.sql(_PEOPLE).to_pylist()[0]
        grouped = [_pooled(snapshot.sql(q).to_pylist(), k) for q in (_LANGUAGES, _CHANNELS, _SPECIAL)]
        manifest = snapshot.manifest
    with workspace.store.state() as connection:
        sources = tuple(sorted({row.source for row in imports.listed(connection) if not row.is_undone}))
        gone = int(connection.execute(sa.select(sa.func.count()).select_from(suppression)).scalar_one())
    return Holdings(
        manifest=manifest, rows=rows, customer_count=people["customers"], agent_count=people["agents"],
        first_day=people["first_day"], last_day=people["last_day"], languages=grouped[0], channels=grouped[1],
        special=grouped[2], sources=sources, suppressed_count=gone,
    )  # fmt: skip


def _number(table: object) -> int:
    return int(table["n"][0].as_py())  # type: ignore[index]


def _pooled(rows: list[dict[str, object]], k: int) -> dict[str, int]:
    counts = {str(row["name"]): int(str(row["n"])) for row in rows}
    few = sum(n for n in counts.values() if n < k)
    kept = {name: n for name, n in counts.items() if n >= k}
    return kept | ({f"fewer than {k} each": few} if few else {})
