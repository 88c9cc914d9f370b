"""Faults of the disk and of the engines, told in one line that holds no customer's words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from deltalake.exceptions import DeltaError
from sqlalchemy.exc import DBAPIError

from heard.errors import BadInput, Busy, Damaged, HeardError

_KNOWN = (
    (errno.ENOSPC, ("no space left", "disk is full", "disk full", "enospc"), "no space left on the disk"),
    (errno.EDQUOT, ("quota",), "a used-up disk quota"),
    (errno.EROFS, ("read-only", "readonly"), "a read-only folder"),
    (errno.EACCES, ("permission denied", "unable to open"), "no permission to write"),
)


@contextmanager
def told() -> Iterator[None]:
    """Turn faults of disk, Delta, DuckDB and SQLite inside the block into errors of Heard.

    The engines put values of cells into their messages, so nothing of those messages is repeated.
    """
    try:
        yield
    except HeardError:
        raise
    except (OSError, duckdb.Error, DeltaError, DBAPIError) as fault:
        raise translated(fault) from None


def translated(fault: Exception) -> HeardError:
    """The error of Heard that stands for a fault; `told` raises it."""
    if isinstance(fault, DBAPIError) and "locked" in str(fault).lower():
        return Busy("workspace", "a state database that another write holds", "a free one", "Run this again later.")
    reason = why(fault)
    if reason is None:
        return Damaged(
            "workspace",
            f"a fault of kind {type(fault).__name__}",
            "readable files",
            "Run heard doctor; nothing was changed.",
        )
    return BadInput(
        "the workspace cannot be written",
        reason,
        "a writable folder with free space",
        "Nothing was changed; mend it and run again.",
    )


def why(fault: Exception) -> str | None:
    """The disk's reason behind a fault; None when it is not one of the known reasons."""
    number = getattr(fault, "errno", None)
    text = str(fault).lower()
    for code, signs, reason in _KNOWN:
        if number == code or any(sign in text for sign in signs):
            return reason
    return None
