"""A served sample company with one person for each role."""

import re
from dataclasses import replace

from fastapi.testclient import TestClient

from heard import flow, gate
from heard.gate.accounts import ROLES, invitations
from heard.sample import PLANTED, write
from heard.web.app.make import make

PASSWORD = "a long enough password"
SMALL = replace(PLANTED, weeks=8, interactions_per_week=24)
HOST = "testserver"


def make_workspace(folder):
    """A small sample company on which the main job has run."""
    write(folder / "export", planted=SMALL)
    flow.init(folder / "ws", name="Corner shop", timezone="UTC", key_path=folder / "ws.key", keep_history=True).close()
    flow.import_path(folder / "ws", folder / "export", source="canonical")
    flow.run(folder / "ws")
    return folder / "ws"


def agents_of(workspace):
    with gate.view(workspace, "service_quality") as view:
        asked = "SELECT agent_id FROM agent WHERE NOT is_bot ORDER BY agent_id"
        return view.sql(asked)["agent_id"].to_pylist()


def join(workspace, role, login, **more):
    """A person of a role, through an invitation as everybody comes in."""
    if role == "agent":
        more.setdefault("agent_id", agents_of(workspace)[0])
    token = invitations.invite(workspace, role=role, made_by="start", **more)
    return invitations.join(workspace, token, login=login, password=PASSWORD)


def join_all(workspace):
    return {role: join(workspace, role, role) for role in ROLES}


def app_of(house, **more):
    return make(house, hosts=(HOST,), **{"sign_ins_a_minute": 1000, "requests_a_minute": 100_000} | more)


def client_of(app, login, password=PASSWORD):
    """A browser without scripts, signed in; `csrf` is the token of its session."""
    client = TestClient(app, follow_redirects=False, base_url=f"http://{HOST}", raise_server_exceptions=False)
    assert client.post("/sign-in", data={"login": login, "password": password}).status_code == 303
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/me").text)
    client.csrf = found.group(1)
    return client


def post(client, path, **fields):
    return client.post(path, data={"csrf": client.csrf, **fields})
