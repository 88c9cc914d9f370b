"""Suggestions: from the business itself, only where one is needed, never the same line to everybody."""

import pytest
from assist_kit import scorer

from heard.actions.assist.policy import parse
from heard.actions.assist.replies import Reply
from heard.actions.assist.rotation import WITHIN_S, Rotation
from heard.actions.assist.session import Session
from heard.actions.assist.suggesting import Adviser
from heard.actions.assist.turns import Said
from heard.moments.boilerplate import fingerprint

LATE = "Third time I write about the cot. It still isn't here and the baby is due Friday. I'm fed up."
POLICY = """
[[authority]]
name = "small refund"
action = "refund"
limit = 50
say = "Refund up to 50."
[[authority]]
name = "a call"
action = "callback"
say = "Offer a call."
[[card]]
title = "Whatever it is"
steps = ["Say it back."]
"""


def reply(n, text, asked=LATE, **more):
    values = {
        "emotion": "frustration",
        "intensity": 2,
        "cause": "delay",
        "issue": None,
        "is_better_after": False,
    } | more
    return Reply(reply_id=f"r{n}", asked=asked, text=text, fingerprints=frozenset({fingerprint(text)}), **values)


def opened(text=LATE):
    session = Session(scorer())
    session.take(Said(turn_id="1", role="customer", text=text))
    return session


def suggested(adviser, session, name="s1", draft=None):
    read = session.draft(draft) if draft else None
    return adviser.suggest(session.open_moment(), session.lines[0].text, session_id=name, issue=None, draft=read)


@pytest.fixture
def adviser():
    return Adviser(
        parse(POLICY), [reply(1, "The cot is on our van tomorrow."), reply(2, "I rang the driver about the cot.")]
    )


def test_at_most_three_each_with_words_option_and_reason(adviser):
    session = opened()
    found = suggested(adviser, session)
    assert [one.kind for one in found] == ["reply", "card", "option"]
    for one in found:
        assert one.caused_by
        assert one.caused_by in session.lines[0].text
        assert one.option is not None
        assert one.reason


def test_nothing_is_suggested_where_nothing_is_open(adviser):
    assert suggested(adviser, opened("Hello, when do you open on Saturday?")) == ()


def test_nothing_is_suggested_where_the_draft_answers_in_its_own_words(adviser):
    good = "Three messages and a baby due on Friday: you should not have had to chase us. It's on our van for tomorrow."
    assert suggested(adviser, opened(), draft=good) == ()


def test_a_canned_draft_still_gets_help(adviser):
    assert suggested(adviser, opened(), draft="We are sorry for the inconvenience.")


def test_one_line_is_not_given_to_everybody(adviser):
    given = []
    for n in range(12):
        found = suggested(adviser, opened(), name=f"s{n}")
        adviser.note_shown(found, f"s{n}", now_epoch_s=n)
        given += [one.text for one in found if one.kind == "reply"]
    assert max(given.count(text) for text in set(given)) <= adviser.policy.most_conversations
    assert len(given) == 2 * adviser.policy.most_conversations  # then both rest, and only cards and options remain


def test_a_line_that_rested_comes_back_after_four_weeks():
    rotation = Rotation(1)
    rotation.note([7], "a", now_epoch_s=0)
    assert rotation.rests([7], "b")
    assert not rotation.rests([7], "a")  # the same conversation may see it again
    rotation.note([8], "c", now_epoch_s=WITHIN_S + 1)
    assert not rotation.rests([7], "b")


def test_a_reply_about_nothing_alike_is_not_shown():
    adviser = Adviser(
        parse(""), [reply(1, "Use the lift.", asked="Lift out of order near platform nine", cause="access")]
    )
    assert [one.kind for one in suggested(adviser, opened())] == []


def test_the_reply_to_the_likest_words_comes_first():
    near, far = (
        reply(1, "Van tomorrow."),
        reply(2, "Reset it.", asked="My phone will not charge and I'm fed up", cause="defect"),
    )
    adviser = Adviser(parse(""), [far, near])
    assert suggested(adviser, opened())[0].text == "Van tomorrow."


def test_a_policy_that_wants_no_suggestions_gets_none(adviser):
    silent = Adviser(parse("most_suggestions = 0" + POLICY), adviser.replies)
    assert suggested(silent, opened()) == ()
