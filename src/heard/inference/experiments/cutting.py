"""Which contacts count, and to which unit they belong."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from heard.errors import NotIdentified
from heard.inference.experiments.contacts import Contacts
from heard.inference.experiments.plan import Plan
from heard.inference.experiments.sequential import boundary
from heard.inference.experiments.trial import Floats, Ints, Trial, trial
from heard.terms.words import Unit


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A measure's contacts and what it is called.

    Attributes:
        name: Name of the measure.
        title: What a manager calls it.
        unit: Unit of the difference: points for shares.
        contacts: All contacts, those before the start included.
    """

    name: str
    title: str
    unit: Unit
    contacts: Contacts


@dataclass(frozen=True, kw_only=True)
class Arms:
    """The assignment in force: unit → arm and unit → stratum."""

    arm: Mapping[str, str]
    stratum: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Counted:
    first: date
    last: date
    look: int
    critical: float | None


@dataclass(frozen=True, kw_only=True)
class Used:
    contacts: Contacts
    rows: Ints
    data: Trial
    left_out: int
    departures: tuple[str, ...]


def window_of(plan: Plan, read_on: date) -> Counted:
    """The days that count, and at planned looks the boundary of the last look that was reached."""
    if plan.looking == "once" or plan.looking == "anytime":
        last = min(plan.ends_on, read_on - timedelta(days=plan.lag_days))
        return Counted(first=plan.first_counted_on, last=last, look=1, critical=None)
    days = 7 * plan.weeks
    seen = (read_on - timedelta(days=plan.lag_days) - plan.starts_on).days + 1
    look = min(max(int(seen * plan.looks / days), 0), plan.looks)
    if not look:
        raise NotIdentified(
            f"experiment {plan.name}", got=f"data until {read_on.isoformat()}",
            expected=f"the first of {plan.looks} planned looks", todo="Wait for it.",
        )  # fmt: skip
    critical = boundary(plan.looks, plan.looking, alpha=plan.alpha)[look - 1]
    last = plan.starts_on + timedelta(days=math.ceil(days * look / plan.looks) - 1)
    return Counted(first=plan.first_counted_on, last=last, look=look, critical=critical)


def early(plan: Plan, read_on: date, window: Counted) -> list[str]:
    days = (plan.readable_on - timedelta(days=1) - read_on).days
    if days <= 0 or plan.looking == "anytime":
        return []
    if window.critical is not None:
        return []
    return [
        f"Read {days} days before the planned end, and no early look was planned: the interval below is one that holds "
        "however often you look, and wider."
    ]


def cut(plan: Plan, contacts: Contacts, arms: Arms, window: Counted) -> Used:
    """The contacts that count, by unit, with each unit's past."""
    people = contacts.within(plan.population)
    now = people.between(window.first, window.last) if window.last >= window.first else people.of(people.day < -1)
    if not len(now):
        raise NotIdentified(
            f"experiment {plan.name}", got="no contact in its window",
            expected=f"outcomes from {window.first.isoformat()} on",
            todo="Outcomes before the assignment say nothing about it: import what came since.",
        )  # fmt: skip
    units = now.units(plan.unit)
    known = np.array([unit in arms.arm for unit in units], dtype=bool)
    kept = now.of(known)
    names = [str(unit) for unit in units[known]]
    data = trial(
        names, arms.arm, kept.value, kept.n, strata=arms.stratum or None, past=_past(plan, people),
        shown=kept.shown if len(kept.shown) else None,
    )  # fmt: skip
    place = {name: i for i, name in enumerate(sorted(arms.arm))}
    left_out = int((~known).sum())
    said = (f"{left_out:,} contacts of units that were not assigned are left out.",) if left_out else ()
    rows = np.array([place[name] for name in names], dtype=np.int64)
    return Used(contacts=kept, rows=rows, data=data, left_out=left_out, departures=said)


def _past(plan: Plan, people: Contacts) -> tuple[list[str], Floats, Floats] | None:
    if not plan.past_weeks or plan.unit not in ("agent", "team", "customer"):
        return None
    before = people.between(plan.starts_on - timedelta(weeks=plan.past_weeks), plan.starts_on - timedelta(days=1))
    names = before.units(plan.unit)
    known = np.array([name is not None for name in names], dtype=bool)
    return [str(name) for name in names[known]], before.value[known], before.n[known]
