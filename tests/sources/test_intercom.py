import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.errors import BadInput
from heard.sources.base import Source
from heard.sources.intercom import INTERCOM
from heard.sources.intercom_tables import INTERCOM_TABLES
from heard.terms.batch import Window

FIXTURES = Path(__file__).parent / "fixtures"
REAL = Path(__file__).parents[3] / "shared" / "data"
NAMES = {"Isolde Featherwick", "isolde@canary.example", "+44 20 5550 7788", "Casimir Ollivander"}


def read(
    source: Source, path: Path, window: Window | None = None, **options: str
) -> tuple[dict[str, list[dict[str, Any]]], Counter[str]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    left_out: Counter[str] = Counter()
    for batch in source.read(path, window or Window(), options):
        rows.setdefault(batch.table, []).extend(batch.rows.to_pylist())
        left_out.update(dict(batch.left_out))
    return rows, left_out


def spoken(rows: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, bool, str]]:
    found = sorted(rows["turn"], key=lambda row: (row["interaction_id"], row["position"]))
    return [(row["turn_id"], row["speaker_role"], row["is_public"], row["text"]) for row in found]


def test_an_api_conversation_reads_in_order_with_roles() -> None:
    rows, left_out = read(INTERCOM, FIXTURES / "intercom")
    assert spoken(rows) == [
        ("100-source", "customer", True, "My invoice is wrong again."),
        ("p1", "bot", True, "One moment please."),
        ("p3", "agent", False, "She wrote last month too."),
        ("p4", "agent", True, "I see the mistake & why it annoys you.\n\nCorrected."),
        ("p8", "agent", True, "All settled now."),  # a close with words
        ("101-source", "bot", True, "Our spring lamps are here."),  # sent by a rule under a teammate's name
    ]
    assert left_out == {"message without words": 4, "message read twice": 1}


def test_warehouse_tables_read_what_holds_now() -> None:
    rows, left_out = read(INTERCOM_TABLES, FIXTURES / "intercom_tables")
    assert spoken(rows) == [
        ("100-source", "customer", True, "My invoice is wrong again."),
        ("p3", "agent", False, "She wrote last month too."),
        ("p4", "agent", True, "I see the mistake, sorry."),
        ("101-source", "bot", True, "Our spring lamps are here."),
    ]
    assert left_out == {
        "earlier version of a conversation": 1,
        "message of an unknown or deleted case": 1,
        "message without words": 1,
    }


@pytest.mark.parametrize(
    ("source", "folder", "column", "value"),
    [
        (INTERCOM, "intercom", "customer_id", "c1"),
        (INTERCOM, "intercom", "channel", "chat"),
        (INTERCOM, "intercom", "queue", "Billing"),
        (INTERCOM, "intercom", "issue", "invoice"),
        (INTERCOM, "intercom", "reopen_count", 1),  # the conversation stands in two files and counts once
        (INTERCOM, "intercom", "was_escalated", True),  # two teams
        (INTERCOM, "intercom", "first_agent_id", "7"),  # not the bot that spoke first
        (INTERCOM, "intercom", "solved_at", datetime(2026, 3, 3, 9, tzinfo=UTC)),
        (INTERCOM_TABLES, "intercom_tables", "customer_id", "c1"),
        (INTERCOM_TABLES, "intercom_tables", "account_id", "co5"),
        (INTERCOM_TABLES, "intercom_tables", "team_id", "Billing"),  # of the admin
        (INTERCOM_TABLES, "intercom_tables", "was_escalated", False),
        (INTERCOM_TABLES, "intercom_tables", "solved_at", datetime(2026, 3, 3, 9, tzinfo=UTC)),
        (INTERCOM_TABLES, "intercom_tables", "issue", "invoice"),
    ],
)
def test_what_is_known_of_a_conversation(source: Source, folder: str, column: str, value: object) -> None:
    issue = "Topic" if folder == "intercom" else "custom_topic"
    rows, _ = read(source, FIXTURES / folder, issue_field=issue)
    assert {row["interaction_id"]: row for row in rows["interaction"]}["100"][column] == value


@pytest.mark.parametrize(("source", "folder"), [(INTERCOM, "intercom"), (INTERCOM_TABLES, "intercom_tables")])
def test_a_rating_is_an_answer_and_names_reach_the_gate(source: Source, folder: str) -> None:
    rows, _ = read(source, FIXTURES / folder)
    (answer,) = rows["survey_answer"]
    assert (answer["value"], answer["scale_low"], answer["scale_high"]) == (2.0, 1.0, 5.0)
    assert (answer["verbatim"], answer["interaction_id"]) == ("Isolde had to ask twice", "100")
    assert NAMES - {"Casimir Ollivander"} <= set(answer["known_names"])
    turns = [row for row in rows["turn"] if row["interaction_id"] == "100"]
    assert turns
    assert all(set(row["known_names"]) >= NAMES for row in turns)


@pytest.mark.parametrize(("source", "folder"), [(INTERCOM, "intercom"), (INTERCOM_TABLES, "intercom_tables")])
def test_a_window_holds_whole_conversations(source: Source, folder: str) -> None:
    rows, left_out = read(source, FIXTURES / folder, Window(since=datetime(2026, 3, 5, tzinfo=UTC)))
    assert {row["interaction_id"] for row in rows["turn"]} == {"101"}
    assert "survey_answer" not in rows
    assert left_out["interaction outside the window"] == 1


@pytest.mark.parametrize(
    ("source", "name", "text", "told"),
    [
        (INTERCOM, "a.json", '{"type": "admin.list", "admins": []}', "no conversation"),
        (INTERCOM, "a.json", '{"type": "conversation"}', "conversation id"),
        (INTERCOM, "a.json", '{"type": "conversation", "id": "1", "cr', "broken|cut off"),
        (INTERCOM_TABLES, "a.csv", "id\n1\n", "no table conversation_history"),
        (INTERCOM_TABLES, "conversation_history.csv", "id\n1\n", "no column created_at"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, source: Source, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=told):
        read(source, tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason="shared/data is not here")
def test_landed_tables_read_whole() -> None:
    rows, left_out = read(INTERCOM_TABLES, REAL / "fmt_fivetran_intercom")
    counts = {table: len(found) for table, found in rows.items()}
    # Two conversations in nine versions; all nine parts belong to conversations that the sample does not hold.
    assert counts == {"agent": 4, "customer": 9, "interaction": 2, "turn": 2}
    assert left_out == {"earlier version of a conversation": 7, "message of an unknown or deleted case": 9}
    assert INTERCOM_TABLES.sniff(REAL / "fmt_fivetran_intercom") > 0.9


@pytest.mark.skipif(not REAL.is_dir(), reason="shared/data is not here")
def test_the_published_examples_read_whole(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="needs PyYAML to open the API's description")
    text = (REAL / "fmt_intercom_openapi/descriptions/2.14/api.intercom.io.yaml").read_text()
    examples: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            value = node.get("value")
            if isinstance(value, dict) and str(value.get("type")).startswith("conversation"):
                examples.append(value)
            for held in node.values():
                walk(held)
        elif isinstance(node, list):
            for held in node:
                walk(held)

    walk(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["paths"])
    (tmp_path / "examples.jsonl").write_text("".join(json.dumps(one, default=str) + "\n" for one in examples))
    rows, _ = read(INTERCOM, tmp_path)
    assert len(rows["interaction"]) == 14
    assert {row["speaker_role"] for row in rows["turn"]} <= {"customer", "agent", "bot"}
    assert all("<" not in row["text"] for row in rows["turn"])
