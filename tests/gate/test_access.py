"""A customer's file holds what is theirs, and nobody else's."""

import json

import pytest
from gate_kit import SMALL, admit, make, turns

from heard import gate
from heard.gate.access import access


@pytest.fixture
def workspace(tmp_path):
    made = make(tmp_path)
    admit(made, turns(*SMALL))
    yield made
    made.close()


def test_the_file_holds_their_words_and_the_replies_to_them(workspace):
    told = access(workspace, "ann@example.org")
    texts = [row["text"] for row in told.tables["turn"]]
    assert texts == ["My chair is broken and nobody answers", "I am sorry, I will send a new one today"]
    assert len(told.tables["interaction"]) == 1


def test_it_holds_nothing_of_others(workspace):
    told = json.dumps(access(workspace, "ann@example.org").to_dict())
    assert "parcel" not in told
    assert "order please" not in told
    agent = gate.pseudonym_of(workspace.key, "agent", "zendesk", "a1")
    assert agent not in told


def test_the_look_is_in_the_audit_log_without_the_name(workspace):
    told = access(workspace, "ann@example.org", actor="dpo")
    last = gate.audit.log(workspace)[-1]
    assert (last.kind, last.digest, last.details["actor"]) == ("access", told.audit_digest, "dpo")
    assert "ann@" not in last.body
    assert told.subjects[0] not in last.body


@pytest.mark.parametrize("subject", ["nobody@example.org", "'; DROP TABLE turn; --", "", "c_" + "0" * 24])
def test_a_stranger_has_an_empty_file(workspace, subject):
    told = access(workspace, subject)
    assert not any(told.tables.values())
    assert not told.is_suppressed


def test_after_an_objection_only_the_objection_is_held(workspace):
    gate.object_to(workspace, "ann@example.org")
    told = access(workspace, "ann@example.org")
    assert not any(told.tables.values())
    assert told.is_suppressed
    assert [line["state"] for line in told.consents] == ["objected"]
