"""The verdict: checks first, then the effect by assignment, then what else was promised, and every departure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from heard.inference.evidence import Estimate
from heard.inference.evidence.check import finite
from heard.inference.experiments.checking import checks_of
from heard.inference.experiments.comparing import rates
from heard.inference.experiments.contacts import distinct
from heard.inference.experiments.cutting import Arms, Metric, Used, cut, early, window_of
from heard.inference.experiments.effects import guard_effect, other_effects, primary_effect
from heard.inference.experiments.exposure import Exposure, exposure
from heard.inference.experiments.plan import Plan
from heard.inference.experiments.subgroups import Benefit, benefits
from heard.inference.experiments.trial import Trial, checked
from heard.inference.experiments.wording import headline
from heard.terms.days import date_of


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Everything that the page shows.

    Attributes:
        plan: The plan.
        headline: The answer in one sentence.
        departures: What was done otherwise than planned; printed in red.
        primary: Effect by assignment, tested as planned.
        beside: The same effect by other methods, for those who ask: never a second chance.
        guards: Guard metric → effect.
        benefits: Effects by subgroup.
        arms: Arm → rate, denominator, units; rates are None where the arm is too small to show.
        exposure: Who got what.
        weeks: Rates of both arms by week, for the picture.
        read_on: Day up to which contacts were read.
    """

    plan: Plan
    headline: str
    departures: tuple[str, ...]
    primary: Estimate
    beside: Mapping[str, Estimate]
    guards: Mapping[str, Estimate]
    benefits: tuple[Benefit, ...]
    arms: Mapping[str, Mapping[str, float | None]]
    exposure: Exposure
    weeks: tuple[Mapping[str, Any], ...]
    read_on: date

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        shown = self.exposure
        return {
            "ok": True,
            "plan": self.plan.model_dump(mode="json"),
            "plan_digest": self.plan.digest,
            "headline": self.headline,
            "departures": list(self.departures),
            "primary": self.primary.to_dict(),
            "beside": {name: estimate.to_dict() for name, estimate in self.beside.items()},
            "guards": {name: estimate.to_dict() for name, estimate in self.guards.items()},
            "who_benefits": [one.to_dict() for one in self.benefits],
            "arms": {arm: dict(values) for arm, values in self.arms.items()},
            "exposure": {
                "shown_in_treatment": shown.shown_in_treatment,
                "shown_in_control": shown.shown_in_control,
                "crossover": shown.crossover,
            },
            "weeks": [dict(week) for week in self.weeks],
            "read_on": self.read_on.isoformat(),
        }


def verdict(
    plan: Plan,
    metric: Metric,
    arms: Arms,
    *,
    read_on: date,
    registered: bool,
    guards: Sequence[Metric] = (),
    departures: Sequence[str] = (),
    k: int = 5,
    min_agents: int = 3,
) -> Verdict:
    """Judge an experiment by its plan.

    Args:
        plan: As registered.
        metric: The primary metric.
        arms: The assignment.
        read_on: Last day of the data.
        registered: The plan's digest stands in the audit chain, from before the start.
        guards: Guard metrics, in the plan's order.
        departures: Departures that the caller saw.
        k: Fewest customers in an arm to be shown.
        min_agents: Fewest agents in an arm of a subgroup to be shown.

    Raises:
        NotIdentified: No contact falls in the window, an arm has fewer than two units, or the outcome is constant.
        BadInput: A metric or dimension is missing.
    """
    window = window_of(plan, read_on)
    used = cut(plan, metric.contacts, arms, window)
    data = checked(used.data)
    said = [*departures, *early(plan, read_on, window), *used.departures]
    if not registered:
        said.insert(0, "The plan was not registered before data came, so that nobody can tell what was promised.")
    checks = checks_of(plan, used.data, data, registered=registered, exposure=exposure(data))
    is_early = read_on < plan.readable_on - timedelta(days=1) and plan.looking == "once"
    primary = primary_effect(plan, metric, data, checks, used.left_out, window, always=is_early)
    complete = _is_shown(used, k=k, min_agents=min_agents)
    return Verdict(
        plan=plan,
        headline=headline(plan, metric.title, primary),
        departures=tuple(said),
        primary=primary,
        beside=other_effects(plan, metric, used, data, checks),
        guards={one.name: guard_effect(plan, one, arms, window, checks) for one in guards},
        benefits=tuple(benefits(used.contacts, used.rows, used.data, plan.subgroups, k=k, min_agents=min_agents)),
        arms=_arms(data, is_shown=complete),
        exposure=exposure(data),
        weeks=tuple(_weeks(used)) if complete else (),
        read_on=read_on,
    )


def _is_shown(used: Used, *, k: int, min_agents: int) -> bool:
    """Arms of fewer than k customers or `min_agents` agents show no rates of their own."""
    treated = used.data.treated[used.rows]
    for name, least in (("customer", k), ("agent", min_agents)):
        people = used.contacts.columns.get(name)
        if people is not None and min(distinct(people[treated == arm]) for arm in (True, False)) < least:
            return False
    return True


def _arms(data: Trial, *, is_shown: bool) -> dict[str, dict[str, float | None]]:
    control, treated = rates(data.value, data.n, data.treated)
    return {
        arm: {
            "rate": finite(rate) if is_shown else None,
            "n": float(data.n[mine].sum()) if is_shown else None,
            "units": float(mine.sum()),
        }
        for arm, rate, mine in (("control", control, ~data.treated), ("treatment", treated, data.treated))
    }


def _weeks(used: Used) -> list[dict[str, Any]]:
    """Rates by week and arm; a week with fewer than five outcomes in an arm has none."""
    monday = (used.contacts.day + 3) // 7 * 7 - 3
    treated = used.data.treated[used.rows]
    made = []
    for week in np.unique(monday):
        row: dict[str, Any] = {"week": date_of(week).isoformat()}
        for arm, is_treated in (("control", False), ("treatment", True)):
            mine = (monday == week) & (treated == is_treated)
            n = float(used.contacts.n[mine].sum())
            row[arm] = float(used.contacts.value[mine].sum()) / n if n >= 5 else None
        made.append(row)
    return made
