"""An experiment on a workspace, from its plan to its page, with data that come after the registration."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
import tomlkit

from heard import gate
from heard.errors import BadInput, NotIdentified, NotReleased
from heard.flow import effects, experimenting, import_path, score
from heard.gate import workspace as clockwork
from heard.gate.naming import pseudonym_in
from heard.inference.experiments import power
from heard.sample import PLANTED, generate

SMALL = replace(PLANTED, weeks=14, interactions_per_week=26)
STARTS = PLANTED.ends_on - timedelta(days=27)  # a Monday, four weeks before the end
ANSWERS = {
    "name": "own-words", "change": "A prompt shows the agent the customer's own words", "kind": "prompt",
    "metric": "heard_rate", "guards": ["acknowledged_rate"], "smallest_effect": 0.06, "weeks": 4, "unit": "shift",
    "starts_on": STARTS.isoformat(), "subgroups": ["tenure"],
}  # fmt: skip


def write(folder, rows):
    folder.mkdir()
    for table, made in rows.items():
        (folder / f"{table}.jsonl").write_bytes(
            b"".join(orjson.dumps(r, option=orjson.OPT_APPEND_NEWLINE) for r in made)
        )
    return folder


def is_before(row, kept):
    return row["interaction_id"] in kept if "interaction_id" in row else True


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The whole story once: ten weeks of past, plan, registration, assignment, four weeks of data, exposure."""
    clock = pytest.MonkeyPatch()
    clock.setattr(power, "SIMULATIONS", 60)  # the story needs no figure to the point
    clock.setattr(clockwork, "_utc_now", lambda: datetime(2026, 10, 24, 12, tzinfo=UTC))
    base = tmp_path_factory.mktemp("experiment")
    rows = generate(planted=SMALL)
    rows.pop("outcome")
    kept = {r["interaction_id"] for r in rows["interaction"] if r["closed_at"].date() < STARTS}
    past = {table: [r for r in made if is_before(r, kept)] for table, made in rows.items()}
    shop = base / "shop"
    gate.init(shop, name="Shop", timezone="UTC", keep_history=True, key_path=base / "shop.key").close()
    import_path(shop, write(base / "past", past), source="canonical")
    score(shop)
    planned = experimenting.plan(shop, ANSWERS)
    with pytest.raises(BadInput, match="not registered"):
        experimenting.assignment(shop, "own-words")
    registered = experimenting.register(shop, "own-words")
    assigned = experimenting.assignment(shop, "own-words")
    clock.setattr(clockwork, "_utc_now", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    import_path(shop, write(base / "whole", rows), source="canonical")
    score(shop)
    yield {"shop": shop, "planned": planned, "registered": registered, "assigned": assigned, "rows": rows, "base": base}
    clock.undo()


def test_the_plan_says_how_long_it_would_take(told):
    (own,) = told["planned"].proposals
    assert own.unit == "shift"
    assert own.weeks_needed is None or own.weeks_needed > 8
    assert any("You would need" in line or "Not even" in line for line in told["planned"].to_lines())


def test_the_registration_stands_in_the_audit_chain(told):
    workspace = gate.open(told["shop"])
    try:
        noted = [e.details for e in gate.audit.log(workspace) if e.kind == "experiment_registered"]
        assert gate.audit.verify(workspace).is_sound
    finally:
        workspace.close()
    assert noted == [{"actor": "user", "name": "own-words", "plan_digest": told["registered"]["digest"]}]


def test_the_assignment_is_balanced_and_comes_with_a_playbook(told):
    assert abs(told["assigned"]["counts"]["control"] - told["assigned"]["counts"]["treatment"]) <= 2
    assert "Nobody chooses their own arm" in (told["shop"] / "experiments" / "own-words" / "playbook.md").read_text()


def test_a_null_experiment_gives_no_finding_and_a_page(told):
    found, paths = experimenting.judge(told["shop"], "own-words")
    assert found.departures == ()
    assert found.primary.excludes_zero is not True
    assert next(c for c in found.primary.checks if c.name == "registered plan").passed == "yes"
    page = paths[0].read_text()
    assert found.headline in page.replace("&#39;", "'")
    assert "Content-Security-Policy" in page
    assert set(found.guards) == {"acknowledged_rate"}
    assert orjson.loads(paths[1].read_bytes())["primary"]["grade"] in "ABCD"


def test_the_page_is_the_same_every_time(told):
    first = experimenting.judge(told["shop"], "own-words")[1][0].read_bytes()
    assert experimenting.judge(told["shop"], "own-words")[1][0].read_bytes() == first


def test_a_changed_plan_is_printed_in_red(told):
    path = told["shop"] / "experiments" / "own-words" / "plan.toml"
    first = path.read_text()
    try:
        made = tomlkit.parse(first)
        made["metric"], made["guards"] = "acknowledged_rate", []
        path.write_text(tomlkit.dumps(made))
        found, paths = experimenting.judge(told["shop"], "own-words")
        assert "metric was heard_rate when registered and is acknowledged_rate now." in found.departures
        assert 'class="departures"' in paths[0].read_text()
        with pytest.raises(BadInput, match="changed after registration"):
            experimenting.assignment(told["shop"], "own-words")
    finally:
        path.write_text(first)


def test_exposure_is_taken_in_under_pseudonyms(told):
    ids = [r["interaction_id"] for r in told["rows"]["interaction"] if r["opened_at"].date() >= STARTS]
    log = told["base"] / "log.csv"
    log.write_text("contact,shown,used\n" + "".join(f"{i},1,0\n" for i in ids[:20]))
    made = experimenting.expose(told["shop"], "own-words", log, source="canonical")
    assert made["contacts"] == 20
    kept = (told["shop"] / "experiments" / "own-words" / "exposure.csv").read_text()
    assert ids[0] not in kept
    found, _ = experimenting.judge(told["shop"], "own-words")
    assert found.exposure.crossover is not None
    assert "per_protocol" in found.beside or "when_shown" in found.beside
    (told["shop"] / "experiments" / "own-words" / "exposure.csv").unlink()


def test_an_exposure_log_with_other_words_is_refused(told):
    log = told["base"] / "bad.csv"
    log.write_text("contact,shown\nHL-1,perhaps\n")
    with pytest.raises(BadInput, match="row 2"):
        experimenting.expose(told["shop"], "own-words", log, source="canonical")


def test_a_live_help_desk_hears_the_arm_of_the_shift(told, monkeypatch):
    monkeypatch.setattr(clockwork, "_utc_now", lambda: datetime(2026, 10, 27, 15, tzinfo=UTC))
    found = experimenting.arm(told["shop"], "own-words", place="Quay")
    assert found["unit"] == "Quay 2026-10-27 pm"
    assert found["arm"] in ("control", "treatment")
    with pytest.raises(BadInput, match="not assigned"):
        experimenting.arm(told["shop"], "own-words", place="Elsewhere")


def test_a_plan_with_its_data_in_hand_is_refused(told, monkeypatch):
    monkeypatch.setattr(clockwork, "_utc_now", lambda: datetime(2026, 10, 24, 12, tzinfo=UTC))
    experimenting.plan(told["shop"], {**ANSWERS, "name": "late"})
    with pytest.raises(BadInput, match="from its window already"):
        experimenting.register(told["shop"], "late")


def test_a_start_in_the_past_is_refused(told):
    experimenting.plan(told["shop"], {**ANSWERS, "name": "past"})
    with pytest.raises(BadInput, match="which is past"):
        experimenting.register(told["shop"], "past")


def test_overlapping_experiments_are_refused(told):
    for name in ("one", "two"):
        experimenting.plan(told["shop"], {**ANSWERS, "name": name, "starts_on": "2026-11-30"})
    experimenting.register(told["shop"], "one")
    with pytest.raises(BadInput, match="the same contacts and weeks as one"):
        experimenting.register(told["shop"], "two")
    experimenting.plan(told["shop"], {**ANSWERS, "name": "three", "starts_on": "2027-01-04"})
    experimenting.register(told["shop"], "three")


def test_a_registered_name_cannot_be_planned_again(told):
    with pytest.raises(BadInput, match="a new name"):
        experimenting.plan(told["shop"], ANSWERS)


def test_an_unknown_experiment_names_those_that_are_there(told):
    with pytest.raises(BadInput, match="own-words"):
        experimenting.judge(told["shop"], "other")


def test_nothing_to_read_before_the_start(told):
    with pytest.raises(NotIdentified, match="no contact in its window"):
        experimenting.judge(told["shop"], "own-words", as_of=STARTS - timedelta(days=7))


def test_a_survey_is_told_of_a_faster_outcome(told):
    made = experimenting.plan(
        told["shop"], {**ANSWERS, "name": "slow", "metric": "felt_understood_share", "guards": [], "unit": "customer",
                       "starts_on": date(2026, 11, 30).isoformat(), "smallest_effect": 0.15},
    )  # fmt: skip
    own = made.proposals[0]
    assert own.weeks_needed is None or own.weeks_needed > 4
    for other in made.faster.values():
        assert other.weeks_needed < (own.weeks_needed or 1000)
    assert made.faster


def test_customers_get_the_same_arm_live_and_in_the_verdict(told):
    experimenting.plan(told["shop"], {**ANSWERS, "name": "by-customer", "unit": "customer", "starts_on": "2027-03-01"})
    live = [
        experimenting.arm(told["shop"], "by-customer", customer="customer-7", source="canonical")["arm"]
        for _ in range(2)
    ]
    assert live[0] == live[1]


def test_an_arm_of_two_agents_is_refused(told):
    experimenting.plan(
        told["shop"], {**ANSWERS, "name": "few", "unit": "agent", "starts_on": "2027-06-07", "treated_share": 0.2}
    )
    experimenting.register(told["shop"], "few")
    with pytest.raises(NotReleased, match="an arm of 2"):
        experimenting.assignment(told["shop"], "few")


def test_a_rollout_to_two_agents_is_refused_and_to_a_team_has_no_bounds(told):
    rows = told["rows"]["interaction"]
    workspace = gate.open(told["shop"])
    try:
        two = [
            pseudonym_in(workspace, "agent", "canonical", one)
            for one in sorted({r["first_agent_id"] for r in rows})[:2]
        ]
    finally:
        workspace.close()
    begun = date(2026, 10, 26)
    with pytest.raises(NotReleased, match="too few people"):
        effects.panel_in(told["shop"], "heard_rate", by="agent", starts=dict.fromkeys(two, begun))
    made, weeks = effects.panel_in(told["shop"], "heard_rate", by="team", starts={"Quay": begun})
    found, _ = effects.rollout(made, what="Heard rate", unit="points")
    assert weeks >= 1
    assert (found.ci_lower, found.ci_upper, found.grade) == (-math.inf, math.inf, "D")
    with pytest.raises(BadInput, match="without contacts"):
        effects.panel_in(told["shop"], "heard_rate", by="team", starts={"Elsewhere": begun})
