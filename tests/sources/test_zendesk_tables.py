from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from heard.errors import BadInput
from heard.sources.zendesk_tables import ZENDESK_TABLES
from heard.terms.batch import Window

FIXTURES = Path(__file__).parent / "fixtures" / "zendesk_tables"
REAL = Path(__file__).parents[3] / "shared" / "data" / "fmt_fivetran_zendesk"


def read(path: Path, **options: str) -> tuple[dict[str, list[dict[str, Any]]], Counter[str]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    left_out: Counter[str] = Counter()
    for batch in ZENDESK_TABLES.read(path, Window(), options):
        rows.setdefault(batch.table, []).extend(batch.rows.to_pylist())
        left_out.update(dict(batch.left_out))
    return rows, left_out


def test_turns_in_order_with_roles_and_names() -> None:
    rows, left_out = read(FIXTURES)
    found = sorted(rows["turn"], key=lambda row: (row["interaction_id"], row["position"]))
    assert [(row["turn_id"], row["speaker_role"], row["is_public"]) for row in found] == [
        ("11", "customer", True),
        ("12", "agent", True),
        ("13", "agent", False),
        ("2-description", "customer", True),  # no comment of ticket 2, and its requester is in no list of users
    ]
    assert found[3]["text"] == "Cracked, again.\nSecond time now."
    canaries = {"Quintessa Marblewood", "quintessa@canary.example", "+49 30 5550 1234", "q.private@canary.example"}
    assert canaries <= set(found[0]["known_names"])
    assert left_out == {"deleted ticket": 1, "message of an unknown or deleted case": 1}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("solved_at", datetime(2026, 3, 6, 10, tzinfo=UTC)),  # the last of two
        ("reopen_count", 1),
        ("was_escalated", True),  # two groups
        ("channel", "email"),
        ("first_agent_id", "901"),
        ("source_url", "https://lamps.zendesk.example/agent/tickets/1"),
    ],
)
def test_history_says_what_became_of_a_ticket(column: str, value: object) -> None:
    rows, _ = read(FIXTURES)
    assert {row["interaction_id"]: row for row in rows["interaction"]}["1"][column] == value


def test_parquet_reads_as_csv_does(tmp_path: Path) -> None:
    options = pacsv.ParseOptions(newlines_in_values=True)
    for file in FIXTURES.glob("*.csv"):
        (tmp_path / file.stem).mkdir()
        pq.write_table(pacsv.read_csv(file, parse_options=options), tmp_path / file.stem / "part-0.parquet")
    (parquet, _), (text, _) = read(tmp_path), read(FIXTURES)
    assert parquet["turn"] == text["turn"]
    assert parquet["interaction"] == text["interaction"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,requester_id,created_at\n1,2,2026-01-01\n", "no column description"),
        ('id,requester_id,created_at,description\n1,2,2026-01-01,"cut', "ticket.csv line"),
        ("id,requester_id,created_at,description\n1,2\n", "2 values"),
        ("", "no column id"),
    ],
)
def test_a_broken_table_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "ticket.csv").write_text(text)
    with pytest.raises(BadInput, match=told):
        read(tmp_path)


def test_a_folder_without_tickets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no table ticket"):
        read(tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason="shared/data is not here")
def test_landed_tables_read_whole() -> None:
    rows, left_out = read(REAL)
    # 10 tickets, 2 of them deleted; all 20 comments belong to tickets that the sample does not hold.
    assert {table: len(found) for table, found in rows.items()} == {
        "agent": 1,
        "customer": 9,
        "interaction": 8,
        "turn": 8,
    }
    assert left_out == {"deleted ticket": 2, "message of an unknown or deleted case": 20}
    assert ZENDESK_TABLES.sniff(REAL) > 0.9
    one = {row["interaction_id"]: row for row in rows["interaction"]}["11071"]
    assert (one["solved_at"], one["reopen_count"]) == (datetime(2020, 11, 14, 11, 1, 27, tzinfo=UTC), 0)
