"""Signing in, lock-out, invitations, sessions."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from web_kit import HOST, PASSWORD, agents_of, app_of, client_of, join, post

from heard import gate
from heard.errors import BadInput, NotConsented
from heard.flow.serving.house import House
from heard.gate.accounts import invitations, people, sessions

START = datetime.fromisoformat("2026-11-25T12:00:00+00:00")


class Clock:
    def __init__(self):
        self.at = START

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fresh(tmp_path, clock):
    made = gate.init(tmp_path / "ws", name="Acme", timezone="UTC", key_path=tmp_path / "key", now=clock)
    yield made
    made.close()


def test_the_first_start_makes_one_owner_with_a_link_that_works_once(fresh):
    old, token = invitations.first_owner(fresh), invitations.first_owner(fresh)
    with pytest.raises(NotConsented):
        invitations.join(fresh, old, login="olive", password=PASSWORD)
    made = invitations.join(fresh, token, login="Olive", password=PASSWORD)
    assert (made.login, made.role) == ("olive", "owner")
    assert invitations.first_owner(fresh) is None
    with pytest.raises(NotConsented):
        invitations.join(fresh, token, login="mallory", password=PASSWORD)


def test_an_invitation_ends_after_three_days(fresh, clock):
    token = invitations.first_owner(fresh)
    clock.at += timedelta(days=3, seconds=1)
    assert invitations.role_of(fresh, token) is None


@pytest.mark.parametrize("password", ["sesame", "aaaaaaaaaaaaaaaaaa", "x" * 201])
def test_a_poor_password_leaves_the_link_good(fresh, password):
    token = invitations.first_owner(fresh)
    with pytest.raises(BadInput) as error:
        invitations.join(fresh, token, login="olive", password=password)
    assert password not in str(error.value)
    assert invitations.role_of(fresh, token) == "owner"


def test_five_wrong_passwords_lock_the_account_and_a_quarter_of_an_hour_opens_it(fresh, clock):
    invitations.join(fresh, invitations.first_owner(fresh), login="olive", password=PASSWORD)
    for _ in range(people.TRIES):
        assert people.proved(fresh, "olive", "not the right one") is None
    assert people.proved(fresh, "olive", PASSWORD) is None
    clock.at += timedelta(seconds=people.LOCKED_SECONDS + 1)
    assert people.proved(fresh, "olive", PASSWORD) is not None
    assert gate.audit.verify(fresh).is_sound


def test_no_secret_lies_in_the_state_database(fresh):
    token = invitations.first_owner(fresh)
    someone = invitations.join(fresh, token, login="olive", password=PASSWORD)
    key = sessions.give_token(fresh, someone, "a script")
    held = (fresh.folder / "state.db").read_bytes() + (fresh.folder / "state.db-wal").read_bytes()
    assert token.encode() not in held
    assert key.encode() not in held
    assert PASSWORD.encode() not in held
    assert sessions.of_token(fresh, key).person_id == someone.person_id
    assert sessions.of_token(fresh, key + "x") is None


def test_another_role_ends_sessions_and_tokens_and_the_last_owner_stays(fresh):
    someone = invitations.join(fresh, invitations.first_owner(fresh), login="olive", password=PASSWORD)
    with pytest.raises(BadInput):
        people.change(fresh, someone.person_id, actor=someone, role="coach")
    coach = people.add(fresh, login="carl", password=PASSWORD, role="coach")
    key, cookie = sessions.give_token(fresh, coach, "x"), sessions.begin("k" * 64, coach)
    assert sessions.resumed(fresh, "k" * 64, cookie).person.login == "carl"
    people.change(fresh, coach.person_id, actor=someone, role="analyst")
    assert sessions.resumed(fresh, "k" * 64, cookie) is None
    assert sessions.of_token(fresh, key) is None
    assert sessions.resumed(fresh, "o" * 64, cookie) is None


def test_a_wrong_login_and_a_wrong_password_get_the_same_answer(app):
    client = TestClient(app, base_url=f"http://{HOST}")
    wrong = [client.post("/sign-in", data={"login": login, "password": "x"}) for login in ("nobody", "analyst")]
    assert wrong[0].status_code == wrong[1].status_code == 403
    assert wrong[0].text == wrong[1].text


def test_signing_out_ends_the_session_on_every_device(house, app, people):
    join(house.workspace, "officer", "leaver")
    one, other = client_of(app, "leaver"), client_of(app, "leaver")
    assert post(one, "/sign-out").status_code == 303
    assert other.get("/me").headers["location"] == "/sign-in"


def test_too_many_tries_are_slowed_down(house, people):
    client = TestClient(app_of(house, sign_ins_a_minute=3), base_url=f"http://{HOST}")
    codes = [client.post("/sign-in", data={"login": "nobody", "password": "x"}).status_code for _ in range(5)]
    assert codes == [403, 403, 403, 429, 429]


def test_an_agent_must_be_one_of_the_data(fresh):
    with pytest.raises(BadInput):
        invitations.invite(fresh, role="agent", made_by="p", agent_id="a_0123456789abcdef01234567")
    with pytest.raises(BadInput):
        invitations.invite(fresh, role="agent", made_by="p")


def test_rows_of_an_agent_are_their_own_conversations_whatever_is_asked(house, people):
    agent, other = agents_of(house.workspace)[:2]
    with house.whole() as view:
        asked = "SELECT DISTINCT interaction_id FROM turn WHERE speaker_id = ? ORDER BY 1"
        own = view.sql(asked, (agent,))["interaction_id"].to_pylist()
    with house.view(people["agent"]) as view:
        for table in ("turn", "moment", "interaction", "signal", "interaction_fact"):
            found = view.sql(f"SELECT DISTINCT interaction_id FROM {table}")["interaction_id"].to_pylist()
            assert set(found) <= set(own), table
        assert view.sql("SELECT count(*) AS n FROM agent")["n"][0].as_py() == 0
        asked = "WITH x AS (SELECT interaction_id FROM turn) SELECT count(DISTINCT interaction_id) AS n FROM x"
        assert view.sql(asked)["n"][0].as_py() == len(own)
        for trick in ("SELECT * FROM main.turn", "SELECT * FROM stored.turn", "SELECT * FROM own_conversation"):
            with pytest.raises(BadInput):
                view.sql(trick)
    assert other != agent


def test_a_lead_of_one_team_sees_that_team_only(house, people):
    lead = join(house.workspace, "lead", "lena", team_id="Quay")
    with house.view(lead) as view:
        assert view.sql("SELECT DISTINCT team_id FROM interaction")["team_id"].to_pylist() == ["Quay"]


def test_an_erasure_does_not_wait_for_the_app(tmp_path):
    from web_kit import make_workspace

    folder = make_workspace(tmp_path)
    house = House(folder)
    with house.whole() as view:
        customer = view.sql("SELECT customer_id FROM moment LIMIT 1")["customer_id"][0].as_py()
        asked = "SELECT count(*) AS n FROM interaction WHERE customer_id = ?"
        assert view.sql(asked, (customer,))["n"][0].as_py() > 0
    other = gate.open(folder)
    gate.erase(other, customer)
    other.close()
    with house.whole() as view:
        assert view.sql(asked, (customer,))["n"][0].as_py() == 0
    house.close()
