"""What it is worth: each part stands by itself, says why it has nothing, and follows the address."""

import time

import pytest
from web_kit import post

from heard.flow.serving import worth
from heard.flow.worth.friction import decide_friction
from heard.gate.accounts import ROLES


def _whole(client, query=""):
    """The page once every part is worked out."""
    for _ in range(100):
        text = client.get(f"/worth{query}").text
        if "data-again" not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the page is never done")


def test_the_page_holds_every_part_or_the_reason_why_not(owner):
    text = _whole(owner, "?of=repeat&margin=40")
    assert "Still a customer: share of customers who have not left" in text
    assert "Log-rank" in text
    assert "margin so far" in text
    assert "BG/NBD" in text
    assert "share of variance" in text
    assert "Could be met by" in text
    assert "Customers still followed" in text
    assert text.count("Evidence D") >= 1


def test_without_a_margin_it_says_where_to_state_it(owner):
    text = _whole(owner)
    assert "margin_share under [standards]" in text


def test_the_curves_are_those_of_the_flow(house):
    from heard.flow import cohorts

    told, _ = cohorts(house.workspace.folder, event="order", horizon_days=60)
    wanted = worth.Wanted(event="order", days=60)
    for _ in range(100):
        found = worth.worth(house, wanted).cohorts
        if not found.is_waiting:
            break
    assert found.made.to_rows() == told.to_rows()


@pytest.mark.parametrize(
    "query", ["event=nothing", "after=incident", "days=1", "margin=400", "reach=0", "cost=-1", "of=secret", "since=x"]
)
def test_an_address_that_asks_for_nonsense_is_refused(owner, query):
    assert owner.get(f"/worth?{query}").status_code == 400


def test_a_change_is_noted_and_shown_with_what_moved(owner):
    assert post(owner, "/worth/changes", what="Refunds up to 20 without asking", on="2026-05-04").status_code == 303
    assert "Refunds up to 20 without asking" in owner.get("/worth").text
    assert post(owner, "/worth/changes", what="", on="2026-05-04").status_code == 400
    assert post(owner, "/worth/changes", what="x", on="soon").status_code == 400


def test_what_the_command_line_decided_shows_in_the_app(house, owner):
    decide_friction(house.workspace.folder, "delay", owner="Dana", status="in work")
    plan = owner.get("/plan")
    assert plan.status_code == 200
    assert 'value="Dana"' in plan.text
    fields = {"cause": "delay", "owner": "Eve", "status": "changed", "note": ""}
    assert post(owner, "/plan/friction", **fields).status_code == 303


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_leads_nowhere_that_is_shut(clients, role):
    client = clients[role]
    import re

    start = client.get("/", follow_redirects=True).text
    for href in set(re.findall(r'<li><a href="(/[^"]*)"', start.split("<main")[0])):
        assert client.get(href, follow_redirects=True).status_code == 200
