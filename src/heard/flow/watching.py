"""A watched folder: what a help desk drops there every night is taken in, and the Monday page is written anew."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from heard.errors import BadInput, Busy
from heard.flow.importing import import_path
from heard.flow.reporting import run
from heard.flow.steps import OnProgress, silent

UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
"""Endings under which programs write a file that is not whole yet."""
_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one export in the folder.

    Attributes:
        name: Its name in the folder.
        is_changed: It brought new or changed rows.
        refusal: Why it was not taken in; None when it was.
    """

    name: str
    is_changed: bool
    refusal: str | None = None

    def to_line(self) -> str:
        """A line for a terminal."""
        if self.refusal is not None:
            return f"{self.name}: not taken in. {self.refusal}"
        return f"{self.name}: {'taken in' if self.is_changed else 'nothing new'}"


def watch(
    folder: Path,
    inbox: Path,
    *,
    source: str | None = None,
    options: Mapping[str, str] | None = None,
    every_seconds: float = 60,
    once: bool = False,
    sleep: Callable[[float], None] = time.sleep,
    on_progress: OnProgress = silent,
) -> Iterator[Arrival]:
    """Take in every export in a folder once it has stopped growing; after a round with news the main job runs.

    Nothing in the folder is moved or deleted. A refused export is told once and looked at again when it changes.

    Args:
        folder: The workspace.
        inbox: The folder to look into; each file or folder in it is one export.
        source: Name of the source; guessed for each export when None.
        options: Options of the source.
        every_seconds: Time between two looks.
        once: Look once and end, for a scheduler; then nothing is waited for, and a growing file waits for the next run.
        sleep: How to wait.
        on_progress: Told of the steps.

    Raises:
        BadInput: The inbox is not a folder, or lies inside the workspace.
    """
    if not inbox.is_dir():
        raise BadInput("inbox", "no such folder", "a folder that exports are dropped into", "Make it first.")
    if inbox.absolute().is_relative_to(folder.absolute()):
        raise BadInput("inbox", "a folder inside the workspace", "a folder outside it", "Choose another folder.")
    settled: dict[str, _Stamp] = {}
    growing: dict[str, _Stamp] = {}
    while True:
        has_news = False
        for export in _exports(inbox):
            stamp = _stamp(export)
            if settled.get(export.name) == stamp:
                continue
            if not once and growing.get(export.name) != stamp:
                growing[export.name] = stamp
                continue
            settled[export.name] = stamp
            arrival = _taken(folder, export, source, options or {}, on_progress)
            has_news = has_news or arrival.is_changed
            yield arrival
        if has_news:
            run(folder, on_progress=on_progress)
        if once:
            return
        sleep(every_seconds)


def _exports(inbox: Path) -> list[Path]:
    found = sorted(inbox.iterdir(), key=lambda path: path.name)
    return [path for path in found if not path.name.startswith(".") and path.suffix.lower() not in UNFINISHED]


def _stamp(export: Path) -> _Stamp:
    """Bytes and newest change of an export: equal twice means that nobody is writing it."""
    files = [export] if export.is_file() else [path for path in export.rglob("*") if path.is_file()]
    stats = [path.stat() for path in files]
    return sum(one.st_size for one in stats), max((one.st_mtime_ns for one in stats), default=0)


def _taken(
    folder: Path, export: Path, source: str | None, options: Mapping[str, str], on_progress: OnProgress
) -> Arrival:
    try:
        admission = import_path(folder, export, source=source, options=options, on_progress=on_progress)
    except (BadInput, Busy) as refusal:
        return Arrival(export.name, False, str(refusal))
    return Arrival(export.name, admission.is_changed)
