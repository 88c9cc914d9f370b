"""`heard gap`, `heard survey …`, `heard sample`: what customers say, whom to ask, what to listen to."""

from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def gap(workspace: Only = None, json: Json = False) -> None:
    """Hold what was done against what customers say: by team, channel and issue, with who answered."""
    folder, _ = where.split(workspace or [])
    shown = flow.gap(folder)
    if json:
        show.as_json(shown.gap.to_dict() | {"path": str(shown.path)})
        return
    show.as_table(shown.gap.to_rows(), title="Behaviour beside perception; 95 % intervals")
    if answered := shown.gap.answered_rows():
        show.as_table(answered, title="Felt understood, 4 or 5 of 5, in its readings")
    if who := shown.gap.who_rows():
        show.as_table(who, title="Who answered")
    if shown.gap.square.whole:
        show.as_table(shown.gap.square_rows(), title="Score and comment, read by the machine")
    show.say(f"The page lies in {shown.path}")
