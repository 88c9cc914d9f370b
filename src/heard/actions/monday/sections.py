"""The five questions of the page: which figures, which drawing, which lines belong to each."""

from dataclasses import replace

from heard.actions.monday.document import Cell, ChartBlock, FigureBlock, Section
from heard.actions.monday.figures import NO_CHANGE, figure_block
from heard.actions.monday.inputs import Figure, Inputs, StateCounts, WeekPoint
from heard.actions.monday.plain import plain
from heard.actions.monday.wording import CAUSE_WORDS, SIDE_WORDS, counted, joined, rounded, short_day, value_text


def sections(inputs: Inputs) -> tuple[Section, ...]:
    """The five questions in the order of the page."""
    asked = (_heard(inputs), _said(inputs), _next(inputs), _wait(inputs), _cause(inputs))
    return tuple(replace(section, beside=_with_news(section)) for section in asked)


def _with_news(section: Section) -> tuple[FigureBlock, ...]:
    """The small figures less those that repeat why the large one is missing, and silent where nothing changed.

    The table at the end has them all, and every door the difference.
    """
    said = {figure.note for figure in section.figures if figure.note}
    kept = [figure for figure in section.beside if figure.note not in said]
    return tuple(replace(figure, change="") if figure.change == NO_CHANGE else figure for figure in kept)


def block(inputs: Inputs, figure: Figure, *, compares: bool = False) -> FigureBlock:
    """A figure under the page's own k and calendar."""
    dated = inputs.week_start is not None
    return figure_block(figure, minimum_n=inputs.minimum_n, is_dated=dated, compares=compares)


def _blocks(inputs: Inputs, *figures: Figure | None, compares: bool = False) -> tuple[FigureBlock, ...]:
    return tuple(block(inputs, figure, compares=compares) for figure in figures if figure is not None)


def _heard(inputs: Inputs) -> Section:
    figures = inputs.figures
    return Section(
        key="heard",
        question="Were customers heard?",
        figures=_blocks(inputs, figures.heard_rate, compares=True),
        beside=_blocks(
            inputs,
            figures.acknowledged_rate,
            figures.unanswered_share,
            figures.boilerplate_share,
            figures.explained_confusion_share,
        ),
        trend=_trend(inputs),
        chart=_states_chart(inputs),
        lines=_state_lines(inputs.states, inputs.minimum_n),
    )


def _said(inputs: Inputs) -> Section:
    figures = inputs.figures
    return Section(
        key="said",
        question="What did they say?",
        figures=_blocks(inputs, figures.felt_understood, compares=True),
        beside=_blocks(inputs, figures.felt_when_heard, figures.felt_when_missed, figures.gap),
    )


def _next(inputs: Inputs) -> Section:
    figures = inputs.figures
    return Section(
        key="next",
        question="What happened next?",
        figures=_blocks(inputs, figures.repeat_after_missed, figures.repeat_after_heard),
        beside=_blocks(inputs, figures.repeat_difference, figures.repeat_contact),
    )


def _wait(inputs: Inputs) -> Section:
    return Section(
        key="wait",
        question="How long did they wait?",
        figures=_blocks(inputs, inputs.figures.time_to_acknowledgment, compares=True),
        chart=_waits_chart(inputs),
    )


def _cause(inputs: Inputs) -> Section:
    return Section(
        key="cause",
        question="People or policy?",
        figures=_blocks(inputs, inputs.figures.policy_share, compares=True),
        chart=_causes_chart(inputs),
    )


def _state_lines(states: StateCounts, minimum_n: int) -> tuple[str, ...]:
    lines = []
    if states.moments is None:
        lines.append("Moments by state are hidden: too few customers behind a part.")
    elif states.moments >= minimum_n:
        parts = [
            f"{rounded(count or 0)} {name}"
            for name, count in (
                ("heard", states.heard),
                ("generic", states.generic),
                ("late", states.late),
                ("missed", states.missed),
            )
        ]
        lines.append(f"{counted(states.moments, 'moment', 'moments')}: {joined(parts)}.")
    if states.unanswered:
        lines.append(f"After {counted(states.unanswered, 'moment', 'moments')} nobody wrote: counted apart.")
    if states.not_needed:
        many = counted(states.not_needed, "conversation", "conversations")
        lines.append(f"{many} needed no answer to a feeling: not counted.")
    return tuple(lines)


def _states_chart(inputs: Inputs) -> ChartBlock | None:
    states = inputs.states
    if states.moments is None or states.moments < inputs.minimum_n:
        return None
    rows: list[tuple[Cell, ...]] = [
        ("heard", states.heard),
        ("generic", states.generic),
        ("late", states.late),
        ("missed", states.missed),
    ]
    if states.unanswered is not None:
        rows.append(("unanswered", states.unanswered))
    described = ", ".join(f"{count} {name}" for name, count in rows)
    return ChartBlock(
        kind="states",
        title="Moments by state",
        description=f"Bars: {described}. Unanswered moments stand apart from the other four.",
        columns=("state", "moments"),
        rows=tuple(rows),
    )


def _trend(inputs: Inputs) -> ChartBlock | None:
    if inputs.week_start is None:
        return None
    rows = tuple(_week_row(week, inputs.minimum_n) for week in inputs.weeks)
    known = [row for row in rows if row[1] is not None]
    if len(known) < 2:
        return None
    blank = len(rows) - len(known)
    values = [row[1] for row in known if isinstance(row[1], float)]
    level = rounded(inputs.figures.heard_rate.ci_level * 100)
    described = f"Line with a band: Heard rate from {rows[0][0]} to {rows[-1][0]}, between "
    described += f"{value_text(min(values), 'share')} and {value_text(max(values), 'share')}."
    return ChartBlock(
        kind="weeks",
        title=f"Heard rate, {counted(len(rows), 'week', 'weeks')}, with its {level} % band",
        description=described
        + (f" {counted(blank, 'week', 'weeks')} with too few moments left blank." if blank else ""),
        columns=("week of", "Heard rate", "lower", "upper", "moments", "remark"),
        rows=rows,
    )


def _week_row(week: WeekPoint, minimum_n: int) -> tuple[Cell, ...]:
    hidden = week.value is None or (week.n is not None and week.n < minimum_n)
    remark = "too few to say" if hidden else ""
    if week.is_break:
        remark = "; ".join(part for part in (remark, "model changed") if part)
    name = short_day(week.week_start)
    if hidden or week.value is None:
        return (name, None, None, None, None, remark)
    return (name, float(week.value), week.ci_lower, week.ci_upper, week.n, remark)


def _causes_chart(inputs: Inputs) -> ChartBlock | None:
    known = [cause for cause in inputs.causes if cause.count]
    if sum(cause.count or 0 for cause in known) < inputs.minimum_n:
        return None
    order = {"policy": 0, "people": 1, None: 2}
    ordered = sorted(known, key=lambda cause: (order[cause.side], -(cause.count or 0), cause.cause))
    rows = tuple(
        (CAUSE_WORDS[cause.cause], SIDE_WORDS[cause.side], cause.count, cause.missed_count) for cause in ordered
    )
    described = ", ".join(f"{row[0]} {row[2]}" for row in rows)
    return ChartBlock(
        kind="causes",
        title="Moments by cause, missed ones in grey",
        description=f"Bars: {described}.",
        columns=("cause", "side", "moments", "missed"),
        rows=rows,
    )


def _waits_chart(inputs: Inputs) -> ChartBlock | None:
    if inputs.week_start is None or sum(wait.count or 0 for wait in inputs.waits) < inputs.minimum_n:
        return None
    rows = tuple((plain(wait.name, 22), wait.count) for wait in inputs.waits)
    described = ", ".join(f"{name} {count if count is not None else 'hidden'}" for name, count in rows)
    return ChartBlock(
        kind="waits",
        title="Moments by time to acknowledgment",
        description=f"Bars: {described}.",
        columns=("acknowledged", "moments"),
        rows=rows,
    )
