"""From a figure down to its contacts."""

import pyarrow as pa
import pytest
from kit import made

from heard.flow.worth.behind import contacts_behind
from heard.flow.worth.empathy import kept_beside_cost


@pytest.fixture
def found():
    contacts = [(i, 0, "heard") for i in range(8)] + [(i, 5, "missed") for i in range(6)] + [(9, 390, "missed")]
    told = made(contacts, [(0, 20, "churn"), (1, 9, "churn"), (6, 300, "churn")], last_day=400)
    ids = pa.array([f"i_{n}" for n in range(len(contacts))])
    object.__setattr__(told.contacts, "table", told.contacts.table.append_column("interaction_id", ids))
    return told


def test_worth_walks_down_to_the_contacts_it_was_counted_from(found):
    told = contacts_behind(found, "worth", "missed")
    counts = {row["state"]: row for row in told["by how contacts went"]}
    assert (counts["missed"]["contacts"], counts["missed"]["left within 56 days"]) == (6, 2)
    assert (counts["heard"]["contacts"], counts["heard"]["left within 56 days"]) == (8, 2)
    assert counts["no moment"]["contacts"] == "few"
    assert [row["left after"] for row in told["contacts"][:3]] == ["4 days", "15 days", None]
    assert {row["state"] for row in told["contacts"]} == {"missed"}
    shown = {row["contact"]: row["n"] for row in kept_beside_cost(found, 56)}
    assert shown["missed"] == counts["missed"]["contacts"], "the table of heard worth says the same"


def test_cohorts_walk_down_to_first_contacts(found):
    told = contacts_behind(found, "cohorts")
    assert len(told["contacts"]) == 9
    assert {row["when"] for row in told["contacts"]} == {"1970-01-01", "1971-01-26"}
