"""Saves: customers who spoke of leaving, by what they were given, and how many of them stayed (CO4)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from heard import gate
from heard.measures.interval import wilson

GIVEN_WITHIN_DAYS = 28
"""Refunds and credits of so many days from the contact on count as given for it."""
STAYED_DAYS = 56
"""How long a customer must still be one to count as kept."""
CASES = f"""
WITH spoke AS (SELECT DISTINCT interaction_id FROM signal WHERE label = 'threatens_to_leave'),
cases AS (
  SELECT i.customer_id, min(i.local_day) AS day
  FROM interaction AS i JOIN spoke ON spoke.interaction_id = i.interaction_id
  WHERE i.customer_id IS NOT NULL AND i.local_day IS NOT NULL GROUP BY i.customer_id
)
SELECT c.customer_id, c.day,
  (SELECT coalesce(sum(o.amount), 0) FROM outcome AS o WHERE o.customer_id = c.customer_id
    AND o.kind IN ('refund', 'credit') AND o.local_day BETWEEN c.day AND c.day + {GIVEN_WITHIN_DAYS}) AS given,
  (SELECT min(o.local_day) FROM outcome AS o WHERE o.customer_id = c.customer_id AND o.kind = 'churn') AS left_on
FROM cases AS c ORDER BY c.customer_id
"""
LAST = "SELECT max(local_day) AS day FROM outcome"
NOTHING, SMALLER, LARGER = "nothing given", "up to the middle of what is given", "more than that"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saves:
    """One row a band of concessions, from the first time that a customer spoke of leaving.

    Attributes:
        rows: band, n, kept, share, ci_lower, ci_upper; null below k customers, and then in a second band.
        middle: Median of what was given, where anything was; None where nothing was, or too few were given anything.
        n: Customers who could be seen long enough; None where a band is hidden.
        left_out: Customers who spoke of leaving too late to say.
    """

    rows: tuple[dict[str, Any], ...]
    middle: float | None
    n: int | None
    left_out: int

    def to_rows(self) -> list[dict[str, str]]:
        """For people."""
        return [
            {
                "given back": row["band"],
                "spoke of leaving": "few" if row["n"] is None else f"{row['n']:,}",
                f"still a customer after {STAYED_DAYS} days": ""
                if row["share"] is None
                else f"{row['share']:.0%} [{row['ci_lower']:.0%}, {row['ci_upper']:.0%}]",
            }
            for row in self.rows
        ]

    def said(self) -> list[str]:
        """What may not be concluded."""
        middle = f" The middle of what is given is {self.middle:,.2f}." if self.middle is not None else ""
        return [
            f"Customers who wrote of leaving, by refunds and credits of the {GIVEN_WITHIN_DAYS} days from then on."
            f"{middle} {self.left_out:,} spoke of it too late to say.",
            "Evidence D, description: more is given where more is at stake, so the bands differ in more than that.",
        ]


def saves(view: gate.View) -> Saves:
    """Saves by concession; empty rows where nobody spoke of leaving or no outcome is known."""
    last = view.sql(LAST)["day"][0].as_py()
    cases = view.sql(CASES).to_pylist() if last is not None else []
    known = [c for c in cases if c["day"] + STAYED_DAYS <= last and (c["left_on"] is None or c["left_on"] >= c["day"])]
    return banded(
        [(float(c["given"]), c["left_on"] is None or c["left_on"] > c["day"] + STAYED_DAYS) for c in known],
        left_out=len(cases) - len(known),
        k=view.workspace.policy.k,
    )


def banded(cases: list[tuple[float, bool]], *, left_out: int, k: int) -> Saves:
    """Bands of (given, whether kept).

    Example:
        >>> told = banded([(0, True)] * 8 + [(0, False)] * 2 + [(5, True)] * 6 + [(9, False)] * 6, left_out=0, k=5)
        >>> [(row["n"], row["share"]) for row in told.rows]
        [(10, 0.8), (6, 1.0), (6, 0.0)]
    """
    given = [amount for amount, _ in cases if amount > 0]
    middle = float(np.median(given)) if given else 0.0
    bands = {
        NOTHING: [kept for amount, kept in cases if amount <= 0],
        SMALLER: [kept for amount, kept in cases if 0 < amount <= middle],
        LARGER: [kept for amount, kept in cases if amount > middle > 0],
    }
    small = [name for name, own in bands.items() if 0 < len(own) < k]
    if len(small) == 1:  # or it would follow by subtraction
        small += sorted((n for n, own in bands.items() if len(own) >= k), key=lambda n: len(bands[n]))[:1]
    rows = tuple(_row(name, own, is_hidden=name in small) for name, own in bands.items()) if cases else ()
    return Saves(
        rows=rows,
        middle=middle if len(given) >= k else None,
        n=None if small else len(cases),
        left_out=left_out,
    )


def _row(band: str, own: list[bool], *, is_hidden: bool) -> dict[str, Any]:
    if is_hidden or not own:
        return {
            "band": band,
            "n": None if is_hidden else 0,
            "kept": None,
            "share": None,
            "ci_lower": None,
            "ci_upper": None,
        }
    kept, n = float(sum(own)), float(len(own))
    low, high = wilson(np.array([kept]), np.array([n]))
    return {
        "band": band, "n": len(own), "kept": int(kept), "share": kept / n, "ci_lower": float(low[0]),
        "ci_upper": float(high[0]),
    }  # fmt: skip
