"""A workspace of the small sample company on which the main job has run, made once."""

import shutil
from dataclasses import replace

import pytest

from heard import flow
from heard.sample import PLANTED, write

SMALL = replace(PLANTED, weeks=10, interactions_per_week=24, invited_share=0.8, answers_after_heard=0.5, answers_after_missed=0.4, answers_otherwise=0.45)  # fmt: skip


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("surveys")
    write(root / "export", planted=SMALL)
    flow.init(root / "shop", name="Corner shop", timezone="UTC", keep_history=True, key_path=root / "key").close()
    flow.import_path(root / "shop", root / "export", source="canonical")
    flow.run(root / "shop")
    return root


@pytest.fixture
def shop(made, tmp_path):
    """A copy that a test may change; it shares the key."""
    return shutil.copytree(made / "shop", tmp_path / "shop")
