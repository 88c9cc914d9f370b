"""The join report: do contacts and outcomes speak of the same customers, and in the right order?"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from heard.flow.worth.reading import Lived, lived, opened
from heard.measures.interval import wilson

OPPOSITES = ("refund", "credit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Counts of the join; shares with their denominator."""

    rows: tuple[dict[str, Any], ...]
    faults: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"ok": True, "rows": list(self.rows), "faults": list(self.faults)}


def joins(folder: Path) -> Joined:
    """Hold the customers of contacts against those of outcomes, and the order of what happened to them.

    Raises:
        BadInput: No outcome was imported.
    """
    with opened(folder) as (_, view):
        return report(lived(view))


def report(found: Lived) -> Joined:
    """The report on what was read."""
    count = len(found.customers)
    met, did = (np.bincount(who, minlength=count) for who in (found.contacts.customer, found.done.customer))
    day, _ = found.churned
    churns = np.bincount(found.done.customer[found.done.of("churn")], minlength=count)
    ordered, given = _money(found, "order", "renewal"), _money(found, *OPPOSITES)
    before = found.contacts.day > np.where(day >= 0, day, np.iinfo(np.int64).max)[found.contacts.customer]
    wrote_again = len(np.unique(found.contacts.customer[before]))
    gone_early = (day >= 0) & found.joined_is_stated & (day < found.joined)
    named = np.array([one is not None for one in found.done.contact], bool)
    first_contact = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first_contact, found.contacts.customer, found.contacts.day)
    seen = first_contact < np.iinfo(np.int64).max
    left_first = (day >= 0) & seen & (day < first_contact)
    rows = (
        _share("customers with contacts who have an outcome", ((met > 0) & (did > 0)).sum(), (met > 0).sum()),
        _share("customers with outcomes who have a contact", ((met > 0) & (did > 0)).sum(), (did > 0).sum()),
        _share("customers of the list with either", ((met > 0) | (did > 0)).sum(), count),
        _share("outcomes that name their contact", named.sum(), len(named)),
        _share("customers with several contacts", (met > 1).sum(), (met > 0).sum()),
        _share("customers with several churns", (churns > 1).sum(), (churns > 0).sum()),
        _share("churned customers who wrote again afterwards", wrote_again, (day >= 0).sum()),
        _share("churned customers whose first contact came later", left_first.sum(), ((day >= 0) & seen).sum()),
        _share("customers who left before they joined", gone_early.sum(), (day >= 0).sum()),
        _share("customers given back more than they paid", (given > ordered + 0.005).sum(), (given > 0).sum()),
        {"what": "outcomes without a date, left out", "count": found.undated_count, "of": None, "share": None,
         "ci_lower": None, "ci_upper": None},
    )  # fmt: skip
    return Joined(rows=rows, faults=_faults(rows, found))


def _money(found: Lived, *kinds: str) -> Any:
    rows = found.done.of(*kinds) & np.isfinite(found.done.amount)
    return np.bincount(found.done.customer[rows], found.done.amount[rows], len(found.customers))


def _share(what: str, count: Any, of: Any) -> dict[str, Any]:
    low, high = wilson(np.array([float(count)]), np.array([float(of)]))
    is_there = of > 0
    return {
        "what": what, "count": int(count), "of": int(of), "share": float(count / of) if is_there else None,
        "ci_lower": float(low[0]) if is_there else None, "ci_upper": float(high[0]) if is_there else None,
    }  # fmt: skip


def _faults(rows: tuple[dict[str, Any], ...], found: Lived) -> tuple[str, ...]:
    told = {row["what"]: row for row in rows}
    faults = []
    if told["customers with contacts who have an outcome"]["count"] == 0:
        faults.append(
            "No customer has both a contact and an outcome: the two systems name customers differently. Set "
            "customers_of on the source in heard.toml, or import a list with both ids."
        )
    if (early := told["customers who left before they joined"]["count"]) > 0:
        faults.append(f"{early} customers left before they joined: they are left out of cohorts and hazards.")
    if (later := told["churned customers whose first contact came later"]["count"]) > 0:
        faults.append(f"{later} churned customers first wrote after leaving: such contacts are no exposure.")
    currencies = sorted({str(c) for c in found.done.currency if c})
    if len(currencies) > 1:
        faults.append(f"Amounts are in {', '.join(currencies)}: values are refused until there is one.")
    return tuple(faults)
