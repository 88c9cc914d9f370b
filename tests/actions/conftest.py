"""Loads the invented company and the browser once, since test folders are no packages here."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _load(name):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


example = _load("monday_example")
_load("browser")


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", list(example.CASES))


@pytest.fixture
def inputs(case):
    """The inputs of one invented business."""
    return example.CASES[case]()
