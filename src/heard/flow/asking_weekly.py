"""One plan a week without hand work: drawn once however often it is asked for, and a week without one is seen."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from heard import gate
from heard.actions.surveys.plan import Wish
from heard.flow.asking import SOURCE, SURVEY, Planned, survey_plan
from heard.flow.steps import working_in
from heard.terms.days import date_of, day_of

WEEKS = f"""
SELECT v.week_start, count(*) AS asked, count(answered.invitation_id) AS answered
FROM survey_invitation AS v
LEFT JOIN (SELECT DISTINCT invitation_id FROM survey_answer) AS answered ON answered.invitation_id = v.invitation_id
WHERE v.source = '{SOURCE}' AND v.week_start IS NOT NULL GROUP BY v.week_start ORDER BY v.week_start
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWeek:
    """One week of own surveys; `answered` is None where it would tell of fewer than k."""

    monday: date
    asked: int
    answered: int | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"week": self.monday.isoformat(), "asked": self.asked, "answered": self.answered}

    def to_row(self) -> dict[str, str]:
        """A row of a table for people."""
        if not self.asked:
            return {"week from": self.monday.isoformat(), "asked": "nobody: no plan", "answered": ""}
        answered = "fewer than five" if self.answered is None else f"{self.answered:,}"
        return {"week from": self.monday.isoformat(), "asked": f"{self.asked:,}", "answered": answered}


def survey_weeks(folder: Path) -> tuple[AskedWeek, ...]:
    """Every week since the first plan, those in which nobody was asked too; answers go to the week of the asking."""
    with working_in(folder) as workspace:
        k, today = workspace.policy.k, _monday(workspace)
        with gate.view(workspace, SURVEY) as view:
            told = {row["week_start"]: row for row in view.sql(WEEKS).to_pylist()}
    if not told:
        return ()
    weeks = range(min(told), max(*told, day_of(today)) + 1, 7)
    return tuple(_week(week, told.get(week), k) for week in weeks)


def _week(week: int, row: dict[str, Any] | None, k: int) -> AskedWeek:
    asked, answered = (row["asked"], row["answered"]) if row else (0, 0)
    shown = answered if answered == 0 or answered >= k else None
    return AskedWeek(monday=date_of(week), asked=asked, answered=shown)


def survey_week(folder: Path, wish: Wish, **asked: Any) -> Planned | AskedWeek:
    """This week's plan, or what was asked already: a scheduler may call it as often as it likes.

    Whoever was asked within the wish's days is left out, by whichever plan.

    Args:
        folder: The workspace.
        wish: How many, which share for tough contacts, how often a customer at most.
        asked: As for `survey_plan`.

    Raises:
        BadInput: Nobody can be asked.
        NotConsented: `heard.toml` has no lawful purpose `survey`.
    """
    with working_in(folder) as workspace:
        monday = _monday(workspace)
    here = [week for week in survey_weeks(folder) if week.monday == monday and week.asked]
    if here:
        return here[0]
    return survey_plan(folder, wish, **asked)


def _monday(workspace: gate.Workspace) -> date:
    now: datetime = workspace.now()
    today = now.astimezone(ZoneInfo(workspace.policy.timezone) if workspace.policy.timezone else UTC).date()
    return today - timedelta(days=today.weekday())
