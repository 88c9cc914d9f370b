"""What an instrument is: items with their wording, scale, anchors and polarity, frozen under a version."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Literal

Kind = Literal["rating", "comment"]
Polarity = Literal["higher_better", "lower_better"]
Subject = Literal["customer", "employee"]

LANGUAGES = ("en", "de", "es", "fr")


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from `low` to `high`; `polarity` says which end is good news."""

    low: int
    high: int
    polarity: Polarity = "higher_better"

    @property
    def points(self) -> tuple[int, ...]:
        """Every answer that can be given, in order."""
        return tuple(range(self.low, self.high + 1))

    def holds(self, value: float) -> bool:
        """Whether a value lies on the scale; a mean of several items may lie between two points."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question.

    Attributes:
        id: Its name in `survey_answer.item_id`.
        wording: Language → the question as asked; English is always there.
        kind: A rating on `scale`, or a comment in free words.
        scale: None for a comment.
        anchors: Point of the scale → language → what that point says; the ends at least.
        may_rotate: Its place may change from one invitation to the next.
    """

    id: str
    wording: Mapping[str, str]
    kind: Kind = "rating"
    scale: Scale | None = None
    anchors: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    may_rotate: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A survey: its items under a version. A change of one word is a new version; old answers keep theirs.

    Attributes:
        about: Whose answers these are; employee instruments are not sent to customers.
        index: Items whose mean on 0 to 100 is this instrument's index; empty when it has none.
        source: Where the wording and the scale come from.
    """

    name: str
    version: str
    title: str
    items: tuple[Item, ...]
    about: Subject = "customer"
    index: tuple[str, ...] = ()
    source: str = ""

    def item(self, item_id: str) -> Item:
        """The item of that id; KeyError when there is none."""
        return {item.id: item for item in self.items}[item_id]

    @property
    def ratings(self) -> tuple[Item, ...]:
        """Items that are rated, in their order."""
        return tuple(item for item in self.items if item.kind == "rating")

    @property
    def digest(self) -> str:
        """Changes with every word, point and polarity: what a version freezes."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return blake2b(told.encode(), digest_size=8).hexdigest()


def to_hundred(value: float, low: float, high: float, polarity: str | None = "higher_better") -> float:
    """An answer on 0 to 100, where 100 is the best answer, whatever the scale and its polarity.

    Five- and seven-point scales are compared here and nowhere else; raw values are never put into one mean.

    Raises:
        ValueError: The scale has no length, or the value lies off it.

    Example:
        >>> to_hundred(4, 1, 5), to_hundred(4, 1, 7), to_hundred(1, 1, 5, "lower_better")
        (75.0, 50.0, 100.0)
    """
    if not low < high or not low <= value <= high:
        raise ValueError(f"value off the scale {low:g} to {high:g}")
    share = (value - low) / (high - low)
    return 100 * (1 - share if polarity == "lower_better" else share)


def in_order(items: tuple[Item, ...], seed: int | None) -> tuple[Item, ...]:
    """The items as one invitation shows them: those that may rotate in an order drawn by the seed, the others in place.

    The order is by a digest of seed and item id, so that it can be found again from the invitation alone, in every
    language and version of Python. Without a seed the order is the instrument's own.

    Example:
        >>> q = tuple(Item(id=name, wording={"en": name}) for name in "abc")
        >>> [item.id for item in in_order(q, 3)], [item.id for item in in_order(q, None)]
        (['c', 'a', 'b'], ['a', 'b', 'c'])
    """
    if seed is None:
        return items
    moving = sorted((item for item in items if item.may_rotate), key=lambda item: _draw(seed, item.id))
    queue = iter(moving)
    return tuple(next(queue) if item.may_rotate else item for item in items)


def _draw(seed: int, item_id: str) -> bytes:
    return blake2b(f"{seed}\x1f{item_id}".encode(), digest_size=8, person=b"heard.order").digest()
