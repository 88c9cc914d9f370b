"""Rows for the tests of the store."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heard import store
from heard.terms.tables import TABLES

AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
FILLERS: dict[Any, Any] = {
    pa.string(): "x",
    pa.int32(): 1,
    pa.int64(): 1,
    pa.float32(): 0.5,
    pa.float64(): 0.5,
    pa.bool_(): True,
    pa.timestamp("us", tz="UTC"): AT,
    pa.date32(): AT.date(),
    pa.list_(pa.string()): ["x"],
}

Rows = Callable[..., pa.Table]


def make_rows(table: str, *cells: dict[str, Any], **common: Any) -> pa.Table:
    """Rows of a table: each dict one row over a filler for every required column."""
    spec = TABLES[table]
    filled = {c.name: FILLERS[c.type] for c in spec.columns if c.is_required} | common
    if spec.partition:
        filled = {spec.partition: 202601} | common | {k: v for k, v in filled.items() if k != spec.partition}
    return pa.Table.from_pylist([filled | row for row in cells], schema=spec.schema)


@pytest.fixture
def rows() -> Rows:
    return make_rows


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a blank and a letter outside ASCII in its path."""
    return tmp_path / "my shöp"


@pytest.fixture
def made(home: Path) -> store.Store:
    return store.create(home)
