"""Invitation links: made by an owner, used once, gone after three days. The first owner gets one at the first start."""

import secrets
from hashlib import blake2b

import sqlalchemy as sa

from heard.errors import BadInput, NotConsented
from heard.gate import audit
from heard.gate.accounts import passwords, people
from heard.gate.accounts.people import Person
from heard.gate.accounts.roles import ROLES, Role
from heard.gate.accounts.tables import invitation, person
from heard.gate.workspace import Workspace

VALID_SECONDS = 3 * 86_400


def _digest(token: str) -> str:
    return blake2b(token.encode(), digest_size=32, person=b"heard.invite").hexdigest()


def first_owner(workspace: Workspace) -> str | None:
    """A new one-time token for the first owner; None once anybody has an account. Older ones stop working."""
    with workspace.store.state() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(person)).scalar_one():
            return None
        connection.execute(invitation.delete())
    return invite(workspace, role="owner", made_by="start")


def invite(
    workspace: Workspace, *, role: Role, made_by: str, agent_id: str | None = None, team_id: str | None = None
) -> str:
    """A new token to be sent to one person; only its digest is kept.

    Raises:
        BadInput: No such role or agent, or an agent without a pseudonym.
    """
    if role not in ROLES:
        raise BadInput("role", got="another word", expected=", ".join(ROLES))
    if role == "agent" and not agent_id:
        raise BadInput("invitation", got="an agent without a pseudonym", expected="whose conversations they may see")
    if agent_id and not _is_agent(workspace, agent_id):
        raise BadInput("agent", got="an unknown pseudonym", expected="one of the table agent")
    token = secrets.token_urlsafe(32)
    row = {
        "digest": _digest(token),
        "role": role,
        "agent_id": agent_id,
        "team_id": team_id,
        "made_by": made_by,
        "expires_epoch_s": workspace.now_epoch_s() + VALID_SECONDS,
    }
    with workspace.store.state() as connection:
        connection.execute(invitation.insert().values(**row))
        at = workspace.now().isoformat(timespec="seconds")
        audit.append(
            connection, workspace.key, at=at, kind="invited", actor=made_by, details={"role": role, "team": team_id}
        )
    return token


def _is_agent(workspace: Workspace, agent_id: str) -> bool:
    with workspace.store.snapshot() as snapshot:
        asked = "SELECT 1 FROM stored.agent WHERE agent_id = $1 UNION SELECT 1 FROM stored.turn WHERE speaker_id = $1"
        return bool(snapshot.sql(asked + " AND speaker_role = 'agent' LIMIT 1", [agent_id]).num_rows)


def role_of(workspace: Workspace, token: str) -> Role | None:
    """The role that a token gives; None when it is unknown, used or too old."""
    with workspace.store.state(is_reading=True) as connection:
        row = _valid(workspace, connection, token)
    return row["role"] if row else None


def join(workspace: Workspace, token: str, *, login: str, password: str) -> Person:
    """Make the invited person; the token is used up.

    Raises:
        NotConsented: The link is unknown, used or too old.
        BadInput: The login or password will not do; the link still works.
    """
    people.login_of(login)
    passwords.check(password)
    with workspace.store.state() as connection:
        row = _valid(workspace, connection, token)
        taken = connection.execute(invitation.delete().where(invitation.c.digest == _digest(token))).rowcount
    if row is None or not taken:
        raise NotConsented("invitation", "a link that is unknown, used or too old", "a fresh one", "Ask for another.")
    try:
        return people.add(
            workspace,
            login=login,
            password=password,
            role=row["role"],
            agent_id=row["agent_id"],
            team_id=row["team_id"],
        )
    except BadInput:
        with workspace.store.state() as connection:  # the login was taken: the link stays good
            connection.execute(invitation.insert().values(**dict(row)))
        raise


def _valid(workspace: Workspace, connection: sa.Connection, token: str) -> sa.RowMapping | None:
    asked = sa.select(invitation).where(
        invitation.c.digest == _digest(token), invitation.c.expires_epoch_s > workspace.now_epoch_s()
    )
    return connection.execute(asked).mappings().first()
