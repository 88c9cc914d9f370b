"""What is past its clock goes from the tables and the disk; what is not stays; history that is kept stays."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet
import pytest
from gate_kit import INSTANT, NOW, admit, count, make, turns

from heard import gate
from heard.gate.retention import retain
from heard.terms.batch import Batch

OLD_WORDS = "my grandmother's walnut wardrobe arrived in splinters"


def answers(*rows):
    """(id, interaction, days before NOW, comment)."""
    made = [
        {
            "answer_id": key, "interaction_id": interaction, "customer_id": "c1", "instrument": "felt",
            "instrument_version": "1", "item_id": "felt_understood", "value": 4.0, "scale_low": 1.0, "scale_high": 5.0,
            "polarity": "higher_better", "verbatim": comment, "answered_at": NOW - timedelta(days=days),
        }
        for key, interaction, days, comment in rows
    ]  # fmt: skip
    schema = pa.table({"answered_at": pa.array([NOW], INSTANT)}).schema.field("answered_at").type
    table = pa.Table.from_pylist(made)
    return Batch(
        "survey_answer",
        table.set_column(table.schema.get_field_index("answered_at"), "answered_at", table["answered_at"].cast(schema)),
    )


@pytest.fixture
def workspace(tmp_path):
    made = make(tmp_path)
    before = -60 * 24
    old = [("OLD", "customer", "c1", OLD_WORDS, before * 100), ("OLD", "agent", "a1", "we are sorry", before * 100 + 5)]
    new = [("NEW", "customer", "c2", "where is my parcel please", 0)]
    admit(
        made,
        turns(*old, *new),
        answers(("S1", "OLD", 109, "nobody cared"), ("S2", "NEW", 2, "all good")),
        keep_history=True,
    )
    yield made
    made.close()


def test_a_dry_run_counts_and_removes_nothing(workspace):
    told = retain(workspace, dry_run=True)
    assert told.counts["text", "turn"] == 2
    assert told.counts["text", "survey_answer.verbatim"] == 1
    assert told.counts["label", "interaction"] == 0
    assert told.manifest is None
    assert count(workspace, "turn") == 3


def test_words_go_and_facts_stay_until_their_own_clock(workspace):
    told = retain(workspace)
    assert count(workspace, "turn") == 1
    assert count(workspace, "interaction") == 2
    with gate.view(workspace, "service_quality") as view:
        assert view.sql(
            "SELECT answer_id, verbatim IS NULL AS gone, value FROM survey_answer ORDER BY gone"
        ).to_pylist()[1]["gone"]
    assert gate.audit.log(workspace)[-1].digest == told.audit_digest
    assert gate.audit.verify(workspace).is_sound


def test_nothing_of_the_words_is_left_on_the_disk(workspace):
    retain(workspace)
    needle = OLD_WORDS.encode()
    held = [path for path in workspace.folder.rglob("*") if path.is_file() and needle in path.read_bytes()]
    assert not held
    turn_files = list((workspace.folder / "lake" / "turn").rglob("*.parquet"))
    assert all(OLD_WORDS not in str(pa.parquet.read_table(path).to_pylist()) for path in turn_files)


def test_an_answer_past_both_clocks_is_removed_not_blanked(workspace):
    admit(workspace, answers(("S3", "OLD", 400, "long ago")), digest="two", keep_history=True)
    told = retain(workspace)
    assert told.counts["label", "survey_answer"] == 1
    assert count(workspace, "survey_answer") == 2


def test_a_second_run_has_nothing_to_do(workspace):
    retain(workspace)
    manifest = workspace.manifest
    assert not sum(retain(workspace).counts.values())
    assert workspace.manifest == manifest


def test_a_workspace_that_keeps_its_history_keeps_it(tmp_path):
    made = make(tmp_path, keep_history=True)
    admit(made, turns(("OLD", "customer", "c1", OLD_WORDS, -60 * 24 * 900)))
    assert retain(made).is_kept
    assert count(made, "turn") == 1
    made.close()
