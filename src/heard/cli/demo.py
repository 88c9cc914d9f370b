"""`heard demo`: the sample company, from its export to its Monday page."""

from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show
from heard.cli.progress import bars


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")] = Path("demo"),
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Make the sample company and run the main job on it."""
    with bars() as on_progress:
        done = flow.demo(folder, on_progress=on_progress)
    show.as_json(done.to_dict()) if json else show.lines(done.to_lines())
