"""A folder of files named after Heard's own tables: `interaction.jsonl`, `turn.parquet`, `survey_answer.csv` …

For those who already have a warehouse and would rather map once in SQL than configure columns here; also what the
sample company is written in. Ids are foreign ids; the gate makes the keys.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.dataset as pads
import pyarrow.json as pajson

from heard.errors import BadInput
from heard.terms.batch import RAW_ONLY, Batch, Window
from heard.terms.tables import PROVENANCE, TABLES

ENDINGS = (".jsonl", ".parquet", ".csv")
BATCH_ROWS = 20_000
READABLE = ("agent", "customer", "interaction", "turn", "survey_invitation", "survey_answer", "outcome")
TIME_OF = {"interaction": "opened_at", "turn": "sent_at", "survey_answer": "answered_at", "outcome": "occurred_at"}


class CanonicalSource:
    """One file a canonical table, for those who map their warehouse once in SQL."""

    name: ClassVar[str] = "canonical"
    title: ClassVar[str] = "Heard's own tables"
    fills: ClassVar[frozenset[str]] = frozenset(READABLE)
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "a folder with files named after tables: interaction.jsonl, turn.jsonl … (.jsonl, .parquet or .csv)"
    )

    def sniff(self, path: Path) -> float:
        """1 for a folder that holds `turn.*` and nothing else is needed; 0 otherwise."""
        return 1.0 if path.is_dir() and any((path / f"turn{ending}").is_file() for ending in ENDINGS) else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Yield the tables in dependency order, in batches of whole rows.

        Raises:
            BadInput: No table file is there, or a file lacks its key or cannot be cast.
        """
        files = [(table, file) for table in READABLE if (file := _file_of(path, table))]
        if not files:
            raise BadInput(f"canonical folder {path.name}", got="no table files", expected=self.expects)
        for table, file in files:
            for rows in _batches(table, file):
                yield Batch(table, _fit(table, rows, file, window))


CANONICAL = CanonicalSource()


def _file_of(folder: Path, table: str) -> Path | None:
    return next((file for ending in ENDINGS if (file := folder / f"{table}{ending}").is_file()), None)


def _batches(table: str, file: Path) -> Iterator[pa.Table]:
    """Stream a file in the table's own types; columns that the table does not know are left behind."""
    schema = _readable(table)
    try:
        if file.suffix == ".parquet":
            known = pads.dataset(file).schema.names
            for batch in pads.dataset(file).to_batches(
                batch_size=BATCH_ROWS, columns=[n for n in schema.names if n in known]
            ):
                yield pa.Table.from_batches([batch])
        elif file.suffix == ".jsonl":
            parse = pajson.ParseOptions(explicit_schema=_as_written(schema), unexpected_field_behavior="ignore")
            for batch in pajson.open_json(file, parse_options=parse):
                yield pa.Table.from_batches([batch]).cast(schema)
        else:
            convert = pacsv.ConvertOptions(column_types=schema, strings_can_be_null=True)
            for batch in pacsv.open_csv(file, convert_options=convert):
                yield pa.Table.from_batches([batch]).select([n for n in batch.schema.names if n in schema.names])
    except pa.ArrowInvalid as error:
        todo = "Instants need a zone, such as 2026-11-16T09:30:00Z."
        expected = f"valid {file.suffix[1:]} in the types of heard.terms.tables"
        raise BadInput(
            f"table file {file.name}", got="rows that cannot be parsed", expected=expected, todo=todo
        ) from error


def _readable(table: str) -> pa.Schema:
    ours = [(column.name, column.type) for column in TABLES[table].columns if column not in PROVENANCE]
    return pa.schema(ours + list(RAW_ONLY.get(table, ())))


def _as_written(schema: pa.Schema) -> pa.Schema:
    """JSON has no instants: they come as strings, and the cast from a string refuses one without a zone."""
    return pa.schema(
        [(field.name, pa.string() if pa.types.is_temporal(field.type) else field.type) for field in schema]
    )


def _fit(table: str, rows: pa.Table, file: Path, window: Window) -> pa.Table:
    key = TABLES[table].key[0]
    if key not in rows.column_names or rows[key].null_count:
        raise BadInput(f"table file {file.name}", got=f"rows without {key}", expected=f"a column {key} without nulls")
    filled = rows.select([name for name in rows.column_names if rows[name].null_count < max(rows.num_rows, 1)])
    return _within(
        filled.cast(pa.schema([_readable(table).field(name) for name in filled.column_names])),
        TIME_OF.get(table),
        window,
    )


def _within(rows: pa.Table, time: str | None, window: Window) -> pa.Table:
    if time is None or time not in rows.column_names or (window.since is None and window.until is None):
        return rows
    return rows.filter(pa.array([window.holds(at) for at in rows[time].to_pylist()]))
