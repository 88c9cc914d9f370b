"""Whom to ask, with a known chance; links that hold, forms that take each answer once, words that are redacted."""

import csv
import stat
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from heard import flow, gate
from heard.actions.surveys import inbox, links
from heard.actions.surveys.links import Link
from heard.actions.surveys.plan import Wish, plan
from heard.actions.surveys.strata import NAMES
from heard.errors import BadInput, NotConsented
from heard.terms.instruments import find, in_order
from heard.web.survey.app import make
from heard.web.survey.rate import Rate

REST, TOUGH = NAMES.index("rest"), NAMES.index("explicit moment")
SINCE = date(2026, 9, 1)


def frame(contacts):
    """Contacts as (customer, stratum)."""
    return pa.table(
        {
            "interaction_id": [f"i{n:05}" for n in range(len(contacts))],
            "customer_id": [customer for customer, _ in contacts],
            "language": ["en"] * len(contacts),
            "source_url": pa.nulls(len(contacts), pa.string()),
            "stratum": pa.array([stratum for _, stratum in contacts], pa.int32()),
        }
    )


def asked(contacts, **wish):
    barred, done = wish.pop("barred", []), wish.pop("done", [])
    return plan(frame(contacts), barred, done, Wish(**wish), history=(0, 0))


HUNDRED = [(f"c{n}", TOUGH if n < 20 else REST) for n in range(100)]


def test_quotas_for_tough_contacts_are_met_and_every_chance_is_known():
    found = asked(HUNDRED, count=20, tough_share=0.5)
    told = dict(zip(*(found.asked[c].to_pylist() for c in ("stratum", "probability")), strict=False))
    assert told == {"explicit moment": 0.5, "rest": 0.125}
    assert (1 / found.asked["probability"].to_numpy()).sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("count", "share", "tough", "remark"),
    [(20, 0.0, 0, "none wanted"), (20, 1.0, 20, "all that there are"), (90, 1.0, 20, "no more than there are"), (100, 0.0, 20, "all are asked"), (500, 0.5, 20, "more than there are")],
)  # fmt: skip
def test_what_one_side_lacks_goes_to_the_other(count, share, tough, remark):
    found = asked(HUNDRED, count=count, tough_share=share)
    assert found.asked.num_rows == min(count, 100), remark
    assert found.asked["stratum"].to_pylist().count("explicit moment") == tough, remark


def test_a_customer_is_asked_once_and_weights_stand_for_all_contacts():
    contacts = [(f"c{n % 50}", REST) for n in range(200)]
    total = 0.0
    for seed in range(200):
        found = asked(contacts, count=25, seed=seed)
        assert len(set(found.asked["customer_id"].to_pylist())) == 25
        total += (1 / found.asked["probability"].to_numpy()).sum()
    assert total / 200 == pytest.approx(200)  # 50 customers of 4 contacts each


def test_who_was_asked_lately_or_objected_or_is_unknown_is_left_out():
    found = asked([*HUNDRED, (None, REST)], count=10, barred=["c0", "c1"], done=["i00002"])
    assert found.left_out == {
        "contact without a known customer": 1,
        "customer asked within 90 days": 2,
        "contact asked about already": 1,
    }
    with pytest.raises(BadInput, match="customer asked within 90 days: 1"):
        asked([("c0", REST)], count=1, barred=["c0"])
    with pytest.raises(BadInput, match="no contact in the window"):
        asked([], count=1)


@pytest.mark.parametrize(
    ("wish", "told"),
    [({"count": 0}, "count"), ({"count": 1, "tough_share": 2}, "0 to 1"), ({"count": 1, "every_days": 0}, "days")],
)
def test_a_wish_outside_its_range_is_refused(wish, told):
    with pytest.raises(BadInput, match=told):
        Wish(**wish)


@pytest.fixture
def sent(shop):
    made = flow.survey_plan(shop, Wish(count=12, every_days=1), since=SINCE, base="http://testserver")
    rows = list(csv.DictReader((made.folder / "links.csv").open()))
    return shop, made, [row["link"].removeprefix("http://testserver") for row in rows]


def client(made, **options):
    return TestClient(make(links.load(made.folder / "form"), **options))


def test_the_plan_is_stored_with_chances_and_orders_and_files_are_private(sent):
    shop, made, paths = sent
    workspace = gate.open(shop)
    with gate.view(workspace, "survey") as view:
        rows = view.sql("SELECT * FROM survey_invitation WHERE source = 'heard_survey'").to_pylist()
        joined = view.sql(
            "SELECT count(*) AS n FROM survey_invitation AS v JOIN interaction USING (interaction_id) WHERE v.source = 'heard_survey'"
        ).to_pylist()
    workspace.close()
    assert len(rows) == len(paths) == joined[0]["n"] == 12
    assert all(0 < row["inclusion_probability"] <= 1 and row["order_seed"] for row in rows)
    for name in ("links.csv", "form/form.json"):
        assert stat.S_IMODE((made.folder / name).stat().st_mode) == 0o600


def test_a_dry_run_stores_nothing(shop):
    before = set(shop.rglob("*.parquet"))
    made = flow.survey_plan(shop, Wish(count=12, every_days=1), since=SINCE, dry_run=True)
    assert made.folder is None
    assert 0 < made.plan.half_width <= 0.5
    assert set(shop.rglob("*.parquet")) == before


def test_nobody_is_asked_twice_within_the_days(sent):
    shop, made, _ = sent
    first = set(made.plan.asked["customer_id"].to_pylist())
    again = flow.survey_plan(shop, Wish(count=500, every_days=30), since=SINCE, dry_run=True)
    assert not first & set(again.plan.asked["customer_id"].to_pylist())


def test_an_objection_to_being_asked_is_kept(sent):
    shop, made, paths = sent
    workspace = gate.open(shop)
    purposes = dict(workspace.policy.purposes)
    workspace.close()
    assert purposes["survey"].objection == "heard object --purpose survey"
    page = client(made)
    page.post(paths[0], data={"felt_understood": "5"})
    gone = made.plan.asked["customer_id"].to_pylist()[0]
    workspace = gate.open(shop)
    gate.object_to(workspace, gone, purpose="survey")
    workspace.close()
    later = flow.survey_plan(shop, Wish(count=500, every_days=1), since=SINCE, dry_run=True)
    assert gone not in later.plan.asked["customer_id"].to_pylist()


def test_a_purpose_that_is_not_there_stops_the_plan(shop):
    toml = shop / "heard.toml"
    toml.write_text(toml.read_text().replace("[purposes.survey]", "[purposes.other]"))
    with pytest.raises(NotConsented, match="survey"):
        flow.survey_plan(shop, Wish(count=5), since=SINCE)


def test_an_answer_goes_from_the_form_into_the_workspace_once(sent):
    shop, made, paths = sent
    page = client(made)
    opened = page.get(paths[0])
    assert opened.status_code == 200
    assert "I felt understood." in opened.text
    given = {"felt_understood": "5", "clear_next_steps": "4", "why": "Call me, Zephyrine Q, on +44 20 7946 0018"}
    assert page.post(paths[0], data=given).status_code == 200
    assert page.post(paths[0], data={"felt_understood": "1"}).status_code == 409
    assert page.get(paths[0]).status_code == 409
    done = flow.survey_collect(shop)
    assert done.answer_count == 3
    assert flow.survey_collect(shop).answer_count == 0, "collecting again changes nothing"
    workspace = gate.open(shop)
    with gate.view(workspace, "survey") as view:
        rows = view.sql(
            "SELECT a.*, v.interaction_id AS asked FROM survey_answer AS a JOIN survey_invitation AS v USING (invitation_id) "
            "WHERE a.source = 'heard_survey' ORDER BY a.item_id"
        ).to_pylist()
    workspace.close()
    assert [(row["item_id"], row["value"]) for row in rows] == [
        ("clear_next_steps", 4),
        ("felt_understood", 5),
        ("why", None),
    ]
    assert rows[0]["interaction_id"] == rows[0]["asked"]
    assert "7946" not in rows[2]["verbatim"]


def test_the_form_needs_no_script_and_no_stranger(sent):
    _, made, paths = sent
    found = client(made).get(paths[0])
    assert "<script" not in found.text
    assert "http" not in found.text.replace("http-equiv", "")
    assert "set-cookie" not in found.headers
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert found.headers["referrer-policy"] == "no-referrer"
    for row in ("fieldset", "<legend>", 'lang="en"', "viewport", "<label"):
        assert row in found.text


def test_items_stand_in_the_order_of_the_invitation(sent):
    _, made, paths = sent
    orders = set()
    for path, seed in zip(paths, made.plan.asked["order_seed"].to_pylist(), strict=True):
        text = client(made).get(path).text
        items = [item.id for item in in_order(find("heard_items").items, seed)]
        assert sorted(items, key=lambda item: text.index(f'name="{item}"')) == items
        orders.add(tuple(items))
    assert len(orders) > 1
    assert all(order[-1] == "why" for order in orders)


FORGED = ["/s/abc", "/s/" + "a" * 600, "/s/WyJ2X2ViM2FjOCIsMSwiZW4iLDE3OTgyMDMyMTNd.xxx", "/admin", "/"]


@pytest.mark.parametrize("path", FORGED)
def test_a_forged_link_opens_nothing(sent, path):
    _, made, _ = sent
    page = client(made)
    assert page.get(path).status_code == 404
    assert not inbox.read(made.folder / "form")


def test_a_link_of_another_plan_or_too_late_is_refused(sent, tmp_path):
    _, made, paths = sent
    other = links.make(tmp_path / "form", plan_id="other", business="X", instrument=find("nps"))
    assert TestClient(make(other)).get(paths[0]).status_code == 404
    assert client(made, now=lambda: 4e9).get(paths[0]).status_code == 410


WRONG = [({}, "Nothing was filled in"), ({"felt_understood": "6"}, "could not be read"), ({"felt_understood": "4.5"}, "could not be read"),
         ({"felt_understood": "nan"}, "could not be read"), ({"felt_understood": "x" * 90_000}, "could not be read"), ({"unknown": "1"}, "Nothing")]  # fmt: skip


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_what_cannot_be_read_is_asked_again_and_the_link_still_holds(sent, given, told):
    _, made, paths = sent
    page = client(made)
    found = page.post(paths[0], data=given)
    assert found.status_code == 422
    assert told in found.text
    assert page.post(paths[0], data={"felt_understood": "3"}).status_code == 200


def test_what_was_written_is_shown_again_and_never_run(sent):
    _, made, paths = sent
    found = client(made).post(paths[0], data={"felt_understood": "9", "why": "<script>alert(1)</script>"})
    assert "&lt;script&gt;" in found.text
    assert "<script>" not in found.text


def test_a_flood_is_turned_away_and_passes():
    at = [0.0]
    rate = Rate(each=3, whole=5, now=lambda: at[0])
    assert [rate.allows("one") for _ in range(4)] == [True, True, True, False]
    assert [rate.allows(f"other {n}") for n in range(3)] == [True, True, False], "and for all together"
    at[0] = 61.0
    assert rate.allows("one")


def test_a_flood_of_the_form_gets_429_and_other_languages_are_spoken(sent):
    _, made, paths = sent
    page = client(made, rate=Rate(each=2))
    assert [page.get(paths[0]).status_code for _ in range(3)] == [200, 200, 429]
    refused = client(made).get("/s/x", headers={"accept-language": "de-DE"})
    assert "nicht gültig" in refused.text


def test_an_answer_to_nobodys_invitation_is_left_out(sent):
    shop, made, _ = sent
    form = links.load(made.folder / "form")
    token = form.sign(Link("v_" + "0" * 24, 1, "fr", 4_000_000_000))
    page = client(made)
    assert "comprendre" in page.get(f"/s/{token}").text or "compris" in page.get(f"/s/{token}").text
    assert page.post(f"/s/{token}", data={"felt_understood": "5"}).status_code == 200
    done = flow.survey_collect(shop)
    assert done.answer_count == 0
    assert sum(done.left_out.values()) == 1


def test_two_at_the_same_moment_are_one(tmp_path):
    inbox.prepare(tmp_path)
    given = inbox.Given("v_1", 1, ("a",), {"a": 1.0})
    assert [inbox.accept(tmp_path, given) for _ in range(3)] == [True, False, False]
    assert inbox.read(tmp_path) == [given]


def test_staff_surveys_and_strange_addresses_are_refused(shop):
    with pytest.raises(BadInput, match="for customers"):
        flow.survey_plan(shop, Wish(count=5), instrument="employee_items")
    with pytest.raises(BadInput, match="no web address"):
        flow.survey_plan(shop, Wish(count=5), base="javascript:alert(1)")
    with pytest.raises(BadInput, match="form"):
        flow.survey_collect(shop, [Path("/nowhere")])
