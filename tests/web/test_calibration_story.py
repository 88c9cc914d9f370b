"""Twelve conversations read, four of them by two who differ, settled: the card appears and the badge goes."""

import json
import re
from html import unescape

import pytest
from web_kit import app_of, client_of, join, make_workspace, post

from heard import flow, gate
from heard.flow.serving.house import House
from heard.sources.labelled import read_labelled


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    house = House(make_workspace(tmp_path_factory.mktemp("calibration")))
    for role, login in (("coach", "cora"), ("coach", "carl"), ("lead", "lena"), ("owner", "olive")):
        join(house.workspace, role, login)
    app = app_of(house)
    yield house, {login: client_of(app, login) for login in ("cora", "carl", "lena", "olive")}
    house.close()


def read(client, draw, *, state, overall):
    """Reads a conversation: the first customer turn opens a moment, the first agent turn apologizes."""
    text = client.get(f"/review/{draw}").text
    turns = re.findall(r'data-turn="(\w+)" data-role="(\w+)"', text)
    customer = next(turn for turn, role in turns if role == "customer")
    spoke = [turn for turn, role in turns if role == "agent"]
    moment = {
        "turn_id": customer, "start": 0, "end": 1, "emotion": "frustration", "intensity": 2, "cause": "delay",
        "state": state,
    }  # fmt: skip
    marks = [{"turn_id": spoke[0], "start": 0, "end": 1, "label": "apologizes"}] if state == "met" and spoke else []
    review = {"is_done": True, "overall": overall, "moments": [moment], "marks": marks}
    answer = client.put(f"/review/{draw}", json={"version": 0, "review": review}, headers={"x-csrf": client.csrf})
    assert answer.status_code == 200, answer.text


def test_the_card_appears_and_the_badge_goes(desk):
    house, clients = desk
    post(clients["cora"], "/review/draw", week="all")
    page = clients["cora"].get("/review").text
    rows = re.findall(r'href="/review/(draw-\w+)">i_\w+</a></th><td>[^<]*</td><td>([^<]*)</td>', page)
    double = [draw for draw, by in rows if by.startswith("two")]
    assert (len(rows), len(double)) == (12, 4)
    assert "uncalibrated: 0 reviews yet" in clients["olive"].get("/").text
    for number, (draw, _) in enumerate(rows):
        read(clients["cora"], draw, state="met" if number % 2 else "missed", overall=1 + number % 5)
    assert "uncalibrated: 12 reviews yet" in clients["olive"].get("/heard").text
    for number, draw in enumerate(double):
        read(clients["carl"], draw, state="late" if number else "missed", overall=3)

    todo = re.findall(r'href="/agreement/(draw-\w+)"', clients["lena"].get("/agreement").text)
    assert set(todo) <= set(double)
    assert len(todo) >= 3
    assert clients["cora"].get(f"/agreement/{todo[0]}").status_code == 403  # a coach does not settle
    assert post(clients["lena"], f"/agreement/{todo[0]}").status_code == 400  # nothing chosen
    for draw in todo:
        keys = set(re.findall(r'type="radio" name="([^"]+)"', clients["lena"].get(f"/agreement/{draw}").text))
        answer = post(clients["lena"], f"/agreement/{draw}", **{unescape(key): "first" for key in keys})
        assert answer.status_code == 303, answer.text

    card = clients["olive"].get("/agreement").text
    assert "calibrated on 12 conversations" in card
    assert "a moment opens" in card
    assert "the customer felt understood" in card
    assert "cora" not in card  # reviewers are numbered
    for page in ("/", "/heard"):
        assert "uncalibrated" not in clients["olive"].get(page).text
    flow.report(house.workspace.folder)
    assert "uncalibrated" not in (house.workspace.folder / "out" / "monday.html").read_text()


def test_the_gold_set_is_in_the_format_of_the_codebook(desk, tmp_path):
    house, clients = desk
    answer = clients["lena"].get("/gold.jsonl")
    assert answer.status_code == 200
    path = tmp_path / "gold.jsonl"
    path.write_bytes(answer.content)
    held = list(read_labelled(path))
    assert len(held) == 4
    assert all(len(one.moments) == 1 for one in held)
    assert json.loads(answer.text.splitlines()[0])["moments"][0]["emotion"] == "frustration"
    assert any(e.kind == "export" for e in gate.audit.log(house.workspace))


def test_an_erasure_takes_the_reviews_along(desk):
    house, _ = desk
    from heard.actions.review.marks import DRAWS, REVIEWS

    before = len(REVIEWS.all(house.workspace))
    gone = DRAWS.all(house.workspace)[0].body.interaction_id
    with house.whole() as view:
        asked = "SELECT customer_id FROM interaction WHERE interaction_id = ?"
        customer = view.sql(asked, (gone,))["customer_id"][0].as_py()
    counts = gate.erase(house.workspace, customer).counts
    assert counts["desk_record"] >= 2
    assert len(REVIEWS.all(house.workspace)) < before
    assert gone not in {one.body.interaction_id for one in DRAWS.all(house.workspace)}
