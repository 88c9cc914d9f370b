"""Durations of the ledger and the clock that counts them within business hours."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.float64]
SECONDS_PER_HOUR = 3600


class BusinessClock(Protocol):
    """Counts the seconds of a span that lie within business hours; `gate.clocks` has the one of a business."""

    def seconds_between(self, start_epoch_s: npt.ArrayLike, end_epoch_s: npt.ArrayLike) -> Seconds:
        """Business seconds from start to end, elementwise, both in seconds since 1970; NaN where either is NaN."""
        ...


class AlwaysOpen:
    """A business that never closes: business seconds are calendar seconds."""

    def seconds_between(self, start_epoch_s: npt.ArrayLike, end_epoch_s: npt.ArrayLike) -> Seconds:
        """Seconds from start to end, elementwise.

        Example:
            >>> AlwaysOpen().seconds_between([100, 100], [160, float("nan")]).tolist()
            [60.0, nan]
        """
        return np.asarray(end_epoch_s, np.float64) - np.asarray(start_epoch_s, np.float64)


def calendar_seconds(start: Seconds, end: Seconds) -> Seconds:
    """Seconds between two instants of one clock; NaN when one is unknown or the end lies before the start."""
    between = np.asarray(end - start, np.float64)
    return np.where(between < 0, np.nan, between)


def business_seconds(clock: BusinessClock, start: Seconds, end: Seconds) -> Seconds:
    """The same within business hours."""
    between = np.asarray(clock.seconds_between(start, end), np.float64)
    return np.where(end < start, np.nan, between)


def first_known(*seconds: Seconds) -> Seconds:
    """Elementwise the first that is not NaN: instants where a turn is dated, offsets into a call where it is not."""
    known = seconds[-1]
    for earlier in reversed(seconds[:-1]):
        known = np.where(np.isnan(earlier), known, earlier)
    return known
