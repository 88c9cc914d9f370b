"""Files as they come: paths, encodings, JSON as a stream. Errors say where, and hold no piece of a file."""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, BinaryIO

import ijson
import orjson

from heard.errors import BadInput
from heard.sources.encodings import check_known, encoding_of
from heard.sources.json_depth import Depth
from heard.sources.packed import Unpacked, members, open_member

__all__ = [
    "digest",
    "files_in",
    "head",
    "inside",
    "json_items",
    "json_lines",
    "json_whole",
    "lines_of",
    "members",
    "open_bytes",
    "open_text",
    "start_of",
]

MAX_LINE_CHARACTERS = 64 * 2**20


def inside(root: Path, path: Path) -> Path:
    """The resolved path; BadInput when it leaves the root, by .. or by a link."""
    whole = path.resolve()
    if not whole.is_relative_to(root.resolve()):
        raise BadInput(
            "path", got="a file outside the given folder", expected="files inside it", todo="Hand in the folder itself."
        )
    return whole


def files_in(path: Path, *suffixes: str) -> list[Path]:
    """Files of these suffixes, lower case, below a folder, sorted by name; the path itself when it is a file."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadInput(
            "file", where=path.name, got="nothing there", expected="a file or a folder", todo="Check the path."
        )
    found = sorted(p for p in path.rglob("*") if p.is_file() and (not suffixes or p.suffix.lower() in suffixes))
    return [inside(path, p) for p in found]


def digest(path: Path) -> str:
    """BLAKE2b of a file, or of a folder's names and files in order of name, as 64 hex digits."""
    total = blake2b(digest_size=32)
    for file in files_in(path):
        if path.is_dir():
            total.update(file.relative_to(path.resolve()).as_posix().encode() + b"\0")
        with file.open("rb") as stream:
            while chunk := stream.read(2**20):
                total.update(chunk)
    return total.hexdigest()


def head(path: Path, size: int = 65_536) -> bytes:
    """First bytes of a file, unpacked; empty when it cannot be read. For `sniff`."""
    try:
        with open_bytes(path) as stream:
            return stream.read(size)
    except (BadInput, OSError):
        return b""


@contextmanager
def open_bytes(path: Path, member: str | None = None) -> Iterator[BinaryIO]:
    """A file's bytes; gzip, and a zip with one member (or the named one), are unpacked within limits."""
    if not path.is_file():
        raise BadInput("file", where=path.name, got="no file there", expected="a file", todo="Check the path.")
    with path.open("rb") as plain:
        magic = plain.read(4)
        plain.seek(0)
        size = path.stat().st_size
        if magic[:2] == b"\x1f\x8b":
            yield io.BufferedReader(Unpacked(gzip.GzipFile(fileobj=plain), size, path.name), 2**18)
        elif magic == b"PK\x03\x04":
            with open_member(path, member) as inner:
                yield io.BufferedReader(Unpacked(inner, size, path.name), 2**18)
        else:
            yield io.BufferedReader(plain, 2**18)


@contextmanager
def open_text(path: Path, *, encoding: str | None = None, member: str | None = None) -> Iterator[io.TextIOWrapper]:
    """A file as text, line ends untouched (newline="").

    Args:
        encoding: From options["encoding"]; None finds it out: byte-order mark, then UTF-8 over the whole file, then the
            most likely legacy code page.

    Raises:
        BadInput: The bytes are not text in that encoding, with the byte offset.
    """
    if encoding is not None:
        check_known(encoding)
    else:
        with open_bytes(path, member) as stream:
            encoding = encoding_of(stream, path.name)
    with open_bytes(path, member) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
        try:
            yield text
        except UnicodeDecodeError as fault:
            raise BadInput(
                "text",
                where=f"{path.name} near byte {stream.tell()}",
                got=f"bytes that are not {encoding}",
                expected=f"text in {encoding}",
                todo='Set the option "encoding", or save the file as UTF-8.',
            ) from fault.with_traceback(None)


def start_of(path: Path, size: int = 4096) -> bytes:
    """First bytes of a text file without mark, blanks and the zeros of UTF-16: enough to see how it begins."""
    return head(path, size).lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()


def lines_of(text: IO[str], name: str) -> Iterator[tuple[int, str]]:
    """Lines with their number from 1, without line ends: \\n, \\r\\n and a lone \\r all end a line."""
    text.reconfigure(newline=None) if isinstance(text, io.TextIOWrapper) else None
    number = 0
    while line := text.readline(MAX_LINE_CHARACTERS):
        number += 1
        if len(line) >= MAX_LINE_CHARACTERS:
            raise BadInput(
                "text",
                where=f"{name} line {number}",
                got="a line over 64 million characters",
                expected="shorter lines",
                todo="Check that this is the right file.",
            )
        yield number, line.rstrip("\n")


def json_lines(path: Path, *, encoding: str | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects of a JSON Lines file with their line number; empty lines are skipped."""
    with open_text(path, encoding=encoding) as text:
        for number, line in lines_of(text, path.name):
            if not line.strip():
                continue
            try:
                value = orjson.loads(line)
            except (orjson.JSONDecodeError, UnicodeEncodeError) as fault:
                raise _not_json(path, f"line {number}", fault) from None
            if not isinstance(value, dict):
                raise BadInput(
                    "JSON lines",
                    where=f"{path.name} line {number}",
                    got=f"a {type(value).__name__}",
                    expected="an object a line",
                    todo="Export as JSON Lines.",
                )
            yield number, value


def json_items(
    path: Path, prefix: str = "item", *, encoding: str | None = None, member: str | None = None
) -> Iterator[Any]:
    """Values below a prefix of one JSON document, streamed: "item" for a top-level list, "tickets.item" for a key."""
    with open_text(path, encoding=encoding, member=member) as text:
        stream = _Utf8(text, path.name)
        items = ijson.items(stream, prefix, use_float=True)
        while True:
            try:
                item = next(items)
            except StopIteration:
                return
            except (ijson.JSONError, RecursionError, ValueError) as fault:
                if isinstance(fault, BadInput | UnicodeDecodeError):
                    raise
                raise _not_json(path, f"near byte {stream.sent}", fault) from None
            yield item


def json_whole(path: Path, *, encoding: str | None = None, member: str | None = None) -> Any:
    """A small JSON document read at once."""
    with open_text(path, encoding=encoding, member=member) as text:
        try:
            return orjson.loads(text.read())
        except (orjson.JSONDecodeError, UnicodeEncodeError) as fault:
            raise _not_json(path, "", fault) from None


class _Utf8:
    """Text as a byte stream, for readers of JSON that want UTF-8 whatever the file's encoding is."""

    def __init__(self, text: IO[str], name: str) -> None:
        self._text, self._depth, self.sent = text, Depth(name), 0

    def read(self, size: int = -1) -> bytes:
        data = self._text.read(size if size >= 0 else 2**16).encode("utf-8", "replace")
        self._depth.feed(data)
        self.sent += len(data)
        return data


def _not_json(path: Path, place: str, fault: Exception) -> BadInput:
    """Where a JSON document breaks; the parser's text is not passed on, since it may quote the file."""
    at = f" column {fault.colno}" if isinstance(fault, orjson.JSONDecodeError) and place.startswith("line") else ""
    if isinstance(fault, orjson.JSONDecodeError) and not place:
        place = f"line {fault.lineno} column {fault.colno}"
    is_cut = isinstance(fault, ijson.IncompleteJSONError) or "unexpected end" in str(fault).lower()
    return BadInput(
        "JSON",
        where=f"{path.name} {place}{at}".strip(),
        got="a document that is cut off" if is_cut else "a broken document",
        expected="whole JSON",
        todo="Export the file again; it may have been cut in transfer.",
    )
