"""Review by people: blind, saved as one goes, two tabs, two readers."""

import json
import re
from html import unescape

import numpy as np
import pytest
from web_kit import app_of, client_of, join, make_workspace, post

from heard.actions.review.drawing import sample, weighted_share
from heard.flow.serving.house import House


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A house of its own with two coaches and a lead; twelve conversations are drawn."""
    house = House(make_workspace(tmp_path_factory.mktemp("review")))
    for role, login in (("coach", "cora"), ("coach", "carl"), ("lead", "lena")):
        join(house.workspace, role, login)
    app = app_of(house)
    clients = {login: client_of(app, login) for login in ("cora", "carl", "lena")}
    assert post(clients["cora"], "/review/draw", week="all").status_code == 303
    yield clients
    house.close()


def open_draws(client):
    return list(dict.fromkeys(re.findall(r'href="/review/(draw-\w+)"', client.get("/review").text)))


def turns_of(client, draw):
    text = client.get(f"/review/{draw}").text
    found = re.findall(r'data-turn="(\w+)" data-role="(\w+)".*?<p class="words" dir="auto">(.*?)</p>', text, re.S)
    return [(turn, role, unescape(words)) for turn, role, words in found]


def save(client, draw, version, **review):
    return client.put(f"/review/{draw}", json={"version": version, "review": review}, headers={"x-csrf": client.csrf})


def test_a_reviewer_reads_blind_until_the_decision(desk):
    draw = open_draws(desk["cora"])[0]
    page = desk["cora"].get(f"/review/{draw}").text
    assert "<mark" not in page
    assert "What the machine said" not in page
    assert json.loads(unescape(re.search(r'data-held="([^"]*)"', page).group(1))) == {}
    assert save(desk["cora"], draw, 0, is_done=True, overall=3).json()["is_done"]
    assert "What the machine said" in desk["cora"].get(f"/review/{draw}").text
    assert save(desk["cora"], draw, 1, overall=5).status_code == 400  # no second thoughts after the labels were shown


def test_two_tabs_never_overwrite_each_other(desk):
    draw = open_draws(desk["carl"])[1]
    turn, role, words = next(one for one in turns_of(desk["carl"], draw) if one[1] == "customer")
    mark = {"turn_id": turn, "start": 0, "end": min(5, len(words)), "label": "frustration"}
    assert save(desk["carl"], draw, 0, marks=[mark]).json()["version"] == 1
    lost = save(desk["carl"], draw, 0, note="the other tab")
    assert lost.status_code == 409
    held = json.loads(unescape(re.search(r'data-held="([^"]*)"', desk["carl"].get(f"/review/{draw}").text).group(1)))
    assert held["marks"] == [mark]
    assert role == "customer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "frustration", "role": "agent"},  # T7: no emotion of staff
        {"label": "apologizes", "role": "customer"},  # a behaviour is an agent's
        {"label": "not a label", "role": "customer"},
        {"label": "frustration", "role": "customer", "end": 10**6},  # outside the turn
        {"label": "frustration", "role": "customer", "end": 0},  # T3: no quote, no label
        {"label": "frustration", "role": "customer", "turn_id": "t_000000000000000000000000"},
    ],
)
def test_a_mark_that_cannot_be_is_refused(desk, wrong):
    draw = open_draws(desk["carl"])[2]
    turn = next(one for one in turns_of(desk["carl"], draw) if one[1] == wrong["role"])[0]
    mark = {"turn_id": turn, "start": 0, "end": 1} | {k: v for k, v in wrong.items() if k != "role"}
    assert save(desk["carl"], draw, 0, marks=[mark]).status_code == 400


def test_unscored_is_not_zero(desk):
    draw = open_draws(desk["carl"])[2]
    assert save(desk["carl"], draw, 0, overall=0).status_code == 400
    assert save(desk["carl"], draw, 0, cannot_judge=["emotions"]).status_code == 200
    held = json.loads(unescape(re.search(r'data-held="([^"]*)"', desk["carl"].get(f"/review/{draw}").text).group(1)))
    assert held["overall"] is None


def test_no_words_of_a_customer_lie_in_the_records(desk):
    from heard.actions.review.marks import Review

    assert {"text", "quote", "words"}.isdisjoint(Review.model_fields)


def test_the_same_week_drawn_twice_gives_other_conversations(desk):
    before = set(open_draws(desk["lena"]))
    post(desk["lena"], "/review/draw", week="all")
    assert before < set(open_draws(desk["lena"]))


def test_weights_bring_the_sample_back_to_the_real_mix():
    rng = np.random.default_rng(7)
    rows = [
        {"interaction_id": str(i), "month": 0, "stratum": s}
        for i, s in enumerate(["hard"] * 40 + ["moment"] * 60 + ["none"] * 300)
    ]
    truth = {row["interaction_id"]: float(row["stratum"] == "hard") for row in rows}
    shares = []
    for _ in range(200):
        drawn = sample(rows, count=24, rng=rng)
        assert len({one.interaction_id for one in drawn}) == 24
        assert sum(one.is_double for one in drawn) == 8
        shares.append(
            weighted_share([truth[one.interaction_id] for one in drawn], [1 / one.probability for one in drawn])
        )
    assert np.mean(shares) == pytest.approx(0.1, abs=1e-9)  # strata are known, so the weighted share is exact
    naive = sample(rows, count=24, rng=rng)
    assert np.mean([truth[one.interaction_id] for one in naive]) == 0.5  # what an unweighted mean would say
