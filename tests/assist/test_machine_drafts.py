"""A draft by a machine: off by default, behind its gate, asked for, checked, marked."""

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from live_kit import TOKEN, Opened
from test_desk import make as make_desk
from test_suggestions import LATE, POLICY

from heard import flow
from heard.actions.assist.drafting import amounts, ask, words_of
from heard.actions.assist.policy import LanguageModel
from heard.errors import BadInput, NotConsented
from heard.gate import features
from heard.web.assist.make import make

GOOD = "Three messages, and a baby due on Friday: you should not have had to chase us. I'm putting the cot on our van for tomorrow."


@pytest.fixture
def model():
    """An OpenAI-compatible address on loopback that says what it is told to."""

    class Model(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append((self.path, json.loads(body), self.headers.get("Authorization")))
            self.send_response(server.status)
            self.end_headers()
            self.wfile.write(server.answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.asked, server.status, server.answer = [], 200, completion(GOOD)
    server.base = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def completion(text):
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


class Drafting(Opened):
    def __init__(self, model):
        super().__init__()
        self.model = LanguageModel(address=model.base, model="small", timeout_seconds=5)

    def compose(self, asked):
        return ask(self.model, "key", asked)


@pytest.fixture
def client(model):
    client = TestClient(
        make(Drafting(model)), base_url="http://localhost", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    client.post("/v1/frames", json={"type": "open", "session": "s", "names": ["Zebedee Quillfeather"]})
    text = f"{LATE} Zebedee Quillfeather, z@quill.example"
    client.post("/v1/frames", json={"type": "turn", "session": "s", "turn_id": "1", "role": "customer", "text": text})
    return client


def compose(client):
    return client.post("/v1/frames", json={"type": "compose", "session": "s"}).json()


def test_a_draft_that_passes_is_one_more_suggestion_and_marked(client, model):
    first = compose(client)["suggestions"][0]
    assert (first["kind"], first["text"], first["is_machine_drafted"]) == ("draft", GOOD, True)
    assert first["caused_by"] in LATE
    path, body, key = model.asked[0]
    assert (path, body["model"], key) == ("/v1/chat/completions", "small", "Bearer key")
    assert "Quillfeather" not in json.dumps(body)
    assert "quill.example" not in json.dumps(body)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("We are sorry for the inconvenience.", "fit anybody"),
        ("Your order was sent.", "does not answer"),
        ("You should have read the terms. Please contact the courier.", "brushes"),
        (GOOD + " I refund you 500 euros right now.", "more than 50"),
    ],
)
def test_a_draft_that_fails_a_check_is_not_shown(client, model, text, why):
    model.answer = completion(text)
    told = compose(client)
    assert told["ok"] is False
    assert why in told["error"]
    assert "suggestions" not in told


@pytest.mark.parametrize(
    ("status", "answer"), [(500, b""), (200, b"{"), (200, b"{}"), (200, b"[]"), (200, completion("  "))]
)
def test_an_address_that_answers_something_else_is_told_in_words(client, model, status, answer):
    model.status, model.answer = status, answer
    assert "language model" in compose(client)["error"]
    assert client.post("/v1/frames", json={"type": "state", "session": "s"}).json()["ok"]


def test_nothing_is_asked_where_nothing_is_open(client, model):
    client.post("/v1/frames", json={"type": "turn", "session": "s", "turn_id": "2", "role": "agent", "text": GOOD})
    assert compose(client)["ok"] is False
    assert model.asked == []
    desk, _ = make_desk()
    with pytest.raises(BadInput):
        desk.to_compose("no such session")


def test_it_is_off_until_somebody_answers_for_it(tmp_path, model):
    folder = tmp_path / "ws"
    flow.init(folder, name="Shop", timezone="UTC", key_path=tmp_path / "ws.key", keep_history=True).close()
    opened = flow.assist_open(folder)
    with pytest.raises(BadInput, match="no address"):
        opened.compose([])
    opened.close()
    (folder / "assist.toml").write_text(POLICY + f'[language_model]\naddress = "{model.base}"\nmodel = "small"\n')
    opened = flow.assist_open(folder)
    with pytest.raises(NotConsented, match="recorded decision"):
        opened.compose([])
    assert model.asked == []
    today = opened.workspace.now().date()
    review = date(today.year + 1, today.month, 1)
    features.decide(opened.workspace, "language_model", is_open=True, by="Ann", reason="trial", review_on=review)
    assert opened.compose([{"role": "user", "content": "x"}]) == GOOD
    opened.close()


@pytest.mark.parametrize(
    ("text", "found"), [("€50", [50]), ("1.250 EUR", [1250]), ("£ 12.50 and 3 pounds", [12.5, 3]), ("50 minutes", [])]
)
def test_sums_of_money_are_seen(text, found):
    assert amounts(text) == found


def test_an_answer_of_another_shape_is_refused():
    for answer in (None, 7, {"choices": []}, {"choices": [{"message": {"content": "x" * 2000}}]}):
        with pytest.raises(BadInput):
            words_of(answer)
