"""What every help desk's adapter is: it checks who sent, and turns a delivery into frames of the desk."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

from heard.errors import BadInput

FRESH_S = 300
"""A delivery that is older is refused where its signature covers the time; five minutes is Chatwoot's advice."""
_UNSAFE = re.compile(r"[^A-Za-z0-9:_.\-]")


@dataclass
class Refused(BadInput):
    """A delivery whose signature is missing, wrong or too old."""


class HelpDesk(Protocol):
    """One help desk.

    Attributes:
        name: Word in the address and in sessions, as the source of that name in imports.
        variable: Environment variable that holds the signing secret.
    """

    name: ClassVar[str]
    variable: ClassVar[str]

    def check(self, headers: Mapping[str, str], body: bytes, secret: str, *, now_epoch_s: int) -> None:
        """Refuse what this help desk did not send.

        Args:
            headers: In small letters.
            body: Raw bytes.
            secret: Shared with the help desk.
            now_epoch_s: This machine's clock.

        Raises:
            Refused: The signature is missing, wrong or too old.
        """
        ...

    def frames(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Frames of the desk; none for a delivery that tells of no turn.

        Raises:
            BadInput: It tells of a turn, and a field that the turn needs is missing.
        """
        ...


def same(expected: str, given: str | None) -> bool:
    """Compare in constant time; text that is no ASCII is no signature."""
    return given is not None and given.isascii() and hmac.compare_digest(expected, given)


def refuse(name: str, why: str) -> Refused:
    """The error of a delivery that is not believed."""
    return Refused(f"webhook of {name}", got=why, expected="a signature made with the shared secret")


def session_of(name: str, contact: Any) -> str:
    """Name of the live session of a conversation."""
    return f"{name}:{_UNSAFE.sub('-', str(contact))}"[:80]


def opening(name: str, contact: Any, **more: Any) -> dict[str, Any]:
    """The frame that opens it; opening what is open changes nothing."""
    told = {"type": "open", "session": session_of(name, contact), "source": name, "contact": str(contact)[:200]}
    return told | {key: value for key, value in more.items() if value}


def epoch_of(value: Any) -> int | None:
    """Seconds since 1970 of a number, an ISO 8601 text or "2020-03-03 13:05:57 UTC"; None where it is none of them."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if 0 <= value < 2**40 else None
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.replace(" UTC", "+00:00").replace("Z", "+00:00"))
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def inner(payload: Mapping[str, Any], *path: str) -> Any:
    """A value deep in a payload; None where a step is missing or is no object."""
    found: Any = payload
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def needed(name: str, **values: Any) -> None:
    """Refuse a turn that lacks something.

    Raises:
        BadInput: Names the fields.
    """
    missing = [key for key, value in values.items() if value in (None, "")]
    if missing:
        raise BadInput(f"webhook of {name}", got=f"no {', '.join(missing)}", expected="a payload as it documents it")
