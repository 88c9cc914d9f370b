"""The shape of a source, the helper that turns dicts into batches, and the list of sources that are installed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

import pyarrow as pa

from heard.errors import BadInput
from heard.terms.batch import RAW_ONLY, Batch, Window
from heard.terms.tables import TABLES

BATCH_ROWS = 20_000
BATCH_CHARACTERS = 32_000_000
"""A batch ends at either limit, so that a file of very long turns stays within memory too."""

Row = dict[str, Any]


@runtime_checkable
class Source(Protocol):
    """Reads the records of one system into canonical rows with foreign ids. Pure: no writes, no network, no clock.

    Attributes:
        name: The word in the command line and in the column `source`.
        title: Name of the system for people.
        fills: Canonical tables that it can fill.
        opaque_ids: True when its foreign ids hold no personal data and may be stored as they are.
        expects: One sentence: which file or folder to hand in.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    fills: ClassVar[frozenset[str]]
    opaque_ids: ClassVar[bool]
    expects: ClassVar[str]

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1, that this file or folder is of this system. Never raises."""
        ...

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Batches of the rows inside the window; raises BadInput for what cannot be read."""
        ...


def batch_of(table: str, rows: list[Row], *, left_out: Mapping[str, int] | None = None) -> Batch:
    """A batch of dicts, with the Arrow types of the canonical table.

    Args:
        table: Name of a canonical table.
        rows: Values by column. A column that no row has is not in the batch; a missing value is null. Instants are
            aware. Columns of RAW_ONLY are allowed.
        left_out: Why foreign records are not in `rows`, with counts.

    Raises:
        KeyError: A column that the table does not have: a fault of the source, not of the file.
        ValueError: An instant without a zone: a fault of the source.
        BadInput: A value does not fit its column.
    """
    types = _types(table)
    used = dict.fromkeys(name for row in rows for name in row)
    if unknown := [name for name in used if name not in types]:
        raise KeyError(f"{table} has no column {', '.join(unknown)}")
    names = [name for name in types if name in used]
    arrays = [_array(table, name, types[name], [row.get(name) for row in rows]) for name in names]
    filled = pa.table(arrays, schema=pa.schema([pa.field(name, types[name]) for name in names]))
    return Batch(table, filled, tuple(sorted((left_out or {}).items())))


def batches_of(rows: Iterable[tuple[str, Row]], *, left_out: Mapping[str, int] | None = None) -> Iterator[Batch]:
    """Batches of a stream of (table, row), each of at most BATCH_ROWS rows, in constant memory.

    `left_out` is read after the last row, so a source may count in it while it streams; the counts go with the last
    batch. A stream without rows gives one empty batch of turns, so that the counts are never lost.
    """
    waiting: dict[str, list[Row]] = defaultdict(list)
    size: dict[str, int] = defaultdict(int)
    for table, row in rows:
        waiting[table].append(row)
        size[table] += len(row.get("text") or "")
        if len(waiting[table]) >= BATCH_ROWS or size[table] >= BATCH_CHARACTERS:
            yield batch_of(table, waiting.pop(table))
            size[table] = 0
    last = list(waiting.items()) or [("turn", [])]
    for table, rest in last[:-1]:
        yield batch_of(table, rest)
    yield batch_of(*last[-1], left_out=left_out)


def all_sources() -> dict[str, Source]:
    """Every installed source by name, built-in or a stranger's, in order of name."""
    return dict(_installed())


def find(name: str) -> Source:
    """The source of that name; BadInput lists the names that are installed."""
    sources = all_sources()
    if name not in sources:
        raise BadInput(
            "source", got=repr(name), expected=", ".join(sources) or "none installed", todo="Choose one with --from."
        )
    return sources[name]


def recognise(path: Path) -> list[tuple[float, Source]]:
    """Sources that claim the path, the surest first; empty when none does."""
    claims = [(source.sniff(path), source) for source in all_sources().values()]
    return sorted((claim for claim in claims if claim[0] > 0), key=lambda claim: (-claim[0], claim[1].name))


@cache
def _installed() -> tuple[tuple[str, Source], ...]:
    found = {point.name: point.load() for point in entry_points(group="heard.sources")}
    return tuple(sorted(found.items()))


@cache
def _types(table: str) -> dict[str, pa.DataType]:
    columns = [(column.name, column.type) for column in TABLES[table].columns]
    return dict([*columns, *RAW_ONLY.get(table, ())])


def _array(table: str, name: str, kind: pa.DataType, values: list[Any]) -> Any:
    if pa.types.is_timestamp(kind) and any(isinstance(v, datetime) and v.tzinfo is None for v in values):
        raise ValueError(f"{table}.{name}: an instant without a zone")
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([_without_surrogates(value) for value in values], kind)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as fault:
        raise BadInput(
            f"{table}.{name}", got="a value of another kind", expected=str(kind), todo="Check the mapping of columns."
        ) from fault.with_traceback(None)


def _without_surrogates(value: Any) -> Any:
    """Half of a surrogate pair, as broken JSON escapes leave it, becomes U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [_without_surrogates(item) for item in value] if isinstance(value, list | tuple) else value
