"""`heard doctor`: what these data allow, and which column brings the next step."""

from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def doctor(workspace: Only = None, json: Json = False) -> None:
    """Say what these data allow, in three steps of maturity, and what to add for more."""
    folder, _ = where.split(workspace or [])
    found = flow.doctor(folder)
    if json:
        rows = [{"step": one.step, "can": one.can, "is_there": one.is_there, "add": one.add} for one in found]
        show.as_json({"ok": True, "abilities": rows})
        return
    show.as_table(
        [
            {
                "step": one.step,
                "Heard can tell": one.can,
                "now": "yes" if one.is_there else "not yet",
                "to get it, add": "" if one.is_there else one.add,
            }
            for one in found
        ]
    )
