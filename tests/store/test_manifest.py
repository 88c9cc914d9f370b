"""The manifest is the truth: what is visible when, to whom, and until when."""

import shutil

import pyarrow as pa
import pytest
import sqlalchemy as sa

from heard import store
from heard.errors import BadInput, Busy, NotSupported
from heard.store import state


def texts(made: store.Store, manifest: int | None = None) -> list[str]:
    with made.snapshot(manifest) as snapshot:
        return snapshot.sql("SELECT text FROM turn ORDER BY 1").column("text").to_pylist()


def put(made: store.Store, rows, *words: str) -> int:
    with made.write("import", "b") as transaction:
        transaction.upsert("turn", rows("turn", *({"turn_id": word, "text": word} for word in words)))
    return made.manifest


def test_nothing_is_visible_before_the_block_ends_and_all_of_it_after(made, rows) -> None:
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", {"text": "first"}))
        transaction.append("signal", rows("signal", {}))
        assert texts(store.open(made.folder)) == []
    with made.snapshot() as snapshot:
        assert snapshot.sql("SELECT (SELECT count(*) FROM turn) + (SELECT count(*) FROM signal) AS n").to_pylist() == [
            {"n": 2}
        ]


def test_an_exception_leaves_tables_state_and_disk_as_before(made, rows) -> None:
    put(made, rows, "old")
    before = {p: p.stat().st_size for p in (made.folder / "lake").rglob("*")}

    def fail() -> None:
        with made.write("import", "b") as transaction:
            transaction.append("turn", rows("turn", {"text": "new"}))
            transaction.append("signal", rows("signal", {}))
            transaction.delete("turn", "text", pa.array(["old"]))
            transaction.state.execute(state.setting.insert().values(key="k", value="v"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert texts(made) == ["old"]
    assert {p: p.stat().st_size for p in (made.folder / "lake").rglob("*")} == before
    with made.state(is_reading=True) as connection:
        assert state.read_setting(connection, "k") is None
    assert put(made, rows, "next") == 3, "the write after it goes on as usual"


def test_state_written_beside_tables_is_committed_with_them_and_also_alone(made, rows) -> None:
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", {}))
        state.write_setting(transaction.state, "k", "1")
    with made.write("note", "c") as transaction:
        state.write_setting(transaction.state, "k", "2")
    with made.state(is_reading=True) as connection:
        assert state.read_setting(connection, "k") == "2"
        kinds = connection.execute(sa.select(state.manifest.c.kind).order_by(state.manifest.c.manifest_id)).scalars()
        assert list(kinds) == ["create", "import"], "state alone makes no manifest"


def test_a_snapshot_stays_at_its_manifest_while_writers_go_on(made, rows) -> None:
    first = put(made, rows, "a")
    with made.snapshot() as snapshot:
        second = put(made, rows, "b")
        assert snapshot.manifest == first
        assert snapshot.sql("SELECT text FROM turn").column("text").to_pylist() == ["a"]
        assert texts(made) == ["a", "b"]
    assert [texts(made, n) for n in (1, first, second)] == [[], ["a"], ["a", "b"]]


@pytest.mark.parametrize("number", [0, -1, 99])
def test_a_manifest_that_never_was_is_refused(made, number) -> None:
    with (
        pytest.raises(BadInput, match=f"manifest {number}: got no such manifest, expected 1 to 1"),
        made.snapshot(number),
    ):
        pass


def test_after_a_purge_older_manifests_are_refused_in_one_line(made, rows) -> None:
    old = put(made, rows, "a")
    new = put(made, rows, "b")
    assert texts(made, old) == ["a"]
    made.purge()
    with pytest.raises(BadInput) as caught, made.snapshot(old):
        pass
    assert f"manifest {old}: got one that an erasure or retention run removed" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert made.manifest >= new
    assert texts(made) == ["a", "b"]


def test_a_compaction_changes_no_row_and_keeps_older_manifests(made, rows) -> None:
    numbers = [put(made, rows, word) for word in "abc"]
    made.compact()
    assert made.manifest == numbers[-1] + 1
    assert len(list((made.folder / "lake" / "turn").rglob("part-*"))) == 4, "three old files and one of them all"
    assert [texts(made, n) for n in (*numbers, made.manifest)] == [["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c"]]
    made.compact()
    assert made.manifest == numbers[-1] + 1, "there was nothing left to put together"
    made.purge()
    assert len(list((made.folder / "lake" / "turn").rglob("part-*"))) == 1


def test_a_purge_waits_for_readers_of_older_manifests_only(made, rows) -> None:
    put(made, rows, "a")
    with made.snapshot() as reader:
        made.purge(wait_seconds=0)  # the reader has the newest manifest
        put(made, rows, "b")
        with pytest.raises(Busy, match="readers of an older manifest"):
            made.purge(wait_seconds=0)
        assert reader.sql("SELECT text FROM turn").column("text").to_pylist() == ["a"]
    made.purge(wait_seconds=0)
    assert texts(made) == ["a", "b"]


def test_rows_ahead_of_an_older_state_are_put_back_without_being_lost(home, rows, tmp_path) -> None:
    made = store.create(home)
    put(made, rows, "a")
    made.close()
    kept = [home / "state.db", tmp_path / "kept.db"]
    shutil.copy(*kept)
    again = store.open(home)
    put(again, rows, "b")
    with again.write("score", "c") as transaction:
        transaction.append("signal", rows("signal", {}))
    again.close()
    ahead = set((home / "lake").rglob("*.parquet"))
    for leftover in ("state.db-wal", "state.db-shm"):
        (home / leftover).unlink(missing_ok=True)
    shutil.copy(*reversed(kept))
    repaired = store.open(home)
    assert texts(repaired) == ["a"]
    assert ahead <= set((home / "lake").rglob("*.parquet"))
    put(repaired, rows, "c")
    with repaired.write("score", "d") as transaction:
        transaction.append("signal", rows("signal", {"label": "worry"}))
    assert texts(repaired) == ["a", "c"]
    with repaired.snapshot() as snapshot:
        assert snapshot.sql("SELECT label FROM signal").to_pylist() == [{"label": "worry"}]


def test_a_folder_without_a_store_and_a_second_creation_are_refused(home) -> None:
    with pytest.raises(BadInput, match=r"folder without state\.db"):
        store.open(home)
    store.create(home).close()
    with pytest.raises(BadInput, match=r"a folder that has a state\.db"):
        store.create(home)


@pytest.mark.parametrize("name", ["a=b", "a*", "a[1]", "what?"])
def test_paths_that_would_be_read_as_patterns_are_refused(tmp_path, name) -> None:
    with pytest.raises(BadInput, match="path of the workspace"):
        store.create(tmp_path / name)


def test_a_store_of_a_newer_heard_is_refused_and_an_older_one_is_brought_up(home, monkeypatch) -> None:
    made = store.create(home)
    with made.state() as connection:
        connection.execute(state.schema_version.update().values(version=99))
    with pytest.raises(NotSupported, match="schema 99"):
        store.open(home)
    with made.state() as connection:
        connection.execute(state.schema_version.update().values(version=0))
    step = {0: lambda connection: state.write_setting(connection, "migrated", "yes")}
    monkeypatch.setattr(state, "MIGRATIONS", step)
    with store.open(home).state(is_reading=True) as connection:
        assert state.read_setting(connection, "migrated") == "yes"
        assert connection.execute(sa.select(state.schema_version.c.version)).scalar_one() == state.SCHEMA_VERSION
