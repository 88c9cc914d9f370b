"""What customers did, as rows to add up. Outcomes have no channel, queue or team: those stay empty.

In the place of the issue stands the reason of a churn and the page of a visit.
"""

from heard.measures.base import Rows

REPEAT_DAYS = 90
QUARTER_DAYS = 91
OFFER_DAYS = 30
SAVED_DAYS = 90

_NO_DIMENSIONS = """CASE WHEN FALSE THEN o.customer_id END AS agent_id, CASE WHEN FALSE THEN o.kind END AS channel,
  CASE WHEN FALSE THEN o.kind END AS queue, CASE WHEN FALSE THEN o.kind END AS team_id,
  CASE WHEN FALSE THEN o.kind END AS issue"""
"""Empty, in the types of the real ones; the restricted SQL has no CAST."""
_REASON = _NO_DIMENSIONS.replace("CASE WHEN FALSE THEN o.kind END AS issue", "o.reason AS issue")
"""The stated reason, or the page, in the place of the issue: figures break down by it."""
_KEYS = f"o.customer_id AS cluster_id, o.customer_id, {_NO_DIMENSIONS}"
_ONE_CURRENCY = "(SELECT COUNT(DISTINCT currency) FROM outcome WHERE amount IS NOT NULL) <= 1"
"""Where amounts are in several currencies no sum of them is given."""

BUYERS = Rows(
    name="buyers",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH days AS (
  SELECT customer_id, local_day, MIN(week_start) AS week_start, MIN(kind) AS kind
  FROM outcome WHERE kind = 'order' AND local_day IS NOT NULL GROUP BY customer_id, local_day
),
ordered AS (
  SELECT customer_id, local_day, week_start, kind,
    LEAD(local_day) OVER (PARTITION BY customer_id ORDER BY local_day) AS next_day,
    MIN(local_day) OVER (PARTITION BY customer_id) AS first_day,
    COUNT(*) OVER (PARTITION BY customer_id) AS order_days
  FROM days
),
newest AS (SELECT MAX(local_day) AS seen_day FROM outcome)
SELECT {_KEYS}, o.week_start, 1 AS buyers, o.order_days,
  CASE WHEN o.first_day + {REPEAT_DAYS} <= newest.seen_day THEN 1 ELSE 0 END AS followed,
  CASE WHEN o.first_day + {REPEAT_DAYS} > newest.seen_day THEN 1 ELSE 0 END AS censored,
  CASE WHEN o.first_day + {REPEAT_DAYS} <= newest.seen_day AND o.next_day - o.first_day <= {REPEAT_DAYS} THEN 1
    ELSE 0 END AS came_again
FROM ordered AS o CROSS JOIN newest WHERE o.local_day = o.first_day
""",
)

GAPS = Rows(
    name="gaps",
    grain="outcome",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH days AS (
  SELECT customer_id, local_day, MIN(week_start) AS week_start, MIN(kind) AS kind
  FROM outcome WHERE kind = 'order' AND local_day IS NOT NULL GROUP BY customer_id, local_day
),
ordered AS (
  SELECT customer_id, week_start, kind, local_day,
    LEAD(local_day) OVER (PARTITION BY customer_id ORDER BY local_day) AS next_day
  FROM days
)
SELECT {_KEYS}, o.week_start, 1 AS gaps, (o.next_day - o.local_day) * 86400 AS gap_seconds
FROM ordered AS o WHERE o.next_day IS NOT NULL
""",
)

CHURNS = Rows(
    name="churns",
    grain="outcome",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
SELECT o.customer_id AS cluster_id, o.customer_id, {_REASON}, o.week_start, 1 AS churns,
  CASE WHEN o.is_voluntary IS NOT NULL THEN 1 ELSE 0 END AS known,
  CASE WHEN o.is_voluntary THEN 1 ELSE 0 END AS voluntary,
  CASE WHEN NOT o.is_voluntary THEN 1 ELSE 0 END AS by_payment,
  CASE WHEN o.reason IS NOT NULL THEN 1 ELSE 0 END AS with_reason
FROM outcome AS o WHERE o.kind = 'churn'
""",
)

QUARTER = Rows(
    name="quarter",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH newest AS (SELECT MAX(local_day) AS seen_day FROM outcome),
lives AS (
  SELECT customer_id, MIN(kind) AS kind,
    MIN(CASE WHEN kind = 'subscribe' THEN local_day END) AS joined_day,
    MIN(CASE WHEN kind = 'churn' THEN local_day END) AS left_day
  FROM outcome WHERE local_day IS NOT NULL GROUP BY customer_id
),
stood AS (
  SELECT lives.customer_id, lives.kind, lives.left_day, newest.seen_day - {QUARTER_DAYS} AS start_day
  FROM lives CROSS JOIN newest
  WHERE lives.joined_day <= newest.seen_day - {QUARTER_DAYS}
    AND (lives.left_day IS NULL OR lives.left_day > newest.seen_day - {QUARTER_DAYS})
),
moves AS (
  SELECT m.customer_id,
    SUM(CASE WHEN m.kind IN ('subscribe', 'upgrade') AND m.local_day <= s.start_day THEN m.amount
             WHEN m.kind = 'downgrade' AND m.local_day <= s.start_day THEN -m.amount ELSE 0 END) AS standing,
    SUM(CASE WHEN m.kind = 'downgrade' AND m.local_day > s.start_day THEN m.amount ELSE 0 END) AS contracted,
    SUM(CASE WHEN m.kind = 'upgrade' AND m.local_day > s.start_day THEN m.amount ELSE 0 END) AS expanded
  FROM outcome AS m JOIN stood AS s ON s.customer_id = m.customer_id
  WHERE m.local_day IS NOT NULL AND {_ONE_CURRENCY} GROUP BY m.customer_id
)
SELECT {_KEYS}, CASE WHEN FALSE THEN o.start_day END AS week_start, 1 AS stood,
  CASE WHEN o.left_day IS NULL THEN 1 ELSE 0 END AS stayed,
  CASE WHEN o.left_day IS NOT NULL THEN 1 ELSE 0 END AS left_since,
  COALESCE(m.standing, 0) * 100 AS standing_cents,
  CASE WHEN o.left_day IS NOT NULL THEN COALESCE(m.standing, 0) * 100
       WHEN m.contracted > m.standing THEN m.standing * 100 ELSE COALESCE(m.contracted, 0) * 100 END AS lost_cents,
  CASE WHEN o.left_day IS NOT NULL THEN 0 ELSE COALESCE(m.expanded, 0) * 100 END AS expanded_cents
FROM stood AS o LEFT JOIN moves AS m ON m.customer_id = o.customer_id
""",
)

SPENDERS = Rows(
    name="spenders",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH summed AS (
  SELECT customer_id, MIN(kind) AS kind, MIN(week_start) AS first_week,
    SUM(CASE WHEN kind IN ('order', 'renewal') THEN amount
             WHEN kind IN ('refund', 'credit') THEN -amount ELSE 0 END) AS net_amount,
    SUM(CASE WHEN kind IN ('refund', 'credit') THEN amount ELSE 0 END) AS given_amount,
    SUM(CASE WHEN kind = 'referral' THEN 1 ELSE 0 END) AS referrals
  FROM outcome
  WHERE {_ONE_CURRENCY} AND kind IN ('order', 'renewal', 'refund', 'credit', 'referral') GROUP BY customer_id
)
SELECT {_KEYS}, CASE WHEN FALSE THEN o.first_week END AS week_start, 1 AS customers,
  COALESCE(o.net_amount, 0) AS net_amount, COALESCE(o.given_amount, 0) AS given_amount, o.referrals
FROM summed AS o
""",
)

OFFERS = Rows(
    name="offers",
    grain="outcome",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH newest AS (SELECT MAX(local_day) AS seen_day FROM outcome),
made AS (
  SELECT outcome_id, customer_id, kind, amount, local_day, week_start
  FROM outcome WHERE kind IN ('offer', 'credit') AND local_day IS NOT NULL
),
taken AS (
  SELECT made.outcome_id, MIN(later.local_day) AS upgraded_day
  FROM made JOIN outcome AS later ON later.customer_id = made.customer_id AND later.kind = 'upgrade'
    AND later.local_day >= made.local_day AND later.local_day <= made.local_day + {OFFER_DAYS}
  WHERE made.kind = 'offer' GROUP BY made.outcome_id
),
left_after AS (
  SELECT made.outcome_id, MIN(later.local_day) AS left_day
  FROM made JOIN outcome AS later ON later.customer_id = made.customer_id AND later.kind = 'churn'
    AND later.local_day >= made.local_day AND later.local_day <= made.local_day + {SAVED_DAYS}
  GROUP BY made.outcome_id
)
SELECT {_KEYS}, o.week_start,
  CASE WHEN o.kind = 'offer' AND o.local_day + {OFFER_DAYS} <= newest.seen_day THEN 1 ELSE 0 END AS offers,
  CASE WHEN o.kind = 'offer' AND o.local_day + {OFFER_DAYS} <= newest.seen_day AND taken.upgraded_day IS NOT NULL
    THEN 1 ELSE 0 END AS accepted,
  CASE WHEN o.kind = 'credit' AND o.local_day + {SAVED_DAYS} <= newest.seen_day THEN 1 ELSE 0 END AS concessions,
  CASE WHEN o.kind = 'credit' AND o.local_day + {SAVED_DAYS} <= newest.seen_day AND left_after.left_day IS NULL
    THEN 1 ELSE 0 END AS saved,
  CASE WHEN o.kind = 'credit' AND o.local_day + {SAVED_DAYS} <= newest.seen_day AND {_ONE_CURRENCY}
    THEN COALESCE(o.amount, 0) ELSE 0 END AS given_amount
FROM made AS o CROSS JOIN newest
LEFT JOIN taken ON taken.outcome_id = o.outcome_id
LEFT JOIN left_after ON left_after.outcome_id = o.outcome_id
""",
)
