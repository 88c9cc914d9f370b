"""What a signal is: a part that reads turns and says what is in them, each time with the words that show it."""

from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol, runtime_checkable

import pyarrow as pa

from heard.errors import BadInput

GROUP = "heard.signals"
FOUND = pa.list_(
    pa.struct([
        pa.field("label", pa.string(), nullable=False), pa.field("score", pa.float32(), nullable=False),
        pa.field("start", pa.int32(), nullable=False), pa.field("end", pa.int32(), nullable=False),
    ])
)  # fmt: skip
"""Type of one turn's answer: null is "cannot say", an empty list "nothing there"; spans are code points."""


@runtime_checkable
class Signal(Protocol):
    """Scores turns; pure, so that a batch of one gives what a batch of many gives.

    Attributes:
        name: Word for the signal in commands and tables.
        version: Stamped on every score; changes whenever a score could.
        needs: Columns that `score` reads.
        scale: What a score is, in words.
    """

    name: ClassVar[str]
    needs: ClassVar[frozenset[str]]
    scale: ClassVar[str]

    @property
    def version(self) -> str: ...

    def score(self, turns: pa.Table) -> "pa.Array[Any]":
        """One list of FOUND for each row of `turns`, in their order."""
        ...


def names() -> tuple[str, ...]:
    """Names of the installed signals, in alphabetical order."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def load(name: str = "text") -> Signal:
    """A new, ready signal; its entry point names a function without arguments that reads the model and returns it.

    Raises:
        BadInput: No installed signal has this name.
    """
    for point in entry_points(group=GROUP):
        if point.name == name:
            signal: Signal = point.load()()
            return signal
    raise BadInput("Unknown signal", got=name, expected=" or ".join(names()), todo="See `heard.signals.base.names()`.")
