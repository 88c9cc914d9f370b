"""The ledger as rows to add up: canned sentences, moments by conversation and week, and how each contact went."""

from heard.measures.base import Rows
from heard.moments.boilerplate import MIN_CONVERSATIONS
from heard.terms.words import CAUSES, PEOPLE_CAUSES, POLICY_CAUSES

CANNED_WITHIN_DAYS = 28
CANNED_OF_ALL = 50
"""A sentence is also canned when it stands in at least one in this many of all conversations with an empathic
sentence."""

CANNED = f"""
seen AS (
  SELECT fingerprint, interaction_id, MIN(COALESCE(week_start, 0)) AS week
  FROM empathic_sentence GROUP BY fingerprint, interaction_id
),
often AS (
  SELECT fingerprint FROM empathic_sentence
  GROUP BY fingerprint HAVING COUNT(DISTINCT context_fingerprint) >= {MIN_CONVERSATIONS}
),
weekly AS (
  SELECT seen.fingerprint, seen.week, COUNT(*) AS in_week
  FROM seen JOIN often ON often.fingerprint = seen.fingerprint GROUP BY seen.fingerprint, seen.week
),
lately AS (
  SELECT fingerprint, week, SUM(in_week) OVER (PARTITION BY fingerprint) AS conversations, SUM(in_week) OVER (
    PARTITION BY fingerprint ORDER BY week RANGE BETWEEN {CANNED_WITHIN_DAYS - 7} PRECEDING AND CURRENT ROW) AS in_month
  FROM weekly
),
canned AS (
  SELECT seen.fingerprint, seen.interaction_id
  FROM seen JOIN lately ON lately.fingerprint = seen.fingerprint AND lately.week = seen.week
  WHERE lately.in_month >= {MIN_CONVERSATIONS}
     OR lately.conversations * {CANNED_OF_ALL} >= (SELECT COUNT(DISTINCT interaction_id) FROM seen)
)"""
"""Which fingerprint is boilerplate in which conversation: it stood in at least MIN_CONVERSATIONS conversations of this
week and the three before, or in as many and one in fifty of all, and under as many different words of customers, so
that a conversation exported twice makes no boilerplate. The first part looks back only, so that a frozen week does not
change when a line is used more later; the second catches lines spread thinly over a long time."""

JUDGED = """
judged AS (
  SELECT m.interaction_id, m.week_start, m.customer_id, m.channel, m.queue, m.team_id, m.issue,
    m.state, m.cause, m.intensity, m.is_overdone, m.is_harmful, m.is_explained_confusion, m.reply_role,
    m.latency_turns, m.acknowledged_calendar_seconds, m.acknowledged_business_seconds,
    CASE WHEN m.state = 'met' AND NOT COALESCE(m.is_generic, FALSE) AND c.fingerprint IS NULL THEN 1 ELSE 0 END AS heard
  FROM moment AS m
  LEFT JOIN canned AS c ON c.fingerprint = m.reply_fingerprint AND c.interaction_id = m.interaction_id
)"""
"""Every moment with whether it was heard: met, not generic, and not by a sentence that is boilerplate."""

CONTACT_STATES = """
went AS (
  SELECT interaction_id, SUM(heard) AS heard,
    SUM(CASE WHEN state = 'missed' THEN 1 ELSE 0 END) AS missed,
    SUM(CASE WHEN state <> 'unanswered' THEN 1 ELSE 0 END) AS counted
  FROM judged GROUP BY interaction_id
)"""
"""How a contact went: a heard one has all its moments heard, a missed one has one missed at least. Others are
neither."""


def told_about(asked: str) -> str:
    """SQL of `fact` and `contact`: the facts and the contacts of `asked`, a query that gives interaction_id.

    Few contacts are ever asked about; the others are left out before anything is joined.
    """
    return f"""
asked AS ({asked} GROUP BY interaction_id),
fact AS (
  SELECT interaction_id, customer_id, agent_id, channel, queue, team_id, issue FROM interaction_fact
  WHERE interaction_id IN (SELECT interaction_id FROM asked)
),
contact AS (
  SELECT interaction_id, first_agent_id, channel, queue, team_id, issue FROM interaction
  WHERE interaction_id IN (SELECT interaction_id FROM asked)
)"""


IS_HEARD = "went.counted > 0 AND went.heard = went.counted"
IS_MISSED = "went.missed > 0"


def count_if(condition: str) -> str:
    """SQL that counts the rows where a condition holds.

    Example:
        >>> count_if("state = 'met'")
        "SUM(CASE WHEN state = 'met' THEN 1 ELSE 0 END)"
    """
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _one_of(causes: frozenset[str]) -> str:
    return "j.cause IN (" + ", ".join(f"'{cause}'" for cause in sorted(causes)) + ")"


_COUNTS = {
    "moments": "COUNT(*)",
    "heard": "SUM(j.heard)",
    **{state: count_if(f"j.state = '{state}'") for state in ("met", "late", "missed", "unanswered")},
    "harmful": count_if("j.is_harmful AND j.state <> 'unanswered'"),
    "overdone": count_if("j.is_overdone AND j.state <> 'unanswered'"),
    "explained": count_if("j.is_explained_confusion AND j.state = 'missed'"),
    "by_bot": count_if("j.reply_role = 'bot' AND j.state = 'met'"),
    "people": count_if(_one_of(PEOPLE_CAUSES)),
    "policy": count_if(_one_of(POLICY_CAUSES)),
    "missed_people": count_if(f"{_one_of(PEOPLE_CAUSES)} AND j.state = 'missed'"),
    "missed_policy": count_if(f"{_one_of(POLICY_CAUSES)} AND j.state = 'missed'"),
    **{f"cause_{cause}": count_if(f"j.cause = '{cause}'") for cause in CAUSES},
    **{
        f"missed_{cause}": count_if(f"j.cause = '{cause}' AND j.state = 'missed'")
        for cause in CAUSES
        if cause != "policy"
    },
    "missed_policy_cause": count_if("j.cause = 'policy' AND j.state = 'missed'"),
    **{
        f"within_{name}": count_if(f"j.acknowledged_calendar_seconds <= {seconds}")
        for name, seconds in (("5_minutes", 300), ("hour", 3600), ("day", 86400))
    },
    "timed": count_if("j.acknowledged_calendar_seconds IS NOT NULL"),
}

MOMENTS = Rows(
    name="moments",
    grain="moment",
    clusters="interaction",
    tables=frozenset({"moment", "empathic_sentence", "interaction_fact"}),
    sql=f"""
WITH {CANNED.strip()}, {JUDGED.strip()}
SELECT j.interaction_id AS cluster_id, MIN(j.customer_id) AS customer_id, MIN(f.agent_id) AS agent_id,
  j.channel, j.queue, j.team_id, j.issue, j.week_start,
  {", ".join(f"{sql} AS {name}" for name, sql in _COUNTS.items())}
FROM judged AS j LEFT JOIN interaction_fact AS f ON f.interaction_id = j.interaction_id
GROUP BY j.interaction_id, j.channel, j.queue, j.team_id, j.issue, j.week_start
""",
)

WAITS = Rows(
    name="waits",
    grain="moment",
    clusters="interaction",
    tables=frozenset({"moment", "interaction_fact"}),
    sql="""
SELECT m.interaction_id AS cluster_id, m.customer_id, f.agent_id, m.channel, m.queue, m.team_id, m.issue, m.week_start,
  m.acknowledged_calendar_seconds AS calendar_seconds, m.acknowledged_business_seconds AS business_seconds,
  m.latency_turns AS turns
FROM moment AS m LEFT JOIN interaction_fact AS f ON f.interaction_id = m.interaction_id
WHERE m.state IN ('met', 'late')
""",
)
