"""Damaged files and clocks that jump: a clear message, nothing half-done, the audit chain whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from gate_kit import NOW, SMALL, admit, count, make, turns

from heard import gate
from heard.errors import HeardError


@pytest.fixture
def closed(tmp_path):
    """Folder of a workspace that holds three turns and is closed."""
    workspace = make(tmp_path)
    admit(workspace, turns(*SMALL))
    workspace.close()
    return workspace.folder


def read(folder):
    opened = gate.open(folder, now=lambda: NOW)
    try:
        return count(opened, "turn")
    finally:
        opened.close()


def parquet_of(folder, table="turn"):
    return max((folder / "lake" / table).rglob("*.parquet"), key=lambda path: path.stat().st_size)


def told(folder):
    with pytest.raises(HeardError) as caught:
        read(folder)
    assert "chair" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_parquet_file_cut_short_is_told_in_one_line(closed):
    path = parquet_of(closed)
    path.write_bytes(path.read_bytes()[:-40])
    assert told(closed)


def test_a_parquet_file_that_is_gone_is_told_in_one_line(closed):
    parquet_of(closed).unlink()
    assert told(closed)


def test_a_page_of_a_parquet_file_overwritten_is_never_read_as_words(closed):
    path = parquet_of(closed)
    held = bytearray(path.read_bytes())
    held[4 : len(held) // 2] = bytes(len(held) // 2 - 4)
    path.write_bytes(held)
    opened = gate.open(closed, now=lambda: NOW)
    with pytest.raises(HeardError), gate.view(opened, "service_quality") as view:
        view.sql("SELECT text FROM turn ORDER BY text")
    opened.close()


def test_a_torn_delta_log_is_told_in_one_line(closed):
    log = max((closed / "lake" / "turn" / "_delta_log").glob("*.json"))
    log.write_text(log.read_text()[:-30])
    assert told(closed)


def test_a_truncated_state_database_is_told_and_the_lake_untouched(closed):
    before = {path: path.read_bytes() for path in (closed / "lake").rglob("*.parquet")}
    state = closed / "state.db"
    for rest in closed.glob("state.db-*"):
        rest.unlink()
    state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])
    assert told(closed)
    assert before == {path: path.read_bytes() for path in (closed / "lake").rglob("*.parquet")}


def test_a_clock_that_jumps_back_breaks_neither_chain_nor_import(tmp_path):
    workspace = make(tmp_path)
    admit(workspace, turns(*SMALL))
    earlier = replace(workspace, now=lambda: NOW - timedelta(days=400))
    admit(earlier, turns(("T9", "customer", "zoe", "hello again")), digest="two")
    assert gate.audit.verify(workspace).is_sound
    assert count(workspace, "turn") == 4
    certificate = gate.erase(earlier, "zoe")
    assert certificate.counts["turn"] == 1
    assert gate.audit.verify(workspace).is_sound
    assert count(workspace, "turn") == 3


def test_a_clock_in_the_far_future_closes_features_and_keeps_the_rows_until_retain(tmp_path):
    workspace = make(tmp_path)
    admit(workspace, turns(*SMALL))
    later = replace(workspace, now=lambda: datetime(2040, 1, 1, tzinfo=UTC))
    assert count(later, "turn") == 3
    assert not gate.features.is_open(later, "person_view")


def test_after_damage_a_backup_brings_all_back(tmp_path):
    from heard.gate.backup import backup, restore

    workspace = make(tmp_path)
    admit(workspace, turns(*SMALL))
    backup(workspace, tmp_path / "b.tar.gz")
    workspace.close()
    parquet_of(workspace.folder).unlink()
    told(workspace.folder)
    restore(tmp_path / "b.tar.gz", tmp_path / "again")
    assert read(tmp_path / "again") == 3
