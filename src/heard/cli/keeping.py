"""`heard retain`, `access`, `backup`, `restore`: what is kept, shown to whom it belongs, and brought back."""

from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def retain(
    workspace: Only = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what is past its clock; remove nothing.")] = False,
    json: Json = False,
) -> None:
    """Remove what is past its retention clock, from the disk as well, with an entry in the audit log as proof."""
    folder, _ = where.split(workspace or [])
    told = flow.retain(folder, dry_run=dry_run)
    show.as_json(told.to_dict()) if json else show.lines(told.to_lines())


def access(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] CUSTOMER", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Write a customer's whole file, readable, for the customer who asks for it."""
    folder, (customer,) = where.split(arguments or [], rest=("CUSTOMER",))
    told = flow.access(folder, customer)
    show.as_json(told) if json else show.lines(told["lines"])


def backup(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] FILE", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Write the workspace into one file while others go on working; the pseudonym key is not in it."""
    folder, (path,) = where.split(arguments or [], rest=("FILE",))
    told = flow.backup(folder, Path(path))
    show.as_json(told) if json else show.lines(told["lines"])


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `heard backup` wrote.")],
    workspace: Annotated[Path, typer.Argument(help="A new folder; a live workspace is never written over.")],
    since: Annotated[
        Path | None, typer.Option(help="Today's workspace: who objected or was erased there stays out.")
    ] = None,
    json: Json = False,
) -> None:
    """Bring a backup back into a new folder, after checking every file and the audit chain."""
    told = flow.restore(file, workspace, since=since)
    show.as_json(told) if json else show.lines(told["lines"])
