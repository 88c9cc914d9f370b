"""The guard sees nesting and is not misled by brackets, quotes and backslashes in strings, wherever a piece is cut."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.errors import BadInput
from heard.sources.json_depth import MAX_DEPTH, Depth

VALUES = st.recursive(
    st.text(alphabet='[]{}"\\ a', max_size=12) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='[{"\\', max_size=3), inner, max_size=4)
    ),
)


def feed(data: bytes, size: int) -> Depth:
    depth = Depth("x.json")
    for start in range(0, len(data), size):
        depth.feed(data[start : start + size])
    return depth


@given(VALUES, st.integers(1, 9))
def test_a_whole_document_ends_at_depth_zero(value: Any, size: int) -> None:
    assert feed(json.dumps(value).encode(), size)._depth == 0


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_brackets_in_a_string_do_not_nest(size: int) -> None:
    feed(json.dumps(["[" * 5000, '\\"[' * 5000]).encode(), size)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_too_deep_is_refused(size: int) -> None:
    feed(b"[" * MAX_DEPTH, size)
    with pytest.raises(BadInput, match="levels of nesting"):
        feed(b'{"a":[' * MAX_DEPTH, size)
