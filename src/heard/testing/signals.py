"""Conformance kit for authors of signals: `check_signal(signal)` raises on the first promise that is not kept."""

from typing import Any

import pyarrow as pa

from heard.signals.base import FOUND, Signal

TEXTS: tuple[str | None, ...] = (
    "",
    " ",
    "a",
    "?",
    "\n\n",
    None,
    "Third time I write. The cot still isn't here and the baby is due Friday.",
    "Three messages: you should not have to chase us. I've moved it to our van for tomorrow, 9-11.",
    "🙃🙃 great, another outage 👏🏽 … @Shop https://t.co/x ^KD",
    "שלום, איפה ההזמנה שלי?",
    "مرحبا؟ أين طلبي!",
    "e\u0301\u200b\u202ereversed\u202c\ufeff",
    "NO!!! STOP SENDING ME THIS. I WANT MY MONEY BACK",
    "x" * 5000,
    "word, " * 2000,
)
"""Turns that a signal must take without an error: empty, tiny, long, without words, in other scripts."""
ROLES = ("customer", "agent", "bot", "system")


def turns(texts: tuple[str | None, ...] = TEXTS, roles: tuple[str, ...] = ROLES) -> pa.Table:
    """Every text said by every role, as a table of turns with all columns that a signal may read."""
    pairs = [(text, role) for text in texts for role in roles]
    return pa.table(
        {
            "turn_id": [f"t{i}" for i in range(len(pairs))],
            "interaction_id": ["i0"] * len(pairs),
            "position": pa.array(range(len(pairs)), pa.int32()),
            "speaker_role": [role for _, role in pairs],
            "text": pa.array([text for text, _ in pairs], pa.string()),
            "language": pa.array([None] * len(pairs), pa.string()),
            "context": ["Where is my order? I am worried." if i % 3 else "" for i in range(len(pairs))],
        }
    )


def check_signal(signal: Signal) -> None:
    """Raises AssertionError with a sentence where the signal breaks the seam of ARCHITECTURE.md."""
    assert isinstance(signal, Signal), "a signal has name, version, needs, scale and score"
    assert all((signal.name, signal.version, signal.scale)), "name, version and scale are not empty"
    table = turns()
    assert signal.needs <= set(table.column_names), "needs names columns of turns only"
    found = signal.score(table)
    _check_answer(table, found)
    assert signal.score(table).equals(found), "the same turns give the same scores"
    one_by_one = [signal.score(table.slice(i, 1))[0].as_py() for i in range(table.num_rows)]
    assert one_by_one == found.to_pylist(), "a batch of one gives what a batch of many gives"
    backwards = table.take(list(reversed(range(table.num_rows))))
    assert signal.score(backwards).to_pylist() == found.to_pylist()[::-1], "the order of rows changes nothing"
    assert len(signal.score(table.slice(0, 0))) == 0, "no turns, no answers"


def _check_answer(table: pa.Table, found: Any) -> None:
    assert found.type == FOUND, f"score returns {FOUND}, got {found.type}"
    assert len(found) == table.num_rows, "one answer for each turn"
    for role, text, answer in zip(
        table["speaker_role"].to_pylist(), table["text"].to_pylist(), found.to_pylist(), strict=True
    ):
        if text is None:
            assert answer is None, "nothing can be said of a turn without text"
            continue
        assert role != "system" or not answer, "a system's turn carries nothing"
        for one in answer or []:
            _check_one(text, one)


def _check_one(text: str, one: dict[str, Any]) -> None:
    assert one["label"], "a label has a name"
    assert 0.0 <= one["score"] <= 1.0, f"{one['label']}: score outside 0 to 1"
    assert 0 <= one["start"] < one["end"] <= len(text), f"{one['label']}: span outside the turn"
    assert text[one["start"] : one["end"]].strip(), f"{one['label']}: span without a word"
