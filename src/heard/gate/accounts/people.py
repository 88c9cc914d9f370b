"""People of the app: who they are, how they prove it, and what ends their sessions."""

import re
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from heard.errors import BadInput
from heard.gate import audit
from heard.gate.accounts import passwords
from heard.gate.accounts.roles import MAY, ROLES, Permission, Role
from heard.gate.accounts.tables import api_token, person
from heard.gate.workspace import Workspace

TRIES = 5
"""Wrong passwords in a row before an account is locked (OWASP Authentication Cheat Sheet: a small number)."""
LOCKED_SECONDS = 15 * 60
_LOGIN = re.compile(r"[^\s<>\"'\x00-\x1f]{3,120}\Z")
_COLUMNS = ("person_id", "login", "role", "agent_id", "team_id", "epoch", "is_active")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in.

    Attributes:
        agent_id: The pseudonym under which this person answers customers; None for others.
        team_id: The team to which a lead or a coach is bound; None sees all teams.
        epoch: Number that sessions must carry.
    """

    person_id: str
    login: str
    role: Role
    agent_id: str | None
    team_id: str | None
    epoch: int
    is_active: bool

    def may(self, permission: Permission) -> bool:
        """Whether the person's role holds a permission; the mirror needs conversations of one's own."""
        return permission in MAY[self.role] and (permission != "see_own" or self.agent_id is not None)


def add(
    workspace: Workspace,
    *,
    login: str,
    password: str,
    role: Role,
    agent_id: str | None = None,
    team_id: str | None = None,
) -> Person:
    """Add a person.

    Raises:
        BadInput: The login is taken or not a login, the role is unknown, or the password is too weak.
    """
    name = login_of(login)
    if role not in ROLES:
        raise BadInput("role", got="another word", expected=", ".join(ROLES))
    passwords.check(password)
    made = Person(f"p_{secrets.token_hex(8)}", name, role, agent_id, team_id, 1, True)
    row = {column: getattr(made, column) for column in _COLUMNS} | {
        "password_hash": passwords.hashed(password),
        "failed_count": 0,
        "locked_until_epoch_s": 0,
        "created_at": workspace.now().isoformat(timespec="seconds"),
    }
    with workspace.store.state() as connection:
        if _row(connection, person.c.login == name) is not None:
            raise BadInput("login", got="one that is taken", expected="a new one")
        connection.execute(person.insert().values(**row))
        _note(workspace, connection, "person_added", made.person_id, {"person": made.person_id, "role": role})
    return made


def login_of(text: str) -> str:
    """The stored spelling of a login: an e-mail address or a short name, without spaces."""
    name = text.strip().lower()
    if not _LOGIN.match(name):
        raise BadInput("login", got="something else", expected="3 to 120 characters without spaces or quotes")
    return name


def everyone(workspace: Workspace) -> list[Person]:
    """All people, also those who left."""
    with workspace.store.state(is_reading=True) as connection:
        rows = connection.execute(sa.select(*[person.c[name] for name in _COLUMNS]).order_by(person.c.login))
        return [Person(*row) for row in rows]


def found(workspace: Workspace, person_id: str) -> Person | None:
    """An active person by id."""
    with workspace.store.state(is_reading=True) as connection:
        row = _row(connection, person.c.person_id == person_id)
    return Person(*(row[name] for name in _COLUMNS)) if row and row["is_active"] else None


def proved(workspace: Workspace, login: str, password: str) -> Person | None:
    """The person whose password this is; None when it is not, or while the account is locked. All tries are noted.

    Unknown logins cost as much time as known ones, so that nobody can find out who has an account.
    """
    name, now = login.strip().lower(), workspace.now_epoch_s()
    with workspace.store.state(is_reading=True) as connection:
        row = _row(connection, person.c.login == name)
    is_right = passwords.fits(row["password_hash"] if row else passwords.NOBODY, password)
    if row is None:
        audit.note(workspace, "sign_in_refused", "nobody", {})
        return None
    with workspace.store.state() as connection:
        return _judged(workspace, connection, row["person_id"], is_right, now)


def _judged(workspace: Workspace, connection: sa.Connection, person_id: str, is_right: bool, now: int) -> Person | None:
    own = person.c.person_id == person_id
    row = _row(connection, own)
    if row is None:
        return None
    if row["locked_until_epoch_s"] > now or not row["is_active"]:
        _note(workspace, connection, "sign_in_refused", person_id, {"because": "locked"})
        return None
    if is_right:
        connection.execute(person.update().where(own).values(failed_count=0, locked_until_epoch_s=0))
        _note(workspace, connection, "sign_in", person_id, {})
        return Person(*(row[name] for name in _COLUMNS))
    failed = row["failed_count"] + 1
    locked = now + LOCKED_SECONDS if failed >= TRIES else 0
    values = {"failed_count": 0 if locked else failed, "locked_until_epoch_s": locked}
    connection.execute(person.update().where(own).values(**values))
    _note(workspace, connection, "sign_in_refused", person_id, {"because": "password", "locked": bool(locked)})
    return None


def change(
    workspace: Workspace, person_id: str, *, actor: Person, role: Role | None = None, is_active: bool | None = None
) -> None:
    """Give another role, or let somebody leave; both end all sessions and tokens of that person.

    Raises:
        BadInput: There is no such person or role, or nobody would be left as owner.
    """
    with workspace.store.state() as connection:
        row = _row(connection, person.c.person_id == person_id)
        if row is None or (role is not None and role not in ROLES):
            raise BadInput("person", got="nobody of that id, or no such role", expected="a person of this workspace")
        new_role, active = role or row["role"], row["is_active"] if is_active is None else is_active
        if row["role"] == "owner" and row["is_active"] and (new_role != "owner" or not active):
            owners = sa.select(sa.func.count()).where(person.c.role == "owner", person.c.is_active.is_(True))
            if connection.execute(owners).scalar_one() < 2:
                raise BadInput("owner", got="the last one", expected="another owner first")
        values = {"role": new_role, "is_active": active, "epoch": row["epoch"] + 1}
        connection.execute(person.update().where(person.c.person_id == person_id).values(**values))
        connection.execute(api_token.delete().where(api_token.c.person_id == person_id))
        details = {"person": person_id, "role": new_role, "is_active": active}
        _note(workspace, connection, "person_changed", actor.person_id, details)


def set_password(workspace: Workspace, someone: Person, password: str) -> None:
    """Set a new password; all sessions of the person end."""
    passwords.check(password)
    values = {"password_hash": passwords.hashed(password), "epoch": someone.epoch + 1, "failed_count": 0}
    with workspace.store.state() as connection:
        connection.execute(person.update().where(person.c.person_id == someone.person_id).values(**values))
        _note(workspace, connection, "password_changed", someone.person_id, {})


def end_sessions(workspace: Workspace, someone: Person) -> None:
    """Sign a person out everywhere."""
    with workspace.store.state() as connection:
        own = person.c.person_id == someone.person_id
        connection.execute(person.update().where(own).values(epoch=person.c.epoch + 1))


def _row(connection: sa.Connection, where: "sa.ColumnElement[bool]") -> sa.RowMapping | None:
    return connection.execute(sa.select(person).where(where)).mappings().first()


def _note(workspace: Workspace, connection: sa.Connection, kind: str, actor: str, details: dict[str, object]) -> None:
    at = workspace.now().isoformat(timespec="seconds")
    audit.append(connection, workspace.key, at=at, kind=kind, actor=actor, details=details)
