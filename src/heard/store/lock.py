"""The one lock of a workspace: held by whoever writes, freed by the system when its process dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heard.errors import Busy
from heard.store import fault

_LOOK_AGAIN_SECONDS = 0.05


@contextmanager
def held(path: Path, *, wait_seconds: float) -> Iterator[None]:
    """Hold the write lock for a block.

    Raises:
        Busy: Another process, or another thread of this one, still holds it after `wait_seconds`.
    """
    with fault.told():
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _wait(descriptor, wait_seconds)
        yield
    finally:
        os.close(descriptor)  # frees the lock too


def _wait(descriptor: int, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while not _took(descriptor):
        if time.monotonic() >= deadline:
            raise Busy(
                "workspace",
                f"a write lock that another process kept for {wait_seconds:g} s",
                "a free workspace",
                "Wait for the other command to end, then run this one again.",
            )
        time.sleep(_LOOK_AGAIN_SECONDS)


def _took(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs here, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
