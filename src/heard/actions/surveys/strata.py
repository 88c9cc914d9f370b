"""Which contacts are tough: strata by rule, the first that fits, all as data."""

from heard.inference.sampling import Stratum
from heard.terms.labels import CUE_NAMES

_PERSON = 1 << CUE_NAMES.index("asks_for_person")
REFUND_DAYS = 14

RULES: tuple[tuple[str, str, float], ...] = (
    # name, condition over the columns below, importance
    ("low score", "low.place <= 0.5", 6.0),
    ("escalation", f"coalesce(i.was_escalated, false) OR coalesce(f.cue_mask & {_PERSON}, 0) > 0", 6.0),
    ("refund", "refund.customer_id IS NOT NULL", 5.0),
    ("policy exception", "m.is_policy", 5.0),
    ("delay", "m.is_delay", 4.0),
    ("explicit moment", "m.is_explicit", 4.0),
    ("rest", "true", 1.0),
)
"""The order is the order of questions. `importance` is how many times as likely as the rest one is drawn."""
NAMES: tuple[str, ...] = tuple(name for name, _, _ in RULES)
TOUGH: tuple[str, ...] = NAMES[:-1]
STRATA: tuple[Stratum, ...] = tuple(Stratum(name, importance) for name, _, importance in RULES)
MINUTES_A_CONTACT, MINUTES_A_TURN = 1.0, 0.2
"""Reading time: a minute to open and note, and fifty words a turn at 250 words a minute."""

_CASES = " ".join(f"WHEN {condition} THEN {place}" for place, (_, condition, _) in enumerate(RULES))
FRAME = f"""
WITH i AS (
  SELECT interaction_id, customer_id, language, source_url, was_escalated, opened_epoch_s, closed_epoch_s
  FROM interaction
  WHERE coalesce(closed_epoch_s, opened_epoch_s) >= ? AND coalesce(closed_epoch_s, opened_epoch_s) < ?
), f AS (
  SELECT interaction_id, cue_mask, customer_turn_count + agent_turn_count + bot_turn_count AS turns
  FROM interaction_fact WHERE interaction_id IN (SELECT interaction_id FROM i)
), m AS (
  SELECT interaction_id, bool_or(kind = 'explicit') AS is_explicit, bool_or(cause = 'delay') AS is_delay,
    bool_or(cause = 'policy') AS is_policy
  FROM moment WHERE interaction_id IN (SELECT interaction_id FROM i) GROUP BY interaction_id
), low AS (
  SELECT interaction_id, avg(CASE WHEN polarity = 'lower_better' THEN scale_high - value ELSE value - scale_low END
    / (scale_high - scale_low)) AS place
  FROM survey_answer
  WHERE value IS NOT NULL AND scale_high > scale_low AND interaction_id IN (SELECT interaction_id FROM i)
  GROUP BY interaction_id
), refund AS (
  SELECT DISTINCT o.customer_id, i.interaction_id
  FROM outcome AS o JOIN i ON i.customer_id = o.customer_id
  WHERE o.kind = 'refund' AND o.occurred_epoch_s BETWEEN i.opened_epoch_s
    AND coalesce(i.closed_epoch_s, i.opened_epoch_s) + {REFUND_DAYS * 86_400}
)
SELECT i.interaction_id, i.customer_id, i.language, i.source_url, coalesce(i.closed_epoch_s, i.opened_epoch_s) AS ended,
  CAST(CASE {_CASES} END AS INTEGER) AS stratum,
  {MINUTES_A_CONTACT} + {MINUTES_A_TURN} * coalesce(f.turns, 0) AS minutes
FROM i
LEFT JOIN f ON f.interaction_id = i.interaction_id
LEFT JOIN m ON m.interaction_id = i.interaction_id
LEFT JOIN low ON low.interaction_id = i.interaction_id
LEFT JOIN refund ON refund.interaction_id = i.interaction_id
ORDER BY i.interaction_id
"""
"""Contacts that ended in [since, until), with the place of their stratum in NAMES."""
