"""The survey commands speak JSON, and a user's fault is one line."""

import json

import pytest

COMMANDS = [
    ("gap", "WS"),
    ("survey", "instruments"),
    ("survey", "plan", "WS", "--count", "5", "--every-days", "1", "--since", "2026-09-01", "--dry-run"),
    ("survey", "items", "WS"),
    ("survey", "themes", "WS"),
    ("survey", "recovery", "WS"),
    ("survey", "collect", "WS"),
    ("sample", "WS", "--minutes", "30", "--since", "2026-09-01"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_a_survey_command_prints_one_json_document(heard, workspace, command):
    done = heard(*(workspace if part == "WS" else part for part in command), "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)


FAULTS = [
    (("measure", "WS", "csat"), "csat_5_top_two_share or csat_7_top_two_share"),  # T9: a bare CSAT cannot be made
    (("measure", "WS", "ces"), "ces_1_mean_score (low is good)"),
    (("survey", "plan", "WS", "--instrument", "csat"), "csat_good_bad"),
    (("survey", "plan", "WS", "--tough-share", "3"), "0 to 1"),
    (("survey", "form", "/nowhere"), "heard survey plan"),
    (("sample", "WS", "--read", "/nowhere.csv"), "heard sample"),
    (("survey", "items", "WS", "--instrument", "nps"), "at least two"),
]


@pytest.mark.parametrize(("command", "told"), FAULTS)
def test_a_users_fault_is_one_clear_line(heard, workspace, command, told):
    done = heard(*(workspace if part == "WS" else part for part in command))
    assert done.code == 2, done.err
    assert told in done.err
    assert "Traceback" not in done.err
