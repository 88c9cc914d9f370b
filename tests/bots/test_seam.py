"""The seam, read from turns: by hand, and on every hand-over of the corpus against what a reader found."""

import orjson
import pytest

from heard.actions.bots.seam import Said, seam_of
from heard.sample import corpus

ASKED_AGAIN = {"c-004", "c-006", "c-008", "f-036", "h-075"}
"""Hand-overs of the corpus in which a reader found that the person asked for what was given, of 45. The phrases of
`seam` were written while reading them, so this keeps what is; it is no measure of new data."""


def said(role, text, at=None, *labels):
    return Said(role=role, text=text, sent_epoch_s=at, labels=frozenset(labels))


def seam(*turns):
    return seam_of(turns, {"interaction_id": "i", "customer_id": "c", "issue": None, "week_start": 0})


HELLO = said("customer", "My parcel DX-44812 has been lost since Tuesday", 0)
BOT = said("bot", "Sorry, I did not get that. What is your order number?", 10)
CASES = [
    # the person's first words, the customer's next, carried, asked again, remark
    ("Hi, what is your order number?", "", False, True, "it was given"),
    ("Hi, could you tell me your e-mail address?", "", False, False, "that was not"),
    ("Your parcel was lost on Tuesday; I send another.", "", True, False, "their own words"),
    ("How can I help you today?", "", False, True, "they said how"),
    ("One moment, please.", "I already told the bot everything", False, True, "the customer says so"),
    ("One moment, please.", "ok thanks", False, False, "nothing is asked"),
    ("Sorry, what is your order number for this?", "", False, True, "the bot's own question again"),
]


@pytest.mark.parametrize(("first", "then", "carried", "again", "remark"), CASES)
def test_what_the_person_did_first(first, then, carried, again, remark):
    turns = [HELLO, BOT, said("customer", "DX-44812", 20), said("agent", first, 50)]
    found = seam(*turns, *([said("customer", then, 60)] if then else []))
    assert (found.is_carried, bool(found.repeated)) == (carried, again), remark


def test_the_wait_is_from_the_last_words_before_to_the_persons_first():
    found = seam(HELLO, BOT, said("customer", "a person please", 30, "asks_for_person"), said("agent", "Hi there", 150))
    assert (found.wait_seconds, found.cause) == (120, "customer")
    assert seam(HELLO, BOT, said("agent", "Hi")).wait_seconds is None


def test_seamless_needs_all_three():
    carried = said("agent", "Your parcel was lost on Tuesday; another is on its way.", 60)
    found = seam(HELLO, said("bot", "I fetch somebody", 10), carried)
    assert (found.is_seamless(60), found.is_seamless(10)) == (True, False)


@pytest.mark.parametrize("turns", [[], [HELLO], [HELLO, BOT], [HELLO, said("agent", "Hi")], [said("agent", "Hi"), BOT]])
def test_without_a_hand_over_there_is_no_seam(turns):
    assert seam(*turns) is None


def test_who_caused_it():
    handing = said("bot", "I'll hand you over to a colleague.", 10, "confirms_next_step")
    assert seam(HELLO, handing, said("agent", "Hi", 20)).cause == "bot"
    assert seam(HELLO, BOT, said("agent", "Hi", 20)).cause == "person"


def test_every_hand_over_of_the_corpus_as_a_reader_found_it():
    found = {}
    for file in sorted(corpus.folder().glob("[a-h].jsonl")):
        for one in map(orjson.loads, file.read_bytes().splitlines()):
            turns = [
                said(t["who"], t["text"], t.get("t"), *t.get("behaviors", {}), *t.get("cues", {})) for t in one["turns"]
            ]
            if (made := seam_of(turns, {"interaction_id": one["id"]})) is not None:
                found[one["id"]] = made
    assert len(found) == 45
    assert {name for name, made in found.items() if made.repeated} == ASKED_AGAIN
    assert all(found[name].is_carried for name in ("c-001", "c-003", "c-007", "c-017", "c-019", "c-023"))
    assert not any(found[name].is_carried for name in ("a-007", "c-018", "c-024", "d-028", "d-047", "f-036"))
