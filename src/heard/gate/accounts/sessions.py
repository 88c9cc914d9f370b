"""Signed sessions and their CSRF tokens; API tokens beside them. The signing key lies in the state database."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import blake2b

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeTimedSerializer

from heard.errors import BadInput
from heard.gate import audit
from heard.gate.accounts import people
from heard.gate.accounts.people import Person
from heard.gate.accounts.tables import api_token
from heard.gate.workspace import Workspace
from heard.store import state

SESSION_SECONDS = 12 * 3600
TOKEN_DAYS = 90
_SECRET = "session_secret"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person; `csrf` must come back with every write of a page."""

    person: Person
    csrf: str


def secret(workspace: Workspace) -> str:
    """The signing key of this workspace, made when first asked for."""
    with workspace.store.state() as connection:
        held = state.read_setting(connection, _SECRET)
        if held is None:
            held = secrets.token_hex(32)
            state.write_setting(connection, _SECRET, held)
    return held


def begin(key: str, someone: Person) -> str:
    """A signed cookie value for a person."""
    return _serializer(key).dumps([someone.person_id, someone.epoch, secrets.token_hex(16)])


def resumed(workspace: Workspace, key: str, cookie: str) -> Session | None:
    """The session of a cookie; None when it is forged, too old, or was ended."""
    try:
        person_id, epoch, nonce = _serializer(key).loads(cookie, max_age=SESSION_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    someone = people.found(workspace, str(person_id))
    if someone is None or someone.epoch != epoch:
        return None
    return Session(someone, blake2b(f"csrf{nonce}".encode(), key=key.encode()[:64], digest_size=24).hexdigest())


def is_same(one: str, other: str) -> bool:
    """Compare two tokens in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _serializer(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="heard.session")


def give_token(workspace: Workspace, someone: Person, name: str) -> str:
    """A new API token with the role of its owner; shown once, kept as a digest."""
    if not 1 <= len(name.strip()) <= 60:
        raise BadInput("name of the token", got="none, or more than 60 characters", expected="what it is for")
    token = f"heard_{secrets.token_urlsafe(32)}"
    row = {
        "digest": _digest(token),
        "token_id": f"k_{secrets.token_hex(6)}",
        "person_id": someone.person_id,
        "name": name.strip(),
        "created_at": workspace.now().isoformat(timespec="seconds"),
        "expires_epoch_s": workspace.now_epoch_s() + TOKEN_DAYS * 86_400,
    }
    with workspace.store.state() as connection:
        connection.execute(api_token.insert().values(**row))
        at = row["created_at"]
        audit.append(connection, workspace.key, at=str(at), kind="token_given", actor=someone.person_id, details={})
    return token


def tokens_of(workspace: Workspace, someone: Person) -> list[dict[str, str]]:
    """A person's tokens without their secrets."""
    asked = sa.select(api_token.c.token_id, api_token.c.name, api_token.c.created_at).where(
        api_token.c.person_id == someone.person_id
    )
    with workspace.store.state(is_reading=True) as connection:
        return [dict(row) for row in connection.execute(asked.order_by(api_token.c.created_at)).mappings()]


def take_token(workspace: Workspace, someone: Person, token_id: str) -> None:
    """Withdraw one of a person's own tokens; another's, or an unknown one, is left as it is."""
    own = sa.and_(api_token.c.token_id == token_id, api_token.c.person_id == someone.person_id)
    with workspace.store.state() as connection:
        connection.execute(api_token.delete().where(own))


def of_token(workspace: Workspace, token: str) -> Person | None:
    """The person of an API token; None when it is unknown or too old."""
    asked = sa.select(api_token.c.person_id).where(
        api_token.c.digest == _digest(token), api_token.c.expires_epoch_s > workspace.now_epoch_s()
    )
    with workspace.store.state(is_reading=True) as connection:
        person_id = connection.execute(asked).scalar_one_or_none()
    return people.found(workspace, person_id) if person_id else None


def _digest(token: str) -> str:
    return blake2b(token.encode(), digest_size=32, person=b"heard.token").hexdigest()
