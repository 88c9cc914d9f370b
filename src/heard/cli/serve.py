"""`heard serve`: the app in the browser."""

from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]


def serve(
    workspace: Only = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is reached from this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8765,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A further host name by which browsers may call the app.")
    ] = None,
) -> None:
    """Open the app: dashboards, review, coaching, the agent's mirror. The first start prints a one-time link."""
    folder, _ = where.split(workspace or [])
    import uvicorn

    from heard.web.app.make import make

    house = flow.House(folder)
    base = f"http://{host}:{port}"
    if token := flow.first_owner(house.workspace):
        show.say(f"Nobody has an account yet. This link makes the owner, once, within three days: {base}/join/{token}")
    show.say(f"Heard is open at {base} (Ctrl-C closes it).")
    app = make(house, hosts=(host, "127.0.0.1", "localhost", *(name or ())))
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
