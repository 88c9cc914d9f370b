"""What every definition must keep: restricted SQL, Spark, columns that exist, whole sentences."""

import duckdb
import pytest
import sqlglot

from heard.errors import NotSupported
from heard.measures import REGISTRY
from heard.measures.base import DIMENSIONS
from heard.measures.dialect import columns_of, faults_of, for_spark
from heard.terms.tables import TABLES

each = pytest.mark.parametrize("measure", REGISTRY.values(), ids=REGISTRY)

FORBIDDEN = [
    # query, what is refused, remark
    ("SELECT a / b FROM moment", "Div", "division: rounds differently"),
    ("SELECT a // b FROM moment", "IntDiv", "whole division: differs below zero"),
    ("SELECT date_diff('day', a, b) FROM moment", "DateDiff", "a date function"),
    ("SELECT isodow(a) FROM moment", "DayOfWeekIso", "a date function"),
    ("SELECT CAST(a AS DATE) FROM moment", "Cast", "a cast"),
    ("SELECT lower(a) FROM moment", "Lower", "a text function"),
    ("SELECT a FROM moment WHERE b LIKE 'x%'", "Like", "text matching"),
    ("SELECT my_function(a) FROM moment", "Anonymous", "an unknown function"),
    ("SELECT * FROM moment", "SelectStar", "a star"),
    ("SELECT * EXCLUDE (a) FROM moment", "SelectStar", "a star of DuckDB's own"),
    ("SELECT AVG(a) FROM moment", "Avg", "a mean hides its n"),
    ("SELECT a FROM moment LIMIT 1", "Limit", "a limit"),
    ("SELECT random() FROM moment", "Rand", "chance"),
]


@each
def test_the_sql_stays_inside_the_restricted_dialect(measure):
    assert faults_of(measure.sql) == ()


@pytest.mark.parametrize(("sql", "fault", "remark"), FORBIDDEN)
def test_what_engines_do_differently_is_refused(sql, fault, remark):
    assert fault in faults_of(sql), remark
    with pytest.raises(NotSupported, match=fault):
        for_spark(sql)


@each
def test_it_translates_to_spark_and_keeps_its_columns(measure):
    tree = sqlglot.parse_one(for_spark(measure.sql), dialect="spark")
    assert tree.named_selects == sqlglot.parse_one(measure.sql, dialect="duckdb").named_selects


@each
def test_it_names_the_keys_and_its_expressions(measure):
    names = sqlglot.parse_one(measure.sql, dialect="duckdb").named_selects
    assert names[:8] == ["cluster_id", "customer_id", "agent_id", *DIMENSIONS, "week_start"]
    assert names[8:] == list(measure.expressions())


@each
def test_its_columns_exist_and_its_tables_are_those_it_reads(measure):
    assert {column.partition(".")[0] for column in measure.needs} == measure.tables
    for column in measure.needs:
        table, _, name = column.partition(".")
        assert TABLES[table].column(name).privacy != "words", "a measure never reads words"


def test_a_column_that_does_not_exist_is_refused():
    with pytest.raises(NotSupported, match="columns of the tables"):
        columns_of("SELECT m.mood FROM moment AS m", frozenset({"moment"}))


@each
def test_its_sentences_are_whole(measure):
    for sentence in (measure.definition, measure.leaves_out, measure.vendors, measure.citation):
        assert sentence.endswith("."), measure.name
        assert "  " not in sentence
    assert measure.variant
    assert measure.formula


@each
def test_the_name_ends_as_its_unit_says(measure):
    endings = {"share": ("_share", "_rate", "_by_cause", "_by_side"), "count": ("_count",), "score": ("_score",)}
    if measure.unit in endings:
        assert measure.name.endswith(endings[measure.unit])
    if measure.unit == "seconds":
        assert "_calendar_seconds" in measure.name or "_business_seconds" in measure.name, "a duration names its clock"


@each
def test_its_statistic_has_what_it_needs(measure):
    assert (measure.quantile is not None) == (measure.statistic == "quantile")
    assert (measure.n_less is not None) == (measure.value_less is not None) == (measure.statistic == "difference")
    if measure.scale is not None or measure.unit == "score":
        assert measure.statistic == "mean"
    is_net = measure.statistic == "mean" and measure.unit == "points"  # 1, 0 or -1 an answer
    assert (measure.scale is not None) == (measure.unit == "score" or is_net), "money and seconds have no ends"


@pytest.mark.parametrize("rows", {m.rows.name: m.rows for m in REGISTRY.values()}.values(), ids=lambda rows: rows.name)
def test_rows_that_promise_one_cell_a_conversation_group_by_it(rows):
    connection = duckdb.connect()
    for name, table in TABLES.items():
        connection.register(name, table.schema.empty_table())
    described = [row[0] for row in connection.sql(f"DESCRIBE {rows.sql}").fetchall()]
    assert described[:8] == ["cluster_id", "customer_id", "agent_id", *DIMENSIONS, "week_start"]
