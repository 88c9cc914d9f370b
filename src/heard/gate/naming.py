"""The pseudonym of a foreign id, for those who hold a workspace and not its key."""

from heard.gate import pseudonym
from heard.gate.workspace import Workspace


def pseudonym_in(workspace: Workspace, kind: str, source: str, foreign: str) -> str:
    """Pseudonym under which rows of that source stand in this workspace.

    Args:
        workspace: An open workspace.
        kind: customer, agent, interaction, …: a kind of `pseudonym.PREFIXES`.
        source: Name of the source that the id comes from.
        foreign: The id as the source gives it.
    """
    return pseudonym.of(workspace.key, kind, source, foreign)
