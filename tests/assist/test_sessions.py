"""The session as a state machine: what it takes, refuses, says of a draft, and forgets."""

import sys

import pytest
from assist_kit import conversations, said, scorer

from heard.actions.assist import session as sessions
from heard.actions.assist.session import Session
from heard.actions.assist.turns import Said, said_of
from heard.errors import BadInput

COT = "Third time I write. The cot still isn't here and the baby is due Friday. I'm so fed up with this."
GOOD = (
    "Three messages and a baby due on Friday: you should not have had to chase us. I've put it on our van for tomorrow."
)
CANNED = "We are sorry for the inconvenience."


def opened():
    session = Session(scorer())
    session.take(Said(turn_id="1", role="customer", text=COT, sent_epoch_s=1000))
    return session


def test_a_moment_opens_with_the_customers_words_and_since_when():
    moment = opened().open_moment()
    assert moment is not None
    assert moment.words in COT
    assert (moment.since_epoch_s, moment.since_turn_count, moment.blocks_left) == (1000, 0, 2)
    assert moment.said.startswith("wrote ")


def test_nothing_is_open_where_nothing_was_shown():
    session = Session(scorer())
    session.take(Said(turn_id="1", role="customer", text="Hi, what time do you open on Saturday?"))
    assert session.open_moment() is None
    assert session.draft("We open at nine.").answers is None


def test_a_specific_reply_closes_the_moment_and_a_canned_one_is_called_generic():
    session = opened()
    assert (session.draft(GOOD).answers, session.draft(GOOD).is_generic) == (True, False)
    canned = session.draft(CANNED)
    assert (canned.answers, canned.is_generic) == (True, True)
    session.take(Said(turn_id="2", role="agent", text=GOOD))
    assert session.open_moment() is None


def test_a_reply_that_answers_nothing_leaves_it_open_and_late():
    session = opened()
    session.take(Said(turn_id="2", role="agent", text="What is your order number?"))
    assert session.open_moment().blocks_left == 2  # the first block is still being written
    session.take(Said(turn_id="3", role="customer", text="1234"))
    assert session.open_moment().blocks_left == 1
    session.take(Said(turn_id="4", role="agent", text="Your order was sent."))
    session.take(Said(turn_id="5", role="customer", text="ok"))
    assert session.open_moment() is None  # both blocks are used up: missed


def test_a_draft_is_not_kept():
    session = opened()
    before = (session.lines, list(session.findings), session.reading())
    session.draft("UNSENT words that nobody may find")
    assert (session.lines, list(session.findings), session.reading()) == before
    assert "UNSENT" not in repr(session)


def test_a_draft_says_what_it_does_with_its_own_words():
    does = opened().draft("It's only a week late. Contact the courier.").does
    assert any(one.is_harmful for one in does)
    for one in opened().draft(GOOD).does:
        assert GOOD[one.start : one.end] == one.words


def test_the_same_turn_again_changes_nothing_and_other_words_under_its_name_are_refused():
    session = opened()
    assert session.take(Said(turn_id="1", role="customer", text=COT, sent_epoch_s=1000)) == "again"
    with pytest.raises(BadInput, match="other words"):
        session.take(Said(turn_id="1", role="customer", text="something else"))
    assert session.turn_count == 1


def test_a_staff_turn_marked_as_customer_is_refused():
    session = Session(scorer())
    session.take(Said(turn_id="1", role="agent", text="Hello there", speaker="u7"))
    with pytest.raises(BadInput, match="no emotions"):
        session.take(Said(turn_id="2", role="customer", text="I am furious about all of this!", speaker="u7"))
    assert session.open_moment() is None


def test_a_closed_session_takes_nothing():
    session = opened()
    session.close()
    with pytest.raises(BadInput, match="after its end"):
        session.take(Said(turn_id="2", role="agent", text="hello"))


def test_names_that_were_told_are_redacted_and_are_no_evidence():
    session = Session(scorer(), names=("Wilhelmina Quast",))
    session.take(Said(turn_id="1", role="customer", text="I'm so angry! Wilhelmina Quast, ask me at w@example.org"))
    assert "Quast" not in session.lines[0].text
    assert "example.org" not in session.lines[0].text


def test_a_session_that_never_ends_keeps_to_its_size(monkeypatch):
    monkeypatch.setattr(sessions, "MOST_TURNS", 8)
    session = Session(scorer())
    for n in range(30):
        session.take(Said(turn_id=str(n), role=("customer", "agent")[n % 2], text=f"turn number {n} here"))
    assert (session.turn_count, session.fallen_out_count) == (8, 22)
    assert session.take(Said(turn_id="0", role="customer", text="turn number 0 here")) == "again"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"role": "manager"}, "role"),
        ({"text": ""}, "text"),
        ({"text": "x" * 20_001}, "20001 characters"),
        ({"text": "\ud800"}, "surrogates"),
        ({"turn_id": 7}, "turn_id"),
        ({"sent_at": 10_000}, "in the future"),
        ({"sent_at": "now"}, "sent_at"),
        ({"position": -1}, "position"),
        ({"is_public": "yes"}, "is_public"),
        ({"emotion": "secret words", "x": 1}, "2 unknown fields"),
    ],
)
def test_a_turn_that_will_not_do_is_refused_in_words(changed, told):
    values = {"turn_id": "1", "role": "customer", "text": "secret words", "sent_at": 100} | changed
    with pytest.raises(BadInput, match=told) as refused:
        said_of(values, now_epoch_s=200)
    assert "secret words" not in str(refused.value)


def test_every_fault_of_a_turn_is_named_at_once():
    with pytest.raises(BadInput) as refused:
        said_of({"role": "boss", "text": 7}, now_epoch_s=0)
    assert all(name in str(refused.value) for name in ("turn_id", "role", "text"))


def test_an_unreadable_draft_says_so():
    session = opened()
    draft = session.draft("Das tut mir sehr leid, wir kümmern uns sofort um Ihre Bestellung und melden uns heute noch.")
    assert not draft.is_readable


def test_markup_in_a_turn_is_words_like_any_other():
    session = Session(scorer())
    session.take(
        Said(turn_id="1", role="customer", text="<script>alert(1)</script> I am so fed up with this, furious!")
    )
    assert session.open_moment() is not None


def test_private_notes_open_nothing_and_answer_nothing():
    session = Session(scorer())
    session.take(Said(turn_id="1", role="customer", text=COT, is_public=False))
    assert session.open_moment() is None


def test_a_session_of_a_usual_length_is_small():
    longest = max(conversations(), key=lambda c: len(c["turns"]))
    session = Session(scorer())
    for turn in longest["turns"]:
        session.take(said(turn))
    assert deep_size(session._held) < 100_000


def deep_size(value, seen=None):
    seen = set() if seen is None else seen
    if id(value) in seen or isinstance(value, type):
        return 0
    seen.add(id(value))
    size = sys.getsizeof(value)
    if isinstance(value, dict):
        return size + sum(deep_size(k, seen) + deep_size(v, seen) for k, v in value.items())
    if isinstance(value, list | tuple | set):
        return size + sum(deep_size(v, seen) for v in value)
    slots = getattr(type(value), "__slots__", ())
    return size + sum(deep_size(getattr(value, name), seen) for name in slots)
