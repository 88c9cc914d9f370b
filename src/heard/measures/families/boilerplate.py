"""Canned sympathy: sentences that recur in many conversations."""

from heard.measures.base import Measure, Rows
from heard.measures.families.ledger_rows import CANNED, CANNED_OF_ALL, CANNED_WITHIN_DAYS
from heard.moments.boilerplate import MIN_CONVERSATIONS

SENTENCES = Rows(
    name="sentences",
    grain="interaction",
    clusters="interaction",
    tables=frozenset({"empathic_sentence", "interaction_fact"}),
    sql=f"""
WITH {CANNED.strip()}
SELECT s.interaction_id AS cluster_id, MIN(f.customer_id) AS customer_id, MIN(f.agent_id) AS agent_id,
  s.channel, s.queue, s.team_id, s.issue, s.week_start,
  COUNT(*) AS sentences, SUM(CASE WHEN c.fingerprint IS NOT NULL THEN 1 ELSE 0 END) AS canned
FROM empathic_sentence AS s
LEFT JOIN canned AS c ON c.fingerprint = s.fingerprint AND c.interaction_id = s.interaction_id
LEFT JOIN interaction_fact AS f ON f.interaction_id = s.interaction_id
GROUP BY s.interaction_id, s.channel, s.queue, s.team_id, s.issue, s.week_start
""",
)

BOILERPLATE_SHARE = Measure(
    name="boilerplate_share",
    title="Boilerplate share",
    rows=SENTENCES,
    value="canned",
    n="sentences",
    statistic="share",
    unit="share",
    better="lower",
    n_unit="empathic sentences",
    variant=f"near-identical in at least {MIN_CONVERSATIONS} conversations of {CANNED_WITHIN_DAYS // 7} weeks, "
    f"or in as many and one in {CANNED_OF_ALL} of all",
    definition="Share of the empathic sentences of agents and bots that recur almost word for word in other "
    "conversations.",
    leaves_out="Sentences without an empathic behaviour; opening hours, links and instructions may be as "
    "canned as one likes.",
    formula="empathic sentences with a recurring fingerprint / empathic sentences",
    vendors="Help desks count uses of a macro; this counts the words, however they were pasted, and only the "
    "sympathetic ones.",
    citation="Heard's own. Fingerprints leave out case, numbers, names, greetings and fillers (moments.boilerplate).",
)
