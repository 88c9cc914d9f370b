"""One writer, many readers; a full or closed disk is told in one line and leaves nothing half written."""

import os
import subprocess
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

from heard import store
from heard.errors import BadInput, Busy
from heard.store import lake, lock, rewrite


def test_a_second_writer_is_told_that_the_workspace_is_busy(made, home) -> None:
    other = store.open(home)
    with made.write("import", "a"), pytest.raises(Busy) as caught, other.write("import", "b", wait_seconds=0.1):
        pass
    assert "\n" not in str(caught.value)
    assert "another process kept for 0.1 s" in str(caught.value)


def test_a_second_writer_waits_its_turn(made, home, rows) -> None:
    other = store.open(home)
    order = []

    def second() -> None:
        with other.write("import", "b") as transaction:
            order.append("second")
            transaction.append("turn", rows("turn", {"turn_id": "2"}))

    thread = threading.Thread(target=second)
    with made.write("import", "a") as transaction:
        thread.start()
        time.sleep(0.2)
        transaction.append("turn", rows("turn", {"turn_id": "1"}))
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    with made.snapshot() as snapshot:
        assert snapshot.sql("SELECT count(*) AS n FROM turn").to_pylist() == [{"n": 2}]


def test_readers_come_while_a_write_holds_the_state(made, home, rows) -> None:
    with made.write("import", "a") as transaction:
        transaction.append("turn", rows("turn", {}))
        assert transaction.state is transaction.state
        began = time.monotonic()
        opened = store.open(home)
        for reader in (made, opened):
            with reader.snapshot() as snapshot:
                assert snapshot.manifest == 1
            with reader.state(is_reading=True):
                pass
        assert time.monotonic() - began < 5


def test_a_process_that_ended_is_not_alive() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert not lock.is_alive(process.pid)
    assert lock.is_alive(os.getpid())


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


PLACES = [
    (rewrite, "_copy"),  # while data are written
    (lake, "commit"),  # when Delta is told
    (lake, "create"),  # when a table is made
]


@pytest.mark.parametrize(("module", "name"), PLACES)
def test_a_disk_that_fills_up_leaves_all_as_before(made, rows, monkeypatch, module, name) -> None:
    def write() -> None:
        with made.write("import", "a") as transaction:
            transaction.append("turn", rows("turn", {}))

    with monkeypatch.context() as patch:
        patch.setattr(module, name, full_disk)
        with pytest.raises(BadInput, match="no space left on the disk"):
            write()
    assert not list((made.folder / "lake").iterdir())
    write()
    assert made.manifest == 2


def test_faults_of_the_caller_are_not_taken_for_faults_of_the_disk(made, rows) -> None:
    def lines():
        yield rows("turn", {}).to_batches()[0]
        raise FileNotFoundError(2, "No such file", "export.csv")

    def write() -> None:
        with made.write("import", "a") as transaction:
            transaction.append("turn", pa.RecordBatchReader.from_batches(rows("turn", {}).schema, lines()))

    with pytest.raises(FileNotFoundError):
        write()
    assert made.manifest == 1


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A file system of 3 MB, where this machine lets the test mount one."""
    at = tmp_path / "tiny"
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(at)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting needs root")
    yield at
    subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_really_full_disk_is_told_and_the_workspace_stays_readable(tiny_disk, rows) -> None:
    made = store.create(tiny_disk / "w")
    with made.write("import", "a") as transaction:
        transaction.append("turn", rows("turn", {"text": "kept"}))
    words = [os.urandom(600).hex() for _ in range(8_000)]

    def fill() -> None:
        with made.write("import", "b") as transaction:
            transaction.append("turn", rows("turn", *({"turn_id": w[:9], "text": w} for w in words)))

    with pytest.raises(BadInput, match="no space left on the disk"):
        fill()
    with store.open(tiny_disk / "w").snapshot() as snapshot:
        assert snapshot.sql("SELECT text FROM turn").to_pylist() == [{"text": "kept"}]
    with made.write("import", "c") as transaction:
        transaction.append("turn", rows("turn", {"turn_id": "2", "text": "after"}))
    made.close()


def test_a_read_only_disk_is_told(tiny_disk, rows) -> None:
    store.create(tiny_disk / "w").close()
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)

    def write() -> None:
        with store.open(tiny_disk / "w").write("import", "a") as transaction:
            transaction.append("turn", rows("turn", {}))

    with pytest.raises(BadInput, match=r"cannot be written: got (a read-only folder|no permission)"):
        write()
