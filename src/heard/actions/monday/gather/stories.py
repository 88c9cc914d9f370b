"""Three moments in their own words: one great, one missed, one hard."""

from typing import Any

from heard.actions.monday.inputs import Story, StoryKind
from heard.measures.compute import View
from heard.terms.days import date_of

READABLE = 180
"""A turn of so many code points is quoted whole; of a longer one the sentence that shows the label."""
QUERY = """
WITH teams AS (SELECT team_id, count(DISTINCT first_agent_id) AS agents FROM interaction GROUP BY team_id),
next_reply AS (
  SELECT m.moment_id, min(t.position) AS position
  FROM moment AS m JOIN turn AS t ON t.interaction_id = m.interaction_id
  WHERE t.position > m.opens_position AND t.speaker_role IN ('agent', 'bot') AND t.is_public GROUP BY m.moment_id
)
SELECT m.moment_id, m.interaction_id, m.state, m.is_generic, m.intensity, m.after, m.local_day, m.channel,
       m.is_harmful, m.latency_turns, i.source_url, teams.agents,
       CASE WHEN length(o.text) <= {readable} THEN o.text
            ELSE substr(o.text, m.opens_span_start + 1, m.opens_span_end - m.opens_span_start) END AS customer_quote,
       CASE WHEN length(r.text) <= {readable} THEN r.text
            ELSE coalesce(substr(r.text, m.reply_span_start + 1, m.reply_span_end - m.reply_span_start), n.text) END
         AS reply_quote
FROM moment AS m
JOIN turn AS o ON o.turn_id = m.opens_turn_id
LEFT JOIN turn AS r ON r.turn_id = m.reply_turn_id
LEFT JOIN next_reply ON next_reply.moment_id = m.moment_id
LEFT JOIN turn AS n ON n.interaction_id = m.interaction_id AND n.position = next_reply.position
LEFT JOIN interaction AS i ON i.interaction_id = m.interaction_id
LEFT JOIN teams ON teams.team_id IS NOT DISTINCT FROM i.team_id
WHERE {when} AND length(o.text) >= 12
ORDER BY m.intensity DESC, length(customer_quote) BETWEEN 30 AND 160 DESC, m.moment_id
"""
CAME_NEXT = {
    "better": "the customer's next words were warmer",
    "same": "the customer wrote the same again",
    "worse": "the customer's next words were harder",
    "none": "nothing more was written about it",
}


def stories(view: View, week: int | None, *, few: int) -> tuple[Story, ...]:
    """A great, a missed and a hard moment of the week, or of the whole span when `week` is None.

    Args:
        view: Canonical tables, words included.
        week: Monday as day since 1970.
        few: In a week with fewer moments than this, all of them are shown instead.
    """
    when = "m.week_start = ?" if week is not None else "true"
    rows = view.sql(QUERY.format(when=when, readable=READABLE), () if week is None else (week,)).to_pylist()
    if len(rows) < few:
        return tuple(_story(row, _kind(row)) for row in rows)
    chosen: list[tuple[StoryKind, dict[str, Any]]] = []
    for kind in ("great", "missed", "hard"):
        taken = {row["interaction_id"] for _, row in chosen}
        fitting = [row for row in rows if _fits(row, kind) and row["interaction_id"] not in taken]
        if fitting:
            chosen.append((kind, max(fitting, key=lambda row: _rank(row, kind))))
    return tuple(_story(row, kind) for kind, row in chosen)


def _kind(row: dict[str, Any]) -> StoryKind:
    if row["state"] == "met" and not row["is_generic"]:
        return "great"
    return "missed" if row["state"] in ("missed", "unanswered") else "hard"


def _fits(row: dict[str, Any], kind: StoryKind) -> bool:
    if kind == "hard":
        return bool(row["state"] == "late" or row["intensity"] == 3)
    return _kind(row) == kind and row["reply_quote"] is not None


def _rank(row: dict[str, Any], kind: StoryKind) -> tuple[bool, int, bool]:
    """Best last: great ones that ended better, missed ones that were harmed; then the stronger, then the readable."""
    first = row["after"] == "better" if kind == "great" else bool(row["is_harmful"])
    return first, row["intensity"], 30 <= len(row["customer_quote"] or "") <= 160


def _story(row: dict[str, Any], kind: StoryKind) -> Story:
    late = f" · answered after {row['latency_turns']} turns" if row["state"] == "late" and row["latency_turns"] else ""
    return Story(
        kind=kind,
        moment_id=row["moment_id"],
        customer_quote=row["customer_quote"],
        reply_quote=row["reply_quote"],
        came_next=CAME_NEXT[row["after"]] + late,
        day=date_of(row["local_day"]) if row["local_day"] is not None else None,
        channel=row["channel"],
        team_agent_count=row["agents"],
        source_url=row["source_url"],
    )
