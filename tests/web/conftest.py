"""One small workspace for all tests of the app; tests that erase or break things make their own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import web_kit

from heard.flow.serving.house import House
from heard.gate.accounts import ROLES


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return web_kit.make_workspace(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def house(folder):
    made = House(folder)
    yield made
    made.close()


@pytest.fixture(scope="session")
def people(house):
    return web_kit.join_all(house.workspace)


@pytest.fixture(scope="session")
def app(house, people):
    return web_kit.app_of(house)


@pytest.fixture(scope="session")
def clients(app):
    """Role → a signed-in client."""
    return {role: web_kit.client_of(app, role) for role in ROLES}


@pytest.fixture(scope="session")
def owner(clients):
    return clients["owner"]
