"""The general table: which column means what, which rows come out, and that a stream stays a stream."""

import csv
import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from heard.errors import BadInput
from heard.sources import tables
from heard.sources.distinct import Distinct
from heard.sources.table_guess import guess_of
from heard.sources.tables import TABLE, guess
from heard.terms.batch import Batch, Window
from heard.testing import CANARIES, EXPORTS


def written(folder: Path, *rows: list[str], name: str = "t.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder / name


def read(path: Path, options: Mapping[str, str] | None = None, window: Window | None = None) -> dict[str, list[dict]]:  # type: ignore[type-arg]
    found: dict[str, list[dict]] = {}  # type: ignore[type-arg]
    for batch in TABLE.read(path, window or Window(), options or {}):
        found.setdefault(batch.table, []).extend(batch.rows.to_pylist())
    return found


HEADERS: list[tuple[dict[str, str], dict[str, str]]] = [  # one row of a file; what each column should mean
    ({"ticket_id": "1", "author_role": "user", "body": "x", "created_at": ""},
     {"interaction_id": "ticket_id", "speaker_role": "author_role", "text": "body", "sent_at": "created_at"}),
    ({"ConversationId": "1", "Direction": "in", "MessageText": "x"},  # camel case
     {"interaction_id": "ConversationId", "speaker_role": "Direction", "text": "MessageText"}),
    ({"Case Number": "1", "Sender Type": "agent", "Message": "x", "Contact": "c"},
     {"interaction_id": "Case Number", "speaker_role": "Sender Type", "customer_id": "Contact"}),
    ({"id": "9", "thread_id": "1", "inbound": "True", "text": "x"},  # id beside a thread is the message's
     {"turn_id": "id", "interaction_id": "thread_id", "speaker_role": "inbound"}),
    ({"chat_id": "1", "role": "bot", "text": "x", "email": "e", "phone": "p"}, {"text": "text"}),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HEADERS)))
def test_a_usual_header_is_understood(number: int) -> None:
    row, expected = HEADERS[number]
    found = guess_of([row], {}, "t.csv")
    assert {c: found.foreign(c) for c in expected} == expected
    assert not found.missing
    assert all(0 < c.confidence <= 1 for c in found.columns if c.canonical)


def test_a_strange_header_is_understood_by_content() -> None:
    rows = [
        {"ticket_id": "1", "a": "agent", "b": "We are looking into it right now", "c": "2025-01-02T03:04:05Z"},
        {"ticket_id": "1", "a": "customer", "b": "It has been broken since Monday", "c": "2025-01-02T03:05:05Z"},
    ]
    found = guess_of(rows, {}, "t.csv")
    assert [found.foreign(c) for c in ("speaker_role", "text", "sent_at")] == ["a", "b", "c"]
    assert {c.because for c in found.columns} == {"name", "content"}


def test_a_column_of_names_goes_to_the_gate_and_nowhere_else(tmp_path: Path) -> None:
    found = read(EXPORTS["table_csv"][1](tmp_path))
    names = found["interaction"][0]["known_names"]
    assert {CANARIES.names[0], CANARIES.emails[0]} <= set(names)
    plain = [
        {k: v for k, v in row.items() if k not in ("known_names", "speaker_name", "text")}
        for rows in found.values()
        for row in rows
    ]
    assert CANARIES.names[0] not in str(plain)
    assert CANARIES.emails[0] not in str(plain)


def test_what_the_sample_leaves_open_is_asked(tmp_path: Path) -> None:
    path = written(tmp_path, ["ticket_id", "role", "text", "date"], ["1", "kunde", "x", "03/04/2025 10:00"])
    found = guess(path)
    assert any("date_order" in todo for todo in found.todo)
    assert any("role.customer" in todo for todo in found.todo)
    assert not guess(path, {"timezone": "UTC", "date_order": "day_first", "role.customer": "Kunde"}).todo


def test_turns_make_up_their_interactions(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ["ticket_id", "role", "created_at", "text", "author_id", "queue", "channel"],
        ["A", "agent", "2025-01-01T10:05:00Z", "hi", "ida", "", "WhatsApp"],
        ["B", "customer", "2025-01-01T10:01:00Z", "hello", "zoe", "returns", ""],
        ["A", "customer", "2025-01-01T10:00:00Z", "late row, first in time", "max", "billing", ""],
    )
    found = read(path)
    by_id = {row["interaction_id"]: row for row in found["interaction"]}
    a = by_id["A"]
    assert (a["opened_at"], a["closed_at"]) == (
        datetime(2025, 1, 1, 10, tzinfo=UTC),
        datetime(2025, 1, 1, 10, 5, tzinfo=UTC),
    )
    assert (a["customer_id"], a["first_agent_id"], a["queue"], a["channel"]) == ("max", "ida", "billing", "messaging")
    assert by_id["B"]["channel"] == "other"
    assert [row["position"] for row in found["turn"]] == [1, 2, 3]


def test_a_window_is_half_open(tmp_path: Path) -> None:
    times = ["2025-01-01T00:00:00Z", "2025-01-01T12:00:00Z", "2025-01-02T00:00:00Z", ""]
    path = written(
        tmp_path, ["ticket_id", "role", "created_at", "text"], *(["A", "bot", t, f"x{i}"] for i, t in enumerate(times))
    )
    window = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC))
    assert [row["text"] for row in read(path, window=window)["turn"]] == ["x0", "x1", "x3"]  # the undated row stays


def test_a_made_id_survives_a_new_export_that_begins_earlier_and_is_called_otherwise(tmp_path: Path) -> None:
    header, rows = ["ticket_id", "role", "text"], [["A", "bot", "ok"], ["A", "bot", "ok"], ["A", "bot", "done"]]
    first = read(written(tmp_path, header, *rows))["turn"]
    second = read(written(tmp_path, header, ["Z", "bot", "ok"], *rows, name="new.csv"))["turn"]
    assert [t["turn_id"] for t in first] == [t["turn_id"] for t in second[1:]]
    assert len({t["turn_id"] for t in second}) == 4


def test_the_six_formats_say_the_same(tmp_path: Path) -> None:
    reads = []
    for name in (n for n in EXPORTS if n.startswith("table_")):
        found = read(EXPORTS[name][1](tmp_path))
        reads.append([(t["turn_id"], t["sent_at"], t["speaker_role"], t["text"]) for t in found["turn"]])
    assert len(reads) == 6
    assert all(other == reads[0] for other in reads)


def test_surveys_are_read_with_their_scale(tmp_path: Path) -> None:
    path = written(tmp_path, ["ticket_id", "CSAT", "Comment", "submitted_at"],
                   ["A", "4", "", "2025-01-01T00:00:00Z"], ["B", "", "fine", ""], ["C", "", "", ""], ["A", "4,5", "", ""])  # fmt: skip
    found = read(path, {"kind": "surveys", "instrument": "csat_5"})["survey_answer"]
    assert [(r["value"], r["verbatim"], r["item_id"]) for r in found] == [
        (4, None, "satisfied"),
        (None, "fine", "satisfied"),
        (4.5, None, "satisfied"),
    ]
    assert {(r["scale_low"], r["scale_high"], r["polarity"]) for r in found} == {(1.0, 5.0, "higher_better")}
    with pytest.raises(BadInput, match="off the scale"):
        read(path, {"kind": "surveys", "instrument": "own_panel", "scale": "1-3"})
    for bare in ({}, {"instrument": "csat"}):  # T9: which of the four?
        with pytest.raises(BadInput, match="csat_5, csat_7, csat_10, csat_good_bad or happiness_3"):
            read(path, {"kind": "surveys", **bare})
    with pytest.raises(BadInput, match="declare it as ces_1"):
        read(path, {"kind": "surveys", "instrument": "ces_2", "scale": "1-5"})


def test_the_same_anonymous_answer_twice_is_two_answers(tmp_path: Path) -> None:
    path = written(tmp_path, ["score", "note"], ["5", ""], ["5", ""])
    found = read(path, {"kind": "surveys"})["survey_answer"]
    assert len({row["answer_id"] for row in found}) == 2


def test_outcomes_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path, ["order_id", "customer_id", "date", "total", "currency"], ["1", "c", "2025-01-01", "9.90", "EUR"]
    )
    (row,) = read(path, {"kind": "outcomes", "outcome": "order", "timezone": "UTC"})["outcome"]
    assert (row["kind"], row["amount"], row["currency"]) == ("order", 9.9, "EUR")
    assert row["occurred_at"] == datetime(2025, 1, 1, tzinfo=UTC)
    with pytest.raises(BadInput, match="kind of outcome"):
        read(path, {"kind": "outcomes", "outcome": "smile", "timezone": "UTC"})


def test_an_id_that_a_spreadsheet_made_a_float_stays_whole(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(
        pa.table({"ticket_id": [12.0, 13.0], "role": ["bot", "bot"], "text": ["x", "y"]}), tmp_path / "t.parquet"
    )
    assert [t["interaction_id"] for t in read(tmp_path / "t.parquet")["turn"]] == ["12", "13"]


def test_batches_are_bounded_by_rows_and_by_characters(tmp_path: Path) -> None:
    small = written(tmp_path, ["ticket_id", "role", "text"], *([str(i // 5), "bot", "x"] for i in range(45_000)))
    sizes = [b.rows.num_rows for b in TABLE.read(small, Window(), {}) if b.table == "turn"]
    assert sizes == [20_000, 20_000, 5_000]
    large = written(
        tmp_path, ["ticket_id", "role", "text"], *([str(i), "bot", "long " * 200_000] for i in range(40)), name="l.csv"
    )
    batches = [b for b in TABLE.read(large, Window(), {}) if b.table == "turn"]
    assert len(batches) == 2
    assert _characters(batches) == 40_000_000


def _characters(batches: list[Batch]) -> int:
    return sum(len(text) for batch in batches for text in batch.rows["text"].to_pylist())


def test_an_interaction_that_comes_back_too_late_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "OPEN_INTERACTIONS", 2)
    header = ["ticket_id", "role", "text"]
    near = written(tmp_path, header, *([n, "bot", "x"] for n in "ABABCC"))
    assert sorted(row["interaction_id"] for row in read(near)["interaction"]) == ["A", "B", "C"]
    far = written(tmp_path, header, *([n, "bot", "x"] for n in "ABCDA"))
    with pytest.raises(BadInput, match="Sort the file"):
        read(far)


def test_a_packed_table_is_a_table(tmp_path: Path) -> None:
    plain = EXPORTS["table_csv"][1](tmp_path)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert read(tmp_path / "t.csv.gz")["turn"] == read(plain)["turn"]
    assert TABLE.sniff(tmp_path / "t.csv.gz") == TABLE.sniff(plain) == 0.3


def test_distinct_finds_a_repeat_and_is_silent_without_one() -> None:
    ids = Distinct()
    for row in range(1000):
        ids.add(str(row), row)
    ids.check("x")
    ids.add("500", 2000)
    with pytest.raises(BadInput, match="rows 500 and 2000"):
        ids.check("x")
