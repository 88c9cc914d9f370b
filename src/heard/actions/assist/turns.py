"""One turn as a live session takes it in, checked before it touches anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from heard.errors import BadInput
from heard.terms.words import ROLES

MOST_CHARACTERS = 20_000
"""Longest turn; a longer one is a file and not a message."""
MOST_ID = 200
AHEAD_S = 120
"""Seconds by which a turn may be ahead of this machine's clock: two machines' clocks differ by less."""
FIELDS = frozenset({"turn_id", "position", "role", "text", "sent_at", "speaker", "is_public", "machine_drafted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A turn.

    Attributes:
        turn_id: Its name in the help desk; the same name with the same words is the same turn.
        role: customer, agent, bot or system.
        text: Words as they were sent.
        position: Its place, where the help desk gives one; else None, and turns stand in the order of their coming.
        sent_epoch_s: Seconds since 1970; None when undated.
        speaker: Who, in the help desk's own id; only to notice that one person is on both sides.
        is_public: The customer saw it.
        is_machine_drafted: A machine wrote it, and a person sent it or nobody did.
    """

    turn_id: str
    role: str
    text: str
    position: int | None = None
    sent_epoch_s: int | None = None
    speaker: str = ""
    is_public: bool = True
    is_machine_drafted: bool = False


def said_of(values: Mapping[str, Any], *, now_epoch_s: int) -> Said:
    """A turn from a frame.

    Raises:
        BadInput: A field is missing, unknown, of another kind or out of range; every fault is named, nothing that may
            hold words is: unknown fields are counted, since a name can be anything.
    """
    unknown = len(set(values) - FIELDS)
    faults = [f"{unknown} unknown field{'s' if unknown > 1 else ''}"] if unknown else []
    faults += [fault for name, check in _CHECKS.items() if (fault := check(values.get(name))) is not None]
    sent_at = values.get("sent_at")
    if isinstance(sent_at, int) and not isinstance(sent_at, bool) and sent_at > now_epoch_s + AHEAD_S:
        faults.append(f"sent_at: {sent_at - now_epoch_s} seconds in the future; at most {AHEAD_S}")
    if faults:
        raise BadInput("turn", got="; ".join(faults), expected="a turn as docs/assist.md shows it")
    return Said(
        turn_id=values["turn_id"],
        role=values["role"],
        text=values["text"],
        position=values.get("position"),
        sent_epoch_s=sent_at,
        speaker=values.get("speaker", ""),
        is_public=values.get("is_public", True),
        is_machine_drafted=values.get("machine_drafted", False),
    )


def _name(value: Any) -> str | None:
    fits = isinstance(value, str) and 0 < len(value) <= MOST_ID
    return None if fits else f"turn_id: 1 to {MOST_ID} characters"


def _role(value: Any) -> str | None:
    return None if isinstance(value, str) and value in ROLES else f"role: one of {', '.join(ROLES)}"


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "text: words"
    if len(value) > MOST_CHARACTERS:
        return f"text: {len(value)} characters; at most {MOST_CHARACTERS}"
    return None if _is_whole(value) else "text: characters that are no text (lone surrogates)"


def _is_whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _integer(name: str, lowest: int, highest: int, value: Any) -> str | None:
    is_one = isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
    return None if value is None or is_one else f"{name}: a whole number from {lowest} to {highest}"


def _yes_no(name: str, value: Any) -> str | None:
    return None if value is None or isinstance(value, bool) else f"{name}: true or false"


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "turn_id": _name,
    "role": _role,
    "text": _text,
    "position": lambda value: _integer("position", 0, 10**6, value),
    "sent_at": lambda value: _integer("sent_at", 0, 2**40, value),
    "speaker": lambda v: None if v is None or (isinstance(v, str) and len(v) <= MOST_ID) else "speaker: a short text",
    "is_public": lambda value: _yes_no("is_public", value),
    "machine_drafted": lambda value: _yes_no("machine_drafted", value),
}
