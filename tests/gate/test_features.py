"""What is closed stays closed until somebody answers for opening it, and closes again when nobody looks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from gate_kit import NOW, make

from heard import gate
from heard.errors import BadInput, NotConsented
from heard.gate import features

NEXT_YEAR = date(2027, 6, 1)


@pytest.fixture
def workspace(tmp_path):
    made = make(tmp_path)
    yield made
    made.close()


def opened(workspace, feature="person_view", **more):
    given = {
        "is_open": True,
        "by": "Ada, owner",
        "reason": "coaching, agreed with staff",
        "review_on": NEXT_YEAR,
    } | more
    return features.decide(workspace, feature, **given)


@pytest.mark.parametrize("feature", features.FEATURES)
def test_everything_is_closed_at_first_and_says_what_opens_it(workspace, feature):
    with pytest.raises(NotConsented, match="recorded decision"):
        features.require(workspace, feature)
    assert features.FEATURES[feature].duties


def test_a_decision_opens_one_feature_and_is_in_the_chain(workspace):
    opened(workspace)
    features.require(workspace, "person_view")
    assert not features.is_open(workspace, "voice")
    last = gate.audit.log(workspace)[-1]
    assert (last.kind, last.details["feature"], last.details["by"]) == ("decision", "person_view", "Ada, owner")


def test_the_last_decision_counts(workspace):
    opened(workspace)
    opened(workspace, is_open=False, reason="a complaint")
    assert not features.is_open(workspace, "person_view")
    assert [one.is_open for one in features.decisions(workspace)] == [True, False]


def test_a_feature_whose_review_is_past_due_closes_and_the_check_says_so(workspace):
    opened(workspace, review_on=NOW.date() + timedelta(days=30))
    later = replace(workspace, now=lambda: NOW + timedelta(days=31))
    assert not features.is_open(later, "person_view")
    assert [f.place for f in gate.check(later) if f.place.startswith("features")] == ["features.person_view"]


WRONG = (
    ({"by": " "}, "nobody"),
    ({"reason": ""}, "no reason"),
    ({"review_on": NOW.date()}, "ahead"),
    ({"review_on": date(2031, 1, 1)}, "within two years"),
)


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_a_decision_that_nobody_answers_for_is_refused(workspace, given, told):
    with pytest.raises(BadInput, match=told):
        opened(workspace, **given)
    assert features.decisions(workspace) == []


def test_an_unknown_feature_is_named_among_the_known(workspace):
    with pytest.raises(BadInput, match="person_view"):
        opened(workspace, "mind_reading")
