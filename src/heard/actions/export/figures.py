"""Released cells as CSV or Parquet. A cell of a spreadsheet never begins a formula."""

import csv
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS = (
    "measure",
    "grouping",
    "period",
    "week_start",
    "team_id",
    "channel",
    "queue",
    "issue",
    "cause_side",
    "cause",
    "value",
    "ci_lower",
    "ci_upper",
    "ci_level",
    "n",
    "unit",
    "undefined_because",
    "manifest",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that spreadsheets take for a formula (OWASP, CSV Injection)."""


def shown(frame: pa.Table) -> pa.Table:
    """The columns of an export; `customer_count` and `agent_count` stay inside."""
    return frame.select(list(COLUMNS))


def csv_of(frame: pa.Table) -> bytes:
    """UTF-8 CSV with a header; text that would begin a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in shown(frame).to_pylist():
        writer.writerow([_safe(row[name]) for name in COLUMNS])
    return out.getvalue().encode()


def parquet_of(frame: pa.Table) -> bytes:
    """The same as one Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(shown(frame), sink)
    return bytes(sink.getvalue())


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
