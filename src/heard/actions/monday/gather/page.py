"""Everything on one Monday page, gathered from released cells and the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from heard.actions.monday.gather.calls import calls
from heard.actions.monday.gather.friction import causes, policy_to_fix
from heard.actions.monday.gather.released import Released
from heard.actions.monday.gather.stories import stories
from heard.actions.monday.inputs import Figure, Figures, Inputs, LeftOut, StateCounts, Wait, WeekPoint
from heard.measures.compute import View
from heard.terms.days import date_of

WEEKS_SHOWN = 12
WAITS = (
    ("within five minutes", "acknowledged_within_5_minutes_share"),
    ("within an hour", "acknowledged_within_hour_share"),
    ("within a day", "acknowledged_within_day_share"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the page says of itself and cannot be read from the tables."""

    business: str
    badge: str
    manifest: int
    as_of: date | None
    minimum_n: int
    owners: Mapping[str, str]
    left_out: tuple[LeftOut, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()


def gather(view: View, released: Released, about: About) -> Inputs:
    """The inputs of the page for the last week that has conversations, or for undated data as a whole."""
    weeks = released.weeks()
    week = weeks[-1] if weeks else None
    states = _states(released, week)
    return Inputs(
        business=about.business,
        week_start=date_of(week) if week is not None else None,
        conversation_count=released.count("interaction_count", week),
        answer_count=_answers(released, week),
        order_count=_orders(view, week),
        badge=about.badge,
        figures=_figures(released, week),
        states=states,
        causes=causes(view, week),
        waits=_waits(released, week),
        weeks=_series(released, weeks),
        stories=stories(view, week, few=about.minimum_n),
        policy=policy_to_fix(view, week, about.owners),
        calls=calls(view, week),
        not_to_conclude=_cautions(released, week),
        left_out=about.left_out,
        manifest=about.manifest,
        as_of=about.as_of,
        versions=about.versions,
        minimum_n=about.minimum_n,
    )


def _figures(released: Released, week: int | None) -> Figures:
    """Figures that settle slowly or rest on few answers are over the whole span and say so in their variant."""
    conversations = released.count("interaction_count", week)

    def now(name: str) -> Figure:
        return released.figure(name, week)

    def whole(name: str) -> Figure:
        return released.figure(name, None)

    return Figures(
        heard_rate=now("heard_rate"),
        felt_understood=released.figure("felt_understood_score", week, n_of=conversations),
        repeat_after_missed=whole("repeat_after_missed_share"),
        repeat_after_heard=whole("repeat_after_heard_share"),
        repeat_contact=whole("repeat_contact_share"),
        repeat_difference=whole("repeat_difference"),
        time_to_acknowledgment=now("acknowledged_calendar_seconds"),
        policy_share=now("policy_share"),
        felt_when_heard=whole("felt_understood_when_heard_share"),
        felt_when_missed=whole("felt_understood_when_missed_share"),
        gap=whole("perception_gap"),
        acknowledged_rate=now("acknowledged_rate"),
        unanswered_share=now("unanswered_share"),
        boilerplate_share=now("boilerplate_share"),
        explained_confusion_share=now("explained_confusion_share"),
    )


def _states(released: Released, week: int | None) -> StateCounts:
    return StateCounts(
        heard=released.count("heard_count", week),
        generic=released.count("generic_count", week),
        late=released.count("late_count", week),
        missed=released.count("missed_count", week),
        unanswered=released.count("unanswered_count", week),
        not_needed=released.count("not_needed_count", week),
    )


def _answers(released: Released, week: int | None) -> int | None:
    cell = released.cell("felt_understood_score", week)
    return int(cell["n"]) if cell and cell["n"] is not None else 0 if cell is None else None


def _orders(view: View, week: int | None) -> int | None:
    when, params = ("AND week_start = ?", (week,)) if week is not None else ("", ())
    table = view.sql(
        f"SELECT count(*) AS n, count(DISTINCT customer_id) AS customers FROM outcome WHERE kind = 'order' {when}",
        params,
    )
    row = table.to_pylist()[0]
    return None if 0 < row["customers"] < 5 else int(row["n"])


def _waits(released: Released, week: int | None) -> tuple[Wait, ...]:
    """Moments answered within each span, from cumulative shares; empty when one is hidden."""
    found = []
    before = 0
    for name, measure in WAITS:
        cell = released.cell(measure, week)
        if cell is None or cell["value"] is None or cell["n"] is None:
            return ()
        reached = round(cell["value"] * cell["n"])
        found.append(Wait(name=name, count=reached - before))
        before = reached
        answered = int(cell["n"])
    return (*found, Wait(name="later", count=answered - before))


def _series(released: Released, weeks: list[int]) -> tuple[WeekPoint, ...]:
    points = []
    for week in weeks[-WEEKS_SHOWN:]:
        cell = released.cell("heard_rate", week) or {}
        points.append(
            WeekPoint(
                week_start=date_of(week),
                value=cell.get("value"),
                ci_lower=cell.get("ci_lower"),
                ci_upper=cell.get("ci_upper"),
                n=cell.get("n"),
            )
        )
    return tuple(points)


def _cautions(released: Released, week: int | None) -> tuple[str, ...]:
    lines = ["Nothing about single agents: Heard gives no figure for a person."]
    lines.append(
        "Not that a heard moment makes a customer stay or return: what happened next is an association (grade C)."
    )
    response = released.cell("response_share", None)
    if response and response["value"] is not None:
        lines.append(
            f"Not what all customers feel: {response['value']:.0%} of those asked answered, and they chose to."
        )
    if week is None:
        lines.append("Nothing about time: these data have no dates.")
    return tuple(lines)
