"""The rules of the Monday page: what it shows, what it does not, and in which words."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monday_example import CASES, HIDDEN, example_inputs, four_moments, undated

from heard.actions.monday.build import build
from heard.actions.monday.figures import NO_CHANGE, figure_block
from heard.actions.monday.inputs import Call, Change, Figure, StateCounts, Story
from heard.errors import BadInput


def _text(document) -> str:
    return repr(document)


def test_an_ordinary_week_shows_the_five_numbers_with_intervals():
    page = build(example_inputs())
    shown = {figure.name: (figure.value, figure.interval) for section in page.sections for figure in section.figures}
    assert shown == {
        "heard_rate": ("38\u202f%", "31–46"),
        "felt_understood": ("3.6 of 5", "3.3–3.9"),
        "repeat_after_missed": ("22\u202f%", "14–33"),
        "repeat_after_heard": ("9\u202f%", "5–16"),
        "time_to_acknowledgment": ("2 h 10 min", "1 h 30 min to 3 h 3 min"),
        "policy_share": ("74\u202f%", "63–83"),
    }


def test_every_figure_is_a_door_to_its_definition_n_and_sources(inputs):
    for figure in build(inputs).figures:
        assert figure.door.definition
        assert figure.door.n
        assert figure.door.sources


SUMMARIES = {
    "example_inputs": "28 of 74 moments were heard",
    "empty_business": "Nothing to read: no conversations.",
    "one_moment": "1 moment: too few to say. Read the words instead.",
    "four_moments": "4 moments: too few to say. Read the words instead.",
    "all_unanswered": "Nobody answered: 9 moments, no reply.",
    "everything_hidden": f"No Heard rate ({HIDDEN}).",
    "undated": "28 of 74 moments were heard: 38\u202f% (31–46).",
    "single_agent": "28 of 74 moments were heard",  # the whole business is never a breakdown (CONTRACTS 19)
}


def test_each_page_says_in_one_line_what_there_is_to_say(case, inputs):
    assert " ".join(build(inputs).summary).startswith(SUMMARIES[case])


CHANGES = [
    (0.07, 0.02, 0.12, "up 7 points (2 to 12) on the four weeks before"),  # beyond noise
    (-0.07, -0.12, -0.02, "down 7 points (2 to 12) on the four weeks before"),  # the same, downwards
    (0.07, -0.01, 0.15, NO_CHANGE),  # large, but may be chance
    (0.07, 0.0, 0.14, NO_CHANGE),  # touching zero is not beyond it
    (0.0, 0.0, 0.0, NO_CHANGE),  # nothing moved
]


@pytest.mark.parametrize(("difference", "lower", "upper", "words"), CHANGES)
def test_a_change_is_shown_only_beyond_noise(difference, lower, upper, words):
    change = Change(difference=difference, ci_lower=lower, ci_upper=upper)
    figure = replace(example_inputs().figures.heard_rate, change=change)
    assert figure_block(figure, minimum_n=5, is_dated=True).change == words


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
def test_words_of_change_and_an_interval_over_zero_exclude_each_other(middle, below, above):
    change = Change(difference=middle, ci_lower=middle - below, ci_upper=middle + above)
    figure = replace(example_inputs().figures.heard_rate, change=change)
    words = figure_block(figure, minimum_n=5, is_dated=True).change
    assert (words == NO_CHANGE) == (middle - below <= 0 <= middle + above)


@given(st.integers(0, 4), st.integers(5, 99))
def test_a_number_with_too_few_behind_it_is_not_written(few, enough):
    figure = example_inputs().figures.heard_rate
    small = figure_block(replace(figure, n=few), minimum_n=5, is_dated=True)
    assert (small.value, small.interval, small.change, small.axis) == ("", "", "", None)
    assert small.note == "too few to say: fewer than 5 moments"
    assert small.n == ("n below 5 moments" if few else "n 0 moments")
    assert figure_block(replace(figure, n=enough), minimum_n=5, is_dated=True).value == "38\u202f%"


def test_a_difference_whose_interval_holds_zero_could_be_chance():
    gap = replace(example_inputs().figures.gap, value=0.04, ci_lower=-0.06, ci_upper=0.15)
    assert figure_block(gap, minimum_n=5, is_dated=True).change == "could be chance"


def test_a_week_with_four_moments_shows_the_words_instead():
    page = build(four_moments())
    assert page.stories_title == "The words instead"
    assert len(page.stories) == 4
    assert not any(figure.value for figure in page.figures)
    assert all(section.chart is None and section.trend is None for section in page.sections)


def test_undated_data_get_no_week_no_trend_no_change_and_no_day():
    page = build(undated())
    assert page.period == "undated data"
    assert not any(section.trend for section in page.sections)
    assert not any(figure.change in (NO_CHANGE,) or "before" in figure.change for figure in page.figures)
    assert not any(story.when for story in page.stories)
    assert "2026" not in _text(page).replace("16 Nov", "")


WHENS = [
    (None, "chat", "week of 16 Nov"),  # how many agents: not known, so assume few
    (1, "chat", "week of 16 Nov"),
    (2, "chat", "week of 16 Nov"),
    (3, "bot_to_human", "Tue 17 Nov, bot, then a person"),
    (9, None, "Tue 17 Nov"),
]


@pytest.mark.parametrize(("agents", "channel", "when"), WHENS)
def test_a_quote_on_a_team_under_three_shows_the_week_only(agents, channel, when):
    story = replace(example_inputs().stories[0], team_agent_count=agents, channel=channel)
    assert build(replace(example_inputs(), stories=(story,))).stories[0].when == when


@given(st.one_of(st.none(), st.integers(0, 2)), st.dates(date(2026, 11, 16), date(2026, 11, 22)))
def test_no_day_of_a_small_team_is_anywhere_in_the_document(agents, day):
    stories = tuple(
        Story(
            kind="hard", moment_id="m", customer_quote="q", reply_quote="r", came_next="n", day=day,
            channel="smoke signal", team_agent_count=agents,
        )
        for _ in range(2)
    )  # fmt: skip
    assert "smoke signal" not in _text(build(replace(example_inputs(), stories=stories)))


def test_at_most_three_customers_are_called_and_opt_outs_are_only_counted():
    calls = tuple(Call(customer_id=f"c-{number}", why="missed") for number in range(9))
    page = build(replace(example_inputs(), calls=calls, opted_out_count=2))
    assert [call.customer for call in page.calls] == ["c-0", "c-1", "c-2"]
    assert "2 more customers asked not to be contacted." in page.calls_note


def test_one_great_one_missed_one_hard_moment_in_this_order():
    stories = example_inputs().stories
    page = build(replace(example_inputs(), stories=(*reversed(stories), *stories)))
    assert [story.kind for story in page.stories] == ["great", "missed", "hard"]


def test_a_moment_without_a_quote_is_not_shown():
    great, missed, hard = example_inputs().stories
    page = build(replace(example_inputs(), stories=(replace(great, customer_quote=" \u200e "), missed, hard)))
    assert [story.kind for story in page.stories] == ["missed", "hard"]
    assert page.stories_title == "Two moments"


def test_a_hidden_part_of_the_states_hides_the_split():
    states = replace(example_inputs().states, late=None)
    heard = build(replace(example_inputs(), states=states)).sections[0]
    assert heard.chart is None
    assert "28" not in " ".join(heard.lines)


def test_weeks_with_too_few_moments_leave_a_gap_in_the_line():
    weeks = tuple(replace(week, n=3) if number == 2 else week for number, week in enumerate(example_inputs().weeks))
    rows = build(replace(example_inputs(), weeks=weeks)).sections[0].trend.rows
    assert rows[2][1:] == (None, None, None, None, "too few to say")
    assert rows[3][1] == 0.30


def test_a_new_model_leaves_a_mark_on_the_line():
    weeks = tuple(replace(week, is_break=number == 4) for number, week in enumerate(example_inputs().weeks))
    assert build(replace(example_inputs(), weeks=weeks)).sections[0].trend.rows[4][-1] == "model changed"


FAULTS = [
    ({"value": None}, "heard_rate: a value and a reason for none, or neither"),  # never an unexplained blank
    ({"undefined_because": "hidden"}, "heard_rate: a value and a reason for none, or neither"),
    ({"value": float("nan")}, "heard_rate: NaN"),
    ({"ci_upper": None}, "heard_rate: half an interval"),
    ({"value": 0.9}, "heard_rate: a value outside its interval"),
    ({"value": 38.0, "ci_lower": 31.0, "ci_upper": 46.0}, "heard_rate: a share outside 0 to 1"),  # percent for a share
    ({"unit": "score"}, "heard_rate: a score without its scale"),
    ({"unit": "score", "scale": (5, 5)}, "heard_rate: a scale without length"),
]


@pytest.mark.parametrize(("wrong", "said"), FAULTS)
def test_a_figure_that_makes_no_sense_is_refused(wrong, said):
    figures = example_inputs().figures
    bad = replace(example_inputs(), figures=replace(figures, heard_rate=replace(figures.heard_rate, **wrong)))
    with pytest.raises(BadInput, match=said.split(":")[1].strip()):
        build(bad)


def test_all_faults_are_told_at_once():
    weeks = tuple(reversed(example_inputs().weeks))
    with pytest.raises(BadInput) as told:
        build(replace(example_inputs(), week_start=date(2026, 11, 17), weeks=weeks, opted_out_count=-1))
    assert "a count below 0; week_start is no Monday; weeks out of order" in str(told.value)


def test_moments_add_up_or_are_hidden():
    assert StateCounts(heard=1, generic=2, late=3, missed=4, unanswered=9, not_needed=0).moments == 10
    assert StateCounts(heard=1, generic=2, late=None, missed=4, unanswered=9, not_needed=0).moments is None


FORBIDDEN = (" is angry", " are angry", " feels ", "empathy score", "ranking")


def test_the_page_never_says_how_somebody_is(inputs):
    text = _text(build(inputs))
    assert not [word for word in FORBIDDEN if word in text]


def test_undefined_is_never_written_as_zero():
    figure = Figure(
        name="x", title="X", value=None, ci_lower=None, ci_upper=None, n=0, unit="share", definition="d",
        undefined_because="nobody answered",
    )  # fmt: skip
    made = figure_block(figure, minimum_n=5, is_dated=True)
    assert (made.value, made.note) == ("", "nobody answered")


def test_every_case_is_tested_for_its_summary():
    assert set(SUMMARIES) == set(CASES)
