"""The seam: was the context carried from the bot to the person, was nothing asked twice, how long was the wait (AU4).

All three are read from the turns themselves, each with the words that show it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from heard.moments.boilerplate import PLACEHOLDER
from heard.signals.text.sentences import split

CARRYING = frozenset({"acknowledges", "paraphrases", "personalizes"})
"""Behaviours that cannot be shown without knowing what was said before."""
ECHOED = 2
"""So many of the customer's own rarer words in the person's first block say that it was read."""
SAME_QUESTION = 0.6
"""Share of content words that two questions have in common from which on they are the same one."""
ASKED_FOR: dict[str, re.Pattern[str]] = {
    # what is asked for → how it is asked; what counts as given is below
    "order": re.compile(
        r"\b(?:order|booking|reference|ticket|case|account|customer)\s+(?:number|no\.?|id|ref\w*)\b", re.I
    ),
    "email": re.compile(r"\be-?mail(?:\s+address)?\b", re.I),
    "name": re.compile(r"\b(?:your|full|last|first)\s+names?\b|\bwho am i (?:speaking|chatting)", re.I),
    "phone": re.compile(r"\b(?:phone|mobile|telephone|contact)\s+number\b", re.I),
    "postcode": re.compile(r"\b(?:post ?code|zip(?: code)?)\b", re.I),
    "problem": re.compile(
        r"\bhow (?:can|may) (?:i|we) help\b|\bwhat(?:'s| is| seems to be) the (?:problem|issue|matter)\b|"
        r"\b(?:describe|explain|tell me about) (?:the|your) (?:problem|issue|matter|query)\b|^\W*what happened\b",
        re.I,
    ),
}
GIVEN: dict[str, re.Pattern[str]] = {
    "order": re.compile(r"\[order\]|\b(?=\w*\d)[A-Z0-9]{2,4}[-\s]?\d{3,}\b|\b\d{5,}\b"),
    "email": re.compile(r"\[email\]|\S+@\S+\.\w+"),
    "name": re.compile(r"\bmy name(?:'s| is)\b|\bthis is \[name\]|^\W*\[name\]\W*$", re.I),
    "phone": re.compile(r"\[phone\]|\+?\d[\d ]{8,}\d"),
    "postcode": re.compile(r"\[postcode\]|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),
    "problem": re.compile(r"(?:\w+\W+){5,}"),  # a sentence that says what it is about
}
TOLD_ALREADY = re.compile(
    r"\b(?:already|just) (?:told|said|gave|explained|typed|answered|wrote|sent|went through|did)\b|"
    r"\b(?:told|gave|said|typed|wrote|sent)\b[^.?!]{0,40}"
    r"\b(?:already|bot|assistant|robot|at the start|earlier|before)\b|"
    r"\bas (?:i (?:said|wrote)|per (?:my )?(?:first|last|earlier|message))\b|"
    r"\b(?:in|from) (?:the|this) (?:chat|thread)\b|\b(?:told|wrote|see|is|'s) (?:it )?above\b|"
    r"\bdo i (?:have to|need to|really)[^.?!]{0,30}\b(?:again|repeat)\b",
    re.I,
)
"""A customer who says that it was said; written by hand, without looking at more than the project's own corpus."""
_WORD = re.compile(r"[^\W\d_]{4,}")
COMMON_WORDS = """
    this that with have from your what when where which would could should there their they them then than been were
    will just like some about into over only very also more help please thanks thank hello know want need does doing
    dont didnt cant isnt still here order account because again after before being really back much many said says
    good morning afternoon evening dear team number name regards welcome sure okay great kindly
"""
_COMMON = frozenset(word[:7] for word in COMMON_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A turn, in order; `labels` are those of the signal."""

    role: str
    text: str
    sent_epoch_s: int | None
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """One hand-over.

    Attributes:
        wait_seconds: From the customer's or bot's last words to the person's first; None when undated.
        is_carried: The person's first words show what was said before.
        carried_by: The words or labels that show it; "" where it was not.
        repeated: Words that ask again for what was given, or where the customer says so; "" where nothing was.
        asked_for_person: The customer asked for one before.
        cause: Who caused it: customer (asked), bot (said that it hands over), person (stepped in).
        customer_id: Whose contact.
    """

    interaction_id: str
    customer_id: str | None
    issue: str | None
    week_start: int | None
    wait_seconds: int | None
    is_carried: bool
    carried_by: str
    repeated: str
    asked_for_person: bool
    cause: str

    def is_seamless(self, within_seconds: int) -> bool | None:
        """Carried, nothing asked twice, within the time; None where the wait is unknown, whatever else happened.

        Counting the failures among undated ones, and not their successes, would lower the rate.
        """
        if self.wait_seconds is None:
            return None
        return self.is_carried and not self.repeated and self.wait_seconds <= within_seconds


def seam_of(turns: Sequence[Said], about: Mapping[str, Any]) -> Seam | None:
    """The first hand-over of a conversation from a bot to a person; None where there is none."""
    spoken = [turn for turn in turns if turn.role in ("customer", "agent", "bot")]
    bots = [place for place, turn in enumerate(spoken) if turn.role == "bot"]
    at = next((p for p, turn in enumerate(spoken) if turn.role == "agent" and bots and p > bots[0]), None)
    if at is None:
        return None
    before, after = spoken[:at], spoken[at:]
    customer = [turn for turn in before if turn.role == "customer"]
    block = list(takewhile(lambda turn: turn.role == "agent", after))
    known = [turn.sent_epoch_s for turn in (before[-1], block[0])]
    asked = any("asks_for_person" in turn.labels for turn in customer)
    by_bot = before[-1].role == "bot" and "confirms_next_step" in before[-1].labels
    carried = carried_by(customer, block)
    return Seam(
        interaction_id=str(about.get("interaction_id", "")),
        customer_id=about.get("customer_id"),
        issue=about.get("issue"),
        week_start=about.get("week_start"),
        wait_seconds=None if None in known else max(0, int(known[1] or 0) - int(known[0] or 0)),
        is_carried=bool(carried),
        carried_by=carried,
        repeated=repeated(before, after),
        asked_for_person=asked,
        cause="customer" if asked else "bot" if by_bot else "person",
    )


def carried_by(customer: Sequence[Said], block: Sequence[Said]) -> str:
    """What shows that the person knew: a behaviour that needs it, or the customer's rarer words; "" when neither."""
    labels = {label for turn in block for label in turn.labels} & CARRYING
    if labels:
        return ", ".join(sorted(labels))
    theirs = {word for turn in customer for word in _content(turn.text)}
    echoed = sorted({word for turn in block for word in _content(turn.text)} & theirs)
    return ", ".join(echoed) if len(echoed) >= ECHOED else ""


def repeated(before: Sequence[Said], after: Sequence[Said]) -> str:
    """Words of the person that ask for what the customer gave, or the customer's words that say so; "" where neither.

    Args:
        before: Turns up to the hand-over.
        after: Turns from the person's first.
    """
    given = [turn for turn in before if turn.role == "customer"]
    asked_before = [words for turn in before if turn.role == "bot" for words in _questions(turn.text)]
    for place, turn in enumerate(after):
        if turn.role == "customer":
            # the customer's answer to the person's first words; a later one may be about anything
            is_first = all(one.role != "customer" for one in after[:place])
            if is_first and (found := TOLD_ALREADY.search(turn.text)):
                return found.group()
            given = [*given, turn]
            continue
        for question in _questions(turn.text) if turn.role == "agent" else ():
            if _was_given(question, given) or any(_alike(question, one) for one in asked_before):
                return question
    return ""


def _was_given(question: str, given: Sequence[Said]) -> bool:
    for what, pattern in ASKED_FOR.items():
        if not pattern.search(question):
            continue
        if any(GIVEN[what].search(turn.text) for turn in given):
            return True
    return False


def _questions(text: str) -> Iterator[str]:
    for start, end in split(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?") or re.match(r"(?i)(?:please|can|could|may)\b", sentence):
            yield sentence


def _alike(one: str, other: str) -> bool:
    a, b = _content(one), _content(other)
    return len(a | b) > 1 and len(a & b) / len(a | b) >= SAME_QUESTION


def _content(text: str) -> set[str]:
    return {word.lower()[:7] for word in _WORD.findall(PLACEHOLDER.sub(" ", text))} - _COMMON
