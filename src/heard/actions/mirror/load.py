"""Emotional load: how much feeling and abuse customers bring, a working day; and how evenly a team carries it.

It is about customers' words, never about what a member of staff feels (T7).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heard.gate.accounts import Readable
from heard.terms.labels import CUE_NAMES

ABUSE_WEIGHT = 3
"""An abusive conversation weighs as much as one strong moment."""
LEAST_FOR_GINI = 4
"""In a team of three, who knows their own load, the mean and the Gini coefficient could work out the other two."""
_LOADS = f"""
SELECT f.agent_id, count(DISTINCT f.local_day) AS days,
       sum(coalesce(m.load, 0)) + {ABUSE_WEIGHT} * sum((f.cue_mask >> {CUE_NAMES.index("abusive")}) & 1) AS load
FROM interaction_fact AS f
LEFT JOIN (SELECT interaction_id, sum(intensity) AS load FROM moment GROUP BY interaction_id) AS m
  ON m.interaction_id = f.interaction_id
WHERE f.agent_id IS NOT NULL AND f.agent_turn_count > 0 AND f.team_id IS NOT DISTINCT FROM ?
  AND f.week_start BETWEEN ? AND ?
GROUP BY f.agent_id ORDER BY f.agent_id
"""
_TEAM = (
    "SELECT team_id, count(*) AS n FROM interaction_fact WHERE agent_id = ? GROUP BY team_id ORDER BY n DESC, team_id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One agent's load beside a fair share of the team's; nobody else's is in it.

    Attributes:
        own: Strength of moments and abuse, a day with conversations; None when there was none.
        fair_share: The team's mean a day; None in a team under `min_agents`.
        gini: 0 all carry the same, towards 1 one carries all; None in a team under four.
        agent_count: How many agents it is about; None when hidden.
    """

    own: float | None
    fair_share: float | None
    gini: float | None
    agent_count: int | None


def load(view: Readable, agent_id: str, *, since: int, until: int, min_agents: int) -> Load:
    """The load of an agent in the weeks from `since` to `until` (Mondays as days since 1970)."""
    teams = view.sql(_TEAM, (agent_id,)).to_pylist()
    if not teams:
        return Load(own=None, fair_share=None, gini=None, agent_count=None)
    rows = view.sql(_LOADS, (teams[0]["team_id"], since, until)).to_pylist()
    daily = {row["agent_id"]: float(row["load"]) / row["days"] for row in rows if row["days"]}
    is_shown = len(daily) >= min_agents
    return Load(
        own=daily.get(agent_id),
        fair_share=sum(daily.values()) / len(daily) if is_shown else None,
        gini=gini(list(daily.values())) if len(daily) >= max(min_agents, LEAST_FOR_GINI) else None,
        agent_count=len(daily) if is_shown else None,
    )


def gini(values: Sequence[float]) -> float | None:
    """Gini coefficient of loads that are not negative; None when there is no load at all.

    Example:
        >>> gini([2, 2, 2]), gini([0, 0, 0, 4]), gini([0, 0])
        (0.0, 0.75, None)

    Source:
        Dixon et al. (1987), Bootstrapping the Gini coefficient of inequality, Ecology 68(5): the form by ranks.
    """
    ordered = np.sort(np.asarray(values, np.float64))
    total, n = float(ordered.sum()), len(ordered)
    if not total:
        return None
    ranks = np.arange(1, n + 1)
    return float((2 * ranks - n - 1) @ ordered / (n * total))
