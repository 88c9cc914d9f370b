"""Behaviour, perception and outcome in one frame: the figures of one group in one week, each with its series."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from heard.actions.monday.document import ChartBlock, FigureBlock
from heard.actions.monday.figures import figure_block
from heard.actions.monday.gather.released import Released
from heard.actions.monday.wording import difference_text, interval_text, short_day, value_text
from heard.errors import BadInput
from heard.flow.serving.cells import Cells
from heard.flow.serving.house import House
from heard.inference.comparing import difference
from heard.measures.registry import REGISTRY
from heard.terms.arrow import pc
from heard.terms.days import date_of, monday_of

WEEKS_DRAWN = 26
COLUMN_OF = {"team": "team_id", "channel": "channel", "issue": "issue", "queue": "queue"}
FRAME: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "behaviour",
        "What did we do?",
        (
            "heard_rate",
            "acknowledged_rate",
            "unanswered_share",
            "generic_share",
            "boilerplate_share",
            "harmful_share",
            "closure_rate",
            "acknowledged_calendar_seconds",
        ),
    ),
    (
        "perception",
        "What did they say?",
        (
            "felt_understood_score",
            "felt_understood_share",
            "felt_understood_when_heard_share",
            "felt_understood_when_missed_share",
            "perception_gap",
            "response_share",
        ),
    ),
    (
        "outcome",
        "What happened next?",
        (
            "repeat_contact_share",
            "repeat_after_missed_share",
            "repeat_after_heard_share",
            "repeat_difference",
            "resolution_calendar_seconds",
            "policy_share",
        ),
    ),
)
PAIRS = frozenset({("team", "channel"), ("team", "issue"), ("channel", "issue")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a frame is about, as it stands in the address.

    Attributes:
        groups: Dimension (team, channel, issue, queue) → value; at most a listed pair.
        week: Monday as day since 1970; None is the whole span.
        against: Another week to compare with; None compares with the weeks before.
    """

    groups: Mapping[str, str]
    week: int | None
    against: int | None

    @property
    def grouping(self) -> str:
        """The breakdown's name in released cells."""
        ordered = [name for name in ("team", "channel", "queue", "issue") if name in self.groups]
        return "+".join(COLUMN_OF[name] for name in ordered)

    @property
    def values(self) -> dict[str, str | None]:
        """Column → value."""
        return {COLUMN_OF[name]: value for name, value in self.groups.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure, its weeks as a drawing, and the comparison that was asked for."""

    measure: str
    block: FigureBlock
    chart: ChartBlock | None
    compared: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The tiles side by side, by question."""

    columns: tuple[tuple[str, str, tuple[Tile, ...]], ...]
    weeks: tuple[int, ...]
    choices: Mapping[str, tuple[str, ...]]
    asked: Asked


def asked_of(cells: Cells, given: Mapping[str, str]) -> Asked:
    """What an address asks for.

    Raises:
        BadInput: A group that is not there, a pair outside the lattice, or a week that is not one.
    """
    groups = {name: given[name] for name in COLUMN_OF if given.get(name)}
    if len(groups) > 1 and tuple(name for name in ("team", "channel", "issue") if name in groups) not in PAIRS:
        raise BadInput(
            "breakdown",
            got=" and ".join(groups),
            expected="one of them, or team with channel or issue, or channel with issue",
        )
    for name, value in groups.items():
        if value not in cells.values(COLUMN_OF[name]):
            raise BadInput(name, got="one that has no figures", expected="one of the list")
    return Asked(
        groups=groups,
        week=week_of(cells, given.get("week")),
        against=week_of(cells, given.get("against"), is_optional=True),
    )


def week_of(cells: Cells, text: str | None, *, is_optional: bool = False) -> int | None:
    """The Monday of a date, or the newest week; "all" is the whole span."""
    weeks = cells.weeks()
    if not text:
        return None if is_optional or not weeks else weeks[-1]
    if text == "all":
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("week", got="something else", expected="a date such as 2026-11-16, or all") from error
    monday = monday_of(day)
    if not weeks or not weeks[0] <= monday <= weeks[-1]:
        raise BadInput("week", got="one outside the data", expected="a week that has conversations")
    return monday


def released_of(cells: Cells, asked: Asked) -> Released:
    """The cells of one group, for look-ups by measure and week."""
    names = [name for _, _, measures in FRAME for name in measures]
    rows = [row for name in names for row in cells.group(name, asked.grouping, asked.values)]
    return Released({(row["measure"], row["week_start"], row["cause_side"], row["cause"]): row for row in rows})


def frame(cells: Cells, asked: Asked, *, minimum_n: int) -> Frame:
    """The tiles of one group and week; figures that are hidden say so and nothing else."""
    released = released_of(cells, asked)
    weeks = tuple(cells.weeks())
    columns = tuple(
        (key, question, tuple(_tile(released, name, asked, minimum_n, weeks) for name in measures))
        for key, question, measures in FRAME
    )
    choices = {name: tuple(cells.values(column)) for name, column in COLUMN_OF.items()}
    return Frame(columns=columns, weeks=weeks, choices=choices, asked=asked)


def kept(house: House, asked: Asked) -> Frame:
    """The same, kept until the manifest moves on."""
    cells, k = house.cells(), house.workspace.policy.k
    return house.remembered(f"frame {cells.read_at} {asked}", lambda _: frame(cells, asked, minimum_n=k))


def cells_shown(cells: Cells, asked: Asked) -> pa.Table:
    """Released cells of one group, every measure, week by week and over the whole span."""
    keep = pc.equal(cells.frame["grouping"], asked.grouping)
    for name, value in asked.values.items():
        keep = pc.and_(keep, pc.equal(cells.frame[name], value))
    return cells.frame.filter(keep)


def _tile(released: Released, name: str, asked: Asked, minimum_n: int, weeks: tuple[int, ...]) -> Tile:
    figure = released.figure(name, asked.week)
    block = figure_block(figure, minimum_n=minimum_n, is_dated=asked.week is not None, compares=True)
    return Tile(
        measure=name,
        block=block,
        chart=series(released, name, weeks),
        compared=_compared(released, name, asked, minimum_n),
    )


def series(released: Released, name: str, weeks: tuple[int, ...]) -> ChartBlock | None:
    """Weeks of a share as a line with a band; None for other units and for fewer than three weeks."""
    measure = REGISTRY[name]
    if measure.unit != "share":
        return None
    rows = []
    for week in weeks[-WEEKS_DRAWN:]:
        cell: Mapping[str, Any] = released.cell(name, week) or {}
        value = cell.get("value")
        remark = "" if value is not None else "not enough to say"
        rows.append(
            (
                short_day(date_of(week)),
                value,
                cell.get("ci_lower"),
                cell.get("ci_upper"),
                cell.get("n"),
                remark,
            )
        )
    if sum(row[1] is not None for row in rows) < 3:
        return None
    return ChartBlock(
        kind="weeks",
        title=f"{measure.title}, {len(rows)} weeks, with its 95 % band",
        description=f"Line with a band: {measure.title} by week.",
        columns=("week of", measure.title, "lower", "upper", measure.n_unit, "remark"),
        rows=tuple(rows),
    )


def _compared(released: Released, name: str, asked: Asked, minimum_n: int) -> str:
    if asked.against is None or asked.week is None or asked.against == asked.week:
        return ""
    measure = REGISTRY[name]
    found = []
    for week in (asked.against, asked.week):
        cell = released.cell(name, week)
        bounds = [cell[part] for part in ("value", "ci_lower", "ci_upper")] if cell else [None]
        if cell is None or None in bounds or cell["n"] is None or cell["n"] < minimum_n:
            return "not enough to say in one of the two weeks"
        found.append((float(cell["value"]), float(cell["ci_lower"]), float(cell["ci_upper"])))
    gap, lower, upper = difference(found[0], found[1])
    before = value_text(found[0][0], measure.unit)
    if lower <= 0 <= upper:
        return f"{before} then: no real change"
    unit = "points" if measure.unit == "share" else measure.unit
    span = interval_text(lower, upper, unit)
    return f"{before} then: {'up' if gap > 0 else 'down'} {difference_text(gap, measure.unit)} ({span})"
