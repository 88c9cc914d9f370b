"""Conformance of a source: what the gate relies on, checked on a real file. For built-ins and for strangers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from heard.errors import BadInput
from heard.sources.base import BATCH_ROWS, Source
from heard.sources.files import digest
from heard.terms.batch import RAW_ONLY, Batch, Window
from heard.terms.tables import TABLES
from heard.terms.words import CHANNELS, OUTCOMES, ROLES

GIVEN: dict[str, tuple[str, ...]] = {
    "interaction": (),
    "turn": ("interaction_id", "position", "speaker_role", "text", "is_public"),
    "survey_answer": ("instrument", "instrument_version", "item_id"),
    "survey_invitation": ("instrument", "instrument_version"),
    "outcome": ("customer_id", "kind"),
    "agent": ("is_bot",),
}
"""Columns that the source gives in every row, beside the key; the other required ones are made by the gate."""
CLOSED: dict[tuple[str, str], tuple[str, ...]] = {
    ("turn", "speaker_role"): ROLES,
    ("turn", "authored_by"): ("human", "bot", "assisted"),
    ("interaction", "channel"): CHANNELS,
    ("interaction", "started_by"): ROLES,
    ("outcome", "kind"): OUTCOMES,
    ("survey_answer", "polarity"): ("higher_better", "lower_better"),
}
TIME_OF = {"interaction": "opened_at", "turn": "sent_at", "survey_answer": "answered_at", "outcome": "occurred_at"}
FAR = Window(since=datetime(2098, 1, 1, tzinfo=UTC), until=datetime(2099, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Conformance:
    """What a conforming source read: rows by table, what it left out and why."""

    rows: Mapping[str, int]
    left_out: Mapping[str, int]


def check_source(source: Source, path: Path, options: Mapping[str, str] | None = None) -> Conformance:
    """Reads a file several times and holds the rows against the canonical tables.

    Args:
        source: The object that the entry point names.
        path: A file or folder of its system with at least one conversation, answer or outcome.
        options: As for `Source.read`.

    Returns:
        Counts, to be compared with what the file is known to hold.

    Raises:
        AssertionError: The first rule that is broken, in words. Never quotes a row.
    """
    options = options or {}
    _check_names(source)
    _check_sniff(source, path)
    before = digest(path)
    batches = list(source.read(path, Window(), options))
    for batch in batches:
        _check_batch(source, batch)
    tables = _joined(batches)
    _expect(any(table.num_rows for table in tables.values()), "nothing was read")
    for name, table in tables.items():
        _check_keys(name, table)
    _check_links(tables)
    again = _joined(list(source.read(path, Window(), options)))
    _expect(tables.keys() == again.keys() and all(tables[n].equals(again[n]) for n in tables), "reads differ")
    _check_window(source, path, options)
    _check_refusal(source, options)
    _expect(digest(path) == before, "the source changed its input")
    left_out: Counter[str] = Counter()
    for batch in batches:
        left_out.update(dict(batch.left_out))
    return Conformance({n: t.num_rows for n, t in tables.items() if t.num_rows}, dict(left_out))


def _expect(is_kept: bool, rule: str) -> None:
    if not is_kept:
        raise AssertionError(rule)


def _check_names(source: Source) -> None:
    _expect(isinstance(source, Source), "lacks a part of the Source protocol")
    _expect(source.name.isidentifier() and source.name.islower(), "name is one lower-case word")
    _expect(bool(source.title and source.expects), "title and expects are said")
    _expect(bool(source.fills) and source.fills <= TABLES.keys(), "fills names canonical tables")
    _expect(isinstance(source.opaque_ids, bool), "opaque_ids is a truth value")


def _check_sniff(source: Source, path: Path) -> None:
    _expect(0 < source.sniff(path) <= 1, "sniff is above 0 for its own file")
    with TemporaryDirectory() as folder:
        strangers = {"empty.csv": b"", "noise.bin": bytes(range(256)), "broken.json": b'{"a": [', "note.txt": b"hello"}
        for name, data in strangers.items():
            (Path(folder) / name).write_bytes(data)
            _expect(0 <= source.sniff(Path(folder) / name) < 0.5, f"sniff does not claim {name}")
        for other in (Path(folder), Path(folder) / "missing.csv"):
            _expect(source.sniff(other) == 0, "sniff is 0 for a strange folder and for nothing")


def _check_batch(source: Source, batch: Batch) -> None:
    name, rows = batch.table, batch.rows
    _expect(name in source.fills or not rows.num_rows, f"{name} is not in fills")
    _expect(rows.num_rows <= BATCH_ROWS, f"a batch of {name} holds at most {BATCH_ROWS} rows")
    types = {c.name: c.type for c in TABLES[name].columns} | dict(RAW_ONLY.get(name, ()))
    for field in rows.schema:
        _expect(field.name in types, f"{name} has no column {field.name}")
        _expect(field.type == types[field.name], f"{name}.{field.name} has another type")
    for column in (TABLES[name].key[0], *GIVEN.get(name, ())) if rows.num_rows else ():
        _expect(column in rows.column_names and not rows[column].null_count, f"{name}.{column} is in every row")
    for (table, column), words in CLOSED.items():
        if table == name and column in rows.column_names:
            used = set(rows[column].unique().to_pylist()) - {None}
            _expect(used <= set(words), f"{name}.{column} uses only words of heard.terms")
    _expect(all(isinstance(count, int) and count > 0 for _, count in batch.left_out), "left_out counts are above 0")


def _joined(batches: list[Batch]) -> dict[str, pa.Table]:
    tables: dict[str, list[pa.Table]] = {}
    for batch in batches:
        tables.setdefault(batch.table, []).append(batch.rows)
    return {name: pa.concat_tables(parts, promote_options="default") for name, parts in tables.items()}


def _check_keys(name: str, table: pa.Table) -> None:
    if table.num_rows:
        key = TABLES[name].key
        count = pc.count_distinct(table[key[0]]).as_py() if len(key) == 1 else len(set(_key_rows(table, key)))
        _expect(count == table.num_rows, f"{name}: {', '.join(key)} names one row")


def _key_rows(table: pa.Table, key: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    return zip(*(table[column].to_pylist() for column in key), strict=True)


def _check_links(tables: Mapping[str, pa.Table]) -> None:
    turns, interactions = tables.get("turn"), tables.get("interaction")
    if turns is None or not turns.num_rows:
        return
    if interactions is None:
        raise AssertionError("turns come with their interactions")
    known = pc.is_in(turns["interaction_id"], value_set=interactions["interaction_id"].combine_chunks())
    _expect(pc.all(known).as_py(), "every turn's interaction has a row")


def _check_window(source: Source, path: Path, options: Mapping[str, str]) -> None:
    for name, table in _joined(list(source.read(path, FAR, options))).items():
        time = TIME_OF.get(name)
        dated = table.num_rows - table[time].null_count if time is not None and time in table.column_names else 0
        _expect(dated == 0, f"{name}: no dated row lies in a window that is empty")


def _check_refusal(source: Source, options: Mapping[str, str]) -> None:
    with TemporaryDirectory() as folder:
        try:
            with suppress(BadInput):
                list(source.read(Path(folder) / "missing", Window(), options))
                raise AssertionError("a missing file is BadInput")
        except OSError as fault:
            raise AssertionError("a missing file is BadInput, no OSError") from fault
