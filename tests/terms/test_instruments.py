"""Instruments are frozen under their versions; what a file declares must fit."""

import pytest

from heard.errors import BadInput
from heard.terms.instruments import INSTRUMENTS, LANGUAGES, declared, find, find_item, in_order, of_wording, to_hundred

FROZEN = {  # A change of one word, point or polarity is a new version: add a line, never correct one.
    ("heard_items", "1"): "82d782fc50e70e20",
    ("heard_items_long", "1"): "322aa5613e2e524d",
    ("handled_anchored", "1"): "25db74f10ebe6a80",
    ("csat_5", "1"): "e30c497e5da2f132",
    ("csat_7", "1"): "c2911ab8bda7f4f4",
    ("csat_10", "1"): "0aa5bbeda2b860f5",
    ("csat_good_bad", "1"): "b7de24083ca60604",
    ("happiness_3", "1"): "039ba66b266567f9",
    ("nps", "1"): "809f96c0db8e68e5",
    ("ces_1", "1"): "3fcb964d403645df",
    ("ces_2", "1"): "27eed7be6285e20b",
    ("fcr_survey", "1"): "0f3190912938e28f",
    ("renewal_intent", "1"): "e9e1e750786f89fb",
    ("bot_items", "1"): "99310e8b5f90bc38",
    ("employee_items", "1"): "3a10fdcb2f1dec98",
}
each = pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda i: f"{i.name}-{i.version}")


@each
def test_a_version_never_changes(instrument):
    assert instrument.digest == FROZEN[instrument.name, instrument.version]


@each
def test_every_text_is_there_in_every_language(instrument):
    for item in instrument.items:
        for told in (item.wording, *item.anchors.values()):
            assert set(told) == set(LANGUAGES)
            assert all(text.strip() for text in told.values())


@each
def test_ratings_have_a_scale_with_named_ends(instrument):
    assert instrument.ratings
    for item in instrument.ratings:
        assert {item.scale.low, item.scale.high} <= set(item.anchors)
        assert item.scale.low < item.scale.high


def test_no_two_rated_items_share_an_id_unless_they_are_the_same_question():
    seen = {}
    for instrument in INSTRUMENTS.values():
        for item in instrument.ratings:
            assert seen.setdefault(item.id, item.wording) == item.wording


REFUSED = [
    # name, what is declared, what the error must say, remark
    ("csat", {}, "csat_5, csat_7, csat_10, csat_good_bad or happiness_3", "a bare CSAT cannot be made (T9)"),
    ("CSAT", {"low": 1, "high": 5}, "csat_good_bad", "nor in capitals"),
    ("ces", {}, "ces_1 or ces_2", "nor a bare CES"),
    ("ces_2", {"low": 1, "high": 5}, "declare it as ces_1", "the scale of CES 1.0 (T9)"),
    ("ces_2", {"polarity": "lower_better"}, "declare it as ces_1", "the polarity of CES 1.0 (T9)"),
    ("ces_1", {"polarity": "higher_better"}, "declare it as ces_2", "and the other way round"),
    ("ces_2", {"wording": "How much effort did you personally have to put forth to handle your request?"}, "ces_1", "the question of CES 1.0"),
    ("nps", {"low": 1, "high": 10}, "0 to 10", "detractors begin at 0"),
    ("csat_5", {"low": 1, "high": 7}, "1 to 5", "another number of points is another instrument"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said", "told", "remark"), REFUSED)
def test_what_contradicts_itself_is_refused(name, said, told, remark):
    with pytest.raises(BadInput, match=told):
        declared(name, **said)


def test_the_heard_items_may_be_asked_on_seven_points_and_keep_their_scale():
    found = declared("heard_items", low=1, high=7)
    assert (found.low, found.high, found.polarity) == (1, 7, "higher_better")


def test_an_own_survey_keeps_what_was_said_of_it():
    found = declared("panel_2026", low=1, high=4, polarity="lower_better")
    assert found.known is None
    assert (found.low, found.high, found.polarity) == (1, 4, "lower_better")


def test_a_question_is_known_in_every_language():
    for instrument in INSTRUMENTS.values():
        for item in instrument.ratings:
            for text in item.wording.values():
                assert of_wording(f"  {text.upper()}!")[1].id == item.id or item.id in ("good", "happiness")


def test_an_unknown_instrument_or_version_lists_the_known_ones():
    with pytest.raises(BadInput, match="heard_items"):
        find("smile_o_meter")
    with pytest.raises(BadInput, match="heard_items"):
        find("heard_items", "99")
    assert find_item("nothing") is None


@pytest.mark.parametrize(
    ("value", "low", "high", "polarity", "at"),
    [
        (1, 1, 5, None, 0),
        (5, 1, 5, None, 100),
        (3, 1, 5, None, 50),
        (4, 1, 7, None, 50),
        (1, 1, 5, "lower_better", 100),
    ],
)
def test_scales_compare_on_0_to_100(value, low, high, polarity, at):
    assert to_hundred(value, low, high, polarity) == at


def test_off_the_scale_is_no_position():
    with pytest.raises(ValueError, match="off the scale"):
        to_hundred(6, 1, 5)
    with pytest.raises(ValueError, match="off the scale"):
        to_hundred(1, 1, 1)


def test_each_order_is_equally_likely_and_comments_stay_last():
    items = find("heard_items").items
    first = [in_order(items, seed)[0].id for seed in range(3000)]
    for item in items[:3]:
        assert 900 < first.count(item.id) < 1100  # 1000 expected, sd 26
    assert all(in_order(items, seed)[3].id == "why" for seed in range(50))
    assert in_order(items, 5) == in_order(items, 5)
