"""The Monday page, live: of any week that has conversations."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from heard import gate
from heard.actions.monday.build import build
from heard.actions.monday.document import Document
from heard.actions.monday.gather import gather
from heard.actions.monday.gather.page import About
from heard.actions.monday.gather.released import Released
from heard.flow.reporting import left_out_of, versions_of
from heard.flow.serving.cells import Cells
from heard.flow.serving.house import House
from heard.terms.days import date_of


def monday(house: House, week: int | None, *, badge: str) -> Document:
    """The page of a week; None is the newest. It is kept until the manifest moves on.

    Args:
        house: The served workspace.
        week: Monday as day since 1970.
        badge: "uncalibrated …", or empty once there is an agreement card.
    """
    cells = house.cells()
    document = house.remembered(f"monday {week} {cells.read_at}", lambda view: _made(view, cells, week))
    return replace(document, badge=badge)


def _made(view: gate.View, cells: Cells, week: int | None) -> Document:
    policy = view.workspace.policy
    weeks = cells.weeks()
    last = weeks[-1] if weeks else None
    shown = last if week is None else week
    about = About(
        business=policy.name,
        badge="",
        manifest=cells.manifest or view.manifest,
        as_of=None if shown is None else min(date_of(shown + 6), _last_day(view)),
        minimum_n=policy.k,
        owners=policy.policy_owner,
        left_out=left_out_of(view),
        versions=versions_of(view),
    )
    return build(gather(view, _until(cells, shown), about))


def _until(cells: Cells, week: int | None) -> Released:
    """Cells of the whole business up to a week; the whole span stays as it was released."""
    held: dict[tuple[str, int | None, str | None, str | None], Mapping[str, object]] = {}
    for measure, grouping, period in cells.places:
        if grouping:
            continue
        for row in cells.rows(measure, "", period):
            if week is None or row["week_start"] is None or row["week_start"] <= week:
                held[measure, row["week_start"], row["cause_side"], row["cause"]] = row
    return Released(held)


def _last_day(view: gate.View) -> date:
    day = view.sql("SELECT max(local_day) AS day FROM interaction").to_pylist()[0]["day"]
    return date_of(day or 0)
