"""Runs the live panel with uvicorn: one process, one loop, frames of bounded size."""

import os
from typing import Any

import uvicorn

from heard.actions.assist.helpdesks import HELP_DESKS
from heard.web.assist.make import LARGEST_FRAME, Opened, make


def secrets() -> dict[str, str]:
    """Signing secrets of help desks, from the environment."""
    found = {one.name: os.environ.get(one.variable, "") for one in HELP_DESKS.values()}
    return {name: secret for name, secret in found.items() if secret}


def settings(host: str, port: int) -> dict[str, Any]:
    """Arguments of uvicorn: a frame that is too large closes its connection, never the session behind it."""
    return {
        "host": host, "port": port, "log_level": "warning", "access_log": False, "server_header": False,
        "ws_max_size": LARGEST_FRAME, "ws_max_queue": 16, "ws_ping_interval": 20.0, "ws_ping_timeout": 20.0,
        "ws_per_message_deflate": False, "timeout_graceful_shutdown": 5,
    }  # fmt: skip


def run(opened: Opened, *, host: str, port: int, names: tuple[str, ...], embed: tuple[str, ...]) -> None:
    """Serve until it is stopped."""
    app = make(opened, hosts=(host, "127.0.0.1", "localhost", *names), embed=embed, secrets=secrets())
    uvicorn.run(app, **settings(host, port))
