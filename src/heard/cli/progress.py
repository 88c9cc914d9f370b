"""Progress bars on stderr for every step that takes more than a second."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

STDERR = Console(stderr=True)
QUIET_SECONDS = 1.0


class Bars:
    """Shows one bar a step once the step has taken a second; prints a line for each when there is no terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._since: dict[str, float] = {}

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Tell that `done` of `total` units of a step are done; a total of None is unknown."""
        since = self._since.setdefault(step, time.monotonic())
        if step not in self._tasks and time.monotonic() - since < QUIET_SECONDS:
            return
        task = self._tasks.get(step)
        if task is None:
            self._progress.start()
            task = self._tasks[step] = self._progress.add_task(step, total=total)
        self._progress.update(task, completed=done, total=total)


@contextmanager
def bars() -> Iterator[Bars]:
    """A live display of progress bars on stderr, gone when nothing took long."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=STDERR)
    try:
        yield Bars(progress)
    finally:
        if progress.tasks:
            progress.stop()
