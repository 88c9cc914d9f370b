"""Broken bytes of every format: only BadInput comes out, soon, and without a customer's word."""

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.errors import BadInput
from heard.sources.base import find
from heard.terms.batch import Window
from heard.testing import EXPORTS, OPTIONS, leaks

SECONDS = 5.0
"""Generous: the fixtures hold 8 turns, and two cores are shared."""
PIECES = [
    b"",
    b"\0",
    b"\xff",
    b'"',
    b"\n",
    b"\r",
    b",",
    b"{",
    b"]",
    b"\\",
    b"-1",
    b"9" * 25,
    b"\xf0\x9f\x98\x80",
    b"\\ud800",
    b"null",
]
Change = tuple[str, float, int, bytes]
CHANGES = st.tuples(
    st.sampled_from(["cut", "insert", "replace", "double", "flip"]),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 60),
    st.sampled_from(PIECES) | st.binary(max_size=4),
)


def changed(data: bytes, change: Change) -> bytes:
    how, share, length, piece = change
    at = int(share * len(data))
    if how == "cut":
        return data[:at]
    if how == "insert":
        return data[:at] + piece + data[at:]
    if how == "replace":
        return data[:at] + piece + data[at + length :]
    if how == "double":
        return data[: at + length] + data[at:]
    return data[:at] + bytes([data[at] ^ (1 << length % 8)]) + data[at + 1 :] if data else data


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: make(tmp_path_factory.mktemp(name)) for name, (_, make) in EXPORTS.items()}


def broken(path: Path, folder: Path, number: int, changes: list[Change]) -> Path:
    copy = folder / path.name
    if copy.is_dir():
        shutil.rmtree(copy)
    (shutil.copytree if path.is_dir() else shutil.copyfile)(path, copy)
    files = sorted(p for p in copy.rglob("*") if p.is_file()) if copy.is_dir() else [copy]
    file = files[number % len(files)]
    data = file.read_bytes()
    for change in changes:
        data = changed(data, change)
    file.write_bytes(data)
    return copy


def holds(name: str, path: Path) -> None:
    source = EXPORTS[name][0]
    begun = time.monotonic()
    try:
        for batch in find(source).read(path, Window(), OPTIONS.get(name, {})):
            assert batch.rows.num_columns >= 0
    except BadInput as told:
        assert not leaks(str(told)), "an error shows what the file holds"  # noqa: PT017
        assert told.what  # noqa: PT017
    assert 0 <= find(source).sniff(path) <= 1
    assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize("name", EXPORTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 3), changes=st.lists(CHANGES, min_size=1, max_size=3))
def test_broken_bytes_are_bad_input_at_worst(
    name: str, exports: dict[str, Path], tmp_path: Path, number: int, changes: list[Change]
) -> None:
    holds(name, broken(exports[name], tmp_path, number, changes))


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTS)
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 3), changes=st.lists(CHANGES, min_size=1, max_size=5))
def test_many_broken_bytes_are_bad_input_at_worst(
    name: str, exports: dict[str, Path], tmp_path: Path, number: int, changes: list[Change]
) -> None:
    holds(name, broken(exports[name], tmp_path, number, changes))
