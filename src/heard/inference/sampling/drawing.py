"""Drawing what to listen to or whom to ask: strata of tough moments, a budget, a known chance for everything.

Within a stratum every unit has the same chance; between strata the tough ones have a higher one, so that twenty minutes
hold enough of them, and the weights (one over the chance) lead back to the real mix.

Source: Cochran (1977), Sampling Techniques, 5 (stratified random sampling, allocation).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput

Floats = npt.NDArray[np.float64]
MIN_DRAWN = 2
"""Units that a stratum gives at least, where it has them: one alone tells nothing of its spread."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A group of units that share a chance.

    Attributes:
        importance: How many times as likely as the rest a unit should be drawn, where the budget allows.
    """

    name: str
    importance: float = 1.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample.

    Attributes:
        is_drawn: Shape (n,).
        probability: Shape (n,); the chance that each unit had, drawn or not, above 0 where its stratum is drawn from.
        sizes: Stratum → units there, drawn.
    """

    is_drawn: npt.NDArray[np.bool_]
    probability: Floats
    sizes: Mapping[str, tuple[int, int]]


def allocate(
    counts: Mapping[str, int], strata: Sequence[Stratum], budget: float, cost: Mapping[str, float] | None = None
) -> dict[str, int]:
    """How many units each stratum gives within a budget.

    Args:
        counts: Stratum → units there.
        strata: With their importance.
        budget: Units, or minutes when `cost` is given.
        cost: Stratum → cost of one unit; 1 each when None.

    Returns:
        Whole numbers, at least MIN_DRAWN (or all) of every stratum that has units, in proportion to size × importance
        beyond that; never more than there are. Their cost is within the budget where the minimum is.

    Raises:
        BadInput: The budget does not reach for the minimum of one stratum.

    Example:
        >>> allocate({"tough": 50, "rest": 950}, [Stratum("tough", 10), Stratum("rest")], 29)
        {'tough': 10, 'rest': 19}
    """
    costs = {s.name: (cost or {}).get(s.name, 1.0) for s in strata}
    there = {s.name: counts.get(s.name, 0) for s in strata}
    given = {name: min(MIN_DRAWN, n) for name, n in there.items()}
    spent = sum(given[name] * costs[name] for name in given)
    if spent > budget:
        raise BadInput(
            "budget of a sample", got=f"{budget:g}", expected=f"at least {math.ceil(spent)} for {MIN_DRAWN} of every "
            "stratum", todo="Raise the budget, or join strata.",
        )  # fmt: skip
    wanted = {s.name: there[s.name] * s.importance for s in strata}
    low, high = 0.0, max((1 / (s.importance or 1) for s in strata), default=0.0)
    for _ in range(60):
        rate = (low + high) / 2
        price = sum(_at(rate, name, wanted, there, given) * costs[name] for name in there)
        low, high = (rate, high) if price <= budget else (low, rate)
    return {name: math.floor(_at(low, name, wanted, there, given) + 1e-9) for name in there}


def _at(
    rate: float, name: str, wanted: Mapping[str, float], there: Mapping[str, int], least: Mapping[str, int]
) -> float:
    return min(float(there[name]), max(float(least[name]), rate * wanted[name]))


def draw(strata: Sequence[str] | npt.NDArray[Any], sizes: Mapping[str, int], *, seed: int) -> Drawn:
    """Draw without replacement, within each stratum at random.

    Args:
        strata: Name of each unit's stratum, shape (n,).
        sizes: How many of each.
        seed: The same seed and order of units give the same sample.
    """
    names = np.asarray(strata)
    rng = np.random.default_rng(seed)
    chosen, chance = np.zeros(len(names), bool), np.zeros(len(names))
    told = {}
    for name in sorted(sizes):
        units = np.flatnonzero(names == name)
        count = min(sizes[name], len(units))
        told[name] = (len(units), count)
        if len(units):
            chosen[rng.choice(units, count, replace=False)] = True
            chance[units] = count / len(units)
    return Drawn(chosen, chance, told)
