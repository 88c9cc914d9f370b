"""What a step works on, and what it tells while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from heard import gate


class OnProgress(Protocol):
    """Called with the step's name, units done, and their total (None when unknown)."""

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Tell how far the step is."""


def silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@contextmanager
def working_in(folder: Path) -> Iterator[gate.Workspace]:
    """An open workspace for one block."""
    workspace = gate.open(folder)
    try:
        yield workspace
    finally:
        workspace.close()
