"""`heard joins`, `cohorts`, `hazards`, `worth`, `value`, `drivers`, `friction`, `trend`, `change`, from end to end."""

import json

import pytest


@pytest.fixture
def answer(heard, workspace):
    def ask(command, *rest, code=0):
        ran = heard(*command.split(), workspace, *rest, "--json")
        assert ran.code == code, ran.err
        return json.loads(ran.out)

    return ask


def test_joins_say_what_share_matches(answer):
    told = answer("joins", code=1)  # some wrote after leaving, and the check says so
    assert "wrote after leaving" in told["faults"][0]
    assert told["rows"][0]["ci_lower"] <= told["rows"][0]["share"] <= told["rows"][0]["ci_upper"]


def test_cohorts_write_a_page(answer, heard, workspace):
    told = answer("cohorts", "--days", "30", "--step", "10")
    assert [g["name"] for g in told["groups"]] == ["heard", "acknowledged only", "missed", "no moment"]
    html = (workspace / "out" / "cohorts.html").read_text()
    assert "<svg" in html
    assert "<script" not in html
    assert heard("cohorts", workspace, "--days", "30").out.startswith("Still a customer")


def test_worth_is_never_a_point_alone(heard, workspace):
    ran = heard("worth", workspace, "--margin", "0.4", "--effect", "0.02,0.0,0.04", "--design", "quasi-experiment")
    assert ran.code == 0, ran.err
    first = ran.out.splitlines()[0]
    assert " to " in first
    assert "evidence B" in ran.out
    assert "Chance that it pays" in ran.out.replace("\n", " ")


def test_worth_without_a_margin_says_where_to_put_it(heard, workspace):
    ran = heard("worth", workspace)
    assert ran.code == 2
    assert "margin_share under [standards]" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("design", ["randomized", ""])
def test_an_unknown_design_is_refused(heard, workspace, design):
    assert heard("worth", workspace, "--margin", "0.4", "--effect", "1,0,2", "--design", design).code == 2


def test_value_and_hazards_answer_or_say_why_not(answer, heard, workspace):
    told = answer("value", "--margin", "0.4")
    assert told["historic"]["n"] > 100
    ran = heard("hazards", workspace, "--json")
    assert ran.code == 0 or "who left" in ran.err or "parts leavers" in ran.err


def test_drivers_of_what_there_is_none_of(heard, workspace):
    ran = heard("drivers", workspace, "--of", "csat")
    assert ran.code == 2
    assert "repeat, churn" in ran.err


def test_drivers_of_coming_back(answer):
    told = answer("drivers", "--of", "repeat")
    assert told["grade"] == "C"
    assert told["shares"]


def test_friction_lists_causes_and_keeps_decisions(answer, heard, workspace):
    assert (
        heard("friction", workspace, "--decide", "delay", "--owner", "head of delivery", "--status", "in work").code
        == 0
    )
    rows = answer("friction")
    assert rows == sorted(rows, key=lambda row: -row["priority"])
    delay = next(row for row in rows if row["cause"] == "delay")
    assert (delay["owner"], delay["status"], delay["side"]) == ("head of delivery", "in work", "policy")
    assert delay["hurt_ci_lower"] <= delay["hurt"] <= delay["hurt_ci_upper"]
    assert heard("friction", workspace, "--decide", "weather").code == 2


def test_changes_are_noted_and_drawn_on_a_trend(answer, heard, workspace):
    assert heard("change", "add", workspace, "new returns policy", "--on", "2026-11-02").code == 0
    assert answer("change list")[0]["what"] == "new returns policy"
    told = answer("trend", "interaction_count")
    assert told["changes"][0]["on"] == "2026-11-02"
    assert told["changes"][0]["undefined_because"]  # eight weeks hold no eight before and four after
    assert heard("change", "add", workspace, "  ", "--on", "2026-11-02").code == 2


def test_a_change_of_answers_adds_up(heard, workspace):
    ran = heard("change", "split", workspace, "felt_understood", "--on", "2026-10-26", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    parts = sum(told[name]["value"] for name in ("mix", "behavior", "rest"))
    assert parts == pytest.approx(told["total"]["value"], abs=1e-9)


def test_a_figure_of_worth_walks_down_to_words(heard, workspace):
    ran = heard("explain", workspace, "cohorts:missed", "--json")
    assert ran.code == 0, ran.err
    contacts = json.loads(ran.out)["contacts"]
    down = heard("explain", workspace, contacts[0]["interaction"], "--json")
    assert json.loads(down.out)["turns"]
    assert heard("explain", workspace, "worth:elsewhere").code == 2
