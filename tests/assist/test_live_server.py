"""The server on loopback: WebSocket and HTTP, tokens, bad and huge frames, slow and dead readers, headers, logs."""

import asyncio
import json

import httpx
import pytest
import websockets
from live_kit import TOKEN, Opened, Served, connected, told
from structlog.testing import capture_logs
from test_suggestions import LATE

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def opened():
    return Opened()


@pytest.fixture(scope="module")
def served(opened):
    made = Served(opened, embed=("https://desk.example",))
    yield made
    made.stop()


def turn(session, n="1", text=LATE, role="customer"):
    return {"type": "turn", "session": session, "turn_id": n, "role": role, "text": text}


def test_a_conversation_over_websocket(served):
    async def talk():
        async with await connected(served) as socket:
            assert (await told(socket, {"type": "open", "session": "w1"}))["type"] == "opened"
            answer = await told(socket, turn("w1"))
            assert answer["moment"]["words"] in LATE
            draft = await told(
                socket, {"type": "draft", "session": "w1", "text": "We are sorry for the inconvenience."}
            )
            assert draft["draft"]["is_generic"]

    asyncio.run(talk())


def test_the_same_over_plain_http(served):
    with httpx.Client(base_url=served.base, headers=BEARER) as client:
        assert client.post("/v1/frames", json={"type": "open", "session": "h1"}).json()["type"] == "opened"
        assert client.post("/v1/frames", json=turn("h1")).json()["moment"]["words"] in LATE


def test_a_turn_that_came_elsewhere_is_pushed_to_whoever_looks(served):
    async def talk():
        async with await connected(served) as one:
            await told(one, {"type": "open", "session": "p1"})
            async with httpx.AsyncClient(base_url=served.base, headers=BEARER) as client:
                await client.post("/v1/frames", json=turn("p1"))
            pushed = json.loads(await asyncio.wait_for(one.recv(), 5))
            assert pushed["is_pushed"]
            assert pushed["moment"] is not None

    asyncio.run(talk())


@pytest.mark.parametrize("token", ["hla_other_good", "", None, 7, "x" * 300, {"a": 1}])
def test_a_token_of_another_workspace_is_refused_in_words(served, token):
    async def talk():
        async with websockets.connect(served.live) as socket:
            answer = await told(socket, {"type": "hello", "token": token})
            assert answer["status"] == 401
            assert "token" in answer["error"]
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 5)

    asyncio.run(talk())
    if isinstance(token, str):
        answer = httpx.post(f"{served.base}/v1/frames", json={}, headers={"Authorization": f"Bearer {token}".strip()})
        assert answer.status_code == 401


def test_frames_before_the_token_are_refused(served):
    async def talk():
        async with websockets.connect(served.live) as socket:
            assert (await told(socket, {"type": "open", "session": "x"}))["status"] == 401

    asyncio.run(talk())


@pytest.mark.parametrize("raw", ["", "{", "nul", "[1,2", '"x"', "7", b"\xff\xfe\x00", '{"type":"open"', "NaN"])
def test_a_malformed_frame_is_answered_and_the_connection_lives_on(served, raw):
    async def talk():
        async with await connected(served) as socket:
            await told(socket, {"type": "open", "session": "m1"})
            answer = await told(socket, raw)
            assert (answer["ok"], answer["status"]) == (False, 400)
            assert (await told(socket, {"type": "state", "session": "m1"}))["ok"]

    asyncio.run(talk())


def test_a_frame_of_ten_megabytes_ends_its_connection_and_not_the_session(served):
    async def talk():
        async with await connected(served, max_size=None) as socket:
            await told(socket, {"type": "open", "session": "big"})
            await told(socket, turn("big"))
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await told(socket, turn("big", "2", "x" * 10_000_000))
            assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
        async with await connected(served) as again:
            assert (await told(again, {"type": "state", "session": "big"}))["moment"] is not None

    asyncio.run(talk())
    answer = httpx.post(f"{served.base}/v1/frames", content=b"x" * 10_000_000, headers=BEARER)
    assert answer.status_code == 400
    assert "at most" in answer.json()["error"]


def test_a_reader_that_reads_nothing_does_not_slow_the_others(served):
    async def talk():
        dead = await connected(served, max_queue=1)
        await told(dead, {"type": "open", "session": "slow"})
        for n in range(200):  # many answers that nobody reads
            await dead.send(json.dumps(turn("slow", str(n % 5))))
        async with await connected(served) as socket:
            await told(socket, {"type": "open", "session": "quick"})
            begun = asyncio.get_running_loop().time()
            for n in range(20):
                await told(socket, turn("quick", str(n), f"hello {n}"))
            assert asyncio.get_running_loop().time() - begun < 5
        dead.transport.abort()

    asyncio.run(talk())


def test_pages_of_other_origins_may_not_call(served):
    async def talk(origin):
        async with websockets.connect(served.live, origin=origin) as socket:
            return await told(socket, {"type": "hello", "token": TOKEN})

    assert asyncio.run(talk("https://desk.example"))["ok"]
    with pytest.raises(websockets.InvalidStatus):
        asyncio.run(talk("https://evil.example"))
    answer = httpx.post(f"{served.base}/v1/frames", json={}, headers=BEARER | {"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_another_host_name_is_refused(served):
    assert httpx.get(served.base, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/", "/chatwoot", "/zendesk", "/panel.js", "/page.css", "/nothing", "/../make.py"])
def test_every_answer_has_a_strict_policy(served, path):
    answer = httpx.get(served.base + path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    frames = "https://desk.example" if path in ("/chatwoot", "/zendesk") else "'none'"
    assert f"frame-ancestors {frames}" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.status_code == (404 if path in ("/nothing", "/../make.py") else 200)


def test_logs_hold_no_words(served):
    with capture_logs() as lines:

        async def talk():
            async with await connected(served) as socket:
                await told(socket, {"type": "open", "session": "l1"})
                for frame in ('{"type": "Quillfeather"}', "Quillfeather", json.dumps(turn("l1", text="Quillfeather"))):
                    await told(socket, frame)
                await told(socket, turn("l1", text="other words by Quillfeather"))

        asyncio.run(talk())
        httpx.post(f"{served.base}/v1/frames", content=b"Quillfeather", headers=BEARER)
    assert len(lines) >= 3
    assert "quillfeather" not in repr(lines).lower()
    assert TOKEN not in repr(lines)


def test_a_good_token_is_asked_for_once_a_minute(served, opened):
    httpx.post(f"{served.base}/v1/frames", json={}, headers=BEARER)
    before = opened.asked
    for _ in range(5):
        httpx.post(f"{served.base}/v1/frames", json={}, headers=BEARER)
    assert opened.asked == before
