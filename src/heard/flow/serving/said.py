"""What customers say beside what they score, what goes with it soon and later, and what moved most."""

from dataclasses import dataclass

import pyarrow as pa

from heard import gate
from heard.actions.monday.figures import figure_block
from heard.actions.monday.gather.released import Released
from heard.actions.monday.wording import difference_text, interval_text
from heard.actions.surveys import comments
from heard.actions.surveys import themes as grouping
from heard.actions.surveys.comments import Square
from heard.actions.surveys.themes import Themes
from heard.flow.serving.cells import Cells
from heard.flow.serving.frame import FRAME, Tile
from heard.flow.serving.house import House
from heard.flow.serving.worth import Section, section
from heard.flow.worth.cohorts import compare, followed
from heard.flow.worth.hazards import WINDOW_DAYS, risks
from heard.flow.worth.reading import lived
from heard.flow.worth.saving import Saves, saves
from heard.gate.accounts import Person
from heard.inference.evidence import Estimate
from heard.measures.change import change
from heard.measures.registry import REGISTRY
from heard.signals.base import load

GROUPS = {"": "whole business", "team_id": "team", "channel": "channel", "issue": "issue"}
MOST = 3
SOON = ("repeat_after_missed_share", "repeat_after_heard_share", "repeat_difference", "perception_gap")
"""What shows within a week of a contact."""
LATER_DAYS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A figure of a group that moved beyond noise; `is_better` None where neither way is better."""

    measure: str
    title: str
    group: str
    told: str
    is_better: bool
    strength: float


def moves(house: House, cells: Cells, week: int | None) -> tuple[list[Move], list[Move], int]:
    """The three strongest moves for the better and for the worse, and how many figures were compared.

    The intervals are widened for all comparisons together (Bonferroni), so that a page of figures that only swing
    shows a move in at most one of twenty weeks.
    """
    if week is None:
        return [], [], 0
    made, count = house.remembered(f"moves {week} {cells.read_at}", lambda _: _moves(cells, week))
    strongest = sorted(made, key=lambda one: -one.strength)
    better = [one for one in strongest if one.is_better][:MOST]
    worse = [one for one in strongest if not one.is_better][:MOST]
    return better, worse, count


def _moves(cells: Cells, week: int) -> tuple[list[Move], int]:
    asked: list[tuple[str, str, str, pa.Table]] = []
    for name in (n for _, _, names in FRAME for n in names if REGISTRY[n].better != "neither"):
        for column, title in GROUPS.items():
            rows = cells.rows(name, column, "week")
            for value in sorted({row[column] for row in rows if row[column]}) if column else [None]:
                own = [row for row in rows if not column or row[column] == value]
                if any(row["week_start"] == week and row["value"] is not None for row in own):
                    asked.append((name, title, value or "", pa.Table.from_pylist(own, schema=cells.frame.schema)))
    made = []
    for name, title, value, weekly in asked:
        found = change(weekly, week_start=week, comparisons=len(asked))
        if found.verdict not in ("up", "down") or found.difference is None:
            continue
        if found.ci_lower is None or found.ci_upper is None:
            continue
        measure = REGISTRY[name]
        unit = "points" if measure.unit == "share" else measure.unit
        word = f"{found.verdict} {difference_text(found.difference, measure.unit)}"
        made.append(
            Move(
                measure=name,
                title=measure.title,
                group=f"{title} {value}".strip(),
                told=f"{word} ({interval_text(found.ci_lower, found.ci_upper, unit)}; n {found.n_now})",
                is_better=(found.verdict == "up") == (measure.better == "higher"),
                strength=abs(found.difference) / max(found.ci_upper - found.ci_lower, 1e-12),
            )
        )
    return made, len(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The page.

    Attributes:
        hazard: Leaving within eight weeks, missed against heard.
        stayed: One row a group: who is still a customer after half a year.
    """

    square: Section[tuple[Square, Themes]]
    saves: Section[Saves]
    hazard: Section[Estimate]
    stayed: Section[list[dict[str, str]]]

    @property
    def is_waiting(self) -> bool:
        """Whether any part is still being worked out."""
        return any(one.is_waiting for one in (self.square, self.saves, self.hazard, self.stayed))


def said(house: House, person: Person) -> Said:
    """Scores and comments, saves, soon and later; a look at words is noted for whoever may read them."""
    square = section(house, "square", _square)
    if square.made is not None and person.may("read_words"):
        details = {"what": "comments beside scores", "count": square.made[0].whole}
        gate.audit.note(house.workspace, "look", person.person_id, details)
    return Said(
        square=square,
        saves=section(house, "saves", saves),
        hazard=section(house, "hazard", _hazard),
        stayed=section(house, "stayed", _stayed),
    )


def _square(view: gate.View) -> tuple[Square, Themes]:
    read, whole = comments.comments(view, load("text"))
    k = view.workspace.policy.k
    return comments.square(read, whole, k=k), grouping.themes(read, whole, k=k)


def _hazard(view: gate.View) -> Estimate | None:
    found = risks(lived(view), window_days=WINDOW_DAYS)
    return next((one for one in found.estimates if one.details["column"] == "missed against heard"), None)


def _stayed(view: gate.View) -> list[dict[str, str]]:
    found = lived(view)
    people, k = followed(found, "churn", "start", None), view.workspace.policy.k
    told = compare(found, people, "churn", "start", LATER_DAYS, LATER_DAYS, k)
    return told.triangle_rows()


def soon(cells: Cells, k: int) -> list[Tile]:
    """What shows within a week of a contact: released figures of the whole span."""
    made = []
    for name in SOON:
        rows = [row for row in cells.rows(name, "", "all") if row["cause"] is None and row["cause_side"] is None]
        held = Released({(row["measure"], None, None, None): row for row in rows})
        figure = held.figure(name, None)
        block = figure_block(figure, minimum_n=k, is_dated=False)
        made.append(Tile(measure=name, block=block, chart=None, compared=""))
    return made
