"""An experiment's data as arrays: one row per assigned unit, however many contacts it had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput, NotIdentified

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Sums per assigned unit. All arrays have shape (units,).

    Attributes:
        treated: True in the treatment arm.
        value: Sum of the metric's numerator over the unit's contacts.
        n: Sum of its denominator; units with 0 stay in the counts of units and add nothing to the rates.
        stratum: Number of the stratum in which the unit was drawn; all 0 without strata.
        past_value: Numerator before the start, for CUPED; NaN where the unit has no past.
        past_n: Denominator before the start.
        shown: Contacts to which the treatment was shown; empty when no exposure was logged.
        contacts: Contacts in all; equals `n` where the metric counts contacts.
    """

    treated: Bools
    value: Floats
    n: Floats
    stratum: Ints
    past_value: Floats = field(default_factory=lambda: np.empty(0))
    past_n: Floats = field(default_factory=lambda: np.empty(0))
    shown: Floats = field(default_factory=lambda: np.empty(0))
    contacts: Floats = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.treated)

    @property
    def arm_sizes(self) -> tuple[int, int]:
        """Units in control and in treatment that have an outcome."""
        seen = self.n > 0
        return int((seen & ~self.treated).sum()), int((seen & self.treated).sum())

    def with_outcome(self) -> "Trial":
        """The units whose denominator is above 0."""
        return self.of(self.n > 0)

    def of(self, keep: Bools) -> "Trial":
        """Some of the units."""
        cut = {name: part[keep] if len(part) else part for name, part in self._optional().items()}
        return Trial(
            treated=self.treated[keep], value=self.value[keep], n=self.n[keep], stratum=self.stratum[keep], **cut
        )

    def _optional(self) -> Mapping[str, Floats]:
        return {
            "past_value": self.past_value,
            "past_n": self.past_n,
            "shown": self.shown,
            "contacts": self.contacts,
        }


def trial(
    units: Sequence[str],
    arms: Mapping[str, str],
    values: Floats,
    ns: Floats,
    *,
    strata: Mapping[str, str] | None = None,
    past: tuple[Sequence[str], Floats, Floats] | None = None,
    shown: Floats | None = None,
    treatment: str = "treatment",
) -> Trial:
    """Add contacts up to assigned units.

    Args:
        units: Shape (contacts,). The assigned unit of each contact.
        arms: Unit → arm, from the assignment; units without a contact are kept.
        values: Numerator of each contact.
        ns: Denominator of each contact.
        strata: Unit → stratum.
        past: Units, numerators and denominators of contacts before the start.
        shown: 1 where the treatment was shown, shape (contacts,).
        treatment: Name of the treatment arm.

    Raises:
        BadInput: A contact's unit was not assigned, or a value is missing.
    """
    names = sorted(arms)
    place = {name: i for i, name in enumerate(names)}
    if strange := {unit for unit in units if unit not in place}:
        raise BadInput(
            "units of the contacts", got=f"{len(strange)} that were not assigned", expected="units of the assignment",
            todo="Leave them out, or give the assignment file that was in force.",
        )  # fmt: skip
    if not (np.isfinite(values).all() and np.isfinite(ns).all()):
        raise BadInput("outcomes", got="missing values", expected="a number in every row", todo="Leave such rows out.")
    rows = np.array([place[unit] for unit in units], dtype=np.int64)
    value, n = (sums(rows, part, len(names)) for part in (values, ns))
    kinds = {name: i for i, name in enumerate(sorted({*(strata or {}).values()}))}
    number = [kinds[(strata or {})[name]] if strata and name in strata else 0 for name in names]
    before = _past(place, past) if past is not None else (np.empty(0), np.empty(0))
    return Trial(
        treated=np.array([arms[name] == treatment for name in names]),
        value=value,
        n=n,
        stratum=np.array(number, dtype=np.int64),
        past_value=before[0],
        past_n=before[1],
        shown=sums(rows, shown, len(names)) if shown is not None else np.empty(0),
        contacts=np.bincount(rows, minlength=len(names)).astype(float),
    )


def _past(place: Mapping[str, int], past: tuple[Sequence[str], Floats, Floats]) -> tuple[Floats, Floats]:
    units, values, ns = past
    known = [i for i, unit in enumerate(units) if unit in place]
    rows = np.array([place[units[i]] for i in known], dtype=np.int64)
    return sums(rows, values[known], len(place)), sums(rows, ns[known], len(place))


def sums(rows: Ints, weights: Floats, units: int) -> Floats:
    """Weights added up by row number, shape (units,)."""
    return np.bincount(rows, weights=weights, minlength=units).astype(np.float64)


def checked(data: Trial) -> Trial:
    """The units with an outcome, if the arms can be compared at all.

    Raises:
        NotIdentified: An arm is empty or holds one unit, or all outcomes are equal.
    """
    seen = data.with_outcome()
    control, treated = seen.arm_sizes
    if min(control, treated) < 2:
        raise NotIdentified(
            "arms", got=f"{control} units in control and {treated} in treatment", expected="two or more in each",
            todo="One unit an arm cannot tell the change from the unit. Assign smaller units, such as queue-days.",
        )  # fmt: skip
    rate = seen.value / seen.n
    if np.ptp(rate) == 0:
        raise NotIdentified(
            "outcome", got=f"the same value in all {len(seen)} units", expected="values that differ",
            todo="A constant outcome says nothing about its spread. Check the metric, or wait for more contacts.",
        )  # fmt: skip
    return seen
