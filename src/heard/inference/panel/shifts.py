"""Where the level of a weekly series shifts, season taken out, without being told where to look."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput

Floats = npt.NDArray[np.float64]
ROUNDS = 3
LEAST = 4
"""Fewest periods between two shifts: less is an episode, not a level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A new level.

    Attributes:
        place: First period of the new level.
        earliest, latest: Where else it may have begun, at about 95 %.
        before, after: Level on either side.
    """

    place: int
    earliest: int
    latest: int
    before: float
    after: float


def shifts(values: npt.ArrayLike, *, season: float | None = None) -> tuple[Shift, ...]:
    """Shifts of the mean, by optimal partitioning.

    Args:
        values: Shape (periods,), in order.
        season: Periods in a year; two harmonics are taken out when two whole years are there, else nothing is.

    Returns:
        Shifts in order; empty for a steady series, or one too short to tell (fewer than 3 × LEAST periods).

    Raises:
        BadInput: Missing values.

    Source:
        Jackson et al. (2005), IEEE Signal Process. Lett. 12, for the partition; Yao (1988), Stat. Probab. Lett. 6, for
        the penalty (2 σ² log n for a shift: its level and its place); σ from differences, so that shifts
        do not widen it.
    """
    y = np.asarray(values, float)
    if not np.isfinite(y).all():
        raise BadInput("series", got="missing periods", expected="a value in every period", todo="Take longer periods.")
    if len(y) < 3 * LEAST or np.ptp(y) == 0:
        return ()
    places = _cuts(y)
    if season is not None and len(y) >= 2 * season:
        y = y - _season(y, season)
        places = _cuts(y)
        for _ in range(ROUNDS):  # a shift bends the season that is fitted without it
            y = y - _season(y - _levels(y, places), season, with_trend=False)
            places = _cuts(y)
    spread, edges = _spread(y), [0, *places, len(y)]
    return tuple(_told(y, edges[i - 1], edges[i], edges[i + 1], spread) for i in range(1, len(edges) - 1))


def _spread(y: Floats) -> float:
    steps = np.diff(y)
    return float(np.median(np.abs(steps)) / 0.6745 or np.std(steps)) / float(np.sqrt(2))


def _cuts(y: Floats) -> list[int]:
    return _partition(y, 2 * _spread(y) ** 2 * float(np.log(len(y))))


def _levels(y: Floats, places: list[int]) -> Floats:
    return np.concatenate([np.full(len(part), part.mean()) for part in np.split(y, places)])


def _season(y: Floats, season: float, *, with_trend: bool = True) -> Floats:
    """Two harmonics, fitted beside a trend so that a rise is not taken for a season."""
    t = np.arange(len(y))
    waves = [f(2 * np.pi * h * t / season) for h in (1, 2) for f in (np.sin, np.cos)]
    x = np.column_stack([np.ones_like(t), t if with_trend else np.zeros_like(t), *waves])
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    return np.asarray(x[:, 2:] @ beta[2:])


def _partition(y: Floats, penalty: float) -> list[int]:
    """The cheapest cuts: squared error within each part and a penalty for each cut."""
    total, square = np.concatenate(([0.0], np.cumsum(y))), np.concatenate(([0.0], np.cumsum(y**2)))
    best, before = np.full(len(y) + 1, np.inf), np.zeros(len(y) + 1, int)
    best[0] = -penalty
    for end in range(LEAST, len(y) + 1):
        starts = np.arange(0, end - LEAST + 1)
        length = end - starts
        error = square[end] - square[starts] - (total[end] - total[starts]) ** 2 / length
        cost = best[starts] + error + penalty
        place = int(np.argmin(cost))
        best[end], before[end] = cost[place], starts[place]
    cuts, at = [], before[len(y)]
    while at > 0:
        cuts.append(int(at))
        at = before[at]
    return cuts[::-1]


def _told(y: Floats, left: int, place: int, right: int, spread: float) -> Shift:
    """The shift with the places whose error is within what chance would allow (profile likelihood)."""
    low, high = float(y[left:place].mean()), float(y[place:right].mean())
    errors = {
        at: float(((y[left:at] - y[left:at].mean()) ** 2).sum() + ((y[at:right] - y[at:right].mean()) ** 2).sum())
        for at in range(left + 1, right)
    }
    near = [at for at, error in errors.items() if error <= errors[place] + 3.84 * spread**2]
    return Shift(place=place, earliest=min(near), latest=max(near), before=low, after=high)
