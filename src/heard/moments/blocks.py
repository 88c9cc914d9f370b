"""Turns with what was found in them, and the blocks that customers and repliers write in (CODEBOOK C)."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from heard.terms.labels import CUES, EMOTIONS

NOTHING: Mapping[str, "Mark"] = {}
CUSTOMER = "customer"
REPLIERS = frozenset({"agent", "bot"})
NEGATIVE = frozenset(label.name for label in EMOTIONS if label.tone == "negative")
POSITIVE = frozenset(label.name for label in EMOTIONS if label.tone == "positive")
CUE_NAMES = frozenset(label.name for label in CUES)


class Mark(NamedTuple):
    """One finding: its score on the signal's scale and its span in code points."""

    score: float
    start: int
    end: int


class Turn(NamedTuple):
    """A public turn by a customer, an agent or a bot.

    Attributes:
        row: Its row in the table of turns; also its place among all turns, private ones included.
        role: customer, agent or bot.
        marks: Best mark of each label; None when the signal cannot say.
        text: Words; "" where no rule needs them.
    """

    row: int
    role: str
    marks: Mapping[str, Mark] | None = NOTHING
    text: str = ""

    def has(self, label: str) -> bool:
        """Whether the label was found here."""
        return self.marks is not None and label in self.marks

    @property
    def found(self) -> Mapping[str, Mark]:
        """The marks; none where the signal cannot say."""
        return self.marks or NOTHING


class Block(NamedTuple):
    """Turns in a row on one side: the customer's, or those who reply. A bot and a human in a row are one block."""

    is_customer: bool
    turns: tuple[Turn, ...]

    def labels(self) -> set[str]:
        """Every label found in the block."""
        return {label for turn in self.turns for label in turn.found}

    def first_with(self, labels: Iterable[str]) -> Turn | None:
        """First turn that carries one of the labels; None when none does."""
        wanted = frozenset(labels)
        return next((turn for turn in self.turns if wanted & turn.found.keys()), None)

    def best(self, label: str) -> Mark | None:
        """Best mark of a label over the block; None when it was not found."""
        return max((turn.found[label] for turn in self.turns if label in turn.found), default=None)


def blocks_of(turns: Iterable[Turn]) -> tuple[Block, ...]:
    """Join turns in a row of one side to blocks.

    Args:
        turns: Public turns of one interaction in order; the caller has left out private notes and system turns,
            which neither open nor close a block.

    Returns:
        Customer and reply blocks in turn.
    """
    sides = groupby(turns, key=lambda turn: turn.role == CUSTOMER)
    return tuple(Block(is_customer, tuple(members)) for is_customer, members in sides)
