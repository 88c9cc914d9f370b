"""`heard init`, `heard import`, `heard sources`."""

from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where
from heard.cli.progress import bars

Positional = Annotated[list[str] | None, typer.Argument(metavar="WORKSPACE …", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def init(
    workspace: Annotated[Path, typer.Argument(help="Folder to make.", envvar=where.VARIABLE)],
    name: Annotated[str | None, typer.Option(help="The business's name; the folder's name when left out.")] = None,
    timezone: Annotated[str, typer.Option(help="IANA time zone of the business, such as Europe/Berlin.")] = "UTC",
    keep_history: Annotated[
        bool, typer.Option(help="Keep data that are past a retention clock: for research and old exports.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a workspace: one folder with everything in it."""
    made = flow.init(workspace, name=name or workspace.name, timezone=timezone, keep_history=keep_history)
    if json:
        show.as_json({"ok": True, "workspace": str(made.folder), "name": made.policy.name})
        return
    show.say(f"Made the workspace {made.folder} for {made.policy.name}. Its settings: {made.folder / 'heard.toml'}")
    show.say(f"Next: heard import {workspace} PATH")


def import_(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="WORKSPACE PATH", show_default=False)] = None,
    source: Annotated[
        str | None, typer.Option("--from", help="Source, as `heard sources` lists it; guessed when left out.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the source: --set timezone=Europe/Berlin.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, redact and report; write nothing.")] = False,
    keep_history: Annotated[
        bool, typer.Option("--keep-history", help="Take in data that are past a retention clock.")
    ] = False,
    undo: Annotated[str | None, typer.Option("--undo", metavar="BATCH", help="Take an import back.")] = None,
    json: Json = False,
) -> None:
    """Read an export through the gate: objections, redaction, pseudonyms, quality, audit."""
    if undo:
        folder, _ = where.split(arguments or [])
        taken = flow.undo(folder, undo)
        show.as_json(taken) if json else show.say(f"Took back {undo}: {taken['row_count']:,} rows.")
        return
    folder, (path,) = where.split(arguments or [], rest=("PATH",))
    options = flow.options_of(option or [])
    with bars() as on_progress:
        admission = flow.import_path(
            folder,
            Path(path),
            source=source,
            options=options,
            dry_run=dry_run,
            keep_history=keep_history,
            on_progress=on_progress,
        )
    guessed = flow.understood(folder, Path(path), options) if dry_run and admission.source == "table" else []
    if json:
        show.as_json(admission.to_dict() | {"understood": guessed})
        return
    show.lines(admission.to_lines())
    if guessed:
        show.as_table(
            guessed, title="How the table was understood; set [sources.table.columns] in heard.toml to correct it"
        )


def sources(json: Json = False) -> None:
    """List the systems that Heard reads, with what each fills."""
    rows = flow.source_rows()
    show.as_json(rows) if json else show.as_table(rows)
