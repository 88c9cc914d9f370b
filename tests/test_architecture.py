"""The documents say what the code is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ROOT / "src" / "heard"


def test_the_table_of_rooms_names_every_room_and_no_other():
    told = set(re.findall(r"^\| `(\w+)(?:/|\.py)` \|", (ROOT / "ARCHITECTURE.md").read_text(), re.M))
    there = {p.stem for p in ROOMS.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()} - {"__init__"}
    assert told == there


def test_every_room_says_its_job_in_its_first_line():
    for room in ROOMS.glob("*/__init__.py"):
        assert room.read_text().startswith('"""'), room


@pytest.mark.parametrize("word", ["localhost:", "/work/", "/opt/"])
def test_no_file_names_a_machine(word):
    files = [
        p
        for p in ROOT.rglob("*")
        if p.suffix in {".py", ".md", ".toml", ".txt"} and ".venv" not in p.parts and "demo" not in p.parts
    ]
    assert files
    found = [str(p) for p in files if word in p.read_text(errors="ignore") and p != Path(__file__)]
    assert not found


def test_no_file_is_a_drawer_for_everything():
    assert not [p for p in ROOMS.rglob("*.py") if p.stem in {"utils", "helpers", "common", "misc"}]
