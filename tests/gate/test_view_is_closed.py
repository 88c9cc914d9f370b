"""A view shows what its purpose allows, whatever the query asks for (T4, T6)."""

import pytest

from heard.errors import BadInput
from heard.gate.reading import check_query

REFUSED = [
    "SELECT * FROM stored.turn",  # the tables under the view
    "SELECT * FROM query_table('stored.turn')",  # by name in a string
    "FROM query('SELECT * FROM stored.turn')",  # by SQL in a string
    "SELECT * FROM read_parquet('lake/turn/x.parquet')",  # by file
    "SELECT * FROM 'lake/turn/x.parquet'",  # by file, short form
    "SELECT * FROM information_schema.tables",  # the catalogue
    "SELECT * FROM duckdb_tables()",  # the catalogue as a function
    "SELECT (SELECT count(*) FROM query_table('stored.turn')) AS n",  # in a subquery
    "WITH a AS (SELECT * FROM stored.turn) SELECT * FROM a",  # in a common table expression
    "COPY turn TO 'out.csv'",  # writes
    "DELETE FROM turn",  # changes
    "SELECT getenv('HOME') AS h",  # the environment
    "SELECT * FROM turn; SELECT * FROM stored.turn",  # behind a first statement
    "SELECT FROM WHERE",  # cannot be parsed, so cannot be checked
]
ALLOWED = [
    "SELECT count(*) AS n FROM turn",
    "WITH a AS (SELECT 1 AS x) SELECT * FROM a",
    "SELECT * FROM unnest([1, 2]) AS t(x)",
    "SELECT * FROM range(3) AS t(x)",
    "SELECT * FROM turn WHERE turn_id IN (SELECT unnest(?))",
    "SELECT m.x FROM (SELECT 1 AS x) AS m LEFT JOIN interaction AS i ON true",
]


@pytest.mark.parametrize("query", REFUSED)
def test_a_way_around_the_view_is_refused(query):
    with pytest.raises(BadInput):
        check_query(query, set())


@pytest.mark.parametrize("query", ALLOWED)
def test_an_honest_query_passes(query):
    check_query(query, set())
