"""Experiments and surveys as the app shows them, and the papers of the house: what lies in the workspace's folder."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from heard import gate
from heard.actions.surveys import reweighed, two_sided
from heard.actions.surveys.comments import Square
from heard.actions.surveys.gap import Gap
from heard.actions.surveys.plan import Wish
from heard.errors import BadInput, HeardError
from heard.flow import asking, experimenting, papering
from heard.flow.experimenting.files import read_plan, registered_plan, registration
from heard.flow.serving.cells import Cells
from heard.flow.serving.house import House
from heard.flow.serving.worth import Section, section
from heard.flow.steps import OnProgress
from heard.gate import printed
from heard.inference.experiments.plan import Plan
from heard.measures.registry import REGISTRY

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
PAPER = re.compile(r"[a-z0-9_-]{1,40}(\.[a-z]{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One experiment in the list.

    Attributes:
        plan: None where the file cannot be read; `fault` says why.
        state: planned, registered, running, waiting for the last outcomes, can be read, or changed since.
        headline: Of the last reading; empty before.
        departures: How often the last reading says that the plan was not kept; shown in red on its page.
    """

    name: str
    plan: Plan | None
    state: str
    is_registered: bool
    is_assigned: bool
    headline: str
    departures: int
    fault: str = ""


def trials(house: House) -> list[Trial]:
    """Every experiment of the workspace, the newest start first."""
    folder, today = house.workspace.folder, house.workspace.now().date()
    names = sorted(path.parent.name for path in (folder / "experiments").glob("*/plan.toml"))
    made = [_trial(house, name, today) for name in names if NAME.fullmatch(name)]
    return sorted(made, key=lambda one: one.plan.starts_on if one.plan else date.min, reverse=True)


def _trial(house: House, name: str, today: date) -> Trial:
    folder = house.workspace.folder
    noted = registration(house.workspace, name)
    told = _json(folder / "out" / "experiments" / f"{name}.json")
    shared: dict[str, Any] = {
        "name": name,
        "is_registered": noted is not None,
        "is_assigned": (folder / "experiments" / name / "playbook.md").exists(),
        "headline": str(told.get("headline", "")),
        "departures": len(told.get("departures", ())),
    }
    try:
        plan = read_plan(folder, name)
    except HeardError as error:
        return Trial(plan=None, state="cannot be read", fault=str(error), **shared)
    return Trial(plan=plan, state=_state(plan, noted, today), **shared)


def _state(plan: Plan, noted: str | None, today: date) -> str:
    if noted is None:
        return "planned, not registered"
    if noted != plan.digest:
        return "changed since it was registered"
    if today < plan.starts_on:
        return "registered"
    if today <= plan.ends_on:
        return "running"
    return "can be read" if today >= plan.readable_on else "waiting for the last outcomes"


def trial(house: House, name: str) -> tuple[Trial, str]:
    """One experiment and its playbook, empty where nothing was assigned.

    Raises:
        BadInput: No such experiment.
    """
    found = next((one for one in trials(house) if one.name == name), None)
    if found is None:
        raise BadInput("experiment", got="an unknown name", expected="one of the list")
    book = house.workspace.folder / "experiments" / name / "playbook.md"
    return found, book.read_text(encoding="utf-8") if book.exists() else ""


def verdict_page(house: House, name: str) -> str:
    """The page of the last reading: no script, its own style.

    Raises:
        BadInput: It was not read yet.
    """
    path = house.workspace.folder / "out" / "experiments" / f"{name}.html"
    if not NAME.fullmatch(name) or not path.exists():
        raise BadInput("verdict", got="none", expected="an experiment that was read", todo="Read it first.")
    return path.read_text(encoding="utf-8")


def planned(house: House, answers: Mapping[str, Any]) -> Callable[[OnProgress], dict[str, Any]]:
    """Work that writes a plan from answers and the past."""

    def work(told: OnProgress) -> dict[str, Any]:
        made = experimenting.plan(house.workspace.folder, answers, on_progress=told)
        return {"headline": f"The plan {made.plan.name} is written.", "lines": made.to_lines()[:-1]}

    return work


def taken_on(house: House, name: str, step: str) -> Callable[[OnProgress], dict[str, Any]]:
    """Work that registers, assigns or reads an experiment.

    Raises:
        BadInput: No such experiment or step.
    """
    trial(house, name)
    folder = house.workspace.folder
    if step not in ("register", "assign", "read"):
        raise BadInput("experiment", got="another step", expected="register, assign or read")

    def work(told: OnProgress) -> dict[str, Any]:
        told(step, 0, None)
        if step == "read":
            found, _ = experimenting.judge(folder, name)
            return {"headline": found.headline, "lines": list(found.departures)}
        done = experimenting.register(folder, name) if step == "register" else experimenting.assignment(folder, name)
        return {"headline": "", "lines": done["lines"]}

    return work


def changed(house: House, name: str) -> list[str]:
    """Fields of a plan that are not as registered."""
    plan, first = read_plan(house.workspace.folder, name), registered_plan(house.workspace.folder, name)
    if first is None:
        return []
    old, new = first.model_dump(mode="json"), plan.model_dump(mode="json")
    return [field for field in old if old[field] != new[field]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of invitations that was drawn."""

    plan_id: str
    asked: int
    response_share: float
    half_width: float


def rounds(house: House) -> list[Round]:
    """Rounds of invitations, the newest first."""
    made = []
    for path in sorted((house.workspace.folder / "out" / "surveys").glob("*/plan.json"), reverse=True):
        told = _json(path)
        try:
            invited, share = int(told["asked"]), float(told["response_share"])
            width = float(told["expected_half_width"])
        except (KeyError, TypeError, ValueError):
            continue
        made.append(Round(plan_id=path.parent.name, asked=invited, response_share=share, half_width=width))
    return made


def answered(house: House, cells: Cells) -> Section[Gap]:
    """Who answered, felt understood in its readings, and bounds; without comments."""

    def make(view: gate.View) -> Gap:
        units = {measure: REGISTRY[measure].unit for measure in two_sided.COLUMNS}
        return Gap(
            business=view.workspace.policy.name,
            manifest=view.manifest,
            rows=two_sided.rows(cells.frame, units),
            reweighed=reweighed.reweigh(view, k=view.workspace.policy.k),
            square=Square(counts={}, quotes={}, read=0, whole=0),
        )

    return section(house, "answered", make)


def asked(house: House, wish: Wish, instrument: str, *, is_tried: bool) -> asking.Planned:
    """Draw whom to ask; `is_tried` stores nothing and says how wide the interval will be."""
    return asking.survey_plan(house.workspace.folder, wish, instrument=instrument, dry_run=is_tried)


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What lies in out/papers.

    Attributes:
        names: Of the papers, sorted.
        written_on: ISO 8601; empty where there are none.
        is_out_of_date: Whether the configuration was changed since.
        gaps: What they leave open.
    """

    names: tuple[str, ...]
    written_on: str
    is_out_of_date: bool
    gaps: tuple[str, ...]


def papers(house: House) -> Papers:
    """The papers that were written, and whether they still say what is configured."""
    stamp = printed.printed(house.workspace)
    names = sorted(path.stem for path in printed.folder_of(house.workspace).glob("*.md") if PAPER.fullmatch(path.stem))
    return Papers(
        names=tuple(names),
        written_on=stamp.written_on if stamp else "",
        is_out_of_date=printed.is_out_of_date(house.workspace),
        gaps=stamp.gaps if stamp else (),
    )


def paper(house: House, name: str) -> str:
    """The text of a paper, in Markdown.

    Raises:
        BadInput: No such paper.
    """
    if name not in papers(house).names:
        raise BadInput("paper", got="an unknown name", expected="one of the list")
    return (printed.folder_of(house.workspace) / f"{name}.md").read_text(encoding="utf-8")


def papers_written(house: House) -> Callable[[OnProgress], dict[str, Any]]:
    """Work that writes every paper anew."""

    def work(told: OnProgress) -> dict[str, Any]:
        told("papers", 0, None)
        done = papering.papers(house.workspace.folder)
        return {"headline": "", "lines": [line for line in done["lines"] if not line.startswith("Wrote")]}

    return work


def answering(house: House) -> list[dict[str, str]]:
    """Who answers for each purpose and each open feature, signed when, due when."""
    return papering.owners(house.workspace.folder)


def _json(path: Path) -> dict[str, Any]:
    """What a file of our own holds; empty where there is none or it was damaged."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
