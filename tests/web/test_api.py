"""The API: the shape that it states, no 5xx whatever comes, idempotent writes, cursors, tokens by role, webhooks."""

import json
import threading
from hashlib import sha256
from hmac import new
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from web_kit import HOST

from heard.flow import webhooks
from heard.gate.accounts import ROLES, sessions


@pytest.fixture(scope="module")
def programs(house, people, app):
    """Role → a program with a token of that role."""
    made = {}
    for role in ROLES:
        client = TestClient(app, base_url=f"http://{HOST}", raise_server_exceptions=False)
        client.headers["authorization"] = f"Bearer {sessions.give_token(house.workspace, people[role], 'test')}"
        made[role] = client
    return made


@pytest.fixture(scope="module")
def shape(programs):
    return programs["owner"].get("/api/v1/openapi.json").json()


def test_every_route_of_the_api_is_described(shape):
    assert shape["openapi"].startswith("3.")
    for path, methods in shape["paths"].items():
        assert path.startswith("/api/v1/")
        for told in methods.values():
            assert told["description"], path
    assert shape["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_page_has_its_json(shape):
    needed = (
        "monday",
        "moments",
        "frame",
        "journey",
        "agreement",
        "coaching",
        "mirror",
        "plan",
        "abilities",
        "measures",
    )
    assert {f"/api/v1/{name}" for name in needed} <= set(shape["paths"])


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "null", "-1", "1e999", "2026-02-30", "9999-12-31", "0001-01-01", "'; DROP TABLE turn; --", "\x00", "../../etc", "<script>", "%00", "all", "Quay", "missed"]),
    st.integers().map(str),
)  # fmt: skip


@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(data=st.data())
def test_no_request_that_fits_or_breaks_the_shape_gives_a_5xx(programs, shape, data):
    for path, methods in shape["paths"].items():
        for method, told in methods.items():
            query, filled = {}, path
            for one in told.get("parameters", []):
                value = data.draw(HOSTILE)
                if one["in"] == "path":
                    filled = filled.replace(f"{{{one['name']}}}", quote(value, safe="") or "x")
                elif one["in"] == "query":
                    query[one["name"]] = value
            body = (
                data.draw(st.one_of(st.none(), st.dictionaries(st.text(max_size=8), HOSTILE, max_size=3)))
                if method != "get"
                else None
            )
            role = data.draw(st.sampled_from(("owner", "agent", "lead")))
            answer = programs[role].request(method, filled, params=query, json=body)
            assert answer.status_code < 500, (method, path, query, answer.text[:200])
            if answer.headers["content-type"].startswith("application/json"):
                assert answer.json()["ok"] is (answer.status_code < 400)


def test_a_page_follows_a_page_without_gap_or_repeat(programs):
    seen, cursor = [], None
    for _ in range(6):
        query = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        data = programs["owner"].get("/api/v1/moments", params=query).json()["data"]
        seen += [row["moment_id"] for row in data["moments"]]
        cursor = data["next"]
    whole = programs["owner"].get("/api/v1/moments", params={"limit": 42}).json()["data"]["moments"]
    assert seen == [row["moment_id"] for row in whole]
    assert len(set(seen)) == 42


def test_the_same_key_writes_once(programs):
    moment = programs["lead"].get("/api/v1/moments", params={"limit": 1}).json()["data"]["moments"][0]
    body = {"moment_id": moment["moment_id"], "interaction_id": moment["interaction_id"], "why": "not a feeling"}
    made = {
        programs["lead"]
        .post("/api/v1/appeals", json=body, headers={"Idempotency-Key": "k1"})
        .json()["data"]["appeal_id"]
        for _ in range(3)
    }
    assert len(made) == 1
    other = programs["coach"].post("/api/v1/appeals", json=body, headers={"Idempotency-Key": "k1"})
    assert other.json()["data"]["appeal_id"] not in made  # another person's key is another key


def test_one_shape_for_every_error(programs, app):
    anonymous = TestClient(app, base_url=f"http://{HOST}")
    for answer, status in (
        (anonymous.get("/api/v1/moments"), 401),
        (programs["agent"].get("/api/v1/moments"), 403),
        (programs["owner"].get("/api/v1/moments?state=angry"), 400),
        (programs["owner"].get("/api/v1/moments?limit=0"), 422),
        (programs["owner"].get("/api/v1/nothing"), 404),
        (programs["owner"].put("/api/v1/moments"), 405),
    ):
        told = answer.json()
        assert (answer.status_code, told["status"], told["ok"]) == (status, status, False)
        assert set(told) == {"ok", "error", "errors", "status"}


def test_no_person_and_no_count_of_customers_is_in_any_figure(programs):
    text = programs["owner"].get("/api/v1/figures").text
    assert "customer_count" not in text
    assert "agent_count" not in text
    assert "a_" + "0" not in text


class Receiver(BaseHTTPRequestHandler):
    """Takes what it is told, or sends on to elsewhere."""

    told, sends_on = [], False

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        Receiver.told.append((body, self.headers["x-heard-signature"]))
        self.send_response(302 if Receiver.sends_on else 200)
        if Receiver.sends_on:
            self.send_header("location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.told, Receiver.sends_on = [], False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()


def test_a_webhook_is_signed_holds_no_words_and_a_dead_one_stops_nothing(programs, house, receiver):
    made = programs["owner"].post("/api/v1/webhooks", json={"url": receiver}).json()["data"]
    dead = programs["owner"].post("/api/v1/webhooks", json={"url": "http://127.0.0.1:1/"}).json()["data"]
    failed = webhooks.tell(house.workspace, "released", {"manifest": 3})
    assert failed == [f"webhook {dead['webhook_id']}: could not be reached"]
    body, signature = Receiver.told[0]
    assert signature == "sha256=" + new(made["secret"].encode(), body, sha256).hexdigest()
    assert set(json.loads(body)) == {"event", "workspace", "manifest"}
    listed = programs["owner"].get("/api/v1/webhooks").text
    assert made["secret"] not in listed
    Receiver.sends_on = True
    assert any("answered 302" in line for line in webhooks.tell(house.workspace, "released", {"manifest": 3}))
    for one in (made, dead):
        assert programs["owner"].delete(f"/api/v1/webhooks/{one['webhook_id']}").status_code == 200
    assert webhooks.WEBHOOKS.all(house.workspace) == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "http://u:p@host/", "http://", "gopher://x", "http://a b"]
)
def test_an_address_that_is_no_web_address_is_refused(programs, url):
    assert programs["owner"].post("/api/v1/webhooks", json={"url": url}).status_code == 400
