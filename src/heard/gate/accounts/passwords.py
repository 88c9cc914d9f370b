"""Passwords as argon2id hashes, with the parameters of RFC 9106's second choice (64 MiB, three passes)."""

from functools import cache

from argon2 import PasswordHasher, profiles
from argon2.exceptions import Argon2Error, InvalidHashError

from heard.errors import BadInput

SHORTEST, LONGEST = 12, 200
"""NIST SP 800-63B-4 asks for 15 where a password stands alone and 8 with a second factor; lock-out stands between."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


def hashed(password: str) -> str:
    """The hash to keep, with its salt and parameters."""
    return _hasher().hash(password)


NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password fits; trying it costs as much as trying a real one."""


def fits(kept: str, password: str) -> bool:
    """Whether a password is the one of a hash."""
    try:
        return _hasher().verify(kept, password[: LONGEST + 1])
    except (Argon2Error, InvalidHashError):
        return False


def check(password: str) -> None:
    """Refuse a password that is too short, too long or one character over and over.

    Raises:
        BadInput: Says what is wrong, never the password.
    """
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
        raise BadInput(
            "password",
            got="one that is too short, too long or too plain",
            expected=f"{SHORTEST} to {LONGEST} characters, at least 5 different",
        )
