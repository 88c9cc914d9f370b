"""Felt understood led back to all contacts, on tables written down row by row."""

import duckdb
import pytest

from heard.actions.surveys.reweighed import reweigh
from heard.store.scan import nothing
from heard.terms.tables import TABLES


class Memory:
    """A view in memory: `chat` and `email` were asked about, `phone` was not."""

    def __init__(self, phone):
        self.connection = duckdb.connect()
        for name, table in TABLES.items():
            self.connection.execute(f"CREATE TABLE {name} AS {nothing(table)}")
        channel = "CASE WHEN n % 2 = 0 THEN 'chat' ELSE 'email' END"
        who = "'i' || n AS interaction_id, 'c' || n AS customer_id"
        for query in (
            f"INSERT INTO interaction BY NAME SELECT {who}, {channel} AS channel FROM range(100) AS t(n)",
            f"INSERT INTO interaction BY NAME SELECT 'p' || n AS interaction_id, 'phone' AS channel FROM range({phone}) t(n)",
            f"INSERT INTO survey_invitation BY NAME SELECT {who}, 'v' || n AS invitation_id, 0.4 AS inclusion_probability "
            "FROM range(40) AS t(n)",
            f"INSERT INTO survey_answer BY NAME SELECT {who}, 'v' || n AS invitation_id, 'felt_understood' AS item_id, "
            "1 AS scale_low, 5 AS scale_high, CASE WHEN n % 2 = 0 THEN 5 ELSE 2 END AS value FROM range(20) AS t(n)",
        ):
            self.connection.execute(query)

    def sql(self, query, params=(), *, tables=None):
        cursor = self.connection.cursor()
        for name, rows in (tables or {}).items():
            cursor.register(name, rows)
        return cursor.sql(query, params=list(params) or None).to_arrow_table()


def test_contacts_that_nobody_answered_about_are_counted_not_silently_dropped():
    told = reweigh(Memory(phone=300), k=5)
    assert told is not None
    assert told.to_contacts is not None
    assert told.to_contacts.value == pytest.approx(0.5)
    assert [note for note in told.notes if "phone" in note] == []
    assert any(note.startswith("300 of 400 contacts (75.0%) are in channels") for note in told.notes)


@pytest.mark.parametrize(("phone", "said"), [(0, None), (3, "Fewer than 5 contacts")])
def test_a_note_gives_no_small_group_away(phone, said):
    told = reweigh(Memory(phone=phone), k=5)
    assert told is not None
    channels = [note for note in told.notes if "channels" in note]
    assert (channels == []) if said is None else channels[0].startswith(said)
