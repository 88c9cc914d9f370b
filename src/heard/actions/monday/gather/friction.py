"""One policy to fix: the rule, product or process behind most of the hurt of the last four weeks."""

from collections.abc import Mapping

import numpy as np

from heard.actions.monday.inputs import CauseCount, PolicyFix
from heard.measures.compute import View
from heard.measures.interval import wilson
from heard.terms.words import CAUSES, POLICY_CAUSES, side_of

WINDOW_DAYS = 28
MIN_CUSTOMERS = 5
HURT = """
SELECT cause, count(*) AS moments, count(*) FILTER (state = 'missed') AS missed, CAST(sum(intensity) AS DOUBLE) AS hurt,
       count(DISTINCT coalesce(customer_id, interaction_id)) AS customers
FROM moment WHERE state <> 'unanswered' AND {when} GROUP BY cause ORDER BY hurt DESC, cause
"""
LEADS = """
SELECT week_start, arg_max(cause, (hurt, cause)) AS leader FROM (
  SELECT week_start, cause, sum(intensity) AS hurt FROM moment
  WHERE state <> 'unanswered' AND week_start <= ? AND cause IN (SELECT unnest(?)) GROUP BY week_start, cause)
GROUP BY week_start ORDER BY week_start DESC
"""
QUOTES = """
SELECT substr(t.text, m.opens_span_start + 1, m.opens_span_end - m.opens_span_start) AS quote
FROM moment AS m JOIN turn AS t ON t.turn_id = m.opens_turn_id
WHERE m.cause = ? AND m.state = 'missed' AND {when}
ORDER BY m.intensity DESC, length(quote) BETWEEN 30 AND 160 DESC, m.moment_id LIMIT 2
"""
HEDGE = "counts what customers wrote about; that mending it would help is not shown by counting"


def causes(view: View, week: int | None) -> tuple[CauseCount, ...]:
    """Moments of the week by cause, most hurt first; a cause with too few customers has null counts."""
    when, params = ("week_start = ?", (week,)) if week is not None else ("true", ())
    rows = view.sql(HURT.format(when=when), params).to_pylist()
    return tuple(
        CauseCount(
            cause=row["cause"],
            side=side_of(row["cause"]),
            count=row["moments"] if row["customers"] >= MIN_CUSTOMERS else None,
            missed_count=row["missed"] if row["customers"] >= MIN_CUSTOMERS else None,
        )
        for row in rows
        if row["cause"] in CAUSES
    )


def policy_to_fix(view: View, week: int | None, owners: Mapping[str, str]) -> PolicyFix | None:
    """The leading cause on the policy side; None when too few customers were hurt by any."""
    when, params = _window(week)
    rows = view.sql(HURT.format(when=when), params).to_pylist()
    leading = [row for row in rows if row["cause"] in POLICY_CAUSES and row["customers"] >= MIN_CUSTOMERS]
    if not leading:
        return None
    first, hurt = leading[0], sum(row["hurt"] for row in rows)
    moments = sum(row["moments"] for row in rows)
    share = first["hurt"] / hurt
    bounds = wilson(np.array([share * moments]), np.array([float(moments)]))
    quotes = view.sql(
        QUOTES.format(when=when.replace("week_start", "m.week_start")), (first["cause"], *params)
    ).to_pylist()
    return PolicyFix(
        cause=first["cause"],
        hurt_share=share,
        hurt_ci_lower=float(bounds.lower[0]),
        hurt_ci_upper=float(bounds.upper[0]),
        missed_count=first["missed"],
        missed_total=sum(row["missed"] for row in rows),
        hedge=HEDGE,
        owner=owners.get(first["cause"]),
        since_weeks=_since(view, week, first["cause"]),
        quotes=tuple(row["quote"] for row in quotes),
    )


def _window(week: int | None) -> tuple[str, tuple[int, ...]]:
    return ("true", ()) if week is None else ("week_start > ? AND week_start <= ?", (week - WINDOW_DAYS, week))


def _since(view: View, week: int | None, cause: str) -> int | None:
    """Weeks in a row, back from this one, in which the cause led the policy side."""
    if week is None:
        return None
    count = 0
    for row in view.sql(LEADS, (week, sorted(POLICY_CAUSES))).to_pylist():
        if row["leader"] != cause:
            break
        count += 1
    return count or None
