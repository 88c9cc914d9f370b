"""Real kills at random moments: the workspace reads as before or as after, never in between."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from heard import store
from heard.store import state

IMPORTER = Path(__file__).parent / "importer.py"
TURNS = 400


@dataclass
class Nursery:
    """A process that has everything imported and forks one child a job."""

    process: subprocess.Popen[str]

    def run(self, job: str, workspace: Path, round_number: int, *, kill_after: float | None) -> int:
        """Run a job, killed after so many seconds; returns its exit code (-9: killed)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{job}\t{workspace}\t{round_number}\t{kill_after or ''}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    command = [sys.executable, str(IMPORTER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def round_of(workspace: Path) -> int:
    """The round that every part of a workspace agrees on; fails when they differ."""
    opened = store.open(workspace)
    with opened.snapshot() as snapshot:
        turns = snapshot.sql(
            "SELECT text, count(*) AS n, count(DISTINCT turn_id) AS ids FROM turn GROUP BY 1"
        ).to_pylist()
        labels = snapshot.sql("SELECT label FROM signal").to_pylist()
    with opened.state(is_reading=True) as connection:
        newest = connection.execute(state.audit.select().order_by(state.audit.c.position.desc())).first()
        unfinished = connection.execute(state.unfinished.select()).all()
    assert newest is not None
    found = int(newest.batch_id.removeprefix("round "))
    assert turns == [{"text": f"round {found}", "n": TURNS + found, "ids": TURNS + found}]
    assert labels == [{"label": f"round {found}"}]
    assert newest.manifest_id <= snapshot.manifest
    assert unfinished == []
    assert list((workspace / "staging").iterdir()) == []
    opened.close()
    return found


def files_of(workspace: Path) -> set[str]:
    return {str(path) for path in (workspace / "lake").rglob("*") if path.is_file()}


def kill_often(nursery: Nursery, workspace: Path, kills: int, seed: int) -> list[int]:
    """Import round after round with kills; returns how each attempt ended."""
    chance = random.Random(seed)
    store.create(workspace).close()
    assert nursery.run("write", workspace, 1, kill_after=None) == 0
    began = time.monotonic()
    assert nursery.run("write", workspace, 2, kill_after=None) == 0
    usual = time.monotonic() - began
    ended: list[int] = []
    here = 2
    while ended.count(-9) < kills:
        before = files_of(workspace)
        ended.append(nursery.run("write", workspace, here + 1, kill_after=chance.uniform(0.02, 1.05) * usual))
        if chance.random() < 0.3:
            nursery.run("reopen", workspace, 0, kill_after=chance.uniform(0.001, 0.05))  # the repair is killed too
        found = round_of(workspace)
        assert found in {here, here + 1}
        assert found == here + 1 or ended[-1] == -9, "an import that said it was done is not there"
        assert found == here + 1 or files_of(workspace) == before, "an import that was killed left files"
        here = found
    return ended


def test_an_import_killed_at_any_moment_is_there_or_not(nursery, tmp_path) -> None:
    ended = kill_often(nursery, tmp_path / "w", kills=15, seed=1)
    assert ended.count(-9) == 15


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_an_import_killed_at_two_hundred_moments_is_there_or_not(nursery, tmp_path, seed) -> None:
    assert kill_often(nursery, tmp_path / "w", kills=50, seed=seed).count(-9) == 50


def test_a_killed_purge_is_finished_by_the_next_opening(nursery, tmp_path) -> None:
    chance = random.Random(2)
    workspace = tmp_path / "w"
    store.create(workspace).close()
    killed = 0
    for here in range(1, 7):
        assert nursery.run("write", workspace, here, kill_after=None) == 0
        killed += nursery.run("purge", workspace, here, kill_after=chance.uniform(0.01, 0.15)) == -9
        assert round_of(workspace) == here
    assert killed > 0
    store.open(workspace).purge()
    assert round_of(workspace) == 6
    assert not any(f"round {n}".encode() in Path(f).read_bytes() for n in range(1, 6) for f in files_of(workspace))


def test_the_lease_of_a_killed_reader_does_not_stop_a_purge(nursery, tmp_path) -> None:
    workspace = tmp_path / "w"
    store.create(workspace).close()
    assert nursery.run("write", workspace, 1, kill_after=None) == 0
    assert nursery.run("read", workspace, 1, kill_after=0.5) == -9
    assert nursery.run("write", workspace, 2, kill_after=None) == 0
    store.open(workspace).purge(wait_seconds=0)
    assert round_of(workspace) == 2
