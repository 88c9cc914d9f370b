"""Experiments, surveys, papers: from a plan to its verdict, from a draw to its links, from sign-off to paper."""

import re
import time
from datetime import timedelta

import pytest
from web_kit import app_of, client_of, join, make_workspace, post

from heard.flow.serving.house import House


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = make_workspace(tmp_path_factory.mktemp("proving"))
    house = House(folder)
    join(house.workspace, "owner", "olive")
    join(house.workspace, "officer", "otto")
    app = app_of(house)
    yield house, client_of(app, "olive"), client_of(app, "otto")
    house.close()


def done(client, answer):
    """The page of a job once it is done."""
    assert answer.status_code == 303, answer.text
    for _ in range(300):
        text = client.get(answer.headers["location"]).text
        if "data-again" not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the job is never done")


def test_a_plan_is_written_registered_and_shown(shop):
    house, owner, _ = shop
    assert "None yet." in owner.get("/experiments").text
    fields = {
        "name": "name-first", "change": "Say the feeling first", "kind": "prompt", "metric": "heard_rate",
        "better": "higher", "guard": "repeat_contact_share", "smallest_effect": "10", "weeks": "8",
    }  # fmt: skip
    assert "The plan name-first is written." in done(owner, post(owner, "/experiments", **fields))
    assert "planned, not registered" in owner.get("/experiments").text
    assert "Registered name-first" in done(owner, post(owner, "/experiments/name-first/register"))
    text = owner.get("/experiments/name-first").text
    assert "Draw the arms" in text
    plan = house.workspace.folder / "experiments" / "name-first" / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("weeks = 8", "weeks = 9"), encoding="utf-8")
    assert "Changed since it was registered: weeks" in owner.get("/experiments/name-first").text


def test_what_cannot_be_planned_says_why(shop):
    _, owner, _ = shop
    assert post(owner, "/experiments", name="x", smallest_effect="much").status_code == 400
    assert 'role="alert"' in done(owner, post(owner, "/experiments", name="x", smallest_effect="5", kind="spell"))


@pytest.mark.parametrize("path", ["/experiments/none", "/experiments/none/verdict", "/papers/none", "/papers/..%2Fws"])
def test_there_is_nothing_beside_the_list(shop, path):
    assert shop[1].get(path).status_code in (400, 404)


def test_a_verdict_may_run_nothing(shop):
    house, owner, _ = shop
    folder = house.workspace.folder / "out" / "experiments"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name-first.html").write_text("<!doctype html><script>alert(1)</script>", encoding="utf-8")
    answer = owner.get("/experiments/name-first/verdict")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


def test_a_draw_is_tried_without_a_trace_and_then_made(shop):
    house, owner, _ = shop
    manifest = house.workspace.manifest
    tried = post(owner, "/surveys", instrument="heard_items", count="10")
    assert tried.status_code == 200
    assert "Nothing was stored" in tried.text
    assert house.workspace.manifest == manifest
    assert "± " in tried.text
    drawn = post(owner, "/surveys", instrument="heard_items", count="10", go="yes")
    assert "Links: " in drawn.text
    assert re.search(r"survey-\d{8}-\d{6}", owner.get("/surveys").text)
    assert post(owner, "/surveys", instrument="heard_items", count="some").status_code == 400


def test_the_surveys_page_lists_instruments_and_says_who_answered(shop):
    _, owner, _ = shop
    text = ""
    for _ in range(100):
        text = owner.get("/surveys").text
        if "data-again" not in text:
            break
        time.sleep(0.1)
    assert "Instruments" in text
    assert "felt understood" in text.casefold()


def test_papers_are_written_read_and_told_when_they_are_old(shop):
    _house, owner, officer = shop
    assert "None were written yet" in owner.get("/governance").text
    done(owner, post(owner, "/papers"))
    names = re.findall(r'href="/papers/([^"]+)"', officer.get("/governance").text)
    assert len(names) > 5
    for name in names:
        assert officer.get(f"/papers/{name}").status_code == 200
    taken = officer.get(f"/papers/{names[0]}?download=1")
    assert taken.headers["content-disposition"].startswith("attachment")
    assert post(officer, "/papers").status_code == 403


def test_a_purpose_is_signed_and_falls_due(shop):
    house, owner, _ = shop
    due = (house.workspace.now() + timedelta(days=100)).date().isoformat()
    assert "not signed" in owner.get("/governance").text
    assert post(owner, "/governance/sign", purpose="service_quality", review_on=due).status_code == 303
    text = owner.get("/governance").text
    assert due in text
    assert "in force" in text
    assert post(owner, "/governance/sign", purpose="service_quality", review_on="never").status_code == 400
    assert post(owner, "/governance/sign", purpose="nothing", review_on=due).status_code == 400
