"""Rewritings of a customer's turn that change who seems to write, or how it was typed, and not what is said.

Features of Englishes follow the electronic World Atlas of Varieties of English (Kortmann, Lunkenheimer & Ehret 2020,
ewave-atlas.org): articles left out, stative verbs in the progressive, verbs without -s. They are a few marks of a
variety, not the variety; nobody writes all of them at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

Rewriting = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Swap:
    """One rewriting.

    Attributes:
        name: Word for it in tables.
        kind: "who" seems to write, or "how" it was typed.
        rewrite: The text anew; the same text where the rewriting finds nothing to change.
        against: Name of the swap that it is compared with; "" for the words as they are.
    """

    name: str
    kind: str
    rewrite: Rewriting
    against: str = ""


NAMES = {
    "Emily": "name: Emily (reference)",
    "Oliver": "name: Oliver",
    "Lakisha": "name: Lakisha",
    "Jamal": "name: Jamal",
    "Priya": "name: Priya",
    "Chukwuemeka": "name: Chukwuemeka",
    "Mohammed": "name: Mohammed",
    "Agnieszka": "name: Agnieszka",
    "Mei Ling": "name: Mei Ling",
}
"""First names that readers connect with a gender or an origin; Emily, Lakisha and Jamal from Bertrand & Mullainathan
(2004), Are Emily and Greg more employable than Lakisha and Jamal?, AER 94(4)."""
_BRITISH = (
    ("apologize", "apologise"), ("realize", "realise"), ("recognize", "recognise"), ("canceled", "cancelled"),
    ("canceling", "cancelling"), ("color", "colour"), ("favorite", "favourite"),
    ("gray", "grey"), ("center", "centre"), ("traveling", "travelling"), ("organize", "organise"), ("mom", "mum"),
)  # fmt: skip
_ARTICLE = re.compile(r"\b(?:the|an?)\s+", re.I)
_THIRD = re.compile(
    r"\b(he|she|it|everybody|nobody|everyone|nothing|it all)\s+"
    r"(work|take|say|keep|show|need|look|make|come|get|want|cost|happen)s\b",
    re.I,
)
_STATIVE = (
    ("I need", "I am needing"), ("I want", "I am wanting"), ("I know", "I am knowing"),
    ("I understand", "I am understanding"),
)  # fmt: skip
_KEYS = {"a": "s", "e": "r", "i": "o", "o": "p", "t": "r", "n": "m", "s": "d", "r": "t"}
_WORD = re.compile(r"\b[a-z]{5,}\b")


def _named(name: str) -> Rewriting:
    return lambda text: f"{text.rstrip()} My name is {name}."


def _spelled(pairs: tuple[tuple[str, str], ...]) -> Rewriting:
    def rewrite(text: str) -> str:
        for old, new in pairs:
            text = re.sub(rf"\b{old}", partial(_as, new), text, flags=re.I)
        return text

    return rewrite


def _as(new: str, found: re.Match[str]) -> str:
    return new[0].upper() + new[1:] if found.group()[0].isupper() else new


def _learner(text: str) -> str:
    text = _THIRD.sub(r"\1 \2", _ARTICLE.sub("", text))
    return re.sub(r"\b(don't|doesn't|didn't) have\b", "not have", text, flags=re.I)


def _indian(text: str) -> str:
    text = _spelled((("please", "kindly"), *_STATIVE))(text)
    return re.sub(r"\bfor (\d+|two|three|four|five|six) (days|weeks|months|hours)\b", r"since \1 \2", text, flags=re.I)


def _nigerian(text: str) -> str:
    text = re.sub(r"\bvery (\w+)", r"\1 \1", text, flags=re.I)
    return re.sub(r"\bplease\b", "abeg", text, flags=re.I) + (
        " o" if text.strip() and text.strip()[-1].isalpha() else ""
    )


def _typos(text: str) -> str:
    """The middle letter of every third long word slips to the next key."""
    count = 0

    def slip(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        word, middle = found.group(), len(found.group()) // 2
        return word[:middle] + _KEYS.get(word[middle], word[middle]) + word[middle + 1 :] if count % 3 == 1 else word

    return _WORD.sub(slip, text)


def _unpointed(text: str) -> str:
    return re.sub(r"[',’]", "", text).lower()


SWAPS: tuple[Swap, ...] = (
    *(Swap(title, "who", _named(name), "" if name == "Emily" else NAMES["Emily"]) for name, title in NAMES.items()),
    Swap("British spelling", "who", _spelled(_BRITISH)),
    Swap("American spelling", "who", _spelled(tuple((new, old) for old, new in _BRITISH))),
    Swap("Indian English", "who", _indian),
    Swap("Nigerian English", "who", _nigerian),
    Swap("learner's grammar", "who", _learner),
    Swap("small letters, no commas", "how", _unpointed),
    Swap("typing slips", "how", _typos),
    Swap("emoji at the end", "how", lambda text: f"{text.rstrip()} 🙏"),
    Swap("signature", "how", lambda text: f"{text.rstrip()}\n\nKind regards,\nSam Reed\nSent from my phone"),
    Swap("quoted e-mail", "how", lambda text: f"{text.rstrip()}\n\nOn Tue, 3 Mar 2026, Support wrote:\n> We got it."),
)
