"""The weekly pack of one agent, for that agent: one great, one missed and one hard moment."""

from heard.gate.accounts import Readable
from heard.terms.days import date_of

_MOMENTS = """
SELECT m.moment_id, m.state, m.is_generic, m.is_harmful, m.intensity, m.after, m.month
FROM moment AS m JOIN interaction_fact AS f ON f.interaction_id = m.interaction_id
WHERE (m.reply_agent_id = ? OR (m.reply_agent_id IS NULL AND f.agent_id = ?)) AND m.week_start BETWEEN ? AND ?
ORDER BY m.opens_epoch_s DESC, m.moment_id
"""
Kinds = dict[str, str]


def chosen(view: Readable, agent_id: str, *, since: int, until: int) -> Kinds:
    """Kind (great, missed, hard) → id of a moment; a kind without one is absent.

    Great is answered specifically, best with warmer words after it. Missed is not answered. Hard is late, or strong.
    """
    rows = view.sql(_MOMENTS, (agent_id, agent_id, since, until)).to_pylist()
    great = [r for r in rows if r["state"] == "met" and not r["is_generic"]]
    missed = [r for r in rows if r["state"] in ("missed", "unanswered")]
    hard = [r for r in rows if r["state"] == "late" or r["intensity"] == 3]
    found: Kinds = {}
    for kind, fitting in (("great", great), ("missed", missed), ("hard", hard)):
        left = [r for r in fitting if r["moment_id"] not in found.values()]
        if left:
            best = max(
                left, key=lambda r: (r["after"] == "better" and kind == "great", r["is_harmful"], r["intensity"])
            )
            found[kind] = best["moment_id"]
    return found


def span_text(since: int, until: int) -> str:
    """Weeks as dates."""
    return f"{date_of(since).isoformat()} to {date_of(until + 6).isoformat()}"
