"""Bots on a workspace: one ruler with small groups hidden, failures without words, routing with an exit code."""

import json
from datetime import date

import pytest

from heard import flow
from heard.cli.app import app
from heard.errors import BadInput
from heard.sample import corpus


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    made = folder / "ws"
    flow.init(made, name="Shop", timezone="UTC", key_path=folder / "ws.key", keep_history=True).close()
    few = folder / "few.jsonl"
    few.write_bytes(b"\n".join((corpus.folder() / "c.jsonl").read_bytes().splitlines()[:40]))
    flow.import_path(made, few, source="codebook")
    flow.run(made)
    return made


def test_one_ruler_and_the_seam(workspace):
    told = flow.bots(workspace)
    assert told["figures"]["human_only_heard_rate"]["n"] >= 10
    assert told["figures"]["bot_only_heard_rate"]["value"] is None  # one contact is too few, and says so
    assert told["figures"]["bot_only_heard_rate"]["undefined_because"]
    assert told["figures"]["escalation_share"]["ci_lower"] < told["figures"]["escalation_share"]["value"]
    assert 0 < told["seam"]["asked_again"]["value"] < 0.4
    assert told["seam"]["carried"]["n"] == 24
    assert "adjusted" in told


def test_failures_hold_no_words_and_can_be_fixed(workspace):
    told = flow.bot_failures(workspace)
    assert any("without a date" in line for line in told["lines"])
    assert "order ID" not in json.dumps(told)
    line = flow.bot_fixed(workspace, "not carried over", "service", since=date(2026, 11, 25))["lines"][0]
    assert "2026-11-23" in line
    with pytest.raises(BadInput, match="another word"):
        flow.bot_fixed(workspace, "bad mood", "service", since=date(2026, 11, 25))


def test_routing_is_held_against_labelled_conversations(workspace, tmp_path):
    lines = (corpus.folder() / "d.jsonl").read_bytes().splitlines()
    test = tmp_path / "test.jsonl"
    test.write_bytes(b"\n".join(lines[:24]))
    told = flow.bot_routing(workspace, test)
    assert told["n"] >= 5
    assert told["ci_lower"] < told["value"] <= 1
    (workspace / "routing.toml").write_text('recall_at_least = 1.0\n[[rule]]\nname = "x"\ncauses = ["delay"]\n')
    with pytest.raises(SystemExit) as left:
        app(["bots", "routing", str(workspace), "--test", str(test)])
    (workspace / "routing.toml").unlink()
    assert left.value.code in (0, 1)
    for bad in (b"{", b"[]", b'{"turns": 7}', b'{"moments": []}'):
        test.write_bytes(bad)
        with pytest.raises(BadInput, match="line 1"):
            flow.bot_routing(workspace, test)
    with pytest.raises(BadInput, match="no file"):
        flow.bot_routing(workspace, tmp_path / "none.jsonl")
