"""`heard model card` and `heard audit bias`: what is known about the text model, and for whom it works worse."""

from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show
from heard.cli.progress import bars

model = typer.Typer(help="What is known about the text model.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


@model.command("card")
def card(json: Json = False) -> None:
    """Print what the model was trained on, how well it agrees with readers, and what it is blind to."""
    made = flow.model_card()
    show.as_json(made.to_json()) if json else typer.echo(made.to_markdown())


def bias(files: list[Path], *, json: bool) -> None:
    """Print the gaps between writers; conversations come from files, or from the project's own corpus."""
    with bars() as on_progress:
        made = flow.audit_bias(files, on_progress=on_progress)
    if json:
        show.as_json(made.to_json())
        return
    show.as_table(
        made.to_rows(), title=f"Gaps between writers, {made.conversation_count} conversations, {made.version}"
    )
    show.lines(made.to_lines())
