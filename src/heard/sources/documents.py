"""JSON answers of an API as documents: a file may hold one, a list of them, or one a line."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import ijson
import orjson

from heard.errors import BadInput
from heard.sources.files import files_in, head, json_items, json_lines, json_whole, open_bytes

Record = dict[str, Any]
T = TypeVar("T")

WHOLE_BYTES = 64 * 2**20
"""A file up to this size is read at once; a page of an API holds 100 to 1,000 records, so larger ones are rare."""

_SUFFIXES = (".json", ".jsonl", ".ndjson")


def json_files(path: Path) -> list[Path]:
    """The JSON and JSON Lines files of a folder, packed ones too, sorted; the path itself when it is a file."""
    if path.is_file():
        return [path]
    return [file for file in files_in(path) if file.name.lower().removesuffix(".gz").endswith(_SUFFIXES)]


def documents(file: Path, keys: Collection[str]) -> Iterator[Record]:
    """Objects of a file; a large one is streamed record by record.

    Args:
        keys: Top-level keys that hold lists of records. Of a file over WHOLE_BYTES only these are read, each record as
            a document {key: [record]}.

    Raises:
        BadInput: No JSON, or something else than objects.
    """
    if is_lines(file):
        for _, document in json_lines(file):
            yield document
    elif file.stat().st_size <= WHOLE_BYTES:
        held = json_whole(file)
        for document in held if isinstance(held, list) else [held]:
            yield checked(document, file)
    elif head(file, 4096).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
        for document in json_items(file):
            yield checked(document, file)
    elif found := [key for key in list_keys(file) if key in keys]:
        for key in found:
            for record in json_items(file, f"{key}.item"):
                yield {key: [checked(record, file)]}
    else:
        yield checked(json_whole(file), file)


def guarded(made: Iterable[T], what: str) -> Iterator[T]:
    """The same items; a value of another kind than its key promises becomes BadInput.

    A record of a vendor has dozens of keys, and each may hold anything. This is the net under the checks; it belongs
    around the mapping of records only, so that a source's own faults, such as a wrong column, show as what they are.
    """
    try:
        yield from made
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as fault:
        if isinstance(fault, BadInput):
            raise
        raise BadInput(
            what,
            got="a record whose value is missing or of another kind",
            expected="records as the system exports them",
            todo="Export it again; if it stays, please report the kind of file.",
        ) from None


def checked(value: Any, file: Path) -> Record:
    """The value itself; BadInput when it is no object."""
    if not isinstance(value, dict):
        raise BadInput(
            "JSON",
            where=file.name,
            got=f"a {type(value).__name__} where a record belongs",
            expected="objects",
            todo="Export it again, or choose another source.",
        )
    return value


def is_lines(file: Path) -> bool:
    """Whether a file holds one object a line: by its ending, or because its first line is a whole object."""
    if file.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return True
    first, _, rest = head(file).lstrip(b"\xef\xbb\xbf \r\n\t").partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def list_keys(file: Path) -> list[str]:
    """Top-level keys of a JSON document that hold lists, in their order, streamed; empty when it is no JSON."""
    try:
        with open_bytes(file) as stream:
            return [p for p, event, _ in ijson.parse(stream) if event == "start_array" and p and "." not in p]
    except (ijson.JSONError, BadInput, ValueError, OSError):
        return []
