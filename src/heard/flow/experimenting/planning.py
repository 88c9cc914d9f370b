"""A plan from a few answers and the workspace's own past."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from heard import gate
from heard.errors import BadInput, HeardError, NotIdentified
from heard.flow.experiment_rows import contacts_in, metric_of
from heard.flow.experimenting.files import PURPOSE, folder_of, registration, toml_of
from heard.flow.steps import OnProgress, silent, working_in
from heard.inference.experiments.contacts import Contacts
from heard.inference.experiments.plan import Plan, plan_of
from heard.inference.experiments.power import Power, past_of, power_of

FASTER: tuple[str, ...] = ("heard_rate", "acknowledged_rate")
"""Metrics counted on every conversation, offered where a survey would take too long."""
FITTING: dict[str, tuple[str, ...]] = {
    "training": ("agent", "team"),
    "policy": ("customer", "queue-day", "team-week"),
    "staffing": ("shift", "queue-day", "team-week"),
}
ANY_FITTING: tuple[str, ...] = ("queue-day", "shift", "customer", "team-week", "agent")
"""Units that can carry a change that can be switched off again. The agent's own choice is never one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan that was written, and what the past says about it.

    Attributes:
        plan: The plan.
        path: Where it was written.
        proposals: Power for each unit that can carry the change, the fastest first.
        refused: Unit → why it cannot be used.
        faster: Metric → power with the same unit and effect, where that needs fewer weeks.
    """

    plan: Plan
    path: Path
    proposals: tuple[Power, ...]
    refused: Mapping[str, str]
    faster: Mapping[str, Power]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "plan": self.plan.model_dump(mode="json"),
            "path": str(self.path),
            "digest": self.plan.digest,
            "proposals": [_power(one) for one in self.proposals],
            "refused": dict(self.refused),
            "faster": {name: _power(one) for name, one in self.faster.items()},
        }

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        own = next((one for one in self.proposals if one.unit == self.plan.unit), None)
        made = [f"The plan lies in {self.path}; assigned by {self.plan.unit}."]
        if own:
            effect = f"{self.plan.smallest_effect:g}"
            made.append(f"{own.said} In {self.plan.weeks} weeks the chance to find {effect} is {own.power:.0%}.")
        made += [f"  {one.unit}: {one.said} {one.units} units in {self.plan.weeks} weeks." for one in self.proposals]
        made += [f"  {unit}: not possible, {why}" for unit, why in self.refused.items()]
        made += [f"Faster: {name}. {one.said}" for name, one in self.faster.items()]
        return [*made, f"Next: heard experiment register WORKSPACE {self.plan.name}"]


def _power(one: Power) -> dict[str, Any]:
    return asdict(one) | {"said": one.said}


def plan(folder: Path, answers: Mapping[str, Any], *, on_progress: OnProgress = silent) -> Planned:
    """Write a plan, with the unit that the past says is fastest where none was named.

    Args:
        folder: The workspace.
        answers: Values of `Plan`; `unit` may be left out or "auto", `starts_on` may be left out (next Monday).

    Raises:
        BadInput: An answer is missing or wrong, or a plan of that name is registered.
        NotIdentified: There is no past to draw from.
    """
    with working_in(folder) as workspace:
        given = {"starts_on": _next_monday(workspace.now().date()).isoformat(), **answers}
        asked = given.get("unit", "auto")
        kinds = FITTING.get(str(given.get("kind")), ANY_FITTING)
        first = plan_of({**given, "unit": kinds[0] if asked == "auto" else asked})
        if registration(workspace, first.name):
            raise BadInput(f"experiment {first.name}", got="a registered plan", expected="a new name")
        with gate.view(workspace, PURPOSE) as view:
            past = contacts_in(view, first.metric, until=first.starts_on - timedelta(days=1)).within(first.population)
            proposals, refused = _proposals(first, past, kinds if asked == "auto" else (first.unit,), on_progress)
            if not proposals:
                raise NotIdentified(
                    "unit", got="; ".join(f"{u}: {why}" for u, why in refused.items()) or "none",
                    expected="one unit that can carry the change", todo="Choose another metric, or import more.",
                )  # fmt: skip
            lag = metric_of(first.metric).settles_after_days
            chosen = plan_of({**given, "unit": proposals[0].unit, "lag_days": given.get("lag_days", lag)})
            faster = _faster(chosen, view, proposals[0])
        place = folder_of(folder, chosen.name)
        place.mkdir(parents=True, exist_ok=True)
        path = place / "plan.toml"
        path.write_text(toml_of(chosen), encoding="utf-8")
    return Planned(plan=chosen, path=path, proposals=tuple(proposals), refused=refused, faster=faster)


def _proposals(
    base: Plan, past: Contacts, kinds: Iterable[str], on_progress: OnProgress
) -> tuple[list[Power], dict[str, str]]:
    made: list[Power] = []
    refused: dict[str, str] = {}
    kinds = tuple(kinds)
    for done, kind in enumerate(kinds):
        on_progress("running it on the past", done, len(kinds))
        try:
            own = base.model_copy(update={"unit": kind, "strata": base.strata if kind == "agent" else ""})
            power = power_of(own, past_of(past, kind))
        except HeardError as error:
            refused[kind] = str(error)
            continue
        if power.units < 4:
            refused[kind] = f"{power.units} units in {base.weeks} weeks are too few to tell a change from chance"
        else:
            made.append(power)
    on_progress("running it on the past", len(kinds), len(kinds))
    return sorted(made, key=lambda one: one.weeks_needed or math.inf), refused


def _faster(chosen: Plan, view: gate.View, own: Power) -> dict[str, Power]:
    """Metrics on every conversation that would find the same effect sooner; only where the own one takes long."""
    if own.weeks_needed is not None and own.weeks_needed <= chosen.weeks:
        return {}
    made: dict[str, Power] = {}
    for name in FASTER:
        if name == chosen.metric:
            continue
        try:
            past = contacts_in(view, name, until=chosen.starts_on - timedelta(days=1)).within(chosen.population)
            power = power_of(chosen, past_of(past, chosen.unit))
        except HeardError:
            continue
        if power.weeks_needed is not None and power.weeks_needed < (own.weeks_needed or math.inf):
            made[name] = power
    return made


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())
