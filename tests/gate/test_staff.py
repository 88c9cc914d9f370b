"""No feeling of staff comes in, whoever says it (T7)."""

import pyarrow as pa
import pytest
from gate_kit import SMALL, admit, count, turns

from heard import gate
from heard.errors import NotSupported
from heard.gate.staff import FEELING
from heard.terms.labels import BEHAVIOR_NAMES
from heard.terms.tables import AGENT, SIGNAL, TABLES


@pytest.fixture
def turn_of(workspace):
    """Role → a stored turn of it."""
    admit(workspace, turns(*SMALL, ("T1", "bot", "b1", "I am a robot"), ("T1", "system", None, "closed")))
    with gate.view(workspace, "service_quality") as view:
        rows = view.sql("SELECT speaker_role, turn_id, interaction_id, text_digest, month FROM turn").to_pylist()
    return {row.pop("speaker_role"): row for row in rows}


def write(workspace, turn, label, *, signal="text"):
    row = turn | {"signal": signal, "version": "9", "label": label, "score": 0.9, "span_start": 0, "span_end": 2}
    schema = pa.schema([field for field in SIGNAL.schema if field.name in row])
    told = {"signal": pa.Table.from_pylist([row], schema=schema)}
    gate.admit_derived(workspace, "derive-1", interactions=pa.array([turn["interaction_id"]]), tables=told)


@pytest.mark.parametrize("signal", ["text", "voice", "face", "body", "a stranger's"])
@pytest.mark.parametrize("role", ["agent", "bot", "system"])
@pytest.mark.parametrize("label", FEELING[:3] + FEELING[-1:])
def test_a_feeling_of_staff_is_refused_from_any_signal_and_nothing_is_written(workspace, turn_of, role, label, signal):
    with pytest.raises(NotSupported, match="people at work"):
        write(workspace, turn_of[role], label, signal=signal)
    assert count(workspace, "signal") == 0


def test_a_behaviour_of_staff_and_a_feeling_of_a_customer_come_in(workspace, turn_of):
    write(workspace, turn_of["agent"], BEHAVIOR_NAMES[0])
    write(workspace, turn_of["customer"], "anger")
    assert count(workspace, "signal") >= 1


def test_an_open_feature_changes_nothing_about_it(workspace, turn_of):
    from datetime import date

    gate.features.decide(workspace, "voice", is_open=True, by="Owner", reason="why", review_on=date(2027, 1, 1))
    with pytest.raises(NotSupported):
        write(workspace, turn_of["agent"], "anger", signal="voice")


def test_no_table_has_a_place_for_a_feeling_of_staff():
    assert not AGENT.names("label")
    for table in TABLES.values():
        labels = {c.name for c in table.columns if c.privacy == "label"}
        assert not {name for name in labels if "agent" in name or "staff" in name}
