"""`heard watch`: a folder that exports are dropped into."""

import time
from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where


def watch(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] FOLDER", show_default=False)] = None,
    source: Annotated[str | None, typer.Option("--from", help="Source; guessed for each export when left out.")] = None,
    option: Annotated[list[str] | None, typer.Option("--set", help="An option of the source.")] = None,
    every: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="Look once and end: for a scheduler.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")] = False,
) -> int:
    """Take in every export dropped into a folder, then write the Monday page. Exit code 1 when one was refused."""
    folder, (inbox,) = where.split(arguments or [], rest=("FOLDER",))
    refused = False
    asked = flow.watch(
        folder, Path(inbox), source=source, options=flow.options_of(option or []), every_seconds=every, once=once,
        sleep=time.sleep,
    )  # fmt: skip
    for arrival in asked:
        refused = refused or arrival.refusal is not None
        if json:
            show.as_json({"name": arrival.name, "is_changed": arrival.is_changed, "refusal": arrival.refusal})
        else:
            show.say(arrival.to_line())
    return 1 if refused else 0
