"""The tour: every command of Heard, in the order in which a new user meets them."""

from collections.abc import Callable
from importlib import metadata
from typing import Any

import typer

from heard.cli import (
    agreement,
    assist,
    bots,
    changes,
    consents,
    demo,
    doctor,
    effects,
    experiments,
    figures,
    governance,
    keeping,
    modelling,
    papers,
    people,
    practice,
    serve,
    surveys,
    watching,
    workspaces,
    worth,
)

app = typer.Typer(
    name="heard",
    help="Are your customers heard, what is that worth, and what to do about it this week? "
    "Everything stays on this machine.\n\n"
    "Start: [bold]heard init acme[/bold] · [bold]heard import acme export.csv[/bold] · [bold]heard run acme[/bold]",
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"heard {metadata.version('heard')}")
        raise typer.Exit


@app.callback()
def tour(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Nothing to do before a command."""


PANELS: dict[str, tuple[tuple[str, Callable[..., Any]], ...]] = {
    "Start here": (
        ("demo", demo.demo),
        ("init", workspaces.init),
        ("import", workspaces.import_),
        ("run", figures.run),
        ("serve", serve.serve),
    ),
    "Step by step": (
        ("sources", workspaces.sources),
        ("watch", watching.watch),
        ("score", figures.score),
        ("measure", figures.measure),
        ("report", figures.report),
    ),
    "Look closer": (
        ("moments", figures.moments),
        ("explain", figures.explain),
        ("doctor", doctor.doctor),
        ("agreement", agreement.agreement),
    ),
    "What customers say": (("gap", surveys.gap), ("sample", surveys.sample)),
    "What it is worth": (
        ("joins", worth.joins),
        ("cohorts", worth.cohorts),
        ("hazards", worth.hazards),
        ("worth", worth.worth),
        ("value", worth.value),
        ("drivers", worth.drivers),
        ("friction", worth.friction),
        ("trend", changes.trend),
    ),
    "Answer for it": (
        ("check", governance.check),
        ("papers", papers.papers),
        ("owners", papers.owners),
        ("sign", papers.sign),
        ("audit", governance.audit),
        ("object", governance.object_),
        ("erase", governance.erase),
        ("access", keeping.access),
        ("consent", consents.consent),
        ("features", consents.features),
        ("decide", consents.decide),
        ("retain", keeping.retain),
        ("backup", keeping.backup),
        ("restore", keeping.restore),
    ),
}

for panel, commands in PANELS.items():
    for name, function in commands:
        app.command(name, rich_help_panel=panel)(function)

app.add_typer(modelling.model, name="model", rich_help_panel="Answer for it")
app.add_typer(people.people, name="people", rich_help_panel="Answer for it")
app.add_typer(assist.assist, name="assist", rich_help_panel="While it happens")
app.add_typer(bots.bots, name="bots", rich_help_panel="While it happens")
app.add_typer(practice.practice, name="practice", rich_help_panel="While it happens")
app.add_typer(surveys.survey, name="survey", rich_help_panel="What customers say")
app.add_typer(changes.change, name="change", rich_help_panel="What it is worth")
app.add_typer(experiments.experiment, name="experiment", rich_help_panel="Try and prove")
app.add_typer(effects.effect, name="effect", rich_help_panel="Try and prove")
