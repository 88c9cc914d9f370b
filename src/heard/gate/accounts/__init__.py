"""People of the app, their roles, sessions and tokens, and which rows each may read."""

from heard.gate.accounts import invitations, passwords, people, roles, rows, sessions
from heard.gate.accounts.people import Person
from heard.gate.accounts.roles import MAY, PERMISSIONS, ROLES, TITLES, Permission, Role
from heard.gate.accounts.rows import Readable, narrowed
from heard.gate.accounts.sessions import Session

__all__ = [
    "MAY",
    "PERMISSIONS",
    "ROLES",
    "TITLES",
    "Permission",
    "Person",
    "Readable",
    "Role",
    "Session",
    "invitations",
    "narrowed",
    "passwords",
    "people",
    "roles",
    "rows",
    "sessions",
]
