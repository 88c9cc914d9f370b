"""Wise empathy: who stays beside what it costs, and whether more apologies and sympathy go with more staying."""

from typing import Any

import numpy as np
import numpy.typing as npt

from heard.flow.worth.reading import STATES, UNDATED_DAY, Floats, Ints, Lived
from heard.measures.interval import wilson

DOSES = ("none", "1", "2", "3 or more")
COST = "cost_per_reply"
"""Name under `[standards]` of heard.toml: what one reply of a person costs, in the currency of the orders."""


def kept_beside_cost(found: Lived, window: int) -> tuple[dict[str, Any], ...]:
    """By how contacts went: share who were still there after the window, replies, and what serving cost.

    Cost is replies by people × `[standards] cost_per_reply`; null where that is not stated. Contacts whose window had
    not ended on the last day, or after which nobody could be lost any more, are left out. Groups of fewer than k
    customers have null figures.
    """
    left, seen = left_within(found, window)
    replies = found.contacts.numbers("agent_turn_count")
    stated = found.policy.standards.get(COST)
    price = float(stated) if isinstance(stated, int | float) and not isinstance(stated, bool) else np.nan
    told = []
    for place, name in enumerate(STATES):
        rows = seen & (found.contacts.state == place)
        row = {"contact": name, **_stayed(found, rows, left), **_mean("replies", found, rows, replies)}
        told.append(row | _mean("cost", found, rows, replies * price))
    return tuple(told)


def dose_response(found: Lived, window: int) -> tuple[dict[str, Any], ...]:
    """By how many apologies and words of sympathy a contact with a moment got: share who were still there afterwards.

    A description: where more went wrong, more is apologised for. Strong moments stand apart, so that like is held
    against like.
    """
    left, seen = left_within(found, window)
    contacts = found.contacts
    dose = np.minimum(np.nan_to_num(contacts.numbers("sorry_count")), len(DOSES) - 1).astype(int)
    intensity = contacts.numbers("intensity")
    has_moment = seen & (contacts.state < STATES.index("no moment"))
    told = []
    for name, strong in (("mild or clear", intensity < 3), ("strong", intensity >= 3)):
        for place, said in enumerate(DOSES):
            rows = has_moment & strong & (dose == place)
            told.append({"moment": name, "apologies and sympathy": said, **_stayed(found, rows, left)})
    return tuple(told)


def said_of_doses(rows: tuple[dict[str, Any], ...]) -> str:
    """One sentence on whether three or more go with less staying than one."""
    shown = [row for row in rows if row["value"] is not None]
    fewer = []
    for kind in ("mild or clear", "strong"):
        of = {row["apologies and sympathy"]: row for row in shown if row["moment"] == kind}
        one, many = of.get("1"), of.get(DOSES[-1])
        if one and many:
            fewer.append((kind, many["value"] - one["value"], many["ci_upper"] < one["ci_lower"]))
    if not fewer:
        return "Too few contacts to say whether more apologies and sympathy go with more staying."
    worse = [kind for kind, _, is_less in fewer if is_less]
    if worse:
        return f"More is not always better: after {' and '.join(worse)} moments three or more go with less staying."
    told = ", ".join(f"{difference * 100:+.1f} points ({kind})" for kind, difference, _ in fewer)
    return f"Three or more against one: {told} stay; the intervals do not part them. Evidence D, description."


def left_within(found: Lived, window: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether each contact's customer left within the window, and whether that could be seen; shape (contacts,)."""
    contacts = found.contacts
    gone, _ = found.churned
    day = np.where(gone >= 0, gone, np.iinfo(np.int64).max)[contacts.customer]
    there = day >= contacts.day
    seen = there & (contacts.day + window <= found.last_day) & (contacts.state >= 0) & (contacts.day > UNDATED_DAY)
    return there & (day <= contacts.day + window), seen


def _stayed(found: Lived, rows: npt.NDArray[np.bool_], left: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Share still there, Wilson's interval with an effective n, clustered by customer (Korn & Graubard 1998)."""
    n, customer = int(rows.sum()), found.contacts.customer[rows]
    if len(np.unique(customer)) < found.policy.k:
        return {"n": None, "value": None, "ci_lower": None, "ci_upper": None}
    stayed = (~left[rows]).astype(float)
    share = float(stayed.mean())
    spread = float((_by_customer(customer, stayed - share) ** 2).sum()) / n**2
    effective = min(share * (1 - share) / spread, n) if spread > 0 else float(len(np.unique(customer)))
    low, high = wilson(np.array([share * effective]), np.array([effective]))
    return {"n": n, "value": share, "ci_lower": float(low[0]), "ci_upper": float(high[0])}


def _mean(name: str, found: Lived, rows: npt.NDArray[np.bool_], values: Floats) -> dict[str, Any]:
    """Mean with a 95 % interval, clustered by customer; null for too few customers or no values."""
    rows = rows & np.isfinite(values)
    n, customer = int(rows.sum()), found.contacts.customer[rows]
    if len(np.unique(customer)) < found.policy.k:
        return {name: None, f"{name}_ci_lower": None, f"{name}_ci_upper": None}
    mean = float(values[rows].mean())
    half = 1.96 * float(np.sqrt((_by_customer(customer, values[rows] - mean) ** 2).sum())) / n
    return {name: mean, f"{name}_ci_lower": mean - half, f"{name}_ci_upper": mean + half}


def _by_customer(customer: Ints, values: Floats) -> Floats:
    _, place = np.unique(customer, return_inverse=True)
    return np.asarray(np.bincount(place, values), float)
