"""Coming back about the same matter, and whether it follows missed moments more than heard ones (CONTRACTS 22)."""

from functools import partial

from heard.measures.base import Measure, Rows
from heard.measures.families.ledger_rows import CANNED, CONTACT_STATES, IS_HEARD, IS_MISSED, JUDGED

WITHIN_DAYS = 7
"""Usual window of no-repeat resolution (METRICS, FCR no-repeat); printed with every figure."""
_SECONDS = WITHIN_DAYS * 86_400

REPEATS = Rows(
    name="repeats",
    grain="interaction",
    clusters="customer",
    tables=frozenset({"interaction_fact", "moment", "empathic_sentence"}),
    sql=f"""
WITH {CANNED.strip()}, {JUDGED.strip()}, {CONTACT_STATES.strip()},
ended AS (
  SELECT interaction_id, customer_id, agent_id, channel, queue, team_id, issue, week_start, opened_epoch_s,
    COALESCE(closed_epoch_s, opened_epoch_s) AS ended_epoch_s,
    LEAD(opened_epoch_s) OVER (PARTITION BY customer_id, issue ORDER BY opened_epoch_s, interaction_id) AS next_epoch_s
  FROM interaction_fact
  WHERE customer_id IS NOT NULL AND issue IS NOT NULL AND opened_epoch_s IS NOT NULL
),
newest AS (SELECT MAX(COALESCE(closed_epoch_s, opened_epoch_s)) AS seen_epoch_s FROM interaction_fact),
contacts AS (
  SELECT e.customer_id, e.agent_id, e.channel, e.queue, e.team_id, e.issue, e.week_start,
    CASE WHEN e.next_epoch_s - e.ended_epoch_s <= {_SECONDS} THEN 1 ELSE 0 END AS repeated,
    CASE WHEN e.ended_epoch_s + {_SECONDS} <= newest.seen_epoch_s THEN 1 ELSE 0 END AS followed,
    CASE WHEN {IS_HEARD} THEN 1 ELSE 0 END AS after_heard,
    CASE WHEN {IS_MISSED} THEN 1 ELSE 0 END AS after_missed
  FROM ended AS e CROSS JOIN newest LEFT JOIN went ON went.interaction_id = e.interaction_id
)
SELECT customer_id AS cluster_id, customer_id, agent_id, channel, queue, team_id, issue, week_start,
  followed, 1 - followed AS censored, followed * repeated AS repeated,
  followed * after_heard AS heard, followed * after_heard * repeated AS heard_repeated,
  followed * after_missed AS missed, followed * after_missed * repeated AS missed_repeated
FROM contacts
""",
)

_CENSORED = (
    f"Contacts younger than {WITHIN_DAYS} days at the last event of the data are left out, and counted as "
    "`repeat_censored_count`; so are contacts without a customer, an issue or a date."
)
_VENDORS = (
    "Vendors' first-contact resolution often takes any later ticket, or the word of the agent; here the same "
    "customer must come "
    f"back about the same issue within {WITHIN_DAYS} days of the end of the contact."
)
_shared = partial(
    Measure,
    rows=REPEATS,
    citation="No-repeat form of first-contact resolution (METRICS); clustered by customer; difference by "
    "Newcombe (1998), method 10.",
    vendors=_VENDORS,
    settles_after_days=WITHIN_DAYS,
)
_share = partial(_shared, statistic="share", unit="share", better="lower", n_unit="contacts", leaves_out=_CENSORED)

REPEAT_CONTACT = _share(
    name="repeat_contact_share",
    title=f"Came back within {WITHIN_DAYS} days about the same matter",
    value="repeated",
    n="followed",
    variant=f"same customer, same issue, within {WITHIN_DAYS} days of the end of the contact",
    definition="Share of contacts after which the same customer came back about the same issue within "
    f"{WITHIN_DAYS} days.",
    formula="contacts with a repeat / contacts old enough to tell",
)
REPEAT_AFTER_MISSED = _share(
    name="repeat_after_missed_share",
    title="Came back after a missed moment",
    value="missed_repeated",
    n="missed",
    variant=f"contacts with at least one missed moment; within {WITHIN_DAYS} days",
    definition="Share of contacts with a missed moment after which the customer came back about it within "
    f"{WITHIN_DAYS} days.",
    formula="contacts with a missed moment and a repeat / contacts with a missed moment",
)
REPEAT_AFTER_HEARD = _share(
    name="repeat_after_heard_share",
    title="Came back after being heard",
    value="heard_repeated",
    n="heard",
    variant=f"contacts whose moments were all heard; within {WITHIN_DAYS} days",
    definition="Share of contacts whose moments were all heard after which the customer came back about it "
    f"within {WITHIN_DAYS} days.",
    formula="contacts all heard and with a repeat / contacts all heard",
)
REPEAT_DIFFERENCE = _shared(
    name="repeat_difference",
    title="Came back: after missed less after heard",
    value="missed_repeated",
    n="missed",
    value_less="heard_repeated",
    n_less="heard",
    statistic="difference",
    unit="points",
    better="lower",
    n_unit="contacts",
    variant=f"difference of shares, within {WITHIN_DAYS} days",
    definition="How many more customers came back about the same matter after a missed moment than after being heard.",
    leaves_out=f"Contacts that were neither (generic, late, mixed) are left out. {_CENSORED} It is an "
    "association, not an effect.",
    formula="repeat share after missed - repeat share after heard",
)
REPEAT_CENSORED = _shared(
    name="repeat_censored_count",
    title="Contacts too young to tell whether they repeat",
    value="censored",
    n="1",
    statistic="count",
    unit="count",
    better="neither",
    n_unit="contacts",
    variant=f"ended less than {WITHIN_DAYS} days before the last event of the data",
    definition=f"Number of contacts that ended less than {WITHIN_DAYS} days before the data end, so that nobody "
    "can say yet.",
    leaves_out="Contacts without a customer, an issue or a date.",
    formula="contacts with end + window after the last event",
)
