"""Makes the kit of this folder importable, and a workspace for each test."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gate_kit import make


@pytest.fixture
def workspace(tmp_path):
    """A new workspace of an invented business."""
    return make(tmp_path)
