"""Consent as a basis: silence is a no, the last word counts, and leaving altogether removes everywhere."""

import pytest
from gate_kit import SMALL, admit, count, make, turns

from heard import gate
from heard.errors import BadInput, NotConsented
from heard.gate.enrolment import enrol

RESEARCH = {
    "legal_basis": "consent, Art. 6(1)(a) GDPR", "notice": "We study how replies help, if you agree.",
    "objection": "heard object --purpose research", "retention_days": 90, "proportionality": "text only", "owner": "lead",
}  # fmt: skip
QUALITY = RESEARCH | {"legal_basis": "legitimate interests", "notice": "We read to see who was not heard."}
DAY = "2026-11-2{}T09:00:00+01:00"


def said(customer, state, day=0, purpose="research"):
    return {"customer": customer, "purpose": purpose, "state": state, "at": DAY.format(day), "text_version": "3"}


@pytest.fixture
def workspace(tmp_path):
    made = make(tmp_path, purposes={"service_quality": QUALITY, "research": RESEARCH})
    anonymous = turns(("T3", "customer", None, "nobody knows who I am"))
    admit(made, turns(*SMALL), anonymous)
    yield made
    made.close()


CASES = (
    ([], 0, "nobody said yes, so nobody is read"),
    ([said("ann@example.org", "granted")], 2, "who said yes is read, with the replies to them"),
    ([said("ann@example.org", "granted"), said("ann@example.org", "withdrawn", 1)], 0, "the last word counts"),
    ([said("ann@example.org", "withdrawn", 1), said("ann@example.org", "granted")], 0, "by its time, not its line"),
    ([said("ann@example.org", "granted"), said("bob", "objected")], 2, "another's no changes nothing"),
    ([said("ann@example.org", "granted", purpose="*")], 2, "a yes to everything is a yes to this"),
    ([said("stranger@example.org", "granted")], 0, "a stranger's yes opens nothing"),
)


@pytest.mark.parametrize(("rows", "seen", "remark"), CASES, ids=[case[2] for case in CASES])
def test_where_consent_is_the_basis_silence_is_a_no(workspace, rows, seen, remark):
    enrol(workspace, rows)
    assert count(workspace, "turn", "research") == seen, remark
    assert count(workspace, "turn") == 4, "other purposes have their own basis"


def test_an_unknown_persons_words_rest_on_no_consent(workspace):
    enrol(workspace, [said(one, "granted") for one in ("ann@example.org", "bob")])
    assert count(workspace, "turn", "research") == 3
    assert count(workspace, "interaction", "research") == 2


def test_who_objects_to_everything_is_gone_and_stays_out(workspace):
    told = enrol(workspace, [said("ann@example.org", "objected", purpose="*")])
    assert told.removed_row_count > 0
    assert count(workspace, "turn") == 2
    admit(workspace, turns(*SMALL), digest="two")
    assert count(workspace, "turn") == 2
    assert gate.audit.verify(workspace).is_sound


def test_every_fault_is_told_at_once_and_nothing_is_added(workspace):
    bad = [
        said("ann@example.org", "granted"),
        {"customer": "", "purpose": "research", "state": "granted", "at": DAY.format(1)},
        said("ann@example.org", "maybe"),
        said("ann@example.org", "granted", purpose="marketing"),
        said("ann@example.org", "granted") | {"at": "yesterday"},
        said("ann@example.org", "granted") | {"at": "2026-11-20T09:00:00"},
    ]
    with pytest.raises(BadInput) as caught:
        enrol(workspace, bad)
    for number in (2, 3, 4, 5, 6):
        assert f"row {number}:" in str(caught.value)
    assert "row 1:" not in str(caught.value)
    assert "ann@" not in str(caught.value)
    assert count(workspace, "consent") == 0


def test_an_empty_list_changes_nothing(workspace):
    manifest = workspace.manifest
    assert enrol(workspace, []).to_lines() == ["The list is empty."]
    assert workspace.manifest == manifest


SELLING = (
    "SELECT customer_id FROM moment WHERE intensity = 3",
    "SELECT t.speaker_id FROM turn AS t WHERE t.special_categories IS NOT NULL",
    "WITH moment AS (SELECT * FROM moment) SELECT * FROM moment",
    "SELECT c.customer_id FROM customer AS c JOIN (SELECT customer_id FROM survey_answer WHERE value < 2) USING (customer_id)",
    "SELECT customer_id FROM customer WHERE customer_id IN (SELECT customer_id FROM interaction_fact WHERE emotion_mask > 0)",
)


@pytest.mark.parametrize("query", SELLING)
@pytest.mark.parametrize("purpose", ["offers", "pricing"])
def test_what_customers_suffer_reaches_no_offer_and_no_price(tmp_path, query, purpose):
    made = make(tmp_path, purposes={purpose: QUALITY})
    admit(made, turns(*SMALL))
    with gate.view(made, purpose) as view:
        with pytest.raises(NotConsented, match="never decides"):
            view.sql(query)
        with pytest.raises(NotConsented, match="never decides"):
            view.reader(query)
        assert view.sql("SELECT count(*) AS n FROM interaction")["n"][0].as_py() == 2
    made.close()


BASES = (
    ("consent, Art. 6(1)(a) GDPR", True),
    ("Consent", True),
    ("Art. 6 (1) (a)", True),
    ("legitimate interests, Art. 6(1)(f) GDPR; no consent is needed", False),
    ("contract", False),
)


@pytest.mark.parametrize(("basis", "is_consent"), BASES)
def test_which_bases_are_consent(basis, is_consent):
    from heard.gate.consent import rests_on_consent
    from heard.gate.policy import Purpose

    assert rests_on_consent(Purpose(legal_basis=basis)) is is_consent
