"""Redaction: formal kinds by pattern, names by list and cue, known names by the record's own fields."""

import re
from dataclasses import dataclass

from heard.gate.redact import known as known_names
from heard.gate.redact import special
from heard.gate.redact.language import language_of
from heard.gate.redact.names import Tagger
from heard.gate.redact.patterns import formal

REDACTION_VERSION = "patterns-names-2"
PLACEHOLDERS = (
    "[name]",
    "[email]",
    "[phone]",
    "[card]",
    "[iban]",
    "[address]",
    "[order]",
    "[postcode]",
    "[url]",
    "[handle]",
    "[ip]",
    "[date]",
)
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PLACEHOLDER = re.compile("|".join(re.escape(one) for one in PLACEHOLDERS))


@dataclass(frozen=True, slots=True)
class Redacted:
    """One text after redaction.

    Attributes:
        text: Words with typed placeholders.
        special: Kinds of special-category words, empty when there are none.
        language: ISO 639-1 code; None when the text is too short or too mixed to say.
    """

    text: str
    special: list[str]
    language: str | None


class Redactor:
    """Redacts texts; the same text gives the same result.

    Args:
        own_words: The business's own names, which are kept.
    """

    def __init__(self, own_words: tuple[str, ...] = ()) -> None:
        self._tagger = Tagger(own_words)

    def redact(self, text: str, known: tuple[str, ...] = ()) -> Redacted:
        """Remove what is personal.

        Args:
            text: Raw words.
            known: Personal strings of the record's own fields (names, e-mail addresses, phones, handles).

        Example:
            >>> Redactor().redact("Hi Maria, mail tom@example.org or ring +44 20 7946 0018").text
            'Hi [name], mail [email] or ring [phone]'
        """
        text = text.replace("\u00a0", " ").replace("\u200b", "") if not text.isascii() else text
        if known:
            text = known_names.remove(text, text.lower(), known)
        text = formal(text)
        words = _WORDS.findall(_PLACEHOLDER.sub(" ", text).lower() if "[" in text else text.lower())
        tokens = frozenset(words)
        return Redacted(self._tagger.redact(text, tokens), special.kinds(tokens), language_of(text, words, tokens))
