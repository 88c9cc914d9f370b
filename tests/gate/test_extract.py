"""A signed extract: true as written, told when a byte was changed, refused where the chain is broken."""

import json
import sqlite3

import pytest
from gate_kit import SMALL, admit, make, turns

from heard.errors import BadInput, Damaged
from heard.gate import extract


def test_an_extract_is_true_and_a_changed_one_is_not(workspace, tmp_path):
    admit(workspace, turns(*SMALL))
    path = tmp_path / "extract.json"
    assert extract.write(workspace, path) == 2
    assert extract.is_true(workspace, path)
    assert path.stat().st_mode & 0o077 == 0
    told = json.loads(path.read_text())
    told["entries"][0]["at"] = "2020-01-01T00:00:00+00:00"
    path.write_text(json.dumps(told))
    assert not extract.is_true(workspace, path)


def test_the_key_of_another_workspace_does_not_fit(workspace, tmp_path):
    path = tmp_path / "extract.json"
    extract.write(workspace, path)
    other = make(tmp_path / "other")
    assert not extract.is_true(other, path)


def test_a_broken_chain_gives_no_extract(workspace, tmp_path):
    with sqlite3.connect(workspace.folder / "state.db") as connection:
        connection.execute("UPDATE audit SET body = replace(body, 'system', 'nobody') WHERE position = 1")
    with pytest.raises(Damaged):
        extract.write(workspace, tmp_path / "extract.json")
    assert not (tmp_path / "extract.json").exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "x", "signature": "y"}'])
def test_what_is_no_extract_is_refused(workspace, tmp_path, text):
    path = tmp_path / "extract.json"
    path.write_text(text)
    with pytest.raises(BadInput):
        extract.is_true(workspace, path)


def test_nothing_is_written_over(workspace, tmp_path):
    path = tmp_path / "extract.json"
    path.write_text("mine")
    with pytest.raises(BadInput):
        extract.write(workspace, path)
    assert path.read_text() == "mine"
