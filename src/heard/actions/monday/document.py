"""The Monday page as blocks of data: every string is worded and cleaned, and none escaped: the renderers do that."""

from dataclasses import dataclass
from typing import Literal

Cell = str | float | int | None
ChartKind = Literal["weeks", "states", "causes", "waits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where an interval lies on its scale; all numbers in the figure's unit, `low` < `high`."""

    low: float
    high: float
    value: float
    lower: float
    upper: float
    low_label: str
    high_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What a figure opens on; an empty string where nothing is known."""

    definition: str
    formula: str = ""
    variant: str = ""
    n: str = ""
    interval: str = ""
    sources: str = ""
    citation: str = ""
    grade: str = ""
    sql: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBlock:
    """One number in words. `note` says why there is no value; then `value`, `interval` and `change` are empty."""

    name: str
    title: str
    value: str
    interval: str
    n: str
    change: str
    note: str
    axis: Axis | None
    door: Door


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBlock:
    """A drawing and the table under it; `columns` name the cells of each row."""

    kind: ChartKind
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question: its main figures, the small ones beside them, a drawing and lines of text."""

    key: str
    question: str
    figures: tuple[FigureBlock, ...]
    beside: tuple[FigureBlock, ...] = ()
    chart: ChartBlock | None = None
    lines: tuple[str, ...] = ()
    trend: ChartBlock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBlock:
    """A moment in its own words; `reply` is empty when nobody answered, `when` when undated, `url` without a link."""

    kind: str
    customer: str
    reply: str
    next: str
    when: str
    moment_id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBlock:
    """The rule to fix, in lines."""

    title: str
    lines: tuple[str, ...]
    hedge: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBlock:
    """One customer to call; `url` is empty when there is no link."""

    customer: str
    why: str
    last: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole page.

    Attributes:
        title: Business and period.
        business: Name of the business.
        period: "week of 16 November 2026", or "undated data".
        made_from: What was read.
        badge: Uncalibrated or not; empty when there is nothing to say.
        summary: One or two sentences that say it all.
        sections: The five questions.
        stories_title: Heading of the moments.
        stories: The moments.
        stories_note: What to say where there are none, or about how they are shown.
        policy: The rule to fix; null when none stands out, then `policy_note` says so.
        policy_note: See `policy`.
        calls: Customers to call.
        calls_note: Who is left out, or why nobody is listed.
        cautions: What not to conclude.
        sources: Where all numbers came from.
        left_out: What the page does not speak about.
        footer: Who may see this, versions, manifest, as-of date.
        figures: Every figure once, for the table of how the numbers were made.
    """

    title: str
    business: str
    period: str
    made_from: str
    badge: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    stories_title: str
    stories: tuple[StoryBlock, ...]
    stories_note: str
    policy: PolicyBlock | None
    policy_note: str
    calls: tuple[CallBlock, ...]
    calls_note: str
    cautions: tuple[str, ...]
    sources: str
    left_out: str
    footer: tuple[str, ...]
    figures: tuple[FigureBlock, ...]
