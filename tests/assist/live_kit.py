"""A served live panel on loopback, on a desk without a workspace."""

import asyncio
import json
import threading
import time

import uvicorn
import websockets
from assist_kit import scorer
from test_suggestions import POLICY, reply

from heard.actions.assist.desk import Desk
from heard.actions.assist.policy import parse
from heard.actions.assist.suggesting import Adviser
from heard.errors import BadInput
from heard.web.assist.make import make
from heard.web.assist.serving import settings

TOKEN = "hla_here_good"


class Opened:
    """What the web room needs, with one good token."""

    def __init__(self, replies=None, policy=POLICY):
        self.kept = []
        adviser = Adviser(parse(policy), replies or [reply(1, "The cot is on our van tomorrow.")])
        self.desk = Desk(scorer(), adviser, lambda: int(time.time()), keep=self.kept.extend)
        self.asked = 0

    def admits(self, token):
        self.asked += 1
        return None if token == TOKEN else "This token belongs to another workspace."

    def compose(self, asked):
        raise BadInput("language model", got="no address", expected="[language_model] in assist.toml")

    def flush(self):
        return 0

    def close(self):
        self.desk.close()


class Served:
    """A real server in a thread."""

    def __init__(self, opened, **more):
        app = make(opened, **more)
        self.server = uvicorn.Server(uvicorn.Config(app, **settings("127.0.0.1", 0)))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def stop(self):
        self.server.should_exit = self.server.force_exit = True
        self.thread.join(10)

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def live(self):
        return f"ws://127.0.0.1:{self.port}/v1/live"


async def told(socket, frame):
    """Send one frame, and the answer to it."""
    await socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))
    return json.loads(await asyncio.wait_for(socket.recv(), 10))


async def connected(served, token=TOKEN, **more):
    socket = await websockets.connect(served.live, **more)
    assert (await told(socket, {"type": "hello", "token": token}))["ok"]
    return socket
