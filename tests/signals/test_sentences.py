"""Sentences and clauses are exact spans, cut where a reader would cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.signals.text.sentences import MAX_CHARACTERS, clauses, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),  # nothing
        ("a", ["a"]),  # one character
        ("@Shop @me Where is it? ^KD", ["Where is it?"]),  # handles and signature carry no evidence
        ("Hi 🎉🎉 thanks! ^KD", ["Hi 🎉🎉 thanks!"]),  # emoji stay
        ("Mr. Smith said No. 5 is e.g. fine. OK", ["Mr. Smith said No. 5 is e.g. fine.", "OK"]),  # abbreviations
        (
            "See https://x.y/a.b?c=d. Then call.",
            ["See", "Then call."],
        ),  # a link has stops inside, and none of it is evidence
        ("well... that was it. fine", ["well... that was it.", "fine"]),  # an ellipsis goes on before a small letter
        ("Really?! No way.", ["Really?!", "No way."]),  # marks together
        ("Dear Jo,\n\nIt came.\n- one\n- two\n", ["Dear Jo,", "It came.", "one", "two"]),  # lines and lists
        ("It cost 3.50 today. ok", ["It cost 3.50 today.", "ok"]),  # a decimal point
        ('He said "no." Then left.', ['He said "no."', "Then left."]),  # a closing quote
        ("Sent from 1/2", ["Sent from"]),  # a counter of tweets at the end
        ("No.\n\nOn Tue, 3 Mar 2026, Support wrote:\n> Was it ok? Bye.\n> Jo", ["No."]),  # quoted e-mail
        ("> Is it ok?\nIt is. Not good.", ["It is.", "Not good."]),  # an answer below what is quoted
        ("It broke.\nKind regards,\nSam Reed\nSent from my phone", ["It broke."]),  # a closing formula
        ("It broke.\nRegards,\nSam\nPS. Still broken.", ["It broke.", "PS.", "Still broken."]),  # goes on after it
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in split(text)] == expected


@given(st.text(max_size=300))
def test_spans_are_ordered_without_overlap_or_blank_edges(text: str) -> None:
    last = 0
    for start, end in split(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert end - start <= MAX_CHARACTERS
        parts = clauses(text, start, end)
        assert all(start <= a < b <= end for a, b in parts)
        last = end


@pytest.mark.parametrize(
    "piece", ["a", "word ", "! ", "\n", ". a", "@a ", " ^", "http://", " ", ", and ", "1/2 ", "^a "]
)
def test_time_is_linear(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    split(text)
    assert time.process_time() - began < 1.0
