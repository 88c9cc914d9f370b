"""People or policy: for every cause volume, hurt and money, and what share the replies could have met (CO7)."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from heard import gate
from heard.actions.journey.agreed import FRICTION, FRICTION_STATUSES, Friction
from heard.errors import BadInput, HeardError
from heard.flow.steps import working_in
from heard.flow.worth.paying import DAYS, margin_of, value_of_a_customer
from heard.flow.worth.reading import lived, opened
from heard.inference.worth import Range
from heard.measures.interval import Sums, wilson
from heard.measures.interval import mean as mean_interval
from heard.terms.days import date_of
from heard.terms.words import CAUSES, side_of

CAUSES_SQL = """
WITH given AS (
  SELECT m.cause, m.interaction_id, m.customer_id, m.intensity, m.state, m.is_generic, m.local_day,
    (SELECT coalesce(sum(o.amount), 0) FROM outcome AS o WHERE o.customer_id = m.customer_id
      AND o.kind IN ('refund', 'credit') AND o.local_day BETWEEN m.local_day AND m.local_day + {days}) AS given_back,
    (SELECT count(*) FROM outcome AS o WHERE o.customer_id = m.customer_id AND o.kind = 'churn'
      AND o.local_day > m.local_day AND o.local_day <= m.local_day + {days}) AS left_after
  FROM moment AS m
)
SELECT cause, count(*) AS moments, count(DISTINCT customer_id) AS customers, count(DISTINCT interaction_id) AS contacts,
  sum(CASE WHEN state = 'met' AND NOT coalesce(is_generic, false) THEN 1 ELSE 0 END) AS met,
  avg(intensity) AS hurt, sum(intensity) AS hurt_sum, sum(intensity * intensity) AS hurt_square,
  sum(given_back) AS given_back, sum(CASE WHEN left_after > 0 THEN 1 ELSE 0 END) AS followed_by_churn
FROM given GROUP BY cause ORDER BY cause
"""
"""Intensity is 1 to 3; money and churn are those within `days` of the moment: along with it, not because of it."""
WORDS_SQL = """
SELECT m.cause, m.intensity, m.local_day, substr(t.text, m.opens_span_start + 1, m.opens_span_end - m.opens_span_start)
  AS words, m.moment_id
FROM moment AS m JOIN turn AS t ON t.turn_id = m.opens_turn_id
WHERE m.local_day IS NOT NULL AND m.customer_id IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY m.cause ORDER BY m.intensity DESC, m.local_day DESC, m.moment_id) = 1
ORDER BY m.cause
"""
WITHIN_DAYS = 28
COULD_MEET: Mapping[str, str] = {"people": "replies", "policy": "a rule, product or process"}


def friction(folder: Path, *, margin_share: float | None = None, as_of: date | None = None) -> list[dict[str, Any]]:
    """The friction list, the largest first.

    Args:
        folder: The workspace.
        margin_share: Margin over revenue, to weigh a churn; from `[standards]` when None. Without one only what was
            given back counts as money.
        as_of: Last day that is seen.

    Returns:
        One row a cause: moments, customers, mean hurt (intensity 1 to 3) with interval, share met, money given back,
        customers lost, `money` with a range, `weight` (moments × hurt), `priority` (weight × money of a moment; the
        weight alone where there is no money), side, who could meet it, owner, status, strongest words. Causes of fewer
        than k customers are left out.
    """
    with opened(folder, as_of=as_of) as (workspace, view):
        made = listed(workspace, view, margin_share=margin_share)
        gate.audit.note(workspace, "look", "owner", {"what": "friction", "count": len(made)})
    return made


def listed(workspace: gate.Workspace, view: gate.View, *, margin_share: float | None = None) -> list[dict[str, Any]]:
    """The friction list of an open view; whoever shows its words notes the look."""
    rows = view.sql(CAUSES_SQL.format(days=WITHIN_DAYS)).to_pylist()
    words = {row["cause"]: row for row in view.sql(WORDS_SQL).to_pylist()}
    decided = {kept.body.cause: kept.body for kept in FRICTION.all(workspace)}
    each = _worth_of_a_customer(view, workspace.policy, margin_share)
    owners, k = dict(workspace.policy.policy_owner), workspace.policy.k
    shown = [row for row in rows if row["customers"] >= k]
    made = [_row(row, words.get(row["cause"]), decided.get(row["cause"]), owners, each, k) for row in shown]
    has_money = any(row["money"] for row in made)
    for row in made:
        row["priority"] = row["weight"] * ((row["money"] or 0.0) / row["moments"] if has_money else 1.0)
    return sorted(made, key=lambda row: (-row["priority"], -row["weight"]))


def _worth_of_a_customer(view: gate.View, policy: gate.Policy, margin_share: float | None) -> Range | None:
    """Margin of a customer's year; None where margin or amounts are not known."""
    if margin_share is None and "margin_share" not in policy.standards:
        return None
    share = margin_of(policy, margin_share)
    try:
        return value_of_a_customer(lived(view), share, DAYS)
    except HeardError:
        return None


def decide_friction(folder: Path, cause: str, *, owner: str = "", status: str = "open", note: str = "") -> Friction:
    """Note who owns a cause and how it stands.

    Raises:
        BadInput: No such cause or status.
    """
    if cause not in CAUSES or status not in FRICTION_STATUSES:
        raise BadInput(
            "friction", got=f"{cause}, {status}", expected=f"{', '.join(CAUSES)}; {', '.join(FRICTION_STATUSES)}"
        )
    with working_in(folder) as workspace:
        body = FRICTION.parsed({"cause": cause, "owner": owner, "status": status, "note": note})
        FRICTION.put(workspace, body, by="owner", record_id=f"friction-{cause}", expected_version=None)
        return body


def _row(
    row: Mapping[str, Any],
    word: Mapping[str, Any] | None,
    decided: Friction | None,
    owners: Mapping[str, str],
    each: Range | None,
    k: int,
) -> dict[str, Any]:
    n, met = float(row["moments"]), float(row["met"])  # sums of whole numbers come as decimals
    side = side_of(row["cause"])
    low, high = _bounds(met, n)
    hurt = mean_interval(
        Sums(*(np.array([v], float) for v in (row["hurt_sum"], n, row["hurt_square"], row["hurt_sum"], n, n))),
        scale=(1, 3),
    )
    given, gone = float(row["given_back"]), int(row["followed_by_churn"])
    return {
        "cause": row["cause"],
        "side": side or "neither",
        "moments": int(n),
        "customers": row["customers"],
        "hurt": float(row["hurt"]),
        "hurt_ci_lower": float(hurt.lower[0]),
        "hurt_ci_upper": float(hurt.upper[0]),
        "weight": n * float(row["hurt"]),
        "met_share": met / n,
        "met_ci_lower": low,
        "met_ci_upper": high,
        "could_be_met_by": COULD_MEET.get(side or "", "neither"),
        "given_back": given,
        "followed_by_churn": None if 0 < gone < k else gone,
        **_money(given, gone, each, k),
        "owner": (decided.owner if decided else "") or owners.get(row["cause"], ""),
        "status": decided.status if decided else "open",
        "words": word["words"] if word else None,
        "moment_id": word["moment_id"] if word else None,
        "week": None if not word else _week(int(word["local_day"])),
    }


def _money(given: float, gone: int, each: Range | None, k: int) -> dict[str, float | None]:
    """Given back and, with a margin, customers lost after it; null where so few left that the sum would name them."""
    if each is None:
        return {"money": given, "money_lower": given, "money_upper": given}
    if 0 < gone < k:
        return dict.fromkeys(("money", "money_lower", "money_upper"))
    return {
        "money": given + gone * each.value, "money_lower": given + gone * each.ci_lower,
        "money_upper": given + gone * each.ci_upper,
    }  # fmt: skip


def _bounds(count: float, n: float) -> tuple[float, float]:
    low, high = wilson(np.array([count]), np.array([n]))
    return float(low[0]), float(high[0])


def _week(day: int) -> str:
    """Monday of the week: small teams see the week of a quote, not the day (CONTRACTS 19)."""
    return date_of(day - (day + 3) % 7).isoformat()
