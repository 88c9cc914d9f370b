"""Lives counted by day: what curves and their comparisons need, small enough to come from one GROUP BY."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lives:
    """Followed customers of one group, counted by the day on which they left or were last seen.

    Attributes:
        times: Shape (days,). Days of follow-up, ascending and distinct.
        events: Shape (days, causes). How many left on that day, by cause.
        censored: Shape (days,). How many were last seen on that day, still there.
    """

    times: Floats
    events: Floats
    censored: Floats

    @classmethod
    def of(cls, days: npt.ArrayLike, cause: npt.ArrayLike, *, causes: int = 1, weights: npt.ArrayLike = 1.0) -> "Lives":
        """From one row a customer.

        Args:
            days: Shape (n,). Days of follow-up; not negative.
            cause: Shape (n,). 0 for still there, 1 to `causes` for why they left.
            causes: How many reasons there are.
            weights: How many customers a row stands for.

        Raises:
            BadInput: Nobody, a negative or missing time, or a cause outside the range.
        """
        time, why = np.asarray(days, float), np.asarray(cause, np.int64)
        count = np.broadcast_to(np.asarray(weights, float), time.shape)
        if not len(time):
            raise BadInput("follow-up", got="no customers", expected="one at least")
        if not (np.isfinite(time).all() and (time >= 0).all()):
            raise BadInput(
                "follow-up", got="missing or negative days", expected="days from joining to leaving, 0 or more"
            )
        if why.min() < 0 or why.max() > causes:
            raise BadInput("cause of leaving", got=f"{why.min()} to {why.max()}", expected=f"0 to {causes}")
        times, where = np.unique(time, return_inverse=True)
        counted = np.zeros((len(times), causes + 1))
        np.add.at(counted, (where, why), count)
        return cls(times, counted[:, 1:], counted[:, 0])

    @property
    def n(self) -> float:
        """Customers followed."""
        return float(self.events.sum() + self.censored.sum())

    @property
    def event_count(self) -> float:
        """Customers who left, for whatever cause."""
        return float(self.events.sum())

    @property
    def at_risk(self) -> Floats:
        """Shape (days,). Customers still followed just before each day."""
        gone = np.cumsum(self.events.sum(1) + self.censored)
        return np.asarray(self.n - np.concatenate(([0.0], gone[:-1])))
