"""`heard experiment` and `heard effect` as commands, on the studies of the sample company."""

import json

import pytest

from heard.sample.studies import write_studies

PLAN = """
name = "prompt"
change = "A prompt shows the agent the customer's own words"
kind = "prompt"
metric = "heard_rate"
unit = "queue-day"
starts_on = "2026-09-07"
weeks = 8
smallest_effect = 0.05
subgroups = ["tenure", "complexity"]
"""


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    write_studies(folder)
    (folder / "plan.toml").write_text(PLAN)
    return folder


def test_a_verdict_without_a_workspace(heard, studies):
    ran = heard("experiment", "verdict", "--plan", "plan.toml", "--data", "prompt.csv", "--json", cwd=studies)
    told = json.loads(ran.out)
    assert ran.code == 1  # nobody registered it
    assert told["primary"]["ci_lower"] < 0.06 < told["primary"]["ci_upper"]
    assert told["primary"]["grade"] == "B"
    page = (studies / "out" / "prompt.html").read_text()
    assert "Who benefits" in page
    assert "<script" not in page


def test_a_rollout_in_steps(heard, studies):
    ran = heard(
        "effect", "rollout", "training.csv", "--outcome", "heard_rate", "--unit", "team", "--time", "week",
        "--first", "trained_in", "--placebo", "contacts_per_agent", "--json", cwd=studies,
    )  # fmt: skip
    told = json.loads(ran.out)
    assert ran.code == 0, ran.err
    assert told["primary"]["grade"] == "B"
    assert [row["event_time"] for row in told["event_study"]] == sorted(
        row["event_time"] for row in told["event_study"]
    )
    assert (studies / "out" / "effects" / "rollout.html").is_file()


def test_an_instrument(heard, studies):
    ran = heard(
        "effect", "instrument", "policy.csv", "--outcome", "left_within_90_days", "--treatment", "fast_refund",
        "--instrument", "limit_raised", "--cluster", "region", cwd=studies,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "grade B" in ran.out
    assert "First-stage F" in ran.out


def test_a_series_is_marked_weak(heard, studies, tmp_path):
    rows = "".join(f"{i},{0.4 + (i % 3) / 100 + (0.1 if i >= 30 else 0)}\n" for i in range(40))
    (tmp_path / "weeks.csv").write_text("week,heard_rate\n" + rows)
    ran = heard(
        "effect", "series", "weeks.csv", "--time", "week", "--outcome", "heard_rate", "--start", "30", cwd=tmp_path
    )
    assert "grade C" in ran.out or "grade D" in ran.out


def test_a_dose_with_lags(heard, studies, tmp_path):
    rows = "".join(
        f"t{u},{w},{(u * w * 7) % 5},{0.3 + 0.02 * ((u * w * 7) % 5) + 0.01 * w + (u * 13 + w * 5) % 7 / 500}\n"
        for u in range(24)
        for w in range(12)
    )
    (tmp_path / "dose.csv").write_text("team,week,hours,heard_rate\n" + rows)
    ran = heard(
        "effect", "panel", "dose.csv", "--unit", "team", "--time", "week", "--dose", "hours", "--outcome",
        "heard_rate", "--lag", "0", "--lag", "1", "--json", cwd=tmp_path,
    )  # fmt: skip
    told = json.loads(ran.out)
    assert told["lags"][0]["value"] == pytest.approx(0.02, abs=0.005)


BAD = [
    (["experiment", "verdict", "--plan", "plan.toml"], "both, or a workspace"),
    (["experiment", "verdict", "--plan", "none.toml", "--data", "prompt.csv"], "none that can be read"),
    (["effect", "rollout"], "a CSV, or --workspace"),
    (["effect", "rollout", "training.csv", "--outcome", "joy", "--unit", "team", "--time", "week", "--first", "trained_in"], "no column joy"),
    (["effect", "rollout", "training.csv", "--outcome", "heard_rate", "--unit", "team", "--time", "week"], "neither a first treated period"),
    (["effect", "synthetic", "training.csv", "--unit", "team", "--time", "week", "--outcome", "heard_rate", "--treated", "trained_in"], "all units treated at once|treated units"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a[:3]) + str(i) for i, (a, _) in enumerate(BAD)])
def test_a_wrong_request_is_one_line_and_exit_2(heard, studies, arguments, message):
    import re

    ran = heard(*arguments, cwd=studies)
    assert ran.code == 2, ran.err
    assert re.search(message, ran.err)
    assert len(ran.err.strip().splitlines()) == 1


def test_a_plan_that_lacks_answers_says_which(heard, workspace):
    ran = heard("experiment", "plan", workspace, "--name", "x")
    assert ran.code == 2
    assert "no --change, no --kind, no --metric, no --smallest" in ran.err


def test_a_median_cannot_be_the_metric(heard, workspace):
    ran = heard(
        "experiment", "plan", workspace, "--name", "x", "--change", "Faster", "--kind", "prompt", "--metric",
        "first_reply_calendar_seconds", "--smallest", "60",
    )  # fmt: skip
    assert ran.code == 2
    assert "a share or a mean" in ran.err
