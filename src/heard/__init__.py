"""Tells a small business whether its customers feel heard, what that is worth, and what to do about it this week."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heard.flow.opened import Opened

__version__ = "0.1.0"
__all__ = ["open"]


def open(folder: str) -> "Opened":
    """Open a workspace for analysis in Python.

    Args:
        folder: Folder that `heard init` made.

    Returns:
        A handle whose `measure`, `moments` and `explain` read what is released.

    Raises:
        BadConfig: The folder is no workspace.
    """
    from heard.flow.opened import Opened

    return Opened.at(folder)
