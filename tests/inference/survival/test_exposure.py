"""Intervals of exposure against a walk from day to day."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.errors import BadInput
from heard.inference.survival import Histories, exposed

WINDOW = 7
contacts = st.lists(st.tuples(st.integers(0, 2), st.integers(-5, 40), st.integers(0, 3)), max_size=12)
lives = st.lists(st.tuples(st.integers(0, 10), st.integers(1, 30), st.integers(0, 2)), min_size=3, max_size=3)


def histories(people, met):
    entered, long, cause = np.array(people).T
    who, day, state = np.array(met, int).reshape(-1, 3).T
    return Histories(entered, entered + long, cause, who, day, state)


def walked(people, met):
    """Every day of every customer, one by one."""
    told = {}
    for one, (entered, long, cause) in enumerate(people):
        for day in range(entered, entered + long):
            recent = [(at, state) for who, at, state in met if who == one and day - WINDOW < at <= day]
            # contacts of one day keep the order in which they came
            clear = [state for _, state in sorted(recent, key=lambda r: r[0]) if state in (0, 2)]
            told[one, day - entered + 1] = (
                clear[-1:] == [0], clear[-1:] == [2], any(s == 1 for _, s in recent), sum(s == 2 for _, s in recent),
                cause if day == entered + long - 1 else 0,
            )  # fmt: skip
    return told


@settings(deadline=None, max_examples=80)
@given(lives, contacts)
def test_intervals_say_what_a_walk_says(people, met):
    made = exposed(histories(people, met), window_days=WINDOW)
    told = {}
    for row, one in enumerate(made.customer):
        for day in range(made.start[row] + 1, made.stop[row] + 1):
            told[int(one), int(day)] = (
                bool(made.columns["heard"][row]), bool(made.columns["missed"][row]),
                bool(made.columns["acknowledged"][row]), int(made.columns["missed_count"][row]),
                int(made.cause[row]) if day == made.stop[row] else 0,
            )  # fmt: skip
    assert told == walked(people, met)


def test_who_left_on_the_day_of_joining_is_at_risk_for_a_day():
    made = exposed(Histories(*(np.array(a, int) for a in ([5], [5], [1], [], [], []))), window_days=WINDOW)
    assert (made.start.tolist(), made.stop.tolist(), made.cause.tolist()) == ([0], [1], [1])


def test_leaving_before_joining_is_refused():
    with pytest.raises(BadInput, match="1 who left before they joined"):
        Histories(*(np.array(a, int) for a in ([5], [4], [1], [], [], [])))
