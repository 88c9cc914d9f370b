"""Fingerprints of empathic sentences."""

import pyarrow as pa
import pytest

from heard.moments import ledger
from heard.moments.boilerplate import fingerprint
from heard.moments.latency import AlwaysOpen
from heard.signals.base import FOUND

SAME = [
    ("We're sorry for the delay!", "we are sorry for the delay", "case, punctuation, short forms"),
    ("Hi Anna, sorry for the wait.", "Hello [name]! Sorry for the wait.", "greetings and names"),
    ("Sorry you waited 45 minutes", "Sorry you waited 2 minutes", "numbers"),
    ("I am so very sorry about this", "I'm really sorry about this", "fillers"),
    ("Sorry for the trouble, Marie-Claire.", "Sorry for the trouble, Bob.", "a name at the end"),
    ("@shopper sorry about that", "sorry about that", "handles"),
    ("I’m sorry to hear that", "I'm sorry to hear that", "curly apostrophes"),
]
OTHER = [
    ("Sorry for the delay", "Sorry for the parcel", "another matter"),
    ("Sorry you waited on Monday for the cot", "Sorry you waited for the sofa", "another thing"),
    ("I understand your worry", "I understand your anger", "another feeling"),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_near_identical_sentences_share_a_fingerprint(one, other, why):
    assert fingerprint(one) == fingerprint(other), why


@pytest.mark.parametrize(("one", "other", "why"), OTHER)
def test_other_words_have_another_fingerprint(one, other, why):
    assert fingerprint(one) != fingerprint(other), why


def test_a_fingerprint_is_a_signed_64_bit_number_and_stays_what_it_was():
    assert -(2**63) <= fingerprint("sorry") < 2**63
    assert fingerprint("sorry for the inconvenience") == PINNED


PINNED = -4400558783161479938
"""A change of it makes all stored fingerprints incomparable with new ones: raise the ledger's VERSION with it."""


def test_only_the_sentences_with_empathy_are_listed(build):
    words = "Hello Sam. I see the cot is stuck in Leeds. Your number is 123."
    turns, _ = build([("c", "anger"), ("a", "acknowledges", words)])
    at = words.index("cot")
    worry = {"label": "anger", "score": 1.0, "start": 0, "end": 3}
    answer = {"label": "acknowledges", "score": 1.0, "start": at, "end": at + 10}
    found = pa.array([[worry], [answer]], FOUND)
    made = ledger.of(turns, found, clock=AlwaysOpen(), as_of_epoch_s=None, unanswered_business_hours=8)
    sentence = made.empathic_sentences.to_pylist()[0]
    assert words[sentence["span_start"] : sentence["span_end"]] == "I see the cot is stuck in Leeds."
    assert made.empathic_sentences.num_rows == 1
    assert made.moments["reply_fingerprint"].to_pylist() == [sentence["fingerprint"]]


@pytest.mark.parametrize(
    ("line", "count", "why"),
    [
        (("a", "takes_ownership"), 0, "progress is no empathy: instructions may be canned"),
        (("a", "acknowledges validates"), 1, "two behaviours in one sentence are one sentence"),
        (("b", "thanks"), 1, "a bot's"),
        (("n", "apologizes"), 0, "a private note's"),
        (("c", "acknowledges"), 0, "a customer's"),
    ],
)
def test_which_sentences_count(ledger_of, line, count, why):
    assert ledger_of([("c", "anger"), line]).empathic_sentences.num_rows == count, why


def test_the_same_line_after_the_same_words_is_one_context(ledger_of):
    line = ("a", "apologizes", "Sorry about that.")
    asked = ["my cot is late", "my cot is late!", "my sofa is late"]
    sentences = ledger_of(*([("c", "", words), line] for words in asked)).empathic_sentences
    assert len(set(sentences["fingerprint"].to_pylist())) == 1
    first, second, third = sentences["context_fingerprint"].to_pylist()
    assert first == second != third
