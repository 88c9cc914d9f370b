"""Cohorts as a table and as a picture."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from heard.actions.worth.page import figure_table, page_of

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 300, 46, 40
DASHES = ("", "7 4", "2 3", "10 3 2 3")
"""Lines differ by dash as well as by colour, for those who cannot tell the colours apart and for printers."""
COLOURS = ("#0b6e4f", "#8a6d00", "#a4262c", "#4a5568")
TITLES = {
    "churn": ("Still a customer", "left"),
    "order": ("No further order yet", "ordered"),
    "refund": ("No refund yet", "had a refund"),
    "contact": ("Not back yet", "written again"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers whose first contact went alike.

    Attributes:
        points: One a mark: day, value, ci_lower, ci_upper, at_risk; null below k customers at risk.
        restricted_mean: Mean days without the event within `restricted_to` days, with its standard error.
        reasons: Cumulative incidence at the end, by reason.
        triangle: One a mark: share without the event among customers who could be seen that long.
        steps: Corners of the curve (day, share).
        undefined_because: Why nothing is shown.
    """

    name: str
    n: int | None
    event_count: int | None = None
    points: tuple[Mapping[str, Any], ...] = ()
    restricted_mean: float = math.nan
    restricted_mean_se: float = math.nan
    restricted_to: float = math.nan
    reasons: Mapping[str, Any]
    triangle: tuple[Mapping[str, Any], ...] = ()
    steps: tuple[tuple[float, float], ...] = ()
    undefined_because: str | None = None

    @classmethod
    def hidden(cls, name: str, n: int, k: int) -> "Group":
        """A group that is too small to show."""
        return cls(
            name=name, n=None if n else 0, reasons={}, undefined_because=f"fewer than {k} customers" if n else "nobody"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """The comparison of first experiences. An association: who was missed may differ in more than that."""

    event: str
    after: str
    horizon_days: int
    marks: tuple[int, ...]
    groups: tuple[Group, ...]
    logrank_statistic: float
    logrank_degrees: int
    logrank_pvalue: float
    first_day: str
    last_day: str
    manifest: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is not finite is null."""
        return {
            "ok": True, "event": self.event, "after": self.after, "horizon_days": self.horizon_days,
            "first_day": self.first_day, "last_day": self.last_day, "manifest": self.manifest, "grade": "D",
            "logrank": {"statistic": _finite(self.logrank_statistic), "degrees": self.logrank_degrees,
                        "pvalue": _finite(self.logrank_pvalue)},
            "groups": [
                {"name": g.name, "n": g.n, "event_count": g.event_count, "points": list(g.points),
                 "restricted_mean_days": _finite(g.restricted_mean),
                 "restricted_mean_se": _finite(g.restricted_mean_se),
                 "restricted_to_days": _finite(g.restricted_to), "reasons": dict(g.reasons),
                 "triangle": list(g.triangle), "undefined_because": g.undefined_because}
                for g in self.groups
            ],
        }  # fmt: skip

    def to_rows(self) -> list[dict[str, str]]:
        """The curves as a table: share with band, and how many were still followed."""
        rows = []
        for group in self.groups:
            row = {"first contact": group.name, "n": "" if group.n is None else f"{group.n:,}"}
            for mark in self.marks[1:]:
                row[f"day {mark}"] = _cell(next((p for p in group.points if p["day"] == mark), None), group)
            row["mean days"] = _mean(group)
            rows.append(row)
        return rows

    def at_risk_rows(self) -> list[dict[str, str]]:
        """How many customers were followed on each mark."""
        return [
            {
                "still followed": g.name,
                **{f"day {p['day']}": "few" if p["at_risk"] is None else f"{p['at_risk']:,.0f}" for p in g.points},
            }
            for g in self.groups
            if g.points
        ]

    def triangle_rows(self) -> list[dict[str, str]]:
        """The same share over customers who could all be seen that long."""
        return [
            {"equal windows": g.name, **{f"day {c['day']}": _of(c) for c in g.triangle}}
            for g in self.groups
            if g.triangle
        ]

    def said(self) -> list[str]:
        """What may and may not be concluded."""
        title, did = TITLES[self.event]
        test = (
            "Not enough to compare."
            if math.isnan(self.logrank_pvalue)
            else f"Log-rank over the groups shown: {self.logrank_statistic:.2f} on {self.logrank_degrees}, "
            f"p = {self.logrank_pvalue:.3f}."
        )
        return [
            f"{title}: share of customers who have not {did}, from the first contact on "
            f"({self.first_day} to {self.last_day}).",
            test,
            "Evidence D, description: customers who were missed may differ in more than that. "
            "See heard hazards and heard worth.",
        ]


def page(told: Cohorts) -> str:
    """The picture and its tables as one page without script."""
    title = TITLES[told.event][0]
    body = (
        picture(told)
        + figure_table("Share with 95 % band", told.to_rows())
        + figure_table("Customers still followed", told.at_risk_rows())
        + figure_table("Equal windows: only customers who could be seen that long", told.triangle_rows())
    )
    return page_of(f"{title}, by first contact", told.said(), body)


def picture(told: Cohorts) -> str:
    """Step curves with their names; the table below says the same in figures."""
    low = min([1.0, *(v for g in told.groups for _, v in g.steps)])
    floor = 0.0 if low < 0.4 else math.floor(low * 10) / 10 - (0.1 if low * 10 % 1 == 0 else 0)
    floor = max(floor, 0.0)

    def x(day: float) -> float:
        return LEFT + (WIDTH - LEFT - 150) * day / told.horizon_days

    def y(share: float) -> float:
        return 12 + (HEIGHT - BOTTOM - 12) * (1 - share) / (1 - floor if floor < 1 else 1)

    drawn = [
        f'<line x1="{x(0):.1f}" y1="{y(s):.1f}" x2="{x(told.horizon_days):.1f}" y2="{y(s):.1f}" stroke="#ddd"/>'
        f'<text x="{LEFT - 8}" y="{y(s) + 4:.1f}" text-anchor="end">{s:.0%}</text>'
        for s in (floor, (1 + floor) / 2, 1.0)
    ]
    drawn += [f'<text x="{x(m):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{m}</text>' for m in told.marks]
    ends: list[float] = []
    for number, group in enumerate(told.groups):
        if not group.steps:
            continue
        corners, height = [f"{x(0):.1f},{y(1):.1f}"], 1.0
        for day, share in group.steps:
            corners += [f"{x(day):.1f},{y(height):.1f}", f"{x(day):.1f},{y(share):.1f}"]
            height = share
        at = y(height) + 4
        while any(abs(at - other) < 14 for other in ends):
            at += 14
        ends.append(at)
        colour = COLOURS[number]
        drawn.append(
            f'<polyline points="{" ".join(corners)}" fill="none" stroke="{colour}" stroke-width="2.5" '
            f'stroke-dasharray="{DASHES[number]}"/>'
            f'<text x="{x(group.steps[-1][0]) + 6:.1f}" y="{at:.1f}" fill="{colour}">{escape(group.name)}</text>'
        )
    label = escape(f"{TITLES[told.event][0]} over {told.horizon_days} days, by first contact")
    foot = (
        f'<text x="{x(told.horizon_days / 2):.1f}" y="{HEIGHT - 4}" text-anchor="middle">'
        "days since the first contact</text>"
    )
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
    return f"{opening}{''.join(drawn)}{foot}</svg>"


def _count(at_risk: float | None) -> str:
    return "few" if at_risk is None else f"{at_risk:,.0f}"


def _cell(point: Mapping[str, Any] | None, group: Group) -> str:
    if group.undefined_because:
        return group.undefined_because
    if point is None or point["value"] is None:
        return "too few followed"
    if point["ci_lower"] is None:
        return f"{point['value']:.1%}"
    return f"{point['value']:.1%} [{point['ci_lower']:.1%}, {point['ci_upper']:.1%}]"


def _of(cell: Mapping[str, Any]) -> str:
    return str(cell["undefined_because"]) if cell["value"] is None else f"{cell['value']:.1%} of {cell['n']:,}"


def _mean(group: Group) -> str:
    if math.isnan(group.restricted_mean):
        return ""
    half = 1.96 * group.restricted_mean_se
    return f"{group.restricted_mean:.1f} ± {half:.1f} of {group.restricted_to:.0f}"


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
