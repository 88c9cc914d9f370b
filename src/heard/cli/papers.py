"""`heard papers`, `sign`, `owners`: what is published and handed over, and who answers for it."""

from datetime import datetime
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def papers(workspace: Only = None, json: Json = False) -> None:
    """Write privacy notices (en, de, fr, es), record, DPIA, LIA, AI Act screen, staff pack, data dictionary."""
    folder, _ = where.split(workspace or [])
    told = flow.papers(folder)
    show.as_json(told) if json else show.lines(told["lines"])


def sign(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] PURPOSE", show_default=False)] = None,
    by: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    review_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When to look again; a year from now when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Sign a purpose off as it stands in heard.toml, until a day of review."""
    folder, (purpose,) = where.split(arguments or [], rest=("PURPOSE",))
    told = flow.sign(folder, purpose, by=by, review_on=review_on.date() if review_on else None)
    show.as_json(told) if json else show.lines(told["lines"])


def owners(workspace: Only = None, json: Json = False) -> None:
    """List who answers for each purpose and each opened feature, and which reviews are overdue."""
    folder, _ = where.split(workspace or [])
    rows = flow.owners(folder)
    show.as_json({"ok": True, "owners": rows}) if json else show.as_table(rows)
