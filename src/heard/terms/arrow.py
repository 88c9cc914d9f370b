"""Names for pyarrow's types and functions that both the checker and the interpreter accept."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

if TYPE_CHECKING:
    Array = pa.Array[Any]
    Column = pa.Array[Any] | pa.ChunkedArray[Any]
else:
    Array = Column = pa.Array

pc: Any = pyarrow.compute
"""The compute functions; the stubs do not know how they treat columns in chunks."""


def whole(column: Column) -> Array:
    """A column without chunks."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
