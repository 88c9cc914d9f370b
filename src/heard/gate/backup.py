"""`backup` and `restore`: one file that holds a workspace at one manifest, verified before it replaces anything.

The pseudonym key is not in it (CONTRACTS 5): keep the key apart, and the backup is of no use to a thief who finds it
alone. A restored workspace leaves out whoever objected or was erased since (CONTRACTS 7).
"""

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from heard.errors import BadInput, Damaged
from heard.gate import audit
from heard.gate.erasure import keep_out, remove_suppressed
from heard.gate.objections import suppressed
from heard.gate.policy import FILE_NAME
from heard.gate.workspace import Workspace
from heard.gate.workspace import open as open_workspace

CONTENTS, STATE = "CONTENTS.json", "state.db"
FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written, or a restored one.

    Attributes:
        path: The file, or the restored workspace.
        manifest: Manifest that it holds.
        file_count: Files inside.
        byte_count: Bytes of these files.
        audit_head: Head of the audit chain; note it elsewhere.
        left_out_count: Rows that a restore left out because their customers objected or were erased since.
    """

    path: Path
    manifest: int
    file_count: int
    byte_count: int
    audit_head: str
    left_out_count: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"ok": True} | asdict(self) | {"path": str(self.path)}


def backup(workspace: Workspace, path: Path, *, actor: str = "owner") -> Backup:
    """Write a workspace into one compressed file while others go on reading and writing.

    Raises:
        BadInput: The file is there already, or lies inside the workspace.
    """
    if path.exists():
        raise BadInput("backup", "a file that is there already", "a new file", "Choose another name.")
    if path.absolute().is_relative_to(workspace.store.folder):
        raise BadInput("backup", "a place inside the workspace", "a place outside it", "Choose another folder.")
    audit.note(workspace, "backup", actor, {"manifest": workspace.manifest})
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".backing-up-") as spare:
            state = Path(spare) / STATE
            with workspace.store.held(state) as held:
                files = {STATE: state, FILE_NAME: workspace.folder / FILE_NAME} | held.files
                contents = _contents(files, held.manifest, _head(state))
                _write(unfinished, files, contents)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    size = sum(entry["bytes"] for entry in contents["files"].values())
    return Backup(path, contents["manifest"], len(files), size, contents["audit_head"])


def restore(path: Path, folder: Path, *, since: Workspace | None = None) -> Backup:
    """Unpack a backup into a new folder, check every file, the audit chain and the key, then keep out who is to be.

    Args:
        path: A file that `backup` wrote.
        folder: A new or empty folder; a live workspace is never written over.
        since: The workspace as it is today; whoever objected or was erased there is removed from the restored one.

    Raises:
        BadInput: Not a backup, or the folder is not empty.
        Damaged: A file is not what was written, or the audit chain is broken; nothing is left behind.
        BadConfig: The pseudonym key is not where heard.toml says.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("restore", "a place that is not empty", "a new or empty folder", "Choose another folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restoring-") as spare:
        unpacked = Path(spare) / "workspace"
        contents = _unpack(path, unpacked)
        left_out = _verified(unpacked, since)
        if folder.exists():
            folder.rmdir()
        os.replace(unpacked, folder)
    size = sum(entry["bytes"] for entry in contents["files"].values())
    return Backup(folder, contents["manifest"], len(contents["files"]), size, contents["audit_head"], left_out)


def _verified(folder: Path, since: Workspace | None) -> int:
    workspace = open_workspace(folder)
    try:
        if not audit.verify(workspace).is_sound:
            raise Damaged("backup", "an audit chain that is broken", "a whole one", "Take an older backup.")
        digests: list[str] = []
        if since is not None:
            with since.store.state() as connection:
                digests = sorted(suppressed(connection))
        with workspace.store.state() as connection:
            keep_out(connection, digests, at=workspace.now().isoformat(timespec="seconds"))
        left_out = remove_suppressed(workspace)
        audit.note(workspace, "restore", "owner", {"rows_left_out": left_out, "subjects": digests})
        return left_out
    finally:
        workspace.close()


def _head(state: Path) -> str:
    with closing(sqlite3.connect(state)) as connection:
        found = connection.execute("SELECT digest FROM audit ORDER BY position DESC LIMIT 1").fetchone()
    return str(found[0]) if found else audit.FIRST


def _contents(files: dict[str, Path], manifest: int, head: str) -> dict[str, Any]:
    listed = {name: {"sha256": _digest(file), "bytes": file.stat().st_size} for name, file in sorted(files.items())}
    return {"format": FORMAT, "manifest": manifest, "audit_head": head, "files": listed}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, files: dict[str, Path], contents: dict[str, Any]) -> None:
    told = json.dumps(contents, sort_keys=True).encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive:
        head = tarfile.TarInfo(CONTENTS)
        head.size = len(told)
        archive.addfile(head, io.BytesIO(told))
        for name, file in sorted(files.items()):
            archive.add(file, arcname=name, recursive=False)
        raw.flush()
    with path.open("rb") as done:
        os.fsync(done.fileno())


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Every file that the list of contents names, and no other, each as long and with the digest that it says."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            contents = _told(archive)
            found = set()
            for member in _members(archive, contents):
                archive.extract(member, folder, filter="data")
                found.add(member.name)
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise BadInput("backup", "a file that cannot be read", "a file of heard backup", "") from error
    for name, entry in contents["files"].items():
        if name not in found or _digest(folder / name) != entry["sha256"]:
            raise Damaged("backup", f"another file in place of {name}", "what was written", "Take an older backup.")
    for place in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        place.chmod(0o700)
    return contents


def _told(archive: tarfile.TarFile) -> dict[str, Any]:
    head = archive.extractfile(CONTENTS)
    told: dict[str, Any] = json.loads(head.read(_CHUNK * 64)) if head else {}
    if told.get("format") != FORMAT:
        raise ValueError("format")
    return told


def _members(archive: tarfile.TarFile, contents: dict[str, Any]) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        if member.name == CONTENTS:
            continue
        entry = contents["files"].get(member.name)
        path = PurePosixPath(member.name)
        if entry is None or not member.isfile() or path.is_absolute() or ".." in path.parts:
            raise ValueError("a member that is not in the list")
        if member.size != entry["bytes"]:
            raise ValueError("a member of another size")
        yield member
