"""How customers were reached and what they used, as rows to add up: spending, visits, impressions, leads, usage."""

from heard.measures.base import Rows
from heard.measures.families.outcome_rows import _KEYS, _NO_DIMENSIONS, _ONE_CURRENCY, _REASON

LEAD_DAYS = 90
USAGE_DAYS = 28
BASELINE_PERIODS = 3

ACQUIRED = Rows(
    name="acquired",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH firsts AS (
  SELECT customer_id, MIN(local_day) AS first_day FROM outcome
  WHERE kind IN ('order', 'subscribe') AND local_day IS NOT NULL GROUP BY customer_id
),
counted AS (
  SELECT m.outcome_id, m.customer_id, m.kind, m.amount, m.week_start, m.local_day, firsts.first_day
  FROM outcome AS m LEFT JOIN firsts ON firsts.customer_id = m.customer_id
  WHERE m.kind IN ('spend', 'order', 'subscribe', 'referral') AND m.local_day IS NOT NULL
),
newcomers AS (
  SELECT customer_id, MIN(outcome_id) AS outcome_id FROM counted
  WHERE kind IN ('order', 'subscribe') AND local_day = first_day GROUP BY customer_id
),
weekly AS (
  SELECT outcome_id, customer_id, kind, amount, week_start,
    MIN(outcome_id) OVER (PARTITION BY week_start) AS week_id FROM counted
)
SELECT o.week_id AS cluster_id, o.customer_id, {_NO_DIMENSIONS}, o.week_start,
  CASE WHEN o.kind = 'spend' AND {_ONE_CURRENCY} THEN COALESCE(o.amount, 0) ELSE 0 END AS spent_amount,
  CASE WHEN newcomers.outcome_id IS NOT NULL THEN 1 ELSE 0 END AS newcomers,
  CASE WHEN o.kind = 'referral' THEN 1 ELSE 0 END AS referred
FROM weekly AS o LEFT JOIN newcomers ON newcomers.outcome_id = o.outcome_id
""",
)

VISITS = Rows(
    name="visits",
    grain="outcome",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
SELECT o.customer_id AS cluster_id, o.customer_id, {_REASON}, o.week_start, 1 AS visits,
  CASE WHEN o.kind = 'bounce' THEN 1 ELSE 0 END AS bounces
FROM outcome AS o WHERE o.kind IN ('visit', 'bounce')
""",
)

IMPRESSIONS = Rows(
    name="impressions",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH summed AS (
  SELECT customer_id, MIN(kind) AS kind, week_start,
    SUM(CASE WHEN kind = 'personal_impression' THEN 1 ELSE 0 END) AS personal,
    SUM(CASE WHEN kind = 'personal_click' THEN 1 ELSE 0 END) AS personal_clicks,
    SUM(CASE WHEN kind = 'impression' THEN 1 ELSE 0 END) AS other,
    SUM(CASE WHEN kind = 'click' THEN 1 ELSE 0 END) AS other_clicks
  FROM outcome
  WHERE kind IN ('impression', 'personal_impression', 'click', 'personal_click') GROUP BY customer_id, week_start
)
SELECT {_KEYS}, o.week_start, o.personal, o.other,
  CASE WHEN o.personal_clicks > o.personal THEN o.personal ELSE o.personal_clicks END AS personal_clicks,
  CASE WHEN o.other_clicks > o.other THEN o.other ELSE o.other_clicks END AS other_clicks
FROM summed AS o
""",
)

FELT = Rows(
    name="felt",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH seen AS (
  SELECT customer_id, MIN(kind) AS kind, MIN(CASE WHEN kind = 'personal_impression' THEN week_start END) AS week_start,
    SUM(CASE WHEN kind = 'personal_impression' THEN 1 ELSE 0 END) AS shown,
    SUM(CASE WHEN kind = 'felt_intrusive' THEN 1 ELSE 0 END) AS said
  FROM outcome WHERE kind IN ('personal_impression', 'felt_intrusive') GROUP BY customer_id
)
SELECT {_KEYS}, o.week_start, 1 AS reached, CASE WHEN o.said > 0 THEN 1 ELSE 0 END AS intruded
FROM seen AS o WHERE o.shown > 0
""",
)

LEADS = Rows(
    name="leads",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome", "moment"}),
    sql=f"""
WITH newest AS (SELECT MAX(local_day) AS seen_day FROM outcome),
first_lead AS (
  SELECT customer_id, MIN(kind) AS kind, MIN(local_day) AS lead_day, MIN(week_start) AS week_start
  FROM outcome WHERE kind = 'lead' AND local_day IS NOT NULL GROUP BY customer_id
),
won AS (
  SELECT l.customer_id, MIN(m.local_day) AS won_day
  FROM first_lead AS l JOIN outcome AS m ON m.customer_id = l.customer_id AND m.kind IN ('order', 'subscribe')
    AND m.local_day >= l.lead_day AND m.local_day <= l.lead_day + {LEAD_DAYS} GROUP BY l.customer_id
),
exposed AS (
  SELECT l.customer_id, MAX(CASE WHEN q.state = 'missed' THEN 1 ELSE 0 END) AS missed,
    MAX(CASE WHEN q.state = 'met' THEN 1 ELSE 0 END) AS met
  FROM first_lead AS l JOIN moment AS q ON q.customer_id = l.customer_id
    AND q.local_day >= l.lead_day AND q.local_day <= l.lead_day + {LEAD_DAYS}
  LEFT JOIN won ON won.customer_id = l.customer_id
  WHERE won.won_day IS NULL OR q.local_day < won.won_day GROUP BY l.customer_id
)
SELECT {_KEYS}, o.week_start, 1 AS leads,
  CASE WHEN won.won_day IS NOT NULL THEN 1 ELSE 0 END AS won,
  CASE WHEN exposed.met = 1 AND exposed.missed = 0 THEN 1 ELSE 0 END AS heard,
  CASE WHEN exposed.met = 1 AND exposed.missed = 0 AND won.won_day IS NOT NULL THEN 1 ELSE 0 END AS heard_won,
  CASE WHEN exposed.missed = 1 THEN 1 ELSE 0 END AS missed,
  CASE WHEN exposed.missed = 1 AND won.won_day IS NOT NULL THEN 1 ELSE 0 END AS missed_won
FROM first_lead AS o CROSS JOIN newest
LEFT JOIN won ON won.customer_id = o.customer_id
LEFT JOIN exposed ON exposed.customer_id = o.customer_id
WHERE o.lead_day + {LEAD_DAYS} <= newest.seen_day
""",
)

USAGE = Rows(
    name="usage",
    grain="customer",
    clusters="customer",
    tables=frozenset({"outcome"}),
    sql=f"""
WITH newest AS (SELECT MAX(local_day) AS seen_day FROM outcome WHERE kind = 'usage'),
summed AS (
  SELECT u.customer_id, MIN(u.kind) AS kind, MIN(u.local_day) AS first_day, MIN(newest.seen_day) AS seen_day,
    SUM(CASE WHEN u.local_day > newest.seen_day - {USAGE_DAYS} THEN COALESCE(u.amount, 1) ELSE 0 END) AS recent,
    SUM(CASE WHEN u.local_day <= newest.seen_day - {USAGE_DAYS}
      AND u.local_day > newest.seen_day - {USAGE_DAYS * (BASELINE_PERIODS + 1)} THEN COALESCE(u.amount, 1)
      ELSE 0 END) AS baseline
  FROM outcome AS u CROSS JOIN newest WHERE u.kind = 'usage' AND u.local_day IS NOT NULL GROUP BY u.customer_id
)
SELECT {_KEYS}, CASE WHEN FALSE THEN o.first_day END AS week_start, 1 AS users,
  CASE WHEN o.recent * {2 * BASELINE_PERIODS} < o.baseline THEN 1 ELSE 0 END AS dipped
FROM summed AS o
WHERE o.baseline > 0 AND o.first_day <= o.seen_day - {USAGE_DAYS * (BASELINE_PERIODS + 1)}
""",
)
