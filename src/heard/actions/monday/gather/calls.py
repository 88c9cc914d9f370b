"""Call these three: customers with a missed moment, nobody who spoke to them since, and something to lose soon."""

from typing import Any

from heard.actions.monday.inputs import Call
from heard.measures.compute import View
from heard.terms.days import date_of

RECENT_DAYS = 14
RENEWAL_DAYS = 90
MOST = 3
QUERY = """
WITH last_contact AS (
  SELECT customer_id, max(opened_epoch_s) AS opened_epoch_s, max(local_day) AS local_day FROM interaction
  WHERE customer_id IS NOT NULL GROUP BY customer_id
),
spoke_last AS (
  SELECT interaction_id, arg_max(speaker_role, (coalesce(sent_epoch_s, 0), position)) AS role FROM turn
  WHERE is_public AND speaker_role <> 'system' GROUP BY interaction_id
)
SELECT m.customer_id, max(m.intensity) AS intensity, bool_or(m.is_harmful) AS is_harmful,
       max(i.source_url) AS source_url,
       max(last_contact.local_day) AS contact_day, max(spoke_last.role) AS role, max(c.renews_on) AS renews_on
FROM moment AS m
JOIN interaction AS i ON i.interaction_id = m.interaction_id
JOIN last_contact ON last_contact.customer_id = m.customer_id AND last_contact.opened_epoch_s = i.opened_epoch_s
LEFT JOIN spoke_last ON spoke_last.interaction_id = m.interaction_id
LEFT JOIN customer AS c ON c.customer_id = m.customer_id
WHERE m.state = 'missed' AND m.week_start <= ? AND m.local_day > ? AND m.intensity >= 2
  AND NOT EXISTS (SELECT 1 FROM outcome AS o WHERE o.customer_id = m.customer_id AND o.kind = 'churn')
GROUP BY m.customer_id
ORDER BY (max(c.renews_on) IS NOT NULL) DESC, intensity DESC, is_harmful DESC, max(c.renews_on), m.customer_id
"""


def calls(view: View, week: int | None) -> tuple[Call, ...]:
    """At most three customers under their pseudonyms, with the reason; none for undated data.

    Args:
        view: Canonical tables without anybody who objected.
        week: Monday of the page's week as day since 1970.
    """
    if week is None:
        return ()
    last_day = week + 6
    rows = view.sql(QUERY, (week, last_day - RECENT_DAYS)).to_pylist()
    soon = [row for row in rows if _renews_in(row, last_day) is not None]
    rest = [row for row in rows if _renews_in(row, last_day) is None]
    return tuple(_call(row, last_day) for row in [*soon, *rest][:MOST])


def _renews_in(row: dict[str, Any], last_day: int) -> int | None:
    if row["renews_on"] is None:
        return None
    days = (row["renews_on"] - date_of(last_day)).days
    return days if 0 <= days <= RENEWAL_DAYS else None


def _call(row: dict[str, Any], last_day: int) -> Call:
    strength = "a strongly worded moment was missed" if row["intensity"] == 3 else "a clear moment was missed"
    harmed = ", and the reply dismissed, deflected or stonewalled" if row["is_harmful"] else ""
    days = _renews_in(row, last_day)
    renewal = f"; renewal in {days} days" if days is not None else ""
    return Call(
        customer_id=row["customer_id"],
        why=f"{strength}{harmed}; no contact since{renewal}",
        source_url=row["source_url"],
        last_contact_on=date_of(row["contact_day"]) if row["contact_day"] is not None else None,
        last_speaker="customer" if row["role"] == "customer" else "business",
    )
