"""The agent's mirror, appeals that change the record, team mode and the decision that opens person view."""

import re
from datetime import timedelta

import pytest
from web_kit import agents_of, app_of, client_of, join, make_workspace, post

from heard import flow, gate
from heard.actions.coaching.agreed import DUTIES
from heard.actions.mirror.load import gini
from heard.flow.serving.house import House


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    house = House(make_workspace(tmp_path_factory.mktemp("mirror")))
    agents = busiest(house.workspace)
    people = {
        "ada": join(house.workspace, "agent", "ada", agent_id=agents[0]),
        "abe": join(house.workspace, "agent", "abe", agent_id=agents[1]),
        "lena": join(house.workspace, "lead", "lena"),
        "olive": join(house.workspace, "owner", "olive"),
    }
    app = app_of(house)
    yield house, people, {login: client_of(app, login) for login in people}
    house.close()


def busiest(workspace):
    """Agents by heard moments of the newest weeks: pseudonyms differ from run to run, and so does who comes first."""
    with gate.view(workspace, "service_quality") as view:
        asked = """SELECT f.agent_id FROM moment AS m JOIN interaction_fact AS f USING (interaction_id)
            WHERE f.agent_id IS NOT NULL AND m.week_start > (SELECT max(week_start) FROM moment) - 28
            GROUP BY 1 ORDER BY count(*) FILTER (m.state = 'met' AND NOT coalesce(m.is_generic, false)) DESC, 1"""
        return view.sql(asked)["agent_id"].to_pylist()


def own_moments(house, agent):
    with house.whole() as view:
        asked = "SELECT m.moment_id, m.interaction_id FROM moment AS m JOIN interaction_fact AS f USING (interaction_id) WHERE f.agent_id = ? AND m.state = 'missed' ORDER BY 1"
        return view.sql(asked, (agent,)).to_pylist()


def test_a_mirror_shows_own_conversations_only(desk):
    house, _people, clients = desk
    page = clients["ada"].get("/mirror").text
    shown = set(re.findall(r"/conversations/(i_\w+)", page))
    assert shown
    for interaction in shown:
        assert clients["ada"].get(f"/conversations/{interaction}").status_code == 200
        assert clients["abe"].get(f"/conversations/{interaction}").status_code == 400  # not one that Abe may read
    for other in agents_of(house.workspace):
        assert other not in page
    assert clients["olive"].get("/mirror").status_code == 403


def test_an_appeal_goes_to_a_person_and_the_record_follows(desk):
    house, people, clients = desk
    moment = own_moments(house, people["ada"].agent_id)[0]
    fields = {"moment_id": moment["moment_id"], "interaction_id": moment["interaction_id"]}
    assert post(clients["abe"], "/appeals", why="not mine", **fields).status_code == 400
    assert post(clients["ada"], "/appeals", why="I did answer, by phone", **fields).status_code == 303
    assert "I did answer" in clients["ada"].get("/mirror").text
    assert "I did answer" not in clients["abe"].get("/mirror").text
    appeal = re.search(r'action="/appeals/(appeal-\w+)"', clients["lena"].get("/appeals").text).group(1)
    assert post(clients["ada"], f"/appeals/{appeal}", decision="changed", state="met").status_code == 403
    assert post(clients["lena"], f"/appeals/{appeal}", decision="changed", state="met").status_code == 303
    assert post(clients["lena"], f"/appeals/{appeal}", decision="kept").status_code == 400  # decided once

    def state():
        with house.whole() as view:
            return view.sql("SELECT state FROM moment WHERE moment_id = ?", (moment["moment_id"],))["state"].to_pylist()

    assert state() == ["met"]
    flow.score(house.workspace.folder, anew=True)  # a person's word outlives the machine's next run
    assert state() == ["met"]
    assert "1 changed: 100 %" in clients["lena"].get("/appeals").text
    assert gate.audit.verify(house.workspace).is_sound


def test_person_view_is_closed_until_a_decision_and_its_duties(desk):
    house, people, clients = desk
    address = f"/coaching/{people['ada'].person_id}"
    assert "Packs go to the person alone" in clients["lena"].get("/coaching").text
    assert clients["lena"].get(address).status_code == 403
    until = (house.workspace.now().date() + timedelta(days=30)).isoformat()
    duties = {f"duty-{n}": duty for n, duty in enumerate(DUTIES, start=1)}
    why = "Two agents asked for coaching on their own conversations."
    assert post(clients["lena"], "/coaching/decision", why=why, until=until, **duties).status_code == 403
    one_missing = {k: v for k, v in duties.items() if k != "duty-3"}
    assert post(clients["olive"], "/coaching/decision", why=why, until=until, **one_missing).status_code == 400
    assert post(clients["olive"], "/coaching/decision", why=why, until=until, **duties).status_code == 303
    page = clients["lena"].get("/coaching").text
    assert all(duty.replace("'", "&#39;") in page for duty in DUTIES)
    assert clients["lena"].get(address).status_code == 200
    looked = [e for e in gate.audit.log(house.workspace) if e.kind == "look" and e.details.get("what") == "mirror"]
    assert looked[-1].details["actor"] == people["lena"].person_id
    assert post(clients["olive"], "/coaching/withdraw").status_code == 303
    assert clients["lena"].get(address).status_code == 403


def test_recognition_is_by_opt_in_and_in_turn(desk):
    _house, _people, clients = desk
    post(clients["lena"], "/coaching/nominate")
    assert "Nobody yet" in clients["lena"].get("/coaching").text
    for login in ("ada", "abe"):
        post(clients[login], "/mirror/recognition", is_in="yes")
    post(clients["lena"], "/coaching/nominate")
    post(clients["lena"], "/coaching/nominate")
    named = re.findall(r"<p><b><bdi>(\w+)</bdi></b></p>", clients["lena"].get("/coaching").text)
    assert sorted(named) == ["abe", "ada"]
    post(clients["ada"], "/mirror/recognition", is_in="no")
    assert "<bdi>ada</bdi></b>" not in clients["lena"].get("/coaching").text


def test_a_goal_is_tracked_as_the_own_rate(desk):
    _, _, clients = desk
    assert (
        post(clients["ada"], "/mirror/goal", behaviour="validates", text="say that they are right").status_code == 303
    )
    page = clients["ada"].get("/mirror").text
    assert "Practising <b>validates</b>" in page
    assert post(clients["ada"], "/mirror/goal", behaviour="dismisses").status_code == 400


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        ([1, 1, 1, 1], 0),
        ([0, 0, 0, 1], 0.75),  # one carries all: (n - 1) / n
        ([1, 2, 3, 4, 5], 4 / 15),  # of 1 to n it is (n - 1) / (3 n)
        ([2, 4, 6, 8, 10], 4 / 15),  # without a unit
    ],
)
def test_gini_by_closed_forms(loads, expected):
    assert gini(loads) == pytest.approx(expected, abs=1e-12)
