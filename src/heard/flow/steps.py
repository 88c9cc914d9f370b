"""What a step tells while it runs."""

from typing import Protocol


class OnProgress(Protocol):
    """Called with the step's name, units done, and their total (None when unknown)."""

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Tell how far the step is."""


def silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""
