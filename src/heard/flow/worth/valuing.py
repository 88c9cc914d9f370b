"""What customers are worth: so far, and to be expected, on margin; heard against missed with their balance."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import HeardError
from heard.flow.worth.paying import margin_of
from heard.flow.worth.reading import STATES, Floats, Lived, lived, opened
from heard.inference.value import contractual, expected, fit_buying, fit_spending, of_orders

PERIOD_DAYS = 7
WEEKS = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Values of customers.

    Attributes:
        historic: Mean margin so far, with interval and n.
        predicted: Mean margin of the next year; `undefined_because` where there are too few repeat orders.
        contract: Value under contract, from the churn of the last year; null without subscriptions.
        groups: Historic margin a year by first experience, with what else differs between the groups.
    """

    currency: str
    margin_share: float
    discount_rate: float
    historic: dict[str, Any]
    predicted: dict[str, Any]
    contract: dict[str, Any]
    groups: tuple[dict[str, Any], ...]
    manifest: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True, "currency": self.currency, "margin_share": self.margin_share,
            "discount_rate": self.discount_rate, "historic": self.historic, "predicted": self.predicted,
            "contract": self.contract, "groups": list(self.groups), "grade": "D", "manifest": self.manifest,
        }  # fmt: skip

    def to_rows(self) -> list[dict[str, str]]:
        """The three values as a table."""
        named = (("margin so far", self.historic), ("next year, BG/NBD × gamma-gamma", self.predicted),
                 ("under contract, for good", self.contract))  # fmt: skip
        return [
            {
                "value of a customer": what,
                f"margin, {self.currency}": told.get("undefined_because") or f"{told['value']:,.2f}",
                "interval": _interval(told),
                "n": "" if told.get("n") is None else f"{told['n']:,}",
            }
            for what, told in named
        ]

    def group_rows(self) -> list[dict[str, str]]:
        """Groups with their balance."""
        return [
            {
                "first contact": g["group"], "n": "few" if g["n"] is None else f"{g['n']:,}",
                f"margin a year, {self.currency}": "" if g["value"] is None else f"{g['value']:,.2f}",
                "interval": _interval(g),
                "tenure, years": "" if g["n"] is None else f"{g['tenure_years']:.2f}",
                "margin before": "" if g["n"] is None else f"{g['margin_before']:,.2f}",
            }
            for g in self.groups
        ]  # fmt: skip

    def said(self) -> list[str]:
        """What may not be concluded."""
        return [
            f"On margin ({self.margin_share:.0%} of revenue); what lies ahead is discounted by "
            f"{self.discount_rate:.0%} a year.",
            "Groups by first contact are a description (evidence D): see what else differs before you compare them.",
        ]


def value(
    folder: Path, *, margin_share: float | None = None, discount_rate: float = 0.1, as_of: date | None = None
) -> Value:
    """Value of customers.

    Args:
        folder: The workspace.
        margin_share: Margin over revenue; from `[standards]` when None.
        discount_rate: A year.
        as_of: Last day that is seen.

    Raises:
        BadInput: No outcomes, no margin, or several currencies.
    """
    with opened(folder, as_of=as_of) as (workspace, view):
        found = lived(view)
        return valued(found, margin_of(workspace.policy, margin_share), discount_rate)


def valued(found: Lived, margin_share: float, discount_rate: float) -> Value:
    """Value of customers on what was read."""
    currency = found.currency() or found.policy.currency
    return Value(
        currency=currency, margin_share=margin_share, discount_rate=discount_rate,
        historic=_historic(found, margin_share), predicted=_predicted(found, margin_share, discount_rate),
        contract=_contract(found, margin_share, discount_rate), groups=tuple(_groups(found, margin_share)),
        manifest=found.manifest,
    )  # fmt: skip


def _money(found: Lived, rows: npt.NDArray[np.bool_]) -> Floats:
    """Net revenue of each customer over some rows."""
    done = found.done
    sign = np.where(done.of("order", "renewal"), 1.0, np.where(done.of("refund", "credit"), -1.0, 0.0))
    amount = sign * np.nan_to_num(done.amount)
    return np.asarray(np.bincount(done.customer[rows], amount[rows], len(found.customers)))


def _mean(values: Floats, least: int) -> dict[str, Any]:
    if len(values) < least:
        none = dict.fromkeys(("value", "ci_lower", "ci_upper", "n"))
        return {**none, "undefined_because": f"fewer than {least} customers with orders"}
    middle, half = float(values.mean()), 1.96 * float(values.std(ddof=1)) / np.sqrt(len(values))
    return {"value": middle, "ci_lower": middle - half, "ci_upper": middle + half, "n": len(values)}


def _historic(found: Lived, share: float) -> dict[str, Any]:
    bought = np.unique(found.done.customer[found.done.of("order", "renewal")])
    return _mean(share * _money(found, np.ones(len(found.done.day), bool))[bought], max(found.policy.k, 2))


def _predicted(found: Lived, share: float, discount: float) -> dict[str, Any]:
    rows = found.done.of("order") & np.isfinite(found.done.amount)
    none = {"value": None, "ci_lower": None, "ci_upper": None, "n": None}
    try:
        done = found.done
        seen, _ = of_orders(done.customer[rows], done.day[rows], done.amount[rows], until=found.last_day)
        buying, spending = fit_buying(seen), fit_spending(seen)
    except HeardError as fault:
        return none | {"undefined_because": str(fault)}
    weekly = (1 + discount) ** (1 / WEEKS) - 1
    told = expected(buying, spending, seen, periods=WEEKS, margin_share=share, discount=weekly)
    finite = np.isfinite([told.mean, told.ci_lower, told.ci_upper])
    if not finite.all():
        return none | {"undefined_because": "the mean spend has no limit, or the parameters are not sharp"}
    return {
        "value": told.mean, "ci_lower": told.ci_lower, "ci_upper": told.ci_upper, "n": buying.n,
        "buying": dict(zip(("r", "alpha", "a", "b"), buying.parameters, strict=True)),
        "spending": dict(zip(("p", "q", "v"), spending.parameters, strict=True)),
        "spend_goes_with_frequency": spending.correlation,
    }  # fmt: skip


def _contract(found: Lived, share: float, discount: float) -> dict[str, Any]:
    """Subscribers' monthly margin, and the retention from month to month of the whole time that is known."""
    done = found.done
    none = {"value": None, "ci_lower": None, "ci_upper": None, "n": None}
    rows = done.of("subscribe") & np.isfinite(done.amount)
    if not rows.any():
        return none | {"undefined_because": "no subscriptions"}
    who, first = np.unique(done.customer[rows], return_index=True)
    day, monthly = done.day[rows][first], done.amount[rows][first] * share
    churned = found.churned[0][who]
    months = np.maximum(np.where(churned >= 0, churned, found.last_day) - day, 1) * 12 / 365.25
    if len(who) < found.policy.k:
        return none | {"undefined_because": f"fewer than {found.policy.k} subscribers"}
    lost = int((churned >= 0).sum())
    if not lost:
        return none | {"undefined_because": "nobody left yet: retention cannot be told from 1", "n": len(who)}
    each = (1 + discount) ** (1 / 12) - 1
    spread = 1.96 / np.sqrt(lost)
    rates = [lost / months.sum() * factor for factor in (1, np.exp(spread), np.exp(-spread))]
    middle, low, high = (contractual(float(monthly.mean()), float(np.exp(-rate)), each) for rate in rates)
    return {
        "value": middle,
        "ci_lower": low,
        "ci_upper": high,
        "n": len(who),
        "monthly_retention": float(np.exp(-rates[0])),
    }


def _groups(found: Lived, share: float) -> list[dict[str, Any]]:
    """Margin a year after the first contact by how it went, beside tenure and the margin before it."""
    contacts = found.contacts
    usable = np.flatnonzero(contacts.state >= 0)
    people, first = np.unique(contacts.customer[usable], return_index=True)
    begins, state = contacts.day[usable][first], contacts.state[usable][first]
    of = np.full(len(found.customers), np.iinfo(np.int64).max)
    of[people] = begins
    later = found.done.day > of[found.done.customer]
    after, before = (share * _money(found, rows)[people] for rows in (later, ~later))
    years = np.maximum(found.last_day - begins, 1) / 365.25
    tenure = np.maximum(begins - found.joined[people], 0) / 365.25
    return [
        _group(name, state == place, after, before, years, tenure, found.policy.k) for place, name in enumerate(STATES)
    ]


def _group(
    name: str, of_it: npt.NDArray[np.bool_], after: Floats, before: Floats, years: Floats, tenure: Floats, k: int
) -> dict[str, Any]:
    """Ratio of margin to time, so that customers seen briefly do not weigh as much as those seen long."""
    n = int(of_it.sum())
    if n < max(k, 2):
        none = dict.fromkeys(("value", "ci_lower", "ci_upper", "tenure_years", "margin_before"))
        return {"group": name, "n": None, **none, "undefined_because": f"fewer than {k} customers"}
    rate = float(after[of_it].sum() / years[of_it].sum())
    residual = after[of_it] - rate * years[of_it]
    half = 1.96 * np.sqrt(n / (n - 1) * float(residual @ residual)) / float(years[of_it].sum())
    return {
        "group": name, "n": n, "value": rate, "ci_lower": rate - half, "ci_upper": rate + half,
        "tenure_years": float(tenure[of_it].mean()), "margin_before": float(before[of_it].mean()),
    }  # fmt: skip


def _interval(told: dict[str, Any]) -> str:
    return "" if told.get("ci_lower") is None else f"{told['ci_lower']:,.2f} to {told['ci_upper']:,.2f}"
