"""Reading: DuckDB over the files of one manifest, closed to every other file."""

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from heard.errors import BadInput
from heard.store import fault, scan
from heard.store import folder as places
from heard.store.lake import File
from heard.terms.tables import TABLES

ROWS_A_BATCH = 20_000
STORED = "stored"
"""Schema of the views over the files; the views in `main` read these and may be narrowed by `Snapshot.define`."""

_SPEAKS_OF_THE_QUERY = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""Faults whose message repeats the query and the schema only; the others may repeat values of cells."""


class Snapshot:
    """One manifest, readable by SQL; used as a context manager through `Store.snapshot`.

    Every table of `terms.tables` is there, without rows where nothing was written yet. Only a single SELECT may be
    asked, and it reads no file but those of this manifest.

    Attributes:
        manifest: Number of the manifest.
        tables: Names of the tables.
        file_count: Data files that it reads.
    """

    def __init__(self, manifest: int, files: Mapping[str, Sequence[File]], spill: Path) -> None:
        self.manifest = manifest
        self.tables: tuple[str, ...] = tuple(TABLES)
        self.file_count = sum(len(held) for held in files.values())
        self._spill = spill
        self._connection = _connected(files, spill)

    def sql(self, query: str, params: Sequence[Any] = (), *, tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
        """Answer of a query as an Arrow table.

        Args:
            params: Values for `?` or `$1`.
            tables: Arrow tables that the query may name, for this query only.

        Raises:
            BadInput: It is not one SELECT, or it cannot be computed; the message holds no value of a cell.
        """
        with self._asked(query, params, tables) as relation:
            answer: pa.Table = relation.to_arrow_table()
        return answer

    def reader(
        self, query: str, params: Sequence[Any] = (), *, tables: Mapping[str, pa.Table] | None = None
    ) -> pa.RecordBatchReader:
        """The same as a stream of batches of at most 20,000 rows; read it before the snapshot is closed."""
        with self._asked(query, params, tables) as relation:
            stream = relation.to_arrow_reader(ROWS_A_BATCH)
        return pa.RecordBatchReader.from_batches(stream.schema, _told_batches(stream))

    def define(self, name: str, query: str) -> None:
        """Narrow a table for all later queries: `name` becomes the rows of `query`, which reads `stored.<table>`.

        For the gate: column and row limits of a purpose. Queries of users must not name the schema `stored`.
        """
        self._check(query)
        self._connection.execute(f"CREATE OR REPLACE VIEW main.{scan.quoted(name)} AS {query}")

    def close(self) -> None:
        """Close the connection; later queries fail."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _asked(self, query: str, params: Sequence[Any], tables: Mapping[str, pa.Table] | None) -> "_Asked":
        self._check(query)
        return _Asked(self._connection.cursor(), query, list(params), tables or {})

    def _check(self, query: str) -> None:
        try:
            statements = self._connection.extract_statements(query)
        except duckdb.Error as error:
            raise _refused(error) from None
        if [s.type for s in statements] != [duckdb.StatementType.SELECT]:
            raise BadInput("query", "another statement, or several", "one SELECT", "")


class _Asked:
    """A query on a cursor of its own, so that streams and threads do not disturb each other."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, query: str, params: list[Any], tables: Mapping[str, pa.Table]
    ) -> None:
        self._cursor, self._query, self._params, self._tables = cursor, query, params, tables

    def __enter__(self) -> Any:
        try:
            for name, rows in self._tables.items():
                self._cursor.register(name, rows)
            return self._cursor.sql(self._query, params=self._params)
        except duckdb.Error as error:
            raise _refused(error) from None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, duckdb.Error):
            raise _refused(error) from None


def _told_batches(stream: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    try:
        yield from stream
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise _refused(error) from None


def _refused(error: BaseException) -> BadInput:
    if isinstance(error, _SPEAKS_OF_THE_QUERY):
        return BadInput("query", str(error).splitlines()[0], "a SELECT over the tables of terms.tables", "")
    reason = fault.why(error) if isinstance(error, Exception) else None
    return BadInput("query", reason or f"a {type(error).__name__} while it ran", "a query that can be computed", "")


def _connected(files: Mapping[str, Sequence[File]], spill: Path) -> duckdb.DuckDBPyConnection:
    places.make_private_folder(spill)
    config = {
        "memory_limit": f"{_memory_megabytes()}MB",
        "temp_directory": str(spill),
        "python_enable_replacements": False,
        "allow_community_extensions": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(config=config)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute(f"CREATE SCHEMA {STORED}")
    for name, table in TABLES.items():
        connection.execute(f"CREATE VIEW {STORED}.{scan.quoted(name)} AS {scan.everything(table, files.get(name, ()))}")
        connection.execute(f"CREATE VIEW main.{scan.quoted(name)} AS SELECT * FROM {STORED}.{scan.quoted(name)}")
    paths = ", ".join(scan.literal(str(file.path)) for held in files.values() for file in held)
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _memory_megabytes() -> int:
    """Half of the machine's memory, at most 4 GB: queries over more than that spill."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(512, min(4096, total // 2))


def spill_folder(staging: Path) -> Path:
    """A name for the spill of one reader, that tells whose it is."""
    return staging / f"read-{os.getpid()}-{uuid.uuid4().hex}"
