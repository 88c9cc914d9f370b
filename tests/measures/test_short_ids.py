"""Ids as numbers: joins find the same rows, null stays null."""

import duckdb

from heard.measures.queries import short_ids
from heard.terms.tables import TABLES


def test_every_id_of_a_table_becomes_a_number_and_null_stays_null(view_of):
    view = view_of(
        interaction_fact=[{"interaction_id": "i1", "customer_id": None}, {"interaction_id": "i2", "customer_id": "c1"}],
        moment=[{"interaction_id": "i2", "customer_id": "c1"}],
    )
    query = f"""{short_ids(("interaction_fact", "moment"))}
        SELECT f.customer_id, m.customer_id AS felt_by, f.channel FROM interaction_fact AS f
        LEFT JOIN moment AS m ON m.interaction_id = f.interaction_id ORDER BY felt_by NULLS FIRST"""
    first, second = view.sql(query).to_pylist()
    assert first == {"customer_id": None, "felt_by": None, "channel": None}
    assert second["customer_id"] == second["felt_by"] == duckdb.sql("SELECT hash('c1')").fetchall()[0][0]


def test_no_id_is_left_as_it_was():
    for name, table in TABLES.items():
        query = short_ids([name])
        for column in table.names("key", "pseudonym"):
            assert f"THEN hash({column}) END AS {column}" in query
