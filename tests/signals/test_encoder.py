"""The accurate engine's words, its memory, and its promise that neighbours change nothing."""

import pyarrow as pa
import pytest

from heard.signals.text import load
from heard.signals.text.wordpiece import WordPiece
from heard.testing.signals import check_signal

LETTERS = [*"abcdefghijklmnopqrstuvwxyz", *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"), ".", "'", "中"]
SMALL = WordPiece.of(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *LETTERS, "un", "##aff", "##able", "the"])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("unaffable", ["un", "##aff", "##able"]),  # the longest piece first: the example of BERT's own tokenizer
        ("The THE", ["the", "the"]),  # case
        ("thé", ["the"]),  # accents
        ("a'b.", ["a", "'", "b", "."]),  # marks stand alone
        ("中a", ["中", "a"]),  # every Chinese character stands alone
        ("a\u200bb\x00", ["a", "##b"]),  # what has no width is no word's end
        ("é" * 101, ["[UNK]"]),  # too long to read
        ("🙃", ["[UNK]"]),  # not in the vocabulary
        ("", []),  # nothing
    ],
)
def test_words_become_the_pieces_that_bert_makes(text: str, pieces: list[str]) -> None:
    assert SMALL.encode(text, 50) == [SMALL.numbers[piece] for piece in ("[CLS]", *pieces, "[SEP]")]


def test_a_long_text_is_cut() -> None:
    assert len(SMALL.encode("a " * 1000, 48)) == 48
    assert SMALL.encode("a " * 1000, 48)[-1] == SMALL.numbers["[SEP]"]


@pytest.fixture(scope="module")
def accurate():
    return load("accurate")


def test_the_accurate_engine_passes_the_kit(accurate) -> None:
    check_signal(accurate)


def test_what_was_remembered_is_what_is_said_anew(accurate) -> None:
    turns = pa.table({"speaker_role": ["customer", "agent"] * 3, "text": ["Third time I write!", "So sorry, Sam."] * 3})
    first = accurate.score(turns)
    assert accurate.score(turns).equals(first)
    assert load("accurate").score(turns).equals(first)


def test_the_vocabulary_is_the_encoders(accurate) -> None:
    words = accurate.engine.encoder.words
    assert words.encode("Third time I write!", 48) == [
        101,
        2353,
        2051,
        1045,
        4339,
        999,
        102,
    ]  # as `tokenizers` 0.23 says
