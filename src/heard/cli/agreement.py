"""`heard agreement`: the agreement card on labelled conversations."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from heard import flow
from heard.cli import show
from heard.cli.progress import bars


def agreement(
    files: Annotated[list[Path], typer.Argument(help="Labelled conversations, one file a rater, with the same ids.")],
    engine: Annotated[Literal["accurate", "fast"], typer.Option(help="Which engine reads the words.")] = "accurate",
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 1,
    resamples: Annotated[int, typer.Option(min=200, max=20_000, help="Bootstrap resamples of conversations.")] = 2000,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Hold the machine against people, and people against each other, label by label, with intervals."""
    with bars() as on_progress:
        card = flow.agreement(files, engine=engine, seed=seed, resamples=resamples, on_progress=on_progress)
    if json:
        show.as_json(card.to_json())
        return
    for title, rows in card.to_sections():
        show.as_table(rows, title=title)
