"""Which workspace a command means: its first positional argument, or HEARD_WORKSPACE (CONTRACTS 24)."""

import os
from pathlib import Path

from heard.errors import BadInput

VARIABLE = "HEARD_WORKSPACE"


def split(given: list[str], *, rest: tuple[str, ...] = (), optional: bool = False) -> tuple[Path, list[str]]:
    """Part the workspace from what follows it.

    Args:
        given: The positional arguments as typed.
        rest: Names of the arguments that the command takes after the workspace.
        optional: The arguments after the workspace may be left out.

    Returns:
        Folder of the workspace, and the remaining arguments.

    Raises:
        BadInput: Too few or too many arguments; says which.

    Example:
        >>> split(["acme", "export.csv"], rest=("PATH",))[1]
        ['export.csv']
    """
    known = os.environ.get(VARIABLE)
    wanted = len(rest)
    if known and len(given) <= wanted and (len(given) == wanted or optional) and not _is_workspace(given):
        return Path(known), given
    if given and (len(given) - 1 == wanted or (optional and len(given) - 1 <= wanted)):
        return Path(given[0]), given[1:]
    expected = " ".join(("WORKSPACE", *rest))
    raise BadInput(
        "arguments",
        got=" ".join(given) or "none",
        expected=expected,
        todo=f"Or set {VARIABLE} and leave WORKSPACE out.",
    )


def _is_workspace(given: list[str]) -> bool:
    return bool(given) and (Path(given[0]) / "heard.toml").is_file()
