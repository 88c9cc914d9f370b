"""What lies on the disk: no words and ids in logs, nothing of what was purged, closed to other users."""

import stat
from pathlib import Path

import pyarrow as pa
import pytest

from heard import store

WORD, PERSON, KEY, BATCH = "Zanzibarquux", "cust-7f3a9", "turn-5be01", "batch-0042"
MARKS = [WORD.encode(), PERSON.encode(), KEY.encode()]


def found_in(folder: Path, mark: bytes) -> list[str]:
    """Files of a folder that hold some bytes, plainly or in a column that pyarrow can read."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and (mark in path.read_bytes() or mark in _unpacked(path)):
            found.append(str(path.relative_to(folder)))
    return sorted(found)


def _unpacked(path: Path) -> bytes:
    if path.suffix != ".parquet":
        return b""
    import pyarrow.parquet as pq

    return str(pq.ParquetFile(path).read().to_pylist()).encode()


@pytest.fixture
def planted(made, rows) -> store.Store:
    """One planted row among others, in two tables, then changed and moved once."""
    row = {"turn_id": KEY, "speaker_id": PERSON, "text": f"call me {WORD}"}
    with made.write("import", BATCH) as transaction:
        transaction.upsert("turn", rows("turn", row, {"turn_id": "other", "text": "fine"}))
        transaction.upsert("interaction", rows("interaction", {"interaction_id": "i", "customer_id": PERSON}))
    with made.write("import", BATCH) as transaction:
        transaction.upsert("turn", rows("turn", row | {"text": f"again {WORD}", "month": 202602}))
    return made


def test_the_transaction_log_holds_no_words_and_no_ids(planted) -> None:
    with planted.write("erase", "b") as transaction:
        transaction.replace("turn", _none("turn"), "turn_id", pa.array([KEY]))
        transaction.delete("interaction", "customer_id", pa.array([PERSON]))
    planted.compact()
    logs = [path for path in planted.folder.rglob("_delta_log/*") if path.is_file()]
    assert len(logs) > 5
    for mark in MARKS:
        assert [path for path in logs if mark in path.read_bytes()] == []
    assert found_in(planted.folder, WORD.encode()) != [], "old manifests still show it: that is what a purge is for"


def _none(table: str) -> pa.Table:
    from heard.terms.tables import TABLES

    return TABLES[table].schema.empty_table()


@pytest.mark.parametrize("mark", MARKS)
def test_after_delete_and_purge_no_file_of_the_workspace_holds_it(planted, mark) -> None:
    assert found_in(planted.folder, mark) != []
    with planted.write("erase", "b") as transaction:
        assert transaction.delete("turn", "speaker_id", pa.array([PERSON])) == 1
        assert transaction.delete("interaction", "customer_id", pa.array([PERSON])) == 1
    planted.purge()
    assert found_in(planted.folder, mark) == []
    with planted.snapshot() as snapshot:
        assert snapshot.sql("SELECT text FROM turn").to_pylist() == [{"text": "fine"}]


def test_after_a_purge_state_that_was_deleted_is_gone_from_the_database_file(made) -> None:
    from heard.store import state

    with made.state() as connection:
        state.write_setting(connection, "k", WORD)
    assert found_in(made.folder, WORD.encode()) != []
    with made.state() as connection:
        state.write_setting(connection, "k", None)
    made.purge()
    assert found_in(made.folder, WORD.encode()) == []


def test_a_failed_import_leaves_no_word(made, rows) -> None:
    def fail() -> None:
        with made.write("import", "b") as transaction:
            transaction.append("turn", rows("turn", {"text": WORD}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert found_in(made.folder, WORD.encode()) == []


def test_files_and_folders_are_closed_to_other_users(planted) -> None:
    planted.compact()
    planted.purge()
    with planted.write("import", "c") as transaction:
        transaction.append("turn", _none("turn"))
    with planted.snapshot():
        for path in (planted.folder, *planted.folder.rglob("*")):
            expected = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == expected, path.relative_to(planted.folder)


def test_statistics_in_the_log_are_of_dates_only(planted) -> None:
    import json

    for log in planted.folder.rglob("_delta_log/*.json"):
        for line in log.read_text().splitlines():
            told = json.loads(line).get("add", {}).get("stats")
            for kind in ("minValues", "maxValues"):
                assert set(json.loads(told or "{}").get(kind, {})) <= {"local_day", "week_start"}
