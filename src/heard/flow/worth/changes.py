"""The change log, and weekly figures with it: shifts found unprompted, and before against after, marked as weak."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from heard import gate
from heard.errors import BadInput, HeardError
from heard.flow.figuring import figures
from heard.flow.steps import working_in
from heard.gate.desk import Shelf
from heard.inference.panel import shifts
from heard.inference.quasi.series import interrupted_series
from heard.measures import REGISTRY
from heard.terms.days import date_of
from heard.terms.words import Unit

WEEKS_A_YEAR = 52.18


class Noted(BaseModel):
    """A change in how the business works, on a day."""

    what: str = Field(min_length=1, max_length=200)
    on: date


SHELF: Shelf[Noted] = Shelf("change", Noted)


def add_change(folder: Path, what: str, *, on: date) -> Noted:
    """Note a change.

    Raises:
        BadInput: No words, or too many.
    """
    with working_in(folder) as workspace:
        return note_in(workspace, what, on=on, by="owner")


def note_in(workspace: gate.Workspace, what: str, *, on: date, by: str) -> Noted:
    """The same in an open workspace."""
    if not what.strip() or len(what) > 200:
        raise BadInput("change", got=f"{len(what)} characters", expected="1 to 200", todo="Say it in one line.")
    return SHELF.put(workspace, Noted(what=what.strip(), on=on), by=by).body


def changes(folder: Path) -> list[Noted]:
    """All changes that were noted, the earliest first."""
    with working_in(folder) as workspace:
        return noted_in(workspace)


def noted_in(workspace: gate.Workspace) -> list[Noted]:
    """All changes of an open workspace, the earliest first."""
    return sorted((kept.body for kept in SHELF.all(workspace)), key=lambda noted: (noted.on, noted.what))


def trend(folder: Path, measure: str) -> dict[str, Any]:
    """A released figure week by week, with its shifts and every noted change.

    Args:
        folder: The workspace.
        measure: Name of a measure with one line.

    Returns:
        `weeks` (value, bounds, n; null where hidden or too few), `shifts` over the longest run of weeks with a value,
        `changes` with before against after where 8 weeks lie before and 4 after: always weak evidence.

    Raises:
        BadInput: No such measure, or nothing was released.
    """
    return course(figures(folder, measure=measure, period="week").to_pylist(), measure, changes(folder))


def course(cells: Sequence[Mapping[str, Any]], measure: str, noted: list[Noted]) -> dict[str, Any]:
    """The same on released cells by week and the changes that were noted."""
    rows = sorted(cells, key=lambda row: row["week_start"])
    weeks = [
        {"week": _day(row["week_start"]), **{k: row[k] for k in ("value", "ci_lower", "ci_upper", "n")}} for row in rows
    ]
    run = _longest(weeks)
    known = [float(week["value"]) for week in run]
    unit = REGISTRY[measure].unit
    found = [
        {"week": run[s.place]["week"], "earliest": run[s.earliest]["week"], "latest": run[s.latest]["week"],
         "before": s.before, "after": s.after}
        for s in shifts(known, season=WEEKS_A_YEAR)
    ]  # fmt: skip
    held = [_held(change, run, known, measure, unit) for change in noted]
    season = "taken out" if len(known) >= 2 * WEEKS_A_YEAR else "not taken out: it needs two years"
    return {
        "ok": True, "measure": measure, "unit": unit, "weeks": weeks, "weeks_used": len(run), "season": season,
        "shifts": found, "changes": held,
    }  # fmt: skip


def _longest(weeks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The longest run of successive weeks with a value."""
    best: list[dict[str, Any]] = []
    run: list[dict[str, Any]] = []
    for week in weeks:
        follows = run and date.fromisoformat(week["week"]) - date.fromisoformat(run[-1]["week"]) == timedelta(days=7)
        run = ([*run, week] if follows else [week]) if week["value"] is not None else []
        best = run if len(run) > len(best) else best
    return best


def _held(change: Noted, run: list[dict[str, Any]], known: list[float], what: str, unit: Unit) -> dict[str, Any]:
    monday = (change.on - timedelta(days=change.on.weekday())).isoformat()
    told: dict[str, Any] = {"what": change.what, "on": change.on.isoformat()}
    start = next((place for place, week in enumerate(run) if week["week"] >= monday), len(run))
    try:
        return told | {
            "before_after": interrupted_series(known, start=start, what=what, unit=unit, season=WEEKS_A_YEAR).to_dict()
        }
    except HeardError as fault:
        return told | {"before_after": None, "undefined_because": str(fault)}


def _day(week_start: int) -> str:
    return date_of(week_start).isoformat()
