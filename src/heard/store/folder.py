"""Where the files of a workspace lie, and who may read them."""

import os
from dataclasses import dataclass
from pathlib import Path

from heard.errors import BadInput

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700

_NOT_IN_A_PATH = frozenset("*?[]=")
"""DuckDB reads `*?[]` in a file name as a pattern, and `name=value` in a parent folder as a column of the table."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The places inside one workspace; `root` is absolute."""

    root: Path

    @property
    def lake(self) -> Path:
        """Delta tables, one folder each."""
        return self.root / "lake"

    @property
    def staging(self) -> Path:
        """Files of a running write or query; nothing here outlives its process for long."""
        return self.root / "staging"

    @property
    def state_db(self) -> Path:
        """The SQLite database that holds the manifest."""
        return self.root / "state.db"

    @property
    def readers_db(self) -> Path:
        """The SQLite database of leases; apart, so that a reader can come while a write holds the state database."""
        return self.root / "readers.db"

    @property
    def write_lock(self) -> Path:
        """The file whose lock belongs to the one writer."""
        return self.root / "write.lock"


def at(path: Path) -> Folder:
    """The folder of a workspace, made or not.

    Raises:
        BadInput: The path holds a character that would be read as a pattern.
    """
    root = Path(path).expanduser().absolute()
    found = sorted(_NOT_IN_A_PATH & set(str(root)))
    if found:
        raise BadInput(
            "path of the workspace",
            " ".join(found),
            "a path without * ? [ ] =",
            "Choose another folder for the workspace.",
        )
    return Folder(root)


def make_private_folder(path: Path) -> None:
    """Make a folder (and its parents) that only its owner may enter; an existing one is closed to others."""
    path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    path.chmod(PRIVATE_FOLDER)


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner may read; an existing file keeps its content."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
    path.chmod(PRIVATE_FILE)


def close_and_sync(path: Path) -> None:
    """Close a written file to others and hand it to the disk: a manifest must not name bytes that a power cut took."""
    path.chmod(PRIVATE_FILE)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Hand a folder's list of names to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
