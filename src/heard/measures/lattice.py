"""The fixed lattice: by what figures are broken down, and over which periods (CONTRACTS 18)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from heard.errors import BadInput
from heard.measures.base import DIMENSIONS

Period = Literal["all", "week"]
Grouping = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Groupings and periods that are computed and released together; nothing beside them leaves the gate."""

    groupings: tuple[Grouping, ...]
    periods: tuple[Period, ...] = ("all", "week")

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that some grouping uses, in the order of `DIMENSIONS`."""
        used = {name for grouping in self.groupings for name in grouping}
        return tuple(name for name in DIMENSIONS if name in used)


LATTICE = Lattice(
    (
        (),
        ("team_id",),
        ("channel",),
        ("queue",),
        ("issue",),
        ("team_id", "channel"),
        ("team_id", "issue"),
        ("channel", "issue"),
    )
)


def checked(by: Iterable[str]) -> Grouping:
    """The grouping, in the order given.

    Raises:
        BadInput: A name is not a dimension, or comes twice.
    """
    grouping = tuple(by)
    if len(set(grouping)) != len(grouping) or not set(grouping) <= set(DIMENSIONS):
        raise BadInput(
            "breakdown of a measure", got="+".join(grouping), expected=f"different ones of {', '.join(DIMENSIONS)}"
        )
    return grouping


def name_of(grouping: Grouping) -> str:
    """How a grouping is written in the column `grouping`; empty for the whole business."""
    return "+".join(grouping)
