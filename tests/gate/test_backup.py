"""A backup is whole and verified; a restore keeps out who left since, and never writes over a live workspace."""

import tarfile

import pytest
from gate_kit import SMALL, admit, count, make, turns

from heard import gate
from heard.errors import BadInput, Damaged
from heard.gate.backup import backup, restore


@pytest.fixture
def workspace(tmp_path):
    made = make(tmp_path)
    admit(made, turns(*SMALL))
    yield made
    made.close()


def test_a_restored_workspace_holds_the_same(workspace, tmp_path):
    made = backup(workspace, tmp_path / "one.heard")
    restored = restore(made.path, tmp_path / "again")
    assert restored.manifest == made.manifest
    again = gate.open(tmp_path / "again")
    assert count(again, "turn") == count(workspace, "turn") == 3
    assert gate.audit.verify(again).is_sound
    assert [e.digest for e in gate.audit.log(again)][: len(gate.audit.log(workspace))] == [
        e.digest for e in gate.audit.log(workspace)
    ]
    again.close()


def test_writing_goes_on_while_a_backup_is_held(workspace, tmp_path):
    with workspace.store.held(tmp_path / "state.copy") as held:
        admit(workspace, turns(("T9", "customer", "cee", "is anybody there")), digest="two")
        assert all(path.exists() for path in held.files.values())
    assert held.manifest < workspace.manifest


def test_whoever_left_since_stays_out(workspace, tmp_path):
    made = backup(workspace, tmp_path / "one.heard")
    gate.erase(workspace, "ann@example.org")
    told = restore(made.path, tmp_path / "again", since=workspace)
    assert told.left_out_count > 0
    again = gate.open(tmp_path / "again")
    assert count(again, "turn") == 1
    held = [p for p in again.folder.rglob("*.parquet") if b"chair is broken" in p.read_bytes()]
    assert not held
    admit(again, turns(*SMALL), digest="three")
    assert count(again, "turn") == 1, "an import after the restore does not bring them back"
    again.close()


def test_the_key_is_not_in_it(workspace, tmp_path):
    made = backup(workspace, tmp_path / "one.heard")
    with tarfile.open(made.path) as archive:
        assert not [name for name in archive.getnames() if name.endswith(".key")]
        held = b"".join(archive.extractfile(m).read() for m in archive if m.isfile())
    assert workspace.key not in held


def test_a_live_workspace_is_never_written_over(workspace, tmp_path):
    made = backup(workspace, tmp_path / "one.heard")
    with pytest.raises(BadInput, match="not empty"):
        restore(made.path, workspace.folder)
    assert count(workspace, "turn") == 3


@pytest.mark.parametrize("at", [0.0, 0.2, 0.5, 0.8, 0.999])
def test_a_damaged_or_cut_file_restores_the_whole_or_nothing(workspace, tmp_path, at):
    made = backup(workspace, tmp_path / "one.heard")
    whole = made.path.read_bytes()
    place = int(len(whole) * at)
    for broken in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
        made.path.write_bytes(broken)
        try:
            restore(made.path, tmp_path / "again")
        except (BadInput, Damaged):
            assert not (tmp_path / "again").exists()
        else:  # only padding behind the last file, or the time in gzip's head
            again = gate.open(tmp_path / "again")
            assert count(again, "turn") == 3
            again.close()
            break
    assert not list(tmp_path.glob(".restoring-*"))


@pytest.mark.parametrize("name", ["../outside", "/absolute", "lake/link"])
def test_a_hostile_archive_writes_nothing_outside(tmp_path, name):
    path = tmp_path / "bad.heard"
    with tarfile.open(path, "w:gz") as archive:
        for member in ("CONTENTS.json", name):
            archive.addfile(tarfile.TarInfo(member))
    with pytest.raises(BadInput, match="backup"):
        restore(path, tmp_path / "deep" / "again")
    assert not (tmp_path / "outside").exists()


def test_an_existing_file_is_not_replaced(workspace, tmp_path):
    (tmp_path / "one.heard").write_text("mine")
    with pytest.raises(BadInput, match="there already"):
        backup(workspace, tmp_path / "one.heard")
    assert (tmp_path / "one.heard").read_text() == "mine"
