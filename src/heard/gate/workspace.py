"""One workspace: its folder, its policy, its key and its store."""

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from heard import store as lake
from heard.errors import BadConfig, BadInput
from heard.gate import audit, imports, policy, template
from heard.gate.policy import FILE_NAME, Policy

KEY_BYTES = 32


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace. `key` and `store` are for the gate alone.

    Attributes:
        folder: Where everything lies but the key.
        policy: What `heard.toml` said when it was opened.
        now: The clock; tests hand in a stopped one.
    """

    folder: Path
    policy: Policy
    store: lake.Store = field(repr=False)
    key: bytes = field(repr=False)
    now: Callable[[], datetime] = field(default=_utc_now, repr=False)

    def now_epoch_s(self) -> int:
        """This instant as seconds since 1970."""
        return int(self.now().timestamp())

    @property
    def manifest(self) -> int:
        """Number of the newest manifest."""
        return self.store.manifest

    def close(self) -> None:
        """Give the database connections back."""
        self.store.close()


def init(
    folder: Path | str,
    *,
    name: str,
    timezone: str,
    key: bytes | None = None,
    key_path: Path | None = None,
    now: Callable[[], datetime] | None = None,
    **settings: Any,
) -> Workspace:
    """Make a workspace: the folder, an empty store, `heard.toml`, and a pseudonym key outside the folder.

    Args:
        folder: Where; it may exist when it is empty.
        name: The business's name.
        timezone: IANA name.
        key: A fixed key of 16 to 64 bytes, for the demonstration; a random one when None.
        key_path: Where the key goes; by default ~/.config/heard/<name>-<random>.key.
        now: The clock.
        **settings: Other fields of `Policy`.

    Raises:
        BadConfig: A setting is wrong; nothing is made.
        BadInput: The folder holds something already.
    """
    where = Path(folder)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        raise BadInput("workspace", "a place that is not empty", "a new or empty folder", "Choose another folder.")
    path = Path(key_path).expanduser().absolute() if key_path else _default_key_path(name)
    settings.setdefault("purposes", {n: p.model_dump() for n, p in template.DEFAULT_PURPOSES.items()})
    chosen = policy.validated({"name": name, "timezone": timezone, "pseudonym_key_path": str(path), **settings})
    made = lake.create(where)
    made.close()
    (where / FILE_NAME).write_text(template.write(chosen), encoding="utf-8")
    _write_key(path, key or secrets.token_bytes(KEY_BYTES))
    workspace = open(where, now=now)
    audit.note(workspace, "init", "system", {"legal_mode": chosen.legal_mode})
    return workspace


def open(folder: Path | str, *, now: Callable[[], datetime] | None = None) -> Workspace:
    """Open a workspace.

    Raises:
        BadConfig: `heard.toml` is missing or wrong, or its key is not where it says.
    """
    where = Path(folder)
    read = policy.read(where)
    key = _read_key(where, read)
    opened = lake.open(where)
    with opened.state() as connection:
        imports.METADATA.create_all(connection)
    return Workspace(where, read, opened, key, now or _utc_now)


def _default_key_path(name: str) -> Path:
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "workspace"
    return Path("~/.config/heard").expanduser() / f"{plain}-{secrets.token_hex(4)}.key"


def _write_key(path: Path, key: bytes) -> None:
    """Write a key that only its owner may read; an existing key is kept when it is the same."""
    where = path.expanduser()
    where.parent.mkdir(parents=True, exist_ok=True)
    if where.exists():
        if where.read_bytes() == key:
            return
        raise BadInput("pseudonym key", "a file that is there already", "a new path", "Choose another key_path.")
    descriptor = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)


def _read_key(folder: Path, read: Policy) -> bytes:
    path = Path(read.pseudonym_key_path).expanduser()
    path = path if path.is_absolute() else folder / path
    try:
        key = path.read_bytes()
    except OSError:
        todo = "Put the key back, or correct pseudonym_key_path in heard.toml."
        raise BadConfig("pseudonym key", "no file that can be read", "the key of this workspace", todo) from None
    if not 16 <= len(key) <= 64:
        raise BadConfig("pseudonym key", f"{len(key)} bytes", "16 to 64", "This is not a key of Heard.")
    return key
