"""The journey map, the KPI registry and the policy-friction list, from released cells and what was agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from heard import gate
from heard.actions.journey.agreed import FRICTION, KPIS, Friction, Kpi
from heard.actions.monday.figures import figure_block
from heard.actions.monday.gather.friction import HURT, MIN_CUSTOMERS, WINDOW_DAYS
from heard.actions.monday.gather.released import Released
from heard.actions.monday.wording import CAUSE_WORDS, value_text
from heard.flow.serving.cells import Cells
from heard.flow.serving.house import House
from heard.gate.accounts import Person
from heard.gate.desk import Kept
from heard.gate.policy import JourneyStage
from heard.measures.registry import REGISTRY
from heard.terms.words import POLICY_CAUSES

FIGURES = (
    "interaction_count",
    "heard_rate",
    "first_reply_calendar_seconds",
    "felt_understood_score",
    "repeat_difference",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One issue within a stage, from released cells: figures are worded, and say so where they are hidden."""

    issue: str
    count: int | None
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the journey.

    Attributes:
        count: Contacts; None when one of its issues is hidden.
        missing: What was not agreed yet: need, response, owner.
        is_overdue: The day of its review is past.
    """

    name: str
    agreed: JourneyStage
    stops: tuple[Stop, ...]
    count: int | None
    missing: tuple[str, ...]
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A moment of truth: an issue where coming back differs between missed and heard contacts."""

    issue: str
    told: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The map, its moments of truth, and how much of it is agreed."""

    stages: tuple[Stage, ...]
    truths: tuple[Truth, ...]
    coverage: float
    is_configured: bool


def journey(house: House) -> Journey:
    """Stages of `heard.toml`; without any, each issue is a stage. Kept until the manifest or the day moves on."""
    cells, today = house.cells(), house.workspace.now().date()
    return house.remembered(
        f"journey {cells.read_at} {today}", lambda view: _journey(cells, view.workspace.policy, today)
    )


def _journey(cells: Cells, policy: gate.Policy, today: date) -> Journey:
    known = cells.values("issue")
    stages = dict(policy.journey) or {issue: JourneyStage(issues=(issue,)) for issue in known}
    made = tuple(_stage(cells, name, one, policy.k, today) for name, one in stages.items())
    whole = sum(not one.missing for one in made)
    return Journey(
        stages=made,
        truths=_truths(cells, known),
        coverage=whole / len(made) if made else 0.0,
        is_configured=bool(policy.journey),
    )


def _stage(cells: Cells, name: str, agreed: JourneyStage, k: int, today: date) -> Stage:
    stops = tuple(_stop(cells, issue, k) for issue in agreed.issues)
    counts = [one.count for one in stops]
    return Stage(
        name=name,
        agreed=agreed,
        stops=stops,
        count=None if None in counts else sum(count or 0 for count in counts),
        missing=tuple(part for part in ("need", "response", "owner") if not getattr(agreed, part)),
        is_overdue=agreed.review_by is not None and agreed.review_by < today,
    )


def _released(cells: Cells, issue: str) -> Released:
    rows = [row for name in FIGURES for row in cells.group(name, "issue", {"issue": issue})]
    return Released({(row["measure"], row["week_start"], row["cause_side"], row["cause"]): row for row in rows})


def _stop(cells: Cells, issue: str, k: int) -> Stop:
    released = _released(cells, issue)
    blocks = {name: figure_block(released.figure(name, None), minimum_n=k, is_dated=False) for name in FIGURES[1:]}
    return Stop(issue=issue, count=released.count("interaction_count", None), figures=blocks)


def _truths(cells: Cells, issues: list[str]) -> tuple[Truth, ...]:
    """Issues ranked by the difference in coming back, times their volume; only where it is beyond noise (grade C)."""
    found = []
    for issue in issues:
        released = _released(cells, issue)
        cell, count = released.cell("repeat_difference", None), released.count("interaction_count", None)
        if cell is None or cell["value"] is None or count is None or cell["ci_lower"] is None:
            continue
        if cell["ci_lower"] > 0:
            told = f"{value_text(cell['value'], 'points')} more come back after a missed moment than after a heard one"
            found.append(Truth(issue=issue, told=told, weight=cell["value"] * count))
    return tuple(sorted(found, key=lambda one: -one.weight))


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiLine:
    """One KPI beside its figure."""

    record: Kept[Kpi]
    title: str
    value: str
    interval: str
    target: str
    told: str
    guard_title: str
    guard_told: str
    is_overdue: bool


def kpis(house: House) -> list[KpiLine]:
    """Every KPI with what its figure of the newest week says."""
    cells, k = house.cells(), house.workspace.policy.k
    today = house.workspace.now().date()
    return [_line(cells, one, k, today) for one in KPIS.all(house.workspace)]


def _whole(cells: Cells, name: str) -> Released:
    rows = cells.group(name, "", {})
    return Released({(row["measure"], row["week_start"], row["cause_side"], row["cause"]): row for row in rows})


def _line(cells: Cells, kept: Kept[Kpi], k: int, today: date) -> KpiLine:
    kpi, weeks = kept.body, cells.weeks()
    measure, week = REGISTRY[kpi.measure], weeks[-1] if weeks else None
    released = _whole(cells, kpi.measure)
    block = figure_block(released.figure(kpi.measure, week), minimum_n=k, is_dated=True, compares=True)
    guard = figure_block(_whole(cells, kpi.guard).figure(kpi.guard, week), minimum_n=k, is_dated=True, compares=True)
    return KpiLine(
        record=kept,
        title=measure.title,
        value=block.value or block.note,
        interval=block.interval,
        target=value_text(kpi.target, measure.unit),
        told=_reached(released.cell(kpi.measure, week), kpi.target, measure.better, k),
        guard_title=REGISTRY[kpi.guard].title,
        guard_told=guard.change or guard.note,
        is_overdue=kpi.review_by < today,
    )


def _reached(cell: Mapping[str, Any] | None, target: float, better: str, k: int) -> str:
    """Whether a target is reached beyond noise."""
    if cell is None or cell["value"] is None or cell["ci_lower"] is None or (cell["n"] or 0) < k:
        return "not enough to say"
    if cell["ci_lower"] <= target <= cell["ci_upper"]:
        return "could be either: the target lies within the interval"
    is_above = cell["ci_lower"] > target
    if better == "neither":
        return "above" if is_above else "below"
    return "reached" if is_above == (better == "higher") else "not reached"


def set_kpi(house: House, person: Person, given: Mapping[str, Any]) -> None:
    """Register a KPI, one for each measure; a second one of the same measure takes its place."""
    body = KPIS.parsed(dict(given))
    KPIS.put(house.workspace, body, by=person.person_id, record_id=f"kpi-{body.measure}", expected_version=None)


def drop_kpi(house: House, record_id: str) -> None:
    """Take a KPI out."""
    KPIS.remove(house.workspace, record_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrictionLine:
    """A cause on the policy side: how much it hurt in four weeks, and what happens about it."""

    cause: str
    title: str
    moments: int
    missed: int
    hurt_share: float
    state: Friction


def friction(house: House) -> list[FrictionLine]:
    """Rules, products and processes that hurt at least five customers in the last four weeks, most hurt first."""
    weeks, policy = house.cells().weeks(), house.workspace.policy
    week = weeks[-1] if weeks else None
    rows = house.remembered(f"friction {week}", lambda view: _hurt(view, week))
    held = {one.body.cause: one.body for one in FRICTION.all(house.workspace)}
    total = sum(row["hurt"] for row in rows)
    return [
        FrictionLine(
            cause=row["cause"],
            title=CAUSE_WORDS[row["cause"]],
            moments=int(row["moments"]),
            missed=int(row["missed"]),
            hurt_share=row["hurt"] / total,
            state=held.get(row["cause"])
            or Friction(cause=row["cause"], owner=policy.policy_owner.get(row["cause"], "")),
        )
        for row in rows
        if row["cause"] in POLICY_CAUSES and row["customers"] >= MIN_CUSTOMERS
    ]


def _hurt(view: gate.View, week: int | None) -> list[dict[str, Any]]:
    when, params = ("true", ()) if week is None else ("week_start > ? AND week_start <= ?", (week - WINDOW_DAYS, week))
    return list(view.sql(HURT.format(when=when), params).to_pylist())


def set_friction(house: House, person: Person, given: Mapping[str, Any]) -> None:
    """Say who has a cause in hand, and how far it is."""
    body = FRICTION.parsed(dict(given))
    FRICTION.put(house.workspace, body, by=person.person_id, record_id=f"friction-{body.cause}", expected_version=None)
