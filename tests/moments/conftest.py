"""Conversations written as lists of (who, labels, words) for the tests of the ledger."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest

from heard.inference.agreement.tables import turns_of
from heard.moments import ledger
from heard.moments.latency import AlwaysOpen
from heard.signals.base import FOUND
from heard.sources.labelled import LabelledConversation, LabelledTurn

WHO = {"c": "customer", "a": "agent", "b": "bot", "s": "system", "n": "agent"}
Line = tuple[str, ...]
"""("c", "frustration intensity:2", "words"); "n" is a private note; "?" as labels means that the signal cannot say.
A label may carry a score: "anger@0.9". The words default to something specific."""


def turns_and_found(*conversations: Sequence[Line], **columns: Any) -> tuple[pa.Table, pa.Array]:
    """Turns and findings, every span the whole turn; `columns` overwrite columns with one value or a list."""
    lines = [line for conversation in conversations for line in conversation]
    turns = turns_of([_conversation(str(i), conversation) for i, conversation in enumerate(conversations)])
    columns.setdefault("is_public", [line[0] != "n" for line in lines])
    for name, value in columns.items():
        place = turns.schema.get_field_index(name)
        values = value if isinstance(value, list) else [value] * len(lines)
        turns = turns.set_column(place, turns.schema.field(place), pa.array(values, turns.schema.field(place).type))
    return turns, pa.array([_found(line) for line in lines], FOUND)


def _conversation(name: str, lines: Sequence[Line]) -> LabelledConversation:
    turns = (LabelledTurn(i, WHO[line[0]], words(line)) for i, line in enumerate(lines))
    return LabelledConversation(name, tuple(turns), (), channel="chat")


def words(line: Line) -> str:
    """Words of a turn."""
    return line[2] if len(line) > 2 else "the parcel stuck in Leeds since Monday"


def _found(line: Line) -> list[dict[str, Any]] | None:
    labels = line[1].split() if len(line) > 1 else []
    if labels == ["?"]:
        return None
    pairs = ([*label.split("@"), "1"][:2] for label in labels)
    return [{"label": label, "score": float(score), "start": 0, "end": len(words(line))} for label, score in pairs]


@pytest.fixture(scope="session")
def ledger_of() -> Callable[..., ledger.Ledger]:
    """Runs conversations through the ledger; keywords are columns, but for as_of, hours and clock."""

    def run(
        *conversations: Sequence[Line], as_of: int | None = None, hours: float = 8, clock: Any = None, **columns: Any
    ):
        turns, found = turns_and_found(*conversations, **columns)
        clock = clock or AlwaysOpen()
        return ledger.of(turns, found, clock=clock, as_of_epoch_s=as_of, unanswered_business_hours=hours)

    return run


@pytest.fixture(scope="session")
def build() -> Callable[..., tuple[pa.Table, pa.Array]]:
    """The tables that the ledger reads, for tests that change them first."""
    return turns_and_found
