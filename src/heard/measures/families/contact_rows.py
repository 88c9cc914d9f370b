"""Contacts as rows to add up: one row per interaction."""

from heard.measures.base import Rows

_KEYS = """f.interaction_id AS cluster_id, f.customer_id, f.agent_id, f.channel, f.queue, f.team_id, f.issue,
  f.week_start"""

CONTACTS = Rows(
    name="contacts",
    grain="interaction",
    clusters="interaction",
    tables=frozenset({"interaction_fact", "interaction"}),
    sql=f"""
SELECT {_KEYS}, 1 AS contacts,
  CASE WHEN f.moment_count > 0 THEN 1 ELSE 0 END AS with_moment,
  CASE WHEN f.moment_count > 0 AND f.is_loop_closed THEN 1 ELSE 0 END AS closed,
  CASE WHEN f.agent_turn_count = 0 AND f.bot_turn_count > 0 THEN 1 ELSE 0 END AS bot_only,
  CASE WHEN i.language IS NOT NULL AND i.language <> 'en' THEN 1 ELSE 0 END AS not_english,
  CASE WHEN f.unscored_turn_count > 0 THEN 1 ELSE 0 END AS unscored
FROM interaction_fact AS f
LEFT JOIN interaction AS i ON i.interaction_id = f.interaction_id
""",
)

SPEEDS = Rows(
    name="speeds",
    grain="interaction",
    clusters="interaction",
    tables=frozenset({"interaction_fact"}),
    sql=f"""
SELECT {_KEYS}, f.first_reply_calendar_seconds, f.first_reply_business_seconds, f.resolution_calendar_seconds,
  f.resolution_business_seconds
FROM interaction_fact AS f
""",
)
