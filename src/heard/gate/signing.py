"""Who signed a purpose off, when, and until when: recorded in the state and in the audit chain (EG8).

A sign-off belongs to the purpose as it stood: a purpose that was changed since counts as not signed.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING

import sqlalchemy as sa

from heard.errors import BadInput
from heard.gate import audit, imports
from heard.gate.policy import Purpose

if TYPE_CHECKING:
    from heard.gate.workspace import Workspace

MOST_DAYS = 731
sign_off = sa.Table(
    "sign_off",
    imports.METADATA,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SignOff:
    """A recorded sign-off; the last one of a purpose counts.

    Attributes:
        by: Who answers for the purpose.
        purpose_digest: Of the purpose as it stood.
        review_on: Day by which it is to be looked at again, ISO 8601.
    """

    purpose: str
    by: str
    at: str
    review_on: str
    purpose_digest: str

    def is_overdue(self, today: date) -> bool:
        """Whether its review is past due."""
        return date.fromisoformat(self.review_on) < today

    def is_of(self, purpose: Purpose) -> bool:
        """Whether the purpose still stands as it was signed."""
        return self.purpose_digest == _digest(purpose)


def sign(workspace: "Workspace", purpose: str, *, by: str, review_on: date) -> SignOff:
    """Sign a purpose off as it stands in `heard.toml`.

    Raises:
        BadInput: No such purpose, nobody signs, or a review that is not ahead within two years.
    """
    held = workspace.policy.purposes.get(purpose)
    if held is None:
        raise BadInput("purpose", purpose, ", ".join(workspace.policy.purposes) or "one in heard.toml", "")
    if not by.strip():
        raise BadInput("sign-off", "nobody", "who answers for the purpose", "Give --by.")
    now = workspace.now()
    if not 0 < (review_on - now.date()).days <= MOST_DAYS:
        raise BadInput("review date", review_on.isoformat(), "a day ahead, within two years", "Give --review-on.")
    at = now.isoformat(timespec="seconds")
    made = SignOff(purpose, by.strip(), at, review_on.isoformat(), _digest(held))
    body = asdict(made)
    with workspace.store.state() as connection:
        connection.execute(sign_off.insert().values(purpose=purpose, body=json.dumps(body, ensure_ascii=False)))
        audit.append(connection, workspace.key, at=at, kind="sign_off", actor=made.by, details=body)
    return made


def signed(workspace: "Workspace") -> dict[str, SignOff]:
    """Purpose → its last sign-off; a purpose that nobody signed is absent."""
    with workspace.store.state() as connection:
        bodies = connection.execute(sa.select(sign_off.c.body).order_by(sign_off.c.position)).scalars()
        found = [SignOff(**json.loads(body)) for body in bodies]
    return {one.purpose: one for one in found}


def _digest(purpose: Purpose) -> str:
    return blake2b(purpose.model_dump_json().encode(), digest_size=16).hexdigest()
