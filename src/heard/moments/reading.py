"""Turns and findings as Arrow → interactions of small values, the only pass over rows in Python."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heard.moments.blocks import CUSTOMER, NOTHING, REPLIERS, Mark, Turn
from heard.moments.boilerplate import EMPATHIC
from heard.terms.arrow import Array, Column, pc, whole

SPEAKERS = frozenset({CUSTOMER}) | REPLIERS


@dataclass(frozen=True, slots=True)
class Interaction:
    """One interaction: rows [first, end) of the table, and its public turns by customers, agents and bots."""

    first: int
    end: int
    turns: tuple[Turn, ...]


def interactions_of(turns: pa.Table, found: Column) -> Iterator[Interaction]:
    """Read a table of turns that is sorted by interaction.

    Args:
        turns: Columns interaction_id, speaker_role, is_public, text; whole interactions.
        found: What a signal found in each turn; a null list means that it cannot say.

    Yields:
        Interactions in the table's order, those without a public turn included. Private notes and system turns are
        skipped: they neither open a moment nor answer one.
    """
    speaking = _speaking(turns)
    marks = _marks(found)
    texts = _texts(turns, marks, speaking)
    role_of: list[Any] = turns["speaker_role"].to_pylist()
    starts = run_starts(turns["interaction_id"])
    ends = [*starts[1:], turns.num_rows][: len(starts)]
    for first, end in zip(starts, ends, strict=True):
        rows = (row for row in range(first, end) if speaking[row])
        said = tuple(Turn(row, role_of[row], marks.get(row, NOTHING), texts.get(row, "")) for row in rows)
        yield Interaction(first, end, said)


def run_starts(ids: Column) -> list[int]:
    """Rows at which a new value begins in a column whose equal values stand together."""
    if not len(ids):
        return []
    flat = whole(ids)
    changes = pc.not_equal(flat.slice(1), flat.slice(0, len(flat) - 1))
    return [0, *(np.flatnonzero(np.asarray(changes)) + 1).tolist()]


def _speaking(turns: pa.Table) -> list[bool]:
    is_speaker = pc.is_in(turns["speaker_role"], value_set=pa.array(sorted(SPEAKERS)))
    return list(pc.and_(is_speaker, pc.fill_null(turns["is_public"], True)).to_pylist())


def _marks(found: Column) -> dict[int, Mapping[str, Mark] | None]:
    """Best mark of each label by row; None for rows that the signal cannot say anything about."""
    flat = whole(found)
    by_row: dict[int, dict[str, Mark]] = {}
    for row, label, mark in _findings(flat):
        held = by_row.setdefault(row, {})
        if label not in held or mark.score > held[label].score:
            held[label] = mark
    unknown = np.flatnonzero(np.asarray(pc.is_null(flat))).tolist()
    return {**by_row, **dict.fromkeys(unknown)}


def _findings(found: Array) -> Iterator[tuple[int, str, Mark]]:
    rows = pc.list_parent_indices(found).to_pylist()
    flat = pc.list_flatten(found)
    columns = [flat.field(name).to_pylist() for name in ("label", "score", "start", "end")]
    for row, label, score, start, end in zip(rows, *columns, strict=True):
        yield row, label, Mark(score, start, end)


def _texts(turns: pa.Table, marks: Mapping[int, Mapping[str, Mark] | None], speaking: list[bool]) -> dict[int, str]:
    """Words of the turns that carry an empathic behaviour, and of customers; no other words are pulled out of Arrow."""
    is_customer = pc.equal(turns["speaker_role"], CUSTOMER).to_pylist()
    rows = [row for row, held in marks.items() if held and speaking[row] and not EMPATHIC.isdisjoint(held)]
    rows += [row for row, asks in enumerate(is_customer) if asks and speaking[row]]
    texts: list[Any] = turns["text"].take(pa.array(rows, pa.int64())).to_pylist()
    return dict(zip(rows, texts, strict=True))


def floats(column: Column) -> npt.NDArray[np.float64]:
    """A numeric column as floats with NaN for null."""
    return np.asarray(pc.fill_null(pc.cast(column, pa.float64()), float("nan")), np.float64)
