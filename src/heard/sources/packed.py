"""Packed files: gzip and zip as streams, with limits against bombs. Nothing is ever unpacked to disk."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from heard.errors import BadInput

MAX_UNPACKED_BYTES = 16 * 2**30
MAX_RATIO = 250
"""Unpacked to packed. Exported CSV and JSON pack 5 to 40 fold; a bomb packs 1,000 fold (deflate ends
at 1,032)."""
FREE_BYTES = 16 * 2**20
"""Below this size the ratio does not matter: an empty log of a few lines packs well."""


class Unpacked(io.RawIOBase):
    """A stream that stops a bomb: counts what came out against what the packed file holds."""

    def __init__(self, inner: Any, packed: int, name: str) -> None:
        self._inner, self._packed, self._name, self._out = inner, max(packed, 1), name, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._out

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._inner.read(len(buffer))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as fault:
            raise BadInput(
                "packed file",
                where=f"{self._name} after byte {self._out}",
                got="a broken archive",
                expected="a whole gzip or zip file",
                todo="Export it again.",
            ) from fault
        self._out += len(data)
        ratio = self._out / self._packed
        if self._out > MAX_UNPACKED_BYTES or (self._out > FREE_BYTES and ratio > MAX_RATIO):
            raise too_big(self._name, self._out, ratio)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def too_big(name: str, size: int, ratio: float) -> BadInput:
    """The error for an archive that unpacks to more than is sane."""
    return BadInput(
        "packed file",
        where=name,
        got=f"{size / 2**20:.0f} MiB unpacked, {ratio:.0f} times the packed size",
        expected=f"at most {MAX_UNPACKED_BYTES / 2**30:.0f} GiB and {MAX_RATIO} times",
        todo="Unpack it yourself if you trust it, and import the file.",
    )


def members(path: Path) -> list[zipfile.ZipInfo]:
    """Files in a zip, folders and macOS's shadows left out; BadInput for a path that leaves the archive or a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise BadInput(
            "zip", where=path.name, got="a broken archive", expected="a whole zip file", todo="Export it again."
        ) from fault
    if any(Path(m.filename).is_absolute() or ".." in Path(m.filename).parts for m in found):
        raise BadInput(
            "zip", where=path.name, got="a member outside the archive", expected="plain names", todo="Do not trust it."
        )
    size = sum(m.file_size for m in found)
    ratio = size / max(path.stat().st_size, 1)
    if size > MAX_UNPACKED_BYTES or (size > FREE_BYTES and ratio > MAX_RATIO):
        raise too_big(path.name, size, ratio)
    return found


@contextmanager
def open_member(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    names = [m.filename for m in members(path)]
    wanted = [name for name in names if member in (None, name)]
    if len(wanted) != 1:
        raise BadInput(
            "zip",
            where=path.name,
            got=f"{len(wanted)} fitting files",
            expected="one",
            todo="Unpack it and hand in one file.",
        )
    try:
        with zipfile.ZipFile(path) as archive, archive.open(wanted[0]) as inner:
            yield inner
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error) as fault:
        raise BadInput(
            "zip",
            where=path.name,
            got="a broken, encrypted or unknown archive",
            expected="a plain zip",
            todo="Unpack it.",
        ) from fault
