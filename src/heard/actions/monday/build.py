"""From inputs to the page as blocks of data. Same inputs, same document (T8): no clock, chance or locale."""

from heard.actions.monday.acts import call_block, calls_note, policy_block
from heard.actions.monday.check import check
from heard.actions.monday.document import Document, StoryBlock
from heard.actions.monday.figures import TOO_FEW, is_beyond_noise, is_shown
from heard.actions.monday.inputs import Inputs, Story
from heard.actions.monday.plain import QUOTE, SENTENCE, link, plain
from heard.actions.monday.sections import block, sections
from heard.actions.monday.wording import (
    channel_text,
    counted,
    day_text,
    joined,
    rounded,
    short_day,
    weekday,
)

MIN_AGENTS = 3
"""Teams below this show the week of a quote, not its day and channel (CONTRACTS 19)."""
MAX_CALLS, MAX_CAUTIONS, MAX_LEFT_OUT = 3, 5, 8
MAX_STORIES_WHEN_FEW = 4
_NUMBER_WORDS = {1: "One moment", 2: "Two moments", 3: "Three moments", 4: "Four moments"}


def build(inputs: Inputs) -> Document:
    """The Monday page of these inputs.

    Args:
        inputs: Released figures, redacted quotes, counts.

    Returns:
        Blocks of worded data, to be rendered as HTML, PDF, Markdown or JSON.

    Raises:
        BadInput: A figure has neither value nor reason, an interval misses its value, a count is below 0, weeks are out
            of order. All faults at once.
    """
    check(inputs)
    business, period = plain(inputs.business, 80) or "Unnamed business", _period(inputs)
    stories = _stories(inputs)
    return Document(
        title=f"{business} · {period}",
        business=business,
        period=period,
        made_from=_made_from(inputs),
        badge=plain(inputs.badge, 60),
        summary=_summary(inputs),
        sections=sections(inputs),
        stories_title=_stories_title(inputs, len(stories)),
        stories=stories,
        stories_note=_stories_note(stories),
        policy=policy_block(inputs.policy) if inputs.policy else None,
        policy_note="" if inputs.policy else "No one rule stands out: too few moments, or none leads beyond noise.",
        calls=tuple(call_block(call) for call in inputs.calls[:MAX_CALLS]),
        calls_note=calls_note(inputs),
        cautions=tuple(plain(line, SENTENCE) for line in inputs.not_to_conclude[:MAX_CAUTIONS]),
        sources=", ".join(sorted({plain(name) for figure in inputs.figures.shown() for name in figure.sources})),
        left_out=_left_out(inputs),
        footer=_footer(inputs),
        figures=tuple(block(inputs, figure) for figure in inputs.figures.shown()),
    )


def _period(inputs: Inputs) -> str:
    return f"week of {day_text(inputs.week_start)}" if inputs.week_start else "undated data"


def _made_from(inputs: Inputs) -> str:
    counts = (
        (inputs.conversation_count, "conversation", "conversations"),
        (inputs.answer_count, "answer", "answers"),
        (inputs.order_count, "order", "orders"),
    )
    parts = [counted(count, one, many) for count, one, many in counts if count is not None]
    return f"made from {joined(parts)}" if parts else "how much was read is hidden: too few customers"


def _has_few(inputs: Inputs) -> bool:
    moments = inputs.states.moments
    return moments is not None and moments < inputs.minimum_n


def _summary(inputs: Inputs) -> tuple[str, ...]:
    """The page in one or two sentences."""
    states, figure = inputs.states, inputs.figures.heard_rate
    if inputs.conversation_count == 0:
        return ("Nothing to read: no conversations.",)
    if states.moments == 0 and states.unanswered:
        many = counted(states.unanswered, "moment", "moments")
        return (f"Nobody answered: {many}, no reply. Silence has no Heard rate; it is counted apart.",)
    if states.moments == 0:
        when = "" if inputs.week_start is None else " in this week"
        return (f"No customer wrote of a feeling or a hardship{when}, so nothing had to be heard.",)
    if _has_few(inputs):
        many = counted(states.moments or 0, "moment", "moments")
        return (f"{many}: {TOO_FEW}. Read the words instead.",)
    if not is_shown(figure, inputs.minimum_n):
        return (f"No Heard rate ({plain(figure.undefined_because or TOO_FEW, SENTENCE)}).",)
    return (_heard_sentence(inputs), *_moved_sentence(inputs))


def _heard_sentence(inputs: Inputs) -> str:
    heard = block(inputs, inputs.figures.heard_rate)
    moments, count = inputs.states.moments, inputs.states.heard
    change = f", {heard.change}" if heard.change else ""
    interval = f" ({heard.interval})" if heard.interval else ""
    if moments is None or count is None:
        return f"Heard rate {heard.value}{interval}{change}."
    return (
        f"{rounded(count)} of {counted(moments, 'moment was', 'moments were')} heard: {heard.value}{interval}{change}."
    )


def _moved_sentence(inputs: Inputs) -> tuple[str, ...]:
    if inputs.week_start is None:
        return ()
    figures = inputs.figures
    others = (
        figures.felt_understood,
        figures.repeat_after_missed,
        figures.repeat_after_heard,
        figures.time_to_acknowledgment,
        figures.policy_share,
    )
    compared = [figure for figure in others if figure.change is not None and is_shown(figure, inputs.minimum_n)]
    moved = [figure for figure in compared if is_beyond_noise(figure.change)]
    if not compared:
        return ()
    if not moved:
        return ("No other number moved beyond noise.",)
    told = [f"{_mid_sentence(plain(figure.title))} {block(inputs, figure).change}" for figure in moved]
    return (f"Beyond noise: {joined(told)}.",)


def _mid_sentence(title: str) -> str:
    """A title inside a sentence; initials such as CSAT stay."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _stories(inputs: Inputs) -> tuple[StoryBlock, ...]:
    order = {"great": 0, "missed": 1, "hard": 2}
    quoted = [story for story in inputs.stories if plain(story.customer_quote)]  # T3: no quote, no label
    ordered = sorted(quoted, key=lambda story: order[story.kind])
    if _has_few(inputs):
        return tuple(_story(inputs, story) for story in ordered[:MAX_STORIES_WHEN_FEW])
    first = {story.kind: story for story in reversed(ordered)}
    return tuple(_story(inputs, first[kind]) for kind in order if kind in first)


def _story(inputs: Inputs, story: Story) -> StoryBlock:
    return StoryBlock(
        kind=story.kind,
        customer=plain(story.customer_quote, QUOTE),
        reply=plain(story.reply_quote or "", QUOTE),
        next=plain(story.came_next, 120),
        when=_when(inputs, story),
        moment_id=plain(story.moment_id, 80),
        url=link(story.source_url),
    )


def _when(inputs: Inputs, story: Story) -> str:
    if inputs.week_start is None:
        return ""
    if story.day is None or story.team_agent_count is None or story.team_agent_count < MIN_AGENTS:
        return f"week of {short_day(inputs.week_start)}"
    channel = f", {plain(channel_text(story.channel), 40)}" if story.channel else ""
    return f"{weekday(story.day)} {short_day(story.day)}{channel}"


def _stories_title(inputs: Inputs, count: int) -> str:
    if _has_few(inputs) and count:
        return "The words instead"
    return _NUMBER_WORDS.get(count, "Moments in their own words")


def _stories_note(stories: tuple[StoryBlock, ...]) -> str:
    return "" if stories else "No words to show: none were written, or their purpose does not allow it."


def _left_out(inputs: Inputs) -> str:
    parts = [f"{rounded(left.count)} {plain(left.reason, 60)}" for left in inputs.left_out if left.count]
    return joined(parts[:MAX_LEFT_OUT]) if parts else "nothing"


def _footer(inputs: Inputs) -> tuple[str, ...]:
    seen = f"May be seen by: {joined([plain(role, 30) for role in inputs.may_see])}." if inputs.may_see else ""
    until = f"Data up to {day_text(inputs.as_of)}" if inputs.as_of else "Data without dates"
    versions = ", ".join(f"{plain(name, 40)} {plain(version, 40)}" for name, version in inputs.versions)
    return tuple(
        line for line in (seen, f"{until}, manifest {inputs.manifest}.", versions and f"Made by {versions}.") if line
    )
