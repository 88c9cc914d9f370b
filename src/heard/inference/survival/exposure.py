"""From histories to intervals: what a customer had lately lived through on each day at risk."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput
from heard.inference.survival.lives import Floats, Ints

HEARD, ACKNOWLEDGED, MISSED, NO_MOMENT = "heard", "acknowledged only", "missed", "no moment"
STATES = (HEARD, ACKNOWLEDGED, MISSED, NO_MOMENT)
"""How a contact went: all its moments heard; answered but generic, late or in part; one missed at least; none."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Customers and their contacts, days as whole numbers on the business's calendar.

    Attributes:
        entered, left: Shape (customers,). First day at risk, and the day of leaving or of the last look.
        cause: Shape (customers,). 0 for still there, else why they left.
        customer: Shape (contacts,). Whose contact, from 0.
        day: Shape (contacts,). When it began.
        state: Shape (contacts,). Place in STATES.
    """

    entered: Ints
    left: Ints
    cause: Ints
    customer: Ints
    day: Ints
    state: Ints

    def __post_init__(self) -> None:
        if (wrong := int((self.left < self.entered).sum())) > 0:
            raise BadInput(
                "customers", got=f"{wrong} who left before they joined", expected="joining before leaving",
                todo="Correct joined_on or the churn date; `heard joins` counts them.",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exposed:
    """Intervals (start, stop] in days since the customer entered, with what was lived through before `start`.

    Attributes:
        customer, start, stop, cause: Shape (rows,); cause is 0 unless the interval ends with leaving.
        columns: `heard` and `missed`: which the latest of such contacts within the window was; `acknowledged`: there
            was a contact that was acknowledged only; `missed_count`, `heard_count`: how many within the window.
        calendar: Shape (rows,). Day on which the interval starts, on the business's calendar.
        contact: Shape (rows,). Place of the latest contact within the window; -1 without one.
    """

    customer: Ints
    start: Ints
    stop: Ints
    cause: Ints
    columns: dict[str, Floats]
    calendar: Ints
    contact: Ints


def exposed(histories: Histories, *, window_days: int = 56) -> Exposed:
    """Cut each life where its recent past changes: at a contact, and when one falls out of the window.

    A contact counts from the day after it on, for `window_days`; what happens on its own day is not held against it.

    Raises:
        BadInput: The window is not positive.
    """
    if window_days < 1:
        raise BadInput("window", got=f"{window_days} days", expected="1 or more")
    entered, left = histories.entered, np.maximum(histories.left, histories.entered + 1)
    order = np.lexsort((histories.day, histories.customer))
    who, day, state = histories.customer[order], histories.day[order], histories.state[order]
    owner, start = _cuts(entered, left, who, day, window_days)
    stop = np.where(np.append(owner[1:] == owner[:-1], False), np.append(start[1:], 0), left[owner])
    ends = stop == left[owner]
    span = (
        np.int64(max(int(left.max()), int(day.max(initial=0))) - min(int(entered.min()), int(day.min(initial=0))))
        + 2 * window_days
        + 2
    )
    zero = min(int(entered.min()), int(day.min(initial=0))) - window_days - 1
    seen = _Seen(who * span + (day - zero), owner * span + (start - zero), owner * span, window_days)
    columns = {
        **seen.latest(state == STATES.index(HEARD), state == STATES.index(MISSED)),
        "acknowledged": (seen.count(state == STATES.index(ACKNOWLEDGED)) > 0).astype(float),
        "missed_count": seen.count(state == STATES.index(MISSED)).astype(float),
        "heard_count": seen.count(state == STATES.index(HEARD)).astype(float),
    }
    last = seen.last(np.ones(len(who), bool))
    contact = np.where(last >= 0, order[np.maximum(last, 0)] if len(order) else -1, -1)
    cause = np.where(ends, histories.cause[owner], 0)
    return Exposed(owner, start - entered[owner], stop - entered[owner], cause, columns, start, contact)


def _cuts(entered: Ints, left: Ints, who: Ints, day: Ints, window: int) -> tuple[Ints, Ints]:
    """Customers and days at which intervals start, sorted, each once."""
    people = np.arange(len(entered))
    owner = np.concatenate((people, who, who))
    at = np.concatenate((entered, day, day + window))
    inside = (at >= entered[owner]) & (at < left[owner])
    zero, span = int(entered.min()), np.int64(int(left.max()) - int(entered.min()) + 1)
    keys = np.unique(owner[inside] * span + (at[inside] - zero))
    return keys // span, keys % span + zero


@dataclass(frozen=True, slots=True)
class _Seen:
    """Contacts and interval starts on one number line, customer after customer."""

    contacts: Ints
    starts: Ints
    floors: Ints
    window: int

    def _range(self, which: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
        """Places of the contacts marked, and for each start which of them lie within the window."""
        places = np.flatnonzero(which)
        keys = self.contacts[places]
        since = np.maximum(self.starts - self.window, self.floors)
        return places, np.searchsorted(keys, since, side="right"), np.searchsorted(keys, self.starts, side="right")

    def count(self, which: npt.NDArray[np.bool_]) -> Ints:
        _, lo, hi = self._range(which)
        return np.asarray(hi - lo)

    def last(self, which: npt.NDArray[np.bool_]) -> Ints:
        """Place of the latest contact marked within the window; -1 for none."""
        places, lo, hi = self._range(which)
        found = np.concatenate((places, [-1]))
        return np.asarray(np.where(hi > lo, found[hi - 1], -1))

    def latest(self, heard: npt.NDArray[np.bool_], missed: npt.NDArray[np.bool_]) -> dict[str, Floats]:
        last = self.last(heard | missed)
        is_there = last >= 0
        was_missed = np.zeros(len(last), bool)
        was_missed[is_there] = missed[last[is_there]]
        return {"heard": (is_there & ~was_missed).astype(float), "missed": was_missed.astype(float)}
