"""Reading by SQL: all tables are there, only the pinned files can be read, and errors hold no words."""

import threading

import pyarrow as pa
import pytest

from heard.errors import BadInput
from heard.terms.tables import TABLES


def test_tables_without_rows_are_there_with_their_columns(made) -> None:
    with made.snapshot() as snapshot:
        assert snapshot.tables == tuple(TABLES)
        for name, spec in TABLES.items():
            found = snapshot.sql(f"SELECT * FROM {name}")
            assert (found.num_rows, found.schema.names) == (0, list(spec.names()))
            assert found.schema.types == spec.schema.types


REFUSED = [
    ("SELECT * FROM read_text('/etc/passwd')", "PermissionException"),  # another file
    ("SELECT * FROM '/etc/passwd'", "does not exist"),  # the same, by name
    ("SELECT * FROM read_csv('/etc/passwd')", "PermissionException"),
    ("SELECT * FROM glob('/etc/*')", "Exception"),  # names of files
    ("SELECT * FROM read_parquet('https://example.org/x.parquet')", "query"),  # the network
    ("COPY turn TO '/tmp/heard-leak.csv'", "one SELECT"),
    ("ATTACH '/tmp/heard-leak.db'", "one SELECT"),
    ("INSTALL httpfs", "one SELECT"),
    ("SET enable_external_access = true", "one SELECT"),
    ("DROP VIEW turn", "one SELECT"),
    ("SELECT 1; SELECT 2", "one SELECT"),
    ("", "one SELECT"),
    ("SELECT nothing FROM turn", "nothing"),  # an unknown column is named
    ("SELEC 1", "syntax"),
    ("SELECT text::INTEGER FROM turn", "ConversionException"),  # DuckDB's own message holds the cell
    ("SELECT error('x' || text) FROM turn", "InvalidInputException"),  # the same, on purpose
    ("SELECT * FROM rows", "does not exist"),  # a variable of the caller
]


@pytest.mark.parametrize("way", ["sql", "reader"])
@pytest.mark.parametrize(("query", "told"), REFUSED)
def test_other_files_other_statements_and_words_in_errors_are_refused(made, rows, query, told, way) -> None:
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", {"text": "Jane Doe"}))

    def ask() -> None:
        with made.snapshot() as snapshot:
            answer = getattr(snapshot, way)(query)
            list(answer.to_batches() if way == "sql" else answer)

    with pytest.raises(BadInput, match=told) as caught:
        ask()
    assert "Jane" not in str(caught.value)
    assert "root:" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_values_and_tables_are_handed_to_a_query(made, rows) -> None:
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", {"turn_id": "1"}, {"turn_id": "2"}))
    with made.snapshot() as snapshot:
        assert snapshot.sql("SELECT turn_id FROM turn WHERE turn_id = ?", ["2"]).to_pylist() == [{"turn_id": "2"}]
        wanted = pa.table({"turn_id": ["1", "9"]})
        found = snapshot.sql("SELECT turn_id FROM turn SEMI JOIN wanted USING (turn_id)", tables={"wanted": wanted})
        assert found.to_pylist() == [{"turn_id": "1"}]
        with pytest.raises(BadInput, match="wanted"):
            snapshot.sql("SELECT * FROM wanted")


def test_instants_come_back_in_utc_wherever_the_machine_is(made, rows, monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", {}))
    with made.snapshot() as snapshot:
        assert snapshot.sql("SELECT imported_at FROM turn").schema.field(0).type == pa.timestamp("us", tz="UTC")
        shown = snapshot.sql("SELECT imported_at::VARCHAR AS at FROM turn").to_pylist()
        assert shown == [{"at": "2026-01-05 12:00:00+00"}]


def test_a_stream_survives_other_queries_and_threads(made, rows) -> None:
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", *({"turn_id": str(n)} for n in range(5_000))))
    with made.snapshot() as snapshot:
        stream = snapshot.reader("SELECT a.turn_id FROM turn a, range(20)")
        first = stream.read_next_batch().num_rows
        found: list[int] = []
        ask = lambda: found.append(snapshot.sql("SELECT count(*) AS n FROM turn").to_pylist()[0]["n"])  # noqa: E731
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [5_000] * 4
        assert first + sum(batch.num_rows for batch in stream) == 100_000


def test_a_narrowed_table_is_what_later_queries_see(made, rows) -> None:
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", {"turn_id": "1"}, {"turn_id": "2"}))
    with made.snapshot() as snapshot:
        snapshot.define("turn", "SELECT turn_id, month FROM stored.turn WHERE turn_id <> '1'")
        assert snapshot.sql("SELECT * FROM turn").to_pylist() == [{"turn_id": "2", "month": 202601}]
        assert snapshot.reader("SELECT * FROM turn").read_all().num_rows == 1


def test_months_prune_files(made, rows) -> None:
    with made.write("import", "b") as transaction:
        transaction.append("turn", rows("turn", *({"turn_id": str(m), "month": 202600 + m} for m in range(1, 13))))
    with made.snapshot() as snapshot:
        snapshot.sql("SELECT 1 AS x")
        plan = snapshot._connection.execute("EXPLAIN SELECT max(text) FROM turn WHERE month = 202603").fetchall()[0][1]
    assert "1/12" in plan
