"""What the Monday page needs, as plain frozen values: no I/O, no tables, nothing that the gate has not released.

Quotes are redacted words of customers and replies. They are hostile text all the same: renderers escape every string.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from heard.terms.words import Cause, CauseSide, Unit

StoryKind = Literal["great", "missed", "hard"]
Grade = Literal["A", "B", "C", "D"]
Speaker = Literal["customer", "business"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """This week less a period before, with the interval of the difference, in the unit of its figure.

    The page calls it a change only when the interval leaves zero out; otherwise it says "no real change". A caller who
    compares many figures at once passes intervals widened for that.
    """

    difference: float
    ci_lower: float
    ci_upper: float
    compared_with: str = "the four weeks before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with everything that its door opens on.

    Attributes:
        name: Name of the measure, as in the registry.
        title: What a manager calls it; it must be understood alone, in a table too.
        value: Share 0 to 1, points as a difference of shares -1 to 1, seconds, score on `scale`; null when undefined or
            hidden.
        ci_lower: Lower bound in the same unit; null when there is none.
        ci_upper: Upper bound in the same unit; null when there is none.
        n: Denominator; null when hidden.
        n_of: Out of how many the n came (61 answers of 412 conversations); null when that is not meaningful.
        n_of_unit: What n_of counts, in the plural.
        n_unit: What n counts, in the plural: "moments", "answers".
        unit: Unit of `value`.
        scale: Lowest and highest value of a score; needed where unit is "score".
        currency: ISO 4217, where unit is "currency".
        ci_level: Level of the interval.
        change: Difference to a period before; null when there is nothing to compare with.
        undefined_because: Why `value` is null; null when it is not.
        definition: One sentence a manager can read.
        formula: The same as a formula.
        variant: Which of the possible formulas or scales this is.
        sources: Where the numbers came from.
        sql: The query that made it.
        citation: Where the definition comes from.
        grade: Grade of evidence, for claims that go beyond description.
    """

    name: str
    title: str
    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    n: int | None
    unit: Unit
    definition: str
    n_of: int | None = None
    n_of_unit: str = "conversations"
    n_unit: str = "moments"
    scale: tuple[float, float] | None = None
    currency: str = ""
    ci_level: float = 0.95
    change: Change | None = None
    undefined_because: str | None = None
    formula: str = ""
    variant: str = ""
    sources: tuple[str, ...] = ()
    sql: str = ""
    citation: str = ""
    grade: Grade | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The five numbers of CONTRACTS 22 and what must stand beside them.

    The five: `heard_rate` · `felt_understood` · `repeat_after_missed` against `repeat_after_heard` ·
    `time_to_acknowledgment` · `policy_share` (moments by cause, people or policy). The optional ones are drawn smaller,
    or left away when null. `gap` is P(felt understood | heard) - P(felt understood | missed), unit points, with its two
    rates beside it (CONTRACTS 21).
    """

    heard_rate: Figure
    felt_understood: Figure
    repeat_after_missed: Figure
    repeat_after_heard: Figure
    time_to_acknowledgment: Figure
    policy_share: Figure
    repeat_contact: Figure | None = None
    repeat_difference: Figure | None = None
    felt_when_heard: Figure | None = None
    felt_when_missed: Figure | None = None
    gap: Figure | None = None
    acknowledged_rate: Figure | None = None
    unanswered_share: Figure | None = None
    boilerplate_share: Figure | None = None
    explained_confusion_share: Figure | None = None

    def shown(self) -> tuple[Figure, ...]:
        """All figures that are given, in the order of the page."""
        ordered = (
            self.heard_rate,
            self.acknowledged_rate,
            self.unanswered_share,
            self.boilerplate_share,
            self.explained_confusion_share,
            self.felt_understood,
            self.felt_when_heard,
            self.felt_when_missed,
            self.gap,
            self.repeat_after_missed,
            self.repeat_after_heard,
            self.repeat_difference,
            self.repeat_contact,
            self.time_to_acknowledgment,
            self.policy_share,
        )
        return tuple(figure for figure in ordered if figure is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPoint:
    """One week of the Heard rate; `value` is null when the week is hidden or had no moments."""

    week_start: date
    value: float | None
    ci_lower: float | None = None
    ci_upper: float | None = None
    n: int | None = None
    is_break: bool = False
    """True when the model or the codebook changed at the start of this week: before and after do not compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCounts:
    """How many moments ended in which state. The first four add up to the denominator; null means hidden.

    `not_needed` counts conversations without a moment; `unanswered` counts moments after which nobody wrote.
    """

    heard: int | None
    generic: int | None
    late: int | None
    missed: int | None
    unanswered: int | None
    not_needed: int | None

    @property
    def moments(self) -> int | None:
        """The denominator of the Heard rate; null when a part is hidden."""
        parts = (self.heard, self.generic, self.late, self.missed)
        return None if None in parts else sum(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCount:
    """Moments with one cause. `side` is null for causes that are neither people nor policy; null counts are hidden."""

    cause: Cause
    side: CauseSide | None
    count: int | None
    missed_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Moments acknowledged within one span of time, in words ("within an hour"); a null count is hidden."""

    name: str
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One moment in its own words.

    Day and channel are shown only when `team_agent_count` is known to be 3 or more; else the week alone (CONTRACTS 19).
    """

    kind: StoryKind
    moment_id: str
    customer_quote: str
    reply_quote: str | None
    came_next: str
    day: date | None = None
    channel: str | None = None
    team_agent_count: int | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A range of money, never one number."""

    low: float
    high: float
    currency: str
    per: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFix:
    """The rule, product or process behind most of the hurt.

    Attributes:
        cause: Cause in the codebook's words.
        title: The rule in the business's words; null shows the cause.
        hurt_share: Its share of all hurt (intensity summed over moments), 0 to 1.
        hurt_ci_lower: Lower bound; null when none.
        hurt_ci_upper: Upper bound; null when none.
        missed_count: Missed moments with this cause.
        missed_total: All missed moments.
        grade: Grade of evidence of the claim that fixing it would help.
        hedge: The sentence that says what this may and may not mean.
        owner: Who owns the rule; null when nobody does.
        since_weeks: For how many weeks in a row it has led the list; null when undated.
        worth: Money at stake; null when it cannot be said.
        quotes: Customers' words about it, without when and where.
    """

    cause: Cause
    hurt_share: float
    missed_count: int
    missed_total: int
    title: str | None = None
    hurt_ci_lower: float | None = None
    hurt_ci_upper: float | None = None
    grade: Grade = "D"
    hedge: str = ""
    owner: str | None = None
    since_weeks: int | None = None
    worth: Money | None = None
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One customer worth a call, under a pseudonym. People who asked not to be contacted must not be here."""

    customer_id: str
    why: str
    source_url: str | None = None
    last_contact_on: date | None = None
    last_speaker: Speaker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Records that the page does not speak about, and why: ("objections", 3)."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything on one Monday page.

    Attributes:
        business: Name of the business.
        week_start: Monday of the week; null for data without times, which get the undated page.
        conversation_count: Conversations read; null when hidden.
        answer_count: Survey answers read; null when hidden.
        order_count: Orders read; null when hidden.
        badge: What to know before reading: "uncalibrated: 0 reviews yet"; empty when there is nothing to say.
        figures: The numbers.
        states: Moments by state.
        causes: Moments by cause.
        waits: Moments by time to acknowledgment, from fast to slow; may be empty.
        weeks: Up to twelve weeks of the Heard rate, oldest first, this week last.
        stories: A great, a missed and a hard moment; up to four of any kind in a week with too few to count.
        policy: The rule to fix; null when none stands out.
        calls: At most three are shown.
        opted_out_count: Customers who would be on the call list but asked not to be contacted.
        not_to_conclude: Sentences.
        left_out: What the page does not speak about.
        may_see: Roles that may see the page.
        manifest: Version of the data.
        as_of: Last day of the data; null when undated.
        versions: Name and version of each model and codebook.
        minimum_n: Below this many moments or answers a number is not shown (k).
    """

    business: str
    week_start: date | None
    conversation_count: int | None
    answer_count: int | None
    order_count: int | None
    badge: str
    figures: Figures
    states: StateCounts
    manifest: int
    as_of: date | None
    causes: tuple[CauseCount, ...] = ()
    waits: tuple[Wait, ...] = ()
    weeks: tuple[WeekPoint, ...] = ()
    stories: tuple[Story, ...] = ()
    policy: PolicyFix | None = None
    calls: tuple[Call, ...] = ()
    opted_out_count: int = 0
    not_to_conclude: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    may_see: tuple[str, ...] = ("owner", "lead")
    versions: tuple[tuple[str, str], ...] = ()
    minimum_n: int = 5
