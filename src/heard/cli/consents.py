"""`heard consent`, `features`, `decide`: what people allowed, and what somebody answers for."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def consent(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] LIST", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Take in a list of consents, withdrawals and objections: customer, purpose, state, at (text_version, evidence)."""
    folder, (path,) = where.split(arguments or [], rest=("LIST",))
    told = flow.consent(folder, Path(path))
    show.as_json(told.to_dict()) if json else show.lines(told.to_lines())


def features(workspace: Only = None, json: Json = False) -> None:
    """List what is closed by default, and who opened what until when."""
    folder, _ = where.split(workspace or [])
    told = flow.features(folder)
    if json:
        show.as_json(told)
        return
    show.as_table([_row(name, one) for name, one in told.items()])


def _row(name: str, one: dict[str, object]) -> dict[str, str]:
    decided = one["decision"]
    by = f"{decided['by']}, review by {decided['review_on']}" if isinstance(decided, dict) else "nobody yet"
    return {"feature": name, "what": str(one["title"]), "state": "open" if one["is_open"] else "closed", "by": by}


def decide(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] FEATURE", show_default=False)] = None,
    is_open: Annotated[bool, typer.Option("--open/--close", help="Open it, or close it again.")] = True,
    by: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    review_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When to look again; a year from now when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Open or close a feature by a recorded decision, and print the duties that come with it."""
    folder, (feature,) = where.split(arguments or [], rest=("FEATURE",))
    due = review_on.date() if review_on else None
    told = flow.decide(folder, feature, is_open=is_open, by=by, reason=reason, review_on=due)
    show.as_json(told) if json else show.lines(told["lines"])
