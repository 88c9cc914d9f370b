"""`heard bots`: bots and people on one ruler, the seam between them, routing rules, failures of the week."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from heard import flow
from heard.cli import show, where
from heard.cli.progress import bars

bots = typer.Typer(no_args_is_help=True, help="Bots and people on one ruler, and the seam between them.")

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default=False)]


@bots.command("ruler")
def ruler(workspace: Only = None, json: Json = False) -> None:
    """Compare a bot alone, both, and people alone: raw, under one mix, beside what customers say; and the seam."""
    folder, _ = where.split(workspace or [])
    _tell(flow.bots(folder), json)


@bots.command("failures")
def failures(workspace: Only = None, week: Day = None, json: Json = False) -> None:
    """List what bots got wrong in a week: new, known, fixed or back."""
    folder, _ = where.split(workspace or [])
    _tell(flow.bot_failures(folder, week=week.date() if week else None), json)


@bots.command("fixed")
def fixed(
    given: Annotated[list[str], typer.Argument(metavar="[WORKSPACE] KIND ISSUE")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day of the first week without it.")],
    json: Json = False,
) -> None:
    """Say that a group of failures was mended; it shows as back if it comes again."""
    folder, (kind, issue) = where.split(given, rest=("KIND", "ISSUE"))
    _tell(flow.bot_fixed(folder, kind, issue, since=since.date()), json)


@bots.command("routing")
def routing(
    workspace: Only = None,
    test: Annotated[Path, typer.Option(help="Labelled conversations, JSON Lines.")] = Path("test.jsonl"),
    json: Json = False,
) -> None:
    """Hold routing.toml against labelled conversations; exit code 1 where its recall is below the agreed level."""
    folder, _ = where.split(workspace or [])
    with bars() as on_progress:
        told = flow.bot_routing(folder, test, on_progress=on_progress)
    is_enough = told["is_enough"]
    _tell(told, json)
    if not is_enough:
        raise typer.Exit(1)


def _tell(told: dict[str, Any], json: bool) -> None:
    lines = told.pop("lines")
    show.as_json(told) if json else show.lines(lines)
