"""Fingerprints of empathic sentences: equal for near-identical ones, so that canned lines can be counted."""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from heard.moments.blocks import Block, Turn
from heard.signals.text.sentences import split
from heard.terms.labels import ANSWERING

MIN_CONVERSATIONS = 5
"""Conversations in which a sentence must recur to count as boilerplate; as many as a released cell needs
(CONTRACTS 19), so that a share of boilerplate never points at a single conversation."""
EMPATHIC = ANSWERING | {"thanks"}
"""Behaviours whose sentences are counted: those that answer a feeling, and thanks for patience or loyalty."""

_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|greetings)\b"
    r"[^,.!;:–—\n]{0,40}[,.!;:–—\s]+)+",
    re.I,
)
PLACEHOLDER = re.compile(r"\[[^\]\s]{1,40}\]|<[^>\s]{1,40}>|@\w+|https?://\S+")
_MARKS = ("[", "<", "@", "http")  # a cheap look before the slower pattern
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][a-zà-öø-ÿ]+(?:[-'’][A-Z][a-z]+)?\b(?![’'](?:m|ll|d|ve)\b)")
_WORD = re.compile(r"\d[\d.,:/-]*|[^\W\d_]+")
_LONG_FORMS = (("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("i'm", "i am"), ("'s", " is"))
FILLERS = "so very really truly extremely sincerely deeply terribly just oh please again all any"
_FILLERS = frozenset(FILLERS.split(" "))


class Sentence(NamedTuple):
    """An empathic sentence.

    Attributes:
        row: Row of its turn.
        start, end: Its span in code points.
        fingerprint: Equal for near-identical sentences.
        context: Fingerprint of the customer block before it: the same sentence after the same words is one use of it,
            not two; of no words where nothing stands before.
    """

    row: int
    start: int
    end: int
    fingerprint: int
    context: int


def sentences_of(blocks: Sequence[Block]) -> Iterator[Sentence]:
    """Sentences of replies that carry an empathic behaviour, in order; a sentence with two behaviours comes once."""
    before = ""
    for block in blocks:
        if block.is_customer:
            before = " ".join(turn.text for turn in block.turns)
            continue
        said = [turn for turn in block.turns if not EMPATHIC.isdisjoint(turn.found)]
        if said:
            context = fingerprint(before)
            yield from (sentence for turn in said for sentence in _sentences(turn, context))


def _sentences(turn: Turn, context: int) -> Iterator[Sentence]:
    spans = [turn.found[label] for label in EMPATHIC & turn.found.keys()]
    for start, end in split(turn.text):
        if any(mark.start < end and start < mark.end for mark in spans):
            yield Sentence(turn.row, start, end, fingerprint(turn.text[start:end]), context)


def fingerprint(sentence: str) -> int:
    """A signed 64-bit number that near-identical sentences share.

    Left out of the comparison: case, punctuation, numbers, placeholders such as [name], greetings, capitalised names
    within the sentence, short forms against long ones, and fillers ("so sorry" is "very sorry").

    Example:
        >>> fingerprint("Hi Anna, we're so sorry for the delay!") == fingerprint("We are sorry for the delay.")
        True
    """
    return int.from_bytes(blake2b(normalised(sentence).encode(), digest_size=8).digest(), "big", signed=True)


def normalised(sentence: str) -> str:
    """The words that a fingerprint compares.

    Example:
        >>> normalised("Hello [name], I'm very sorry you waited 45 minutes, Anna.")
        'i am sorry you waited 0 minutes'
    """
    text = _GREETING.sub("", sentence.replace("’", "'"))
    if any(mark in text for mark in _MARKS):
        text = PLACEHOLDER.sub(" ", text)
    text = _NAME.sub(" ", text).lower()
    if "'" in text:
        for short, long in _LONG_FORMS:
            text = text.replace(short, long)
    words = (word if word[0] > "9" else "0" for word in _WORD.findall(text))
    return " ".join(word for word in words if word not in _FILLERS)
