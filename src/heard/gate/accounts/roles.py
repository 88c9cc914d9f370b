"""Roles and what each may do: one table, read by every door of the app."""

from typing import Literal, get_args

Role = Literal["owner", "lead", "coach", "agent", "analyst", "officer"]
Permission = Literal[
    "see_figures",
    "read_words",
    "review",
    "adjudicate",
    "see_agreement",
    "coach",
    "see_own",
    "plan",
    "export",
    "govern",
    "decide",
    "manage_people",
    "connect",
]
"""see_figures: released cells. read_words: conversations, noted in the audit log. review: label conversations blind.
adjudicate: settle disagreements and appeals. see_agreement: the agreement card. coach: team cards and packs.
see_own: the mirror of one's own conversations. plan: KPIs, journey, friction list. export: files of figures.
govern: audit log and purposes. decide: record a decision such as person view. manage_people: invitations and roles.
connect: webhooks."""

ROLES: tuple[Role, ...] = get_args(Role)
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

MAY: dict[Role, frozenset[Permission]] = {
    "owner": frozenset(PERMISSIONS) - {"see_own"},
    "lead": frozenset(
        {"see_figures", "read_words", "review", "adjudicate", "see_agreement", "coach", "plan", "export"}
    ),
    "coach": frozenset({"see_figures", "read_words", "review", "see_agreement", "coach"}),
    "agent": frozenset({"see_own"}),
    "analyst": frozenset({"see_figures", "read_words", "see_agreement", "export"}),
    "officer": frozenset({"see_figures", "govern"}),
}

TITLES: dict[Role, str] = {
    "owner": "owner",
    "lead": "support lead",
    "coach": "coach",
    "agent": "agent",
    "analyst": "analyst",
    "officer": "data-protection officer",
}


def may(role: Role, permission: Permission) -> bool:
    """Whether a role holds a permission.

    Example:
        >>> may("agent", "read_words"), may("coach", "review")
        (False, True)
    """
    return permission in MAY[role]
