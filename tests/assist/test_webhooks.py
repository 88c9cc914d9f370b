"""Webhooks with payloads as the help desks document them: signature first, retries change nothing, words stay words."""

import hmac
import json
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha1, sha256

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from live_kit import TOKEN, Opened
from test_desk import JSON
from test_suggestions import LATE

from heard.actions.assist.helpdesks import HELP_DESKS
from heard.actions.assist.helpdesks.zendesk import manifest
from heard.errors import HeardError
from heard.web.assist.make import make

SECRET = "whsec-of-the-test"
NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp())

# https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks, fields as there, words of our own.
CHATWOOT = {
    "event": "message_created", "id": "1", "content": LATE, "created_at": "2026-11-25 11:59:57 UTC",
    "message_type": "incoming", "content_type": "text", "content_attributes": {}, "source_id": None, "private": False,
    "sender": {"id": "7", "name": "Zebedee Quillfeather", "email": "z@quill.example"},
    "contact": {"id": "7", "name": "Zebedee Quillfeather"},
    "conversation": {"display_id": "17", "additional_attributes": {}, "channel": "Channel::WebWidget"},
    "account": {"id": "1", "name": "Corner shop"},
}  # fmt: skip
# https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/, comment added.
ZENDESK = {
    "account_id": 22129848, "event_version": "2022-11-06", "id": "e-1", "subject": "zen:ticket:5158",
    "time": "2026-11-25T11:59:58.123Z", "type": "zen:event-type:ticket.comment_added",
    "zendesk_event_version": "2022-11-06",
    "detail": {"id": "5158", "status": "OPEN", "subject": "Late", "requester_id": "84", "via": {"channel": "web"}},
    "event": {"comment": {"id": "9001", "body": LATE, "is_public": True,
                          "author": {"id": "84", "is_staff": False, "name": "Zebedee Quillfeather"}}},
}  # fmt: skip
# https://developers.intercom.com/docs/references/webhooks/webhook-models, conversation.user.created and .replied.
INTERCOM = {
    "type": "notification_event", "topic": "conversation.user.replied", "id": "notif_1", "created_at": NOW,
    "data": {"type": "notification_event_data", "item": {
        "type": "conversation", "id": "2001", "created_at": NOW - 60, "source": {"id": "s1", "body": "<p>Hello</p>"},
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [{
            "type": "conversation_part", "id": "p1", "part_type": "comment", "created_at": NOW - 5,
            "body": f"<p>{LATE}</p><script>alert(1)</script>",
            "author": {"type": "user", "id": "u1", "name": "Zebedee Quillfeather", "email": "z@quill.example"}}]}}},
}  # fmt: skip
PAYLOADS = {"chatwoot": CHATWOOT, "zendesk": ZENDESK, "intercom": INTERCOM}
SESSION = {"chatwoot": "chatwoot:17", "zendesk": "zendesk:5158", "intercom": "intercom:2001"}


def signed(name, body, *, secret=SECRET, at=NOW):
    key = secret.encode()
    if name == "chatwoot":
        made = hmac.new(key, f"{at}.".encode() + body, sha256).hexdigest()
        return {"X-Chatwoot-Signature": f"sha256={made}", "X-Chatwoot-Timestamp": str(at)}
    if name == "zendesk":
        stamp = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = b64encode(hmac.new(key, stamp.encode() + body, sha256).digest()).decode()
        return {"X-Zendesk-Webhook-Signature": made, "X-Zendesk-Webhook-Signature-Timestamp": stamp}
    return {"X-Hub-Signature": "sha1=" + hmac.new(key, body, sha1).hexdigest()}


class At(Opened):
    def __init__(self):
        super().__init__()
        self.desk.now = lambda: NOW


@pytest.fixture
def opened():
    return At()


@pytest.fixture
def client(opened):
    secrets = dict.fromkeys(HELP_DESKS, SECRET)
    return TestClient(make(opened, secrets=secrets, now=lambda: NOW), base_url="http://localhost")


def deliver(client, name, payload, **more):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return client.post(f"/v1/webhooks/{name}", content=body, headers=signed(name, body, **more))


def state(client, name):
    frame = {"type": "state", "session": SESSION[name]}
    return client.post("/v1/frames", json=frame, headers={"Authorization": f"Bearer {TOKEN}"}).json()


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_a_documented_delivery_opens_the_moment(client, name):
    told = deliver(client, name, PAYLOADS[name])
    assert (told.status_code, told.json()["turns"]) == (200, ["new"])
    moment = state(client, name)["moment"]
    assert moment["words"] in LATE
    assert moment["since_epoch_s"] is not None


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_a_delivery_that_is_retried_changes_nothing(client, name):
    assert deliver(client, name, PAYLOADS[name]).json()["turns"] == ["new"]
    before = state(client, name)
    assert deliver(client, name, PAYLOADS[name]).json()["turns"] == ["again"]
    assert state(client, name) == before


@pytest.mark.parametrize("name", sorted(PAYLOADS))
@pytest.mark.parametrize("fault", ["secret", "body", "none", "empty", "foreign"])
def test_a_wrong_signature_is_refused_in_words_and_nothing_is_read(client, opened, name, fault):
    body = json.dumps(PAYLOADS[name]).encode()
    headers = signed(name, body, secret="other" if fault == "secret" else SECRET)
    if fault == "body":
        body = body.replace(b"cot", b"cat")
    if fault in ("none", "empty", "foreign"):
        value = {"none": None, "empty": "", "foreign": "\u00fcber"}[fault]
        headers = {} if value is None else dict.fromkeys(headers, value.encode("latin-1"))
    answer = client.post(f"/v1/webhooks/{name}", content=body, headers=headers)
    assert answer.status_code == 401
    assert "cot" not in answer.text
    assert opened.desk.sessions == {}


@pytest.mark.parametrize("name", ["chatwoot", "zendesk"])
@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_delivery_is_refused_where_its_time_is_signed(client, name, seconds):
    assert deliver(client, name, PAYLOADS[name], at=NOW + seconds).status_code == 401


@pytest.mark.parametrize("name", [*sorted(PAYLOADS), "freshdesk", "../x"])
def test_a_help_desk_without_a_secret_is_closed(opened, name):
    client = TestClient(make(opened, now=lambda: NOW), base_url="http://localhost")
    assert deliver(client, name, PAYLOADS.get(name, {})).status_code in (401, 404, 405)


@pytest.mark.parametrize("name", sorted(PAYLOADS))
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"{}", b'{"type":7,"event":[],"topic":{}}', b"\xff"])
def test_a_delivery_that_is_no_payload_is_answered_and_nothing_breaks(client, name, body):
    assert deliver(client, name, body).status_code in (200, 400)


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_a_delivery_that_lacks_a_field_names_it(client, name):
    lacking = {
        "chatwoot": CHATWOOT | {"conversation": {}},
        "zendesk": ZENDESK | {"detail": {}},
        "intercom": INTERCOM | {"data": {"item": {**INTERCOM["data"]["item"], "id": None}}},
    }[name]
    answer = deliver(client, name, lacking)
    assert answer.status_code == 400
    assert "no " in answer.json()["error"]


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_the_customers_name_is_redacted_in_what_is_shown(client, opened, name):
    payload = json.loads(json.dumps(PAYLOADS[name]).replace("I'm fed up", "I, Zebedee Quillfeather, am fed up"))
    deliver(client, name, payload)
    assert "Quillfeather" not in json.dumps(state(client, name))
    lines = opened.desk.sessions[SESSION[name]].session.lines
    assert "Quillfeather" not in lines[0].text
    assert "alert" not in lines[0].text


def test_agents_bots_and_notes_have_their_roles(client, opened):
    def message(n, **more):
        deliver(client, "chatwoot", CHATWOOT | {"id": n, "content": f"words number {n} here"} | more)

    message(2, message_type="outgoing", sender={"id": 7, "type": "user"})
    message(3, message_type="outgoing", sender={"id": 1, "type": "agent_bot"})
    message(4, message_type="outgoing", private=True)
    message(5, message_type="template")
    message(6, message_type="activity")
    lines = opened.desk.sessions["chatwoot:17"].session.lines
    assert [(line.role, line.is_public) for line in lines] == [
        ("agent", True),
        ("bot", True),
        ("agent", False),
        ("bot", True),
    ]


def test_the_first_message_of_an_intercom_conversation_is_its_source(client, opened):
    first = json.loads(json.dumps(INTERCOM))
    first["topic"] = "conversation.user.created"
    first["data"]["item"]["source"] |= {"author": {"type": "lead", "id": "u1"}, "body": f"<p>{LATE}</p>"}
    first["data"]["item"]["conversation_parts"]["conversation_parts"] = []
    assert deliver(client, "intercom", first).json()["turns"] == ["new"]
    assert opened.desk.sessions["intercom:2001"].session.lines[0].role == "customer"


def test_intercoms_ping_is_answered(client):
    assert (
        deliver(client, "intercom", {"type": "notification_event", "topic": "ping", "data": {}}).json()["turns"] == []
    )


def test_the_manifest_is_what_zendesk_asks_for():
    made = manifest("https://assist.example")
    assert made["location"]["support"]["ticket_sidebar"]["url"] == "https://assist.example/zendesk"
    assert {"name", "author", "defaultLocale", "version", "frameworkVersion"} <= set(made)


def broken(payload):
    """The documented payload with any of its values replaced by any JSON."""
    paths = [path for path, _ in leaves(payload)]
    return st.tuples(st.sampled_from(paths), JSON).map(lambda one: replaced(payload, *one))


DESK = Opened().desk


def leaves(value, path=()):
    yield path, value
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield from leaves(inner, (*path, key))


def replaced(value, path, new):
    if not path:
        return new if isinstance(new, dict) else value
    return {k: replaced(v, path[1:], new) if k == path[0] else v for k, v in value.items()}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(PAYLOADS)).flatmap(lambda name: st.tuples(st.just(name), broken(PAYLOADS[name]))))
def test_no_payload_breaks_an_adapter(given_one):
    name, payload = given_one
    with suppress(HeardError):
        frames = HELP_DESKS[name].frames(payload)
        desk = DESK
        assert all(isinstance(desk.handle(frame), dict) for frame in frames)
