"""Contacts with their outcome, as columns; the metric is a sum of `value` over a sum of `n`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput, NotSupported
from heard.inference.experiments.trial import Bools, Floats, Ints
from heard.terms.days import date_of, day_of

Names = npt.NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """All arrays have shape (contacts,).

    Attributes:
        day: Day since 1970 on the business's calendar; the week's Monday where `is_weekly`.
        value: Numerator of the metric.
        n: Denominator.
        columns: Name → text of each contact: agent, team, queue, customer, channel, issue, …; None when unknown.
        half: 0 before and 1 after 13:00 local time; empty when times of day are not known.
        shown: 1 where the treatment was shown, 0 where not; empty without an exposure log.
        used: 1 where it was used as it stood or edited.
        is_weekly: Only the week is known, not the day.
    """

    day: Ints
    value: Floats
    n: Floats
    columns: Mapping[str, Names]
    half: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    shown: Floats = field(default_factory=lambda: np.empty(0))
    used: Floats = field(default_factory=lambda: np.empty(0))
    is_weekly: bool = False

    def __len__(self) -> int:
        return len(self.day)

    def of(self, keep: Bools) -> "Contacts":
        """Some of the contacts."""
        return Contacts(
            day=self.day[keep],
            value=self.value[keep],
            n=self.n[keep],
            columns={name: column[keep] for name, column in self.columns.items()},
            half=self.half[keep] if len(self.half) else self.half,
            shown=self.shown[keep] if len(self.shown) else self.shown,
            used=self.used[keep] if len(self.used) else self.used,
            is_weekly=self.is_weekly,
        )

    def column(self, name: str) -> Names:
        """A text column.

        Raises:
            BadInput: There is none of that name.
        """
        if name not in self.columns:
            raise BadInput("contacts", got=f"no column {name}", expected=", ".join(sorted(self.columns)))
        return self.columns[name]

    def units(self, kind: str) -> Names:
        """The unit of each contact; None where a part of its name is unknown.

        Raises:
            NotSupported: The metric knows weeks only, and the unit is shorter.
        """
        if kind in ("agent", "team", "customer"):
            return self.column(kind)
        if kind in ("queue-day", "shift") and self.is_weekly:
            raise NotSupported(
                f"unit {kind}", got="a metric that knows the week and not the day", expected="team-week, agent or team",
                todo="Choose a metric counted on conversations, such as heard_rate.",
            )  # fmt: skip
        if kind == "shift" and not len(self.half):
            raise NotSupported("unit shift", got="contacts without a time of day", expected="opened_at with a time")
        place = self.column("queue" if kind == "queue-day" else "team")
        return np.array(
            [_block(kind, p, d, h) for p, d, h in zip(place, self.day, self._halves(), strict=True)], object
        )

    def _halves(self) -> Ints:
        return self.half if len(self.half) else np.zeros(len(self), dtype=np.int64)

    def within(self, population: Mapping[str, str]) -> "Contacts":
        """The contacts that have these values."""
        keep = np.ones(len(self), dtype=bool)
        for name, wanted in population.items():
            keep &= self.column(name) == wanted
        return self.of(keep)

    def between(self, first: date, last: date) -> "Contacts":
        """The contacts of these days, both included."""
        low, high = day_of(first), day_of(last)
        return self.of((self.day >= low) & (self.day <= high))


def _block(kind: str, place: str | None, day: int, half: int) -> str | None:
    if place is None:
        return None
    return block_name(kind, place, int(day), int(half))


def block_name(kind: str, place: str, day: int, half: int = 0) -> str:
    """Name of a place during a time.

    Example:
        >>> block_name("queue-day", "returns", 20_790), block_name("shift", "Quay", 20_790, 1)
        ('returns 2026-12-03', 'Quay 2026-12-03 pm')
        >>> block_name("team-week", "Quay", 20_790)
        'Quay week of 2026-11-30'
    """
    on = date_of(day)
    if kind == "team-week":
        return f"{place} week of {date.fromordinal(on.toordinal() - on.weekday()).isoformat()}"
    return f"{place} {on.isoformat()}" + ((" pm" if half else " am") if kind == "shift" else "")


def distinct(values: Iterable[object], keep: Callable[[object], bool] = lambda _: True) -> int:
    """How many different values that are not None."""
    return len({value for value in values if value is not None and keep(value)})
