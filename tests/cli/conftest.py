"""A small sample company, made once by the commands themselves."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from heard.sample import PLANTED, write

HEARD = Path(sys.executable).with_name("heard")
SMALL = replace(PLANTED, weeks=8, interactions_per_week=16)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def heard(tmp_path_factory):
    """Runs `heard` as a process with a home of its own."""
    home = tmp_path_factory.mktemp("home")

    def run(*arguments, cwd=None, **environment):
        known = {"HOME": str(home), "COLUMNS": "160", "PATH": os.environ["PATH"], **environment}
        done = subprocess.run(
            [HEARD, *map(str, arguments)], cwd=cwd, env=known, capture_output=True, text=True, timeout=300, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def small_export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    write(folder, planted=SMALL)
    return folder


@pytest.fixture(scope="session")
def workspace(heard, small_export, tmp_path_factory):
    """A workspace on which the main job has run."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    assert heard("init", folder, "--name", "Corner shop", "--keep-history").code == 0
    assert heard("import", folder, small_export).code == 0
    done = heard("run", folder)
    assert done.code == 0, done.err
    return folder
