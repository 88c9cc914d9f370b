"""An agent's own Heard rate against their own past; no other person is in it."""

from dataclasses import dataclass

from heard.actions.coaching.behaviours import LEAST
from heard.gate.accounts import Readable
from heard.inference.agreement.figures import wilson
from heard.inference.comparing import difference

RECENT_WEEKS, BEFORE_WEEKS = 4, 12
_STATES = """
SELECT m.week_start, count(*) FILTER (WHERE m.state = 'met' AND NOT coalesce(m.is_generic, false)) AS heard,
       count(*) FILTER (WHERE m.state <> 'unanswered') AS n
FROM moment AS m JOIN interaction_fact AS f ON f.interaction_id = m.interaction_id
WHERE f.agent_id = ? AND m.week_start BETWEEN ? AND ? GROUP BY m.week_start ORDER BY m.week_start
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its 95 % Wilson interval; all None below five moments."""

    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The last four weeks beside the twelve before, in words where they differ beyond noise."""

    recent: Share
    before: Share
    told: str


def share(count: int, n: int) -> Share:
    """A share, or nothing below five."""
    if n < LEAST:
        return Share(value=None, ci_lower=None, ci_upper=None, n=n)
    lower, upper = wilson(count / n, n)
    return Share(value=count / n, ci_lower=lower, ci_upper=upper, n=n)


def trend(view: Readable, agent_id: str, *, week: int) -> Trend:
    """Own trend up to a week (Monday as day since 1970)."""
    first = week - 7 * (RECENT_WEEKS + BEFORE_WEEKS - 1)
    rows = view.sql(_STATES, (agent_id, first, week)).to_pylist()
    edge = week - 7 * (RECENT_WEEKS - 1)
    recent, before = (
        share(sum(int(row["heard"]) for row in part), sum(int(row["n"]) for row in part))
        for part in (
            [row for row in rows if row["week_start"] >= edge],
            [row for row in rows if row["week_start"] < edge],
        )
    )
    return Trend(recent=recent, before=before, told=_told(before, recent))


def _told(before: Share, recent: Share) -> str:
    bounds = [(one.value, one.ci_lower, one.ci_upper) for one in (before, recent)]
    if any(None in one for one in bounds):
        return "not enough to say yet"
    gap, lower, upper = difference(*[(a or 0.0, b or 0.0, c or 0.0) for a, b, c in bounds])
    if lower <= 0 <= upper:
        return "no real change against your own past"
    return (
        f"{'up' if gap > 0 else 'down'} {abs(round(100 * gap))} points ({round(100 * lower)} to {round(100 * upper)})"
    )
