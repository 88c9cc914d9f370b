"""Behaviour beside perception: never one alone, small groups hidden, bounds hold the raw score."""

import json
import re

import pytest

from heard import flow
from heard.actions.surveys import comments, two_sided
from heard.actions.surveys.comments import Comment, square


@pytest.fixture(scope="module")
def told(made):
    return flow.gap(made / "shop")


def test_the_whole_business_shows_both_sides_and_the_bounds(told):
    whole = told.gap.rows[0]
    assert whole.group == "whole business"
    felt, response = whole.cell("felt_understood_share"), whole.cell("response_share")
    assert whole.cell("heard_rate").n > 50
    assert whole.bounds.lower <= felt.value <= whole.bounds.upper
    assert whole.bounds.upper - whole.bounds.lower == pytest.approx(1 - response.value)


def test_empathetic_fcr_never_stands_alone(told):
    for row in told.gap.rows:
        plain, heard = row.cell("fcr_no_repeat_share"), row.cell("empathetic_fcr_share")
        assert (plain.value is None) == (heard.value is None)
        if plain.value is not None:
            assert heard.value <= plain.value


def test_a_hidden_figure_is_not_given_away_by_its_bounds(told):
    for row in told.gap.rows:
        if row.cell("felt_understood_share").value is None or row.cell("response_share").value is None:
            assert row.bounds is None


def test_the_gap_is_the_difference_of_its_two_sides(told):
    whole = told.gap.rows[0]
    sides = [whole.cell(f"felt_understood_when_{name}_share") for name in ("heard", "missed")]
    if all(side.value is not None for side in sides):
        assert whole.cell("perception_gap").value == pytest.approx(sides[0].value - sides[1].value)


def test_weights_stand_for_all_who_were_asked(told):
    found = told.gap.reweighed
    asked = sum(pair[0] for pair in found.who.values())
    assert asked == found.bounds.invited or not found.who
    assert found.bounds.lower <= found.raw.value <= found.bounds.upper
    assert found.by_response.n == found.raw.n == found.bounds.answered


def test_the_page_has_no_script_and_loads_nothing(told):
    page = told.path.read_text()
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="', page)
    assert json.dumps(told.gap.to_dict())


def comment(text, score, *labels, customer=None):
    return Comment(answer_id=text, text=text, customer_id=customer or text, score=score, labels=frozenset(labels))


def many(count, score, *labels):
    return [comment(f"{score}-{labels}-{i}", score, *labels) for i in range(count)]


def test_five_stars_that_say_ignored_are_found():
    read = [
        *many(6, 100.0, "says_unheard"),
        *many(7, 100.0, "gratitude"),
        *many(8, 0.0, "anger"),
        *many(9, 60.0, "anger"),
    ]
    found = square(read, len(read), k=5)
    assert found.counts == {
        ("high", "praise"): 7,
        ("high", "complaint"): 6,
        ("low", "praise"): 0,
        ("low", "complaint"): 8,
    }
    assert len(found.quotes["high", "complaint"]) == 3


def test_a_cell_of_few_is_hidden_and_one_more_with_it():
    read = [*many(2, 100.0, "says_unheard"), *many(7, 100.0, "gratitude"), *many(8, 0.0, "anger")]
    found = square(read, len(read), k=5)
    assert found.counts["high", "complaint"] is None
    assert found.counts["high", "praise"] is None, "else it would follow from the others"
    assert found.read is None
    assert ("high", "complaint") not in found.quotes


def test_six_comments_of_one_customer_are_one_customer():
    read = [comment(f"again {i}", 100.0, "says_unheard", customer="c1") for i in range(6)]
    assert square(read, 6, k=5).counts["high", "complaint"] is None


def test_nothing_at_all_is_nothing():
    class Empty:
        def sql(self, query, params=()):
            import pyarrow as pa

            return pa.table({"answer_id": pa.array([], pa.string())})

    assert comments.comments(Empty(), None) == ([], 0)
    assert square([], 0, k=5).counts["high", "praise"] == 0
    assert two_sided.COLUMNS["fcr_no_repeat_share"]
