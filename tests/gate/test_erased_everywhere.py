"""After an erasure nothing in the whole folder, its logs, pages, old versions or backups tells of the person (T6)."""

import gzip
import tarfile

import pytest
from gate_kit import admit, make, turns

from heard import flow, gate
from heard.gate.backup import backup

MARK = "xylophonequartz"
"""A word that only this customer wrote."""


@pytest.fixture
def told_of(tmp_path):
    """A workspace in which a customer was read, shown, quoted on pages; and their pseudonym."""
    workspace = make(tmp_path)
    rows = [
        ("T1", "customer", "quill@example.org", f"My {MARK} broke and nobody answers me"),
        ("T1", "agent", "a1", f"I am sorry about the {MARK}"),
        ("T2", "customer", "bob", "Where is my order please"),
    ]
    admit(workspace, turns(*rows))
    admit(workspace, turns(*rows[:1], ("T3", "customer", "zoe", "hello there")), digest="two")
    pseudonym = gate.pseudonym_of(workspace.key, "customer", "zendesk", "quill@example.org")
    flow.access(workspace.folder, "quill@example.org")
    out = workspace.folder / "out"
    (out / "monday.html").write_text(f"<p>My {MARK} broke and nobody answers me</p>")
    (out / "papers").mkdir()
    (out / "papers" / "record.md").write_text("no person in it")
    return workspace, pseudonym


def holding(folder, *marks):
    """Names of files that hold a mark, also inside gzip and tar."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            if path.suffix == ".gz":
                held += gzip.decompress(held)
            found += [path.name for mark in marks if mark.encode() in held]
    return found


def test_before_the_erasure_the_marks_are_found_else_this_would_prove_nothing(told_of):
    workspace, pseudonym = told_of
    assert {"monday.html"} < set(holding(workspace.folder, MARK, pseudonym))


@pytest.mark.parametrize("way", ["erase", "object_"])
def test_after_it_no_file_of_the_workspace_and_no_new_backup_holds_them(told_of, tmp_path, way):
    workspace, pseudonym = told_of
    act = flow.erase if way == "erase" else lambda *given: flow.object_(*given, purpose="*")
    act(workspace.folder, "quill@example.org")
    assert holding(workspace.folder, MARK, pseudonym, "quill") == []
    assert (workspace.folder / "out" / "papers" / "record.md").exists()
    backup(workspace, tmp_path / "after.tar.gz")
    with tarfile.open(tmp_path / "after.tar.gz") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    assert holding(tmp_path / "unpacked", MARK, pseudonym, "quill") == []
    assert flow.access(workspace.folder, "quill@example.org")["tables"]["turn"] == []


def test_erasing_somebody_who_never_was_removes_nothing(told_of):
    workspace, pseudonym = told_of
    told = flow.erase(workspace.folder, "nobody@example.org")
    assert sum(told["counts"].values()) == 0
    assert set(holding(workspace.folder, MARK, pseudonym)) >= {"monday.html"}
