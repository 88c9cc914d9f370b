"""Themes are the same on every run; items and their places; who came back pleased."""

import numpy as np
import pyarrow as pa
import pytest

from heard import flow, gate
from heard.actions.surveys.comments import Comment, square
from heard.actions.surveys.comments import comments as comments_of
from heard.actions.surveys.themes import themes
from heard.inference.grouping import UNGROUPED, group
from heard.terms.batch import Batch

SAID = {
    "parcel": ("The parcel came two days late", "My parcel was late again", "Late parcel, third time", "Parcel late and crushed"),
    "listen": ("She really listened to me", "Somebody listened at last", "They listened and cared", "He listened closely"),
    "price": ("The refund never reached my card", "Refund missing since May", "Where is my refund", "No refund yet"),
}  # fmt: skip


def comments(copies=3):
    rows = [(text, key) for key, texts in SAID.items() for text in texts for _ in range(copies)]
    tone = {"parcel": "frustration", "listen": "gratitude", "price": "frustration"}
    return [
        Comment(answer_id=f"w{i}", customer_id=f"c{i}", text=text, score=None, labels=frozenset([tone[key]]))
        for i, (text, key) in enumerate(rows)
    ]


def test_like_comments_come_together_and_are_named_by_their_own_words():
    found = themes(
        [
            *comments(),
            Comment(answer_id="x", customer_id="x", text="Purple giraffe umbrella", score=None, labels=frozenset()),
        ],
        37,
        k=5,
    )
    for word, quotes in SAID.items():
        name = {"price": "refund", "listen": "listened"}.get(word, word)
        (theme,) = [t for t in found.themes if name in t.name]
        assert theme.size == 12
        assert set(theme.quotes) <= set(quotes)
        assert len(theme.quotes) == 3
    assert found.ungrouped_share == pytest.approx(1 / 37)


def test_order_of_rows_and_a_second_run_change_nothing():
    told = comments()
    shuffled = [told[i] for i in np.random.default_rng(3).permutation(len(told))]
    assert themes(told, 36, k=5) == themes(told, 36, k=5) == themes(shuffled, 36, k=5)


def test_a_theme_of_few_customers_is_not_shown():
    same = [
        Comment(answer_id=f"w{i}", customer_id="one", text="The parcel came late", score=None, labels=frozenset())
        for i in range(9)
    ]
    found = themes(same, 9, k=5)
    assert found.themes == ()
    assert found.ungrouped_share == 1


def test_aspects_say_praise_and_complaint_apart_with_their_side():
    found = {aspect.aspect: aspect for aspect in themes(comments(), 36, k=5).aspects}
    assert (found["delay"].complaint, found["delay"].praise, found["delay"].side) == (12, None, "policy")
    assert (found["staff"].praise, found["staff"].complaint, found["staff"].side) == (12, None, "people")


def test_words_of_another_language_are_in_no_aspect_and_counted():
    class Reads:
        """Scores English as the signal does, and says null of the rest."""

        def score(self, turns):
            return pa.array([None if code not in (None, "en") else [] for code in turns["language"].to_pylist()])

    class View:
        def sql(self, query, params=()):
            texts = ["The staff was rude and the parcel was late"] * 6 + [
                "Der Service war gut, aber ich warte auf staff"
            ] * 6
            rows = [{"answer_id": f"a{i}", "verbatim": t, "customer_id": f"c{i}", "score": 80.0, "whole": 12}
                    for i, t in enumerate(texts)]  # fmt: skip
            return pa.Table.from_pylist(rows)

    read, whole = comments_of(View(), Reads())
    assert [one.tone for one in read] == ["no cue"] * 6 + ["cannot say"] * 6
    assert square(read, whole, k=5).counts == dict.fromkeys(square([], 0, k=5).counts, 0)
    assert themes(read, whole, k=5).cannot_say == 6


@pytest.mark.parametrize("texts", [[], ["..."], ["the and for"], ["one two"] * 3])
def test_no_words_are_no_theme(texts):
    told = [
        Comment(answer_id=str(i), customer_id=str(i), text=t, score=None, labels=frozenset())
        for i, t in enumerate(texts)
    ]
    found = themes(told, len(texts), k=5)
    assert found.themes == ()
    assert (found.ungrouped_share is None) == (not texts)


def test_vectors_without_length_are_in_no_group():
    found = group(np.zeros((4, 3)), np.ones(4), count=2, threshold=0.5, least=1)
    assert (found.codes == UNGROUPED).all()
    assert len(group(np.zeros((0, 3)), np.ones(0), count=2, threshold=0.5, least=1).codes) == 0


def test_the_sample_companys_items_belong_together(made):
    found = flow.survey_items(made / "shop")
    assert found.reliability.alpha > 0.8
    assert found.reliability.n > 40
    assert {one.undefined_because for one in found.positions} == {"no order is known"}
    assert found.to_rows()
    assert found.to_dict()["positions"][0]["difference"] is None


def test_recovery_follows_a_low_answer_to_the_next_one(tmp_path):
    workspace = gate.init(tmp_path / "ws", name="Shop", timezone="UTC", key_path=tmp_path / "key", keep_history=True)
    base, day = 1_760_000_000, 86_400
    rows, contacts = [], []
    for n in range(12):
        later = 10.0 if n < 9 else 2.0
        for value, at in ((3.0, base), (later, base + 20 * day)):
            rows.append({"answer_id": f"a{n}-{at}", "customer_id": f"c{n}", "instrument": "nps", "instrument_version": "1",
                         "item_id": "recommend", "value": value, "scale_low": 0.0, "scale_high": 10.0, "polarity": "higher_better",
                         "answered_at": at * 1_000_000})  # fmt: skip
        if n < 6:
            contacts.append(
                {"interaction_id": f"i{n}", "customer_id": f"c{n}", "opened_at": (base + 5 * day) * 1_000_000}
            )
    at = pa.timestamp("us", tz="UTC")
    answers, calls = pa.Table.from_pylist(rows), pa.Table.from_pylist(contacts)
    answers = answers.set_column(
        answers.schema.get_field_index("answered_at"), "answered_at", answers["answered_at"].cast(at)
    )
    calls = calls.set_column(calls.schema.get_field_index("opened_at"), "opened_at", calls["opened_at"].cast(at))
    gate.admit(
        workspace, [Batch("survey_answer", answers), Batch("interaction", calls)], source="canonical", file_digest="1"
    )
    workspace.close()
    found = flow.recovery(tmp_path / "ws")
    assert found.low_count == len(found.rows) == 12
    assert found.rates["after a contact"].value == 1.0
    assert found.rates["without one"].value == 0.5
    assert "not drawn by lot" in found.to_lines()[-1]
