"""People of the app, for the rooms above."""

from typing import Any

from heard.flow.serving.house import House
from heard.gate.accounts import people
from heard.gate.accounts.invitations import first_owner

__all__ = ["agents_without_account", "first_owner"]

_AGENTS = """
SELECT t.speaker_id AS agent_id, max(a.team_id) AS team_id, count(DISTINCT t.interaction_id) AS conversations
FROM turn AS t LEFT JOIN agent AS a ON a.agent_id = t.speaker_id
WHERE t.speaker_role = 'agent' AND t.speaker_id IS NOT NULL AND NOT coalesce(a.is_bot, false)
GROUP BY t.speaker_id ORDER BY team_id NULLS LAST, agent_id
"""


def agents_without_account(house: House) -> list[dict[str, Any]]:
    """Agents of the data under their pseudonyms, for whom no account exists yet; the owner knows who is who."""
    taken = {one.agent_id for one in people.everyone(house.workspace) if one.is_active}
    rows = house.remembered("agents", lambda view: view.sql(_AGENTS).to_pylist())
    return [row for row in rows if row["agent_id"] not in taken]
