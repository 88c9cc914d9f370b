"""Settled at the first contact: plainly, and with the customer heard. Neither is ever shown alone."""

from functools import partial

from heard.measures.base import Measure, Rows
from heard.measures.families.ledger_rows import CANNED, JUDGED
from heard.measures.families.repeat import WITHIN_DAYS

_SECONDS = WITHIN_DAYS * 86_400
_EXPLICIT = JUDGED.replace("m.state, m.cause,", "m.state, m.kind, m.cause,").strip()

SETTLED = Rows(
    name="settled",
    grain="interaction",
    clusters="customer",
    tables=frozenset({"interaction_fact", "moment", "empathic_sentence", "survey_answer"}),
    sql=f"""
WITH {CANNED.strip()}, {_EXPLICIT},
said AS (
  SELECT interaction_id, COUNT(*) AS unheard FROM judged WHERE kind = 'explicit' AND heard = 0 GROUP BY interaction_id
),
felt AS (
  SELECT interaction_id, COUNT(*) AS denied
  FROM survey_answer
  WHERE item_id = 'felt_understood' AND value < 4 AND scale_low = 1 AND scale_high = 5
    AND COALESCE(polarity, 'higher_better') = 'higher_better'
  GROUP BY interaction_id
),
ended AS (
  SELECT interaction_id, customer_id, agent_id, channel, queue, team_id, issue, week_start,
    COALESCE(closed_epoch_s, opened_epoch_s) AS ended_epoch_s,
    LEAD(opened_epoch_s) OVER (PARTITION BY customer_id, issue ORDER BY opened_epoch_s, interaction_id) AS next_epoch_s
  FROM interaction_fact
  WHERE customer_id IS NOT NULL AND issue IS NOT NULL AND opened_epoch_s IS NOT NULL
),
newest AS (SELECT MAX(COALESCE(closed_epoch_s, opened_epoch_s)) AS seen_epoch_s FROM interaction_fact),
contacts AS (
  SELECT e.customer_id, e.agent_id, e.channel, e.queue, e.team_id, e.issue, e.week_start,
    CASE WHEN e.ended_epoch_s + {_SECONDS} <= newest.seen_epoch_s THEN 1 ELSE 0 END AS followed,
    CASE WHEN e.next_epoch_s - e.ended_epoch_s <= {_SECONDS} THEN 0 ELSE 1 END AS settled,
    CASE WHEN COALESCE(said.unheard, 0) = 0 AND COALESCE(felt.denied, 0) = 0 THEN 1 ELSE 0 END AS understood
  FROM ended AS e CROSS JOIN newest
  LEFT JOIN said ON said.interaction_id = e.interaction_id
  LEFT JOIN felt ON felt.interaction_id = e.interaction_id
)
SELECT customer_id AS cluster_id, customer_id, agent_id, channel, queue, team_id, issue, week_start,
  followed, followed * settled AS settled, followed * settled * understood AS understood
FROM contacts
""",
)
_CENSORED = (
    f"Contacts younger than {WITHIN_DAYS} days at the last event of the data are left out; so are contacts without a "
    "customer, an issue or a date."
)
_shared = partial(
    Measure,
    rows=SETTLED,
    n="followed",
    statistic="share",
    unit="share",
    better="higher",
    n_unit="contacts",
    leaves_out=_CENSORED,
    settles_after_days=WITHIN_DAYS,
)
FCR = _shared(
    name="fcr_no_repeat_share",
    title="Settled at the first contact",
    value="settled",
    variant=f"no contact of the same customer about the same issue within {WITHIN_DAYS} days",
    definition=f"Share of contacts after which the customer did not come back about the same issue for {WITHIN_DAYS} "
    "days.",
    formula="contacts without a repeat / contacts old enough to tell",
    vendors="Shown only beside the empathetic form: a customer who gave up does not come back either.",
    citation="METRICS, FCR no-repeat; clustered by customer.",
)
EMPATHETIC_FCR = _shared(
    name="empathetic_fcr_share",
    title="Settled at the first contact, and heard",
    value="understood",
    variant=f"no repeat within {WITHIN_DAYS} days, every explicit moment heard, and felt understood (4 or 5 of 5) "
    "where the customer answered",
    definition="Share of contacts that were settled without a repeat, in which every explicit moment was heard, and of "
    "which no answer denies that the customer felt understood.",
    formula="contacts without a repeat, an unheard explicit moment or a denying answer / contacts old enough to tell",
    vendors="No vendor has it. A contact without an explicit moment needs none to be heard.",
    citation="METRICS, empathetic FCR; clustered by customer.",
)
