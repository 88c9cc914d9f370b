"""Who gets the change: seeded, balanced, and the same again from the same plan."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Literal

import numpy as np

from heard.errors import NotIdentified
from heard.inference.experiments.contacts import block_name
from heard.inference.experiments.plan import SWITCHED, Plan
from heard.terms.days import date_of, day_of

Arm = Literal["control", "treatment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """One unit's arm.

    Attributes:
        unit: Its name, as contacts carry it (`Contacts.units`).
        arm: control or treatment.
        stratum: The group in which it was drawn.
        place: Queue or team of a unit that is a place during a time; else the unit itself.
        first_on: First day of the unit.
        last_on: Last day.
    """

    unit: str
    arm: Arm
    stratum: str
    place: str
    first_on: date
    last_on: date


def assign(plan: Plan, units: Iterable[str], *, strata: Mapping[str, str] | None = None) -> list[Assigned]:
    """Draw the arms of agents or teams, or of the days, shifts or weeks of queues and teams.

    Args:
        plan: Its seed decides the draw; the order of `units` does not.
        units: Agents or teams; for units that are a place during a time, the places.
        strata: Unit → stratum, for agents.

    Returns:
        Balanced within each stratum as far as numbers allow; where one is odd, strata take turns in who gets the odd
        one, so that the whole is balanced too.

    Raises:
        NotIdentified: Fewer than two units in one arm.
    """
    names = sorted(set(units))
    rng = np.random.default_rng([plan.seed, *plan.name.encode()])
    if plan.unit in SWITCHED:
        drawn = _switched(plan, names, rng)
    else:
        grouped: dict[str, list[str]] = {}
        for name in names:
            grouped.setdefault((strata or {}).get(name, ""), []).append(name)
        whole = (plan.starts_on, plan.ends_on)
        drawn = [
            Assigned(unit=name, arm=arm, stratum=stratum, place=name, first_on=whole[0], last_on=whole[1])
            for stratum, name, arm in _balanced(grouped, plan.treated_share, rng)
        ]
    counts = [sum(one.arm == arm for one in drawn) for arm in ("control", "treatment")]
    if min(counts) < 2:
        raise NotIdentified(
            f"assignment of {plan.unit}s", got=f"{counts[0]} in control and {counts[1]} in treatment",
            expected="two or more in each arm", todo="Assign smaller units, such as queue-days, or run it longer.",
        )  # fmt: skip
    return drawn


def _balanced(
    grouped: Mapping[str, Sequence[str]], share: float, rng: np.random.Generator
) -> list[tuple[str, str, Arm]]:
    made: list[tuple[str, str, Arm]] = []
    owed = 0.0
    for stratum in sorted(grouped):
        members = list(grouped[stratum])
        exact = share * len(members) + owed
        count = math.floor(exact) + int(rng.random() < exact - math.floor(exact))
        count = min(max(count, 0), len(members))
        owed = exact - count
        chosen = set(rng.permutation(len(members))[:count].tolist())
        made.extend((stratum, name, "treatment" if i in chosen else "control") for i, name in enumerate(members))
    return made


def _switched(plan: Plan, places: Sequence[str], rng: np.random.Generator) -> list[Assigned]:
    first = day_of(plan.starts_on)
    grouped: dict[str, list[str]] = {}
    blocks: dict[str, tuple[str, int, int]] = {}
    for place in places:
        for stratum, day, length, half in _blocks(plan, place, first):
            name = block_name(plan.unit, place, day, half)
            blocks[name] = (place, day, length)
            grouped.setdefault(stratum, []).append(name)
    return [
        Assigned(
            unit=name, arm=arm, stratum=stratum, place=blocks[name][0], first_on=_on(blocks[name][1]),
            last_on=_on(blocks[name][1] + blocks[name][2] - 1),
        )
        for stratum, name, arm in _balanced(grouped, plan.treated_share, rng)
    ]  # fmt: skip


def _blocks(plan: Plan, place: str, first: int) -> Iterable[tuple[str, int, int, int]]:
    """Stratum, first day, days and half of each block: days within a week, shifts within two days, weeks in pairs."""
    if plan.unit == "team-week":
        for week in range(plan.weeks):
            yield f"{place} weeks {week // 2 * 2 + 1:03d}", first + 7 * week, 7, 0
        return
    for day in range(7 * plan.weeks):
        if plan.unit == "queue-day":
            yield f"{place} week {day // 7 + 1:03d}", first + day, 1, 0
        else:
            for half in (0, 1):
                yield f"{place} days {day // 2 * 2 + 1:03d}", first + day, 1, half


def _on(day: int) -> date:
    return date_of(day)


def arm_of(plan: Plan, customer: str) -> Arm:
    """The arm of a customer, who may come for the first time tomorrow: a keyed digest, nothing stored.

    The same customer has the same arm for the whole experiment, and arms of two experiments are independent.
    """
    made = blake2b(f"{plan.name}\x1f{plan.seed}\x1f{customer}".encode(), digest_size=8, person=b"heard.arm").digest()
    return "treatment" if int.from_bytes(made) / 2**64 < plan.treated_share else "control"
