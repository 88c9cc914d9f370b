"""A folder of Heard's own tables."""

from datetime import UTC, datetime

import pytest

from heard.errors import BadInput
from heard.sample import write
from heard.sources.canonical import CANONICAL
from heard.terms.batch import Window

EVERYTHING = Window()


def test_the_sample_company_reads_back_whole(tmp_path):
    write(tmp_path)
    counts = {}
    for batch in CANONICAL.read(tmp_path, EVERYTHING, {}):
        counts[batch.table] = counts.get(batch.table, 0) + batch.rows.num_rows
    assert counts["interaction"] == 3887
    assert counts["turn"] > 25_000
    assert CANONICAL.sniff(tmp_path) == 1.0


def test_a_window_is_half_open(tmp_path):
    times = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00+02:00", "2026-01-02T00:00:00Z")
    (tmp_path / "turn.jsonl").write_text(
        "".join(f'{{"turn_id":"{i}","interaction_id":"a","sent_at":"{t}"}}\n' for i, t in enumerate(times))
    )
    window = Window(since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2026, 1, 2, tzinfo=UTC))
    [batch] = CANONICAL.read(tmp_path, window, {})
    assert batch.rows["turn_id"].to_pylist() == ["0", "1"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "turn.jsonl",
            '{"turn_id":"1","sent_at":"2026-01-01T10:00:00"}\n',
            "need a zone",
        ),  # a naive instant is never guessed
        ("turn.jsonl", '{"turn_id":"1","interaction', "cannot be parsed"),  # truncated
        ("turn.csv", "interaction_id,text\n1,hello\n", "rows without turn_id"),  # the key column is missing
        ("turn.parquet", "not a parquet file", "cannot be parsed"),  # wrong content
    ],
)
def test_bad_files_get_one_clear_line(tmp_path, name, content, told):
    (tmp_path / name).write_text(content)
    with pytest.raises(BadInput, match=told) as error:
        list(CANONICAL.read(tmp_path, EVERYTHING, {}))
    assert "\n" not in str(error.value)
    assert "hello" not in str(error.value)


def test_a_folder_without_tables_says_what_was_expected(tmp_path):
    with pytest.raises(BadInput, match="files named after tables"):
        list(CANONICAL.read(tmp_path, EVERYTHING, {}))
