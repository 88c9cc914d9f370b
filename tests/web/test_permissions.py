"""Every route × every role, made from the routes themselves."""

import re

import pytest
from fastapi.testclient import TestClient
from web_kit import HOST

from heard.gate.accounts import ROLES
from heard.web.app.doors import needed_by
from heard.web.app.make import PUBLIC, routes

CASES = sorted({(method, route.path) for route in routes() for method in route.methods})
BEGINS_WORK = {"/run", "/papers"}
DOORS = {(method, route.path): needed_by(route) for route in routes() for method in route.methods}


def _filled(path):
    return re.sub(r"\{(\w+)\}", "nothing", path)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), CASES)
def test_a_route_lets_in_exactly_who_holds_its_permission(clients, people, role, method, path):
    needed = DOORS[method, path]
    if needed is None or path == "/sign-out" or path == "/password":
        pytest.skip("a public route, or one that would end the session of the other cases")
    allowed = not needed or any(people[role].may(one) for one in needed)
    if allowed and path in BEGINS_WORK:
        pytest.skip("would begin a long job")
    answer = clients[role].request(
        method, _filled(path), data={"csrf": clients[role].csrf} if method != "GET" else None
    )
    assert (answer.status_code == 403 and "Your role does not allow this" in answer.text) is (not allowed)
    assert answer.status_code < 500


@pytest.mark.parametrize(("method", "path"), CASES)
def test_nobody_comes_in_without_signing_in(app, method, path):
    if path in PUBLIC:
        pytest.skip("a public route")
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:
        answer = client.request(method, _filled(path))
    assert answer.status_code == 401 or (answer.status_code == 303 and answer.headers["location"] == "/sign-in")


@pytest.mark.parametrize(("method", "path"), [case for case in CASES if case[0] != "GET"])
def test_no_write_works_without_the_token_of_the_session(owner, method, path):
    if path in PUBLIC:
        pytest.skip("a public route")
    for csrf in ("", "f" * 48):
        answer = owner.request(method, _filled(path), data={"csrf": csrf})
        assert answer.status_code == 403
        assert "out of date" in answer.text
