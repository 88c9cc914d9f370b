"""`heard assist`: hints while an agent types, from the business's own replies and rules."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from heard import flow
from heard.cli import show, where

assist = typer.Typer(no_args_is_help=True, help="Help while an agent types, from your own replies and rules.")

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Named = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] NAME", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


@assist.command("init")
def init(workspace: Only = None, json: Json = False) -> None:
    """Write assist.toml, with cards and an authority table to change as you wish."""
    folder, _ = where.split(workspace or [])
    _tell(flow.assist_init(folder), json)


@assist.command("check")
def check(workspace: Only = None, json: Json = False) -> None:
    """Judge assist.toml whole, and say what would be suggested from."""
    folder, _ = where.split(workspace or [])
    _tell(flow.assist_check(folder), json)


@assist.command("token")
def token(workspace: Named = None, json: Json = False) -> None:
    """Give a token to a help desk or a page; it is printed once."""
    folder, (name,) = where.split(workspace or [], rest=("NAME",))
    _tell(flow.assist_token(folder, name), json)


@assist.command("tokens")
def tokens(
    workspace: Only = None,
    take_back: Annotated[str | None, typer.Option(help="Name of a token to take back.", show_default=False)] = None,
    json: Json = False,
) -> None:
    """List the tokens that were given, or take one back."""
    folder, _ = where.split(workspace or [])
    _tell(flow.assist_tokens(folder, take_back=take_back), json)


@assist.command("fates")
def fates(
    workspace: Only = None,
    out: Annotated[
        Path | None, typer.Option(help="CSV of exposures for `heard experiment`.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Say what became of suggestions: used, edited, ignored; by kind, never by person."""
    folder, _ = where.split(workspace or [])
    _tell(flow.assist_fates(folder, out=out), json)


@assist.command("serve")
def serve(
    workspace: Only = None,
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8767,
    engine: Annotated[
        Literal["accurate", "fast"], typer.Option(help="As `heard score` has it; the same one gives the same moments.")
    ] = "accurate",
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A further host name by which pages may call it.")
    ] = None,
    embed: Annotated[
        list[str] | None,
        typer.Option("--embed", help="Origin of a page that may hold the panel: https://desk.example."),
    ] = None,
) -> None:
    """Open the live panel for agents: a page, a panel to embed, WebSocket, HTTP and webhooks."""
    folder, _ = where.split(workspace or [])
    from heard.web.assist.serving import run

    opened = flow.assist_open(folder, engine=engine)
    show.say(f"Live assist is open at http://{host}:{port} (Ctrl-C closes it).")
    if opened.replies_left_out:
        show.say(f"Own replies are not suggested: {opened.replies_left_out}")
    run(opened, host=host, port=port, names=tuple(name or ()), embed=tuple(embed or ()))


def _tell(told: dict[str, object], json: bool) -> None:
    lines = told.pop("lines")
    show.as_json(told) if json else show.lines(lines)  # type: ignore[arg-type]
