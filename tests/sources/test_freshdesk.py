from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.errors import BadInput
from heard.sources.freshdesk import FRESHDESK
from heard.terms.batch import Window

FIXTURES = Path(__file__).parent / "fixtures" / "freshdesk"
REAL = Path(__file__).parents[3] / "shared" / "data" / "fmt_freshdesk_json"
CANARIES = {
    "Ottilie Vandermark",
    "ottilie@canary.example",
    "+43 1 5550 998",
    "+43 660 5550 111",
    "Barnaby Thistlewood",
    "Cosima Ravenhurst",
    "cosima@lamps.example",
}


def read(path: Path, **options: str) -> tuple[dict[str, list[dict[str, Any]]], Counter[str]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    left_out: Counter[str] = Counter()
    for batch in FRESHDESK.read(path, Window(), options):
        rows.setdefault(batch.table, []).extend(batch.rows.to_pylist())
        left_out.update(dict(batch.left_out))
    return rows, left_out


def test_turns_in_order_with_roles_and_names() -> None:
    rows, left_out = read(FIXTURES)
    found = sorted(rows["turn"], key=lambda row: (row["interaction_id"], row["position"]))
    assert [(row["turn_id"], row["speaker_role"], row["is_public"], row["text"]) for row in found] == [
        ("1-description", "customer", True, "The switch is stuck."),
        ("1", "agent", False, "Ask the workshop"),
        ("2", "agent", True, "Is it the blue one?"),
        ("3", "customer", True, "Yes!"),
        ("5", "agent", True, "Sent today, says Cosima."),  # of somebody who is in no list, named in the mail's sender
        ("3-description", "agent", True, "We call back your lamp."),  # an outbound mail
    ]
    assert all(set(row["known_names"]) >= CANARIES for row in found if row["interaction_id"] == "1")
    assert left_out == {
        "deleted ticket or spam": 1,
        "message of an unknown or deleted case": 1,
        "rating off its scale": 1,
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("solved_at", datetime(2026, 3, 3, 10, tzinfo=UTC)),  # of the record that was changed last
        ("closed_at", datetime(2026, 3, 4, 9, tzinfo=UTC)),
        ("was_escalated", True),
        ("channel", "email"),
        ("queue", "Workshop"),  # a role has the same id and the same keys
        ("team_id", "Workshop"),
        ("issue", "switch"),
        ("locale", "de"),
        ("first_agent_id", "700"),
        ("reopen_count", None),  # Freshdesk keeps the last reopening, not their number
    ],
)
def test_what_is_known_of_a_ticket(column: str, value: object) -> None:
    rows, _ = read(FIXTURES, issue_field="cf_fault")
    assert {row["interaction_id"]: row for row in rows["interaction"]}["1"][column] == value


def test_ratings_run_from_minus_three_to_three() -> None:
    rows, _ = read(FIXTURES)
    found = {row["item_id"]: (row["value"], row["verbatim"]) for row in rows["survey_answer"]}
    assert found == {"rating": (3.0, "Ottilie is glad"), "question_1": (-2.0, None)}


@pytest.mark.parametrize(
    ("text", "told"),
    [("[]", "no ticket"), ('[{"subject": "x", "requester_id": 1}]', "ticket id"), ("[{", "JSON"), ("3", "record")],
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "tickets.json").write_text(text)
    with pytest.raises(BadInput, match=told):
        read(tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason="shared/data is not here")
def test_recorded_samples_read_whole() -> None:
    rows, left_out = read(REAL)
    # Six records of ticket 1, its description, a note and a reply; both messages stand in two files.
    assert {table: len(found) for table, found in rows.items()} == {"agent": 2, "interaction": 1, "turn": 3}
    assert left_out == {"message read twice": 2}
    assert FRESHDESK.sniff(REAL) > 0.8
