"""Says a text's language from its script and its function words; None rather than a guess.

Made for telling English from the other languages of a help desk at the speed of the import; not a general detector.
"""

import re

from heard.gate.redact.lexicon import keyed

MIN_WORDS = 3
"""Below this a text in Latin letters says nothing about its language."""

_FUNCTION_WORDS = keyed("languages")

_SCRIPTS = (
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_OTHERS = {name: words - _FUNCTION_WORDS["en"] for name, words in _FUNCTION_WORDS.items() if name != "en"}
"""Words that English has too say nothing against it ("is" and "a" are Hungarian, "do" and "to" Polish)."""


def language_of(text: str, words: list[str], tokens: frozenset[str]) -> str | None:
    """ISO 639-1 code of a text, or None when it is too short or no language leads.

    Args:
        text: The text.
        words: Its words in lower case, in order.
        tokens: The same without repeats.

    Example:
        >>> words = "my parcel is still not here".split()
        >>> language_of(" ".join(words), words, frozenset(words))
        'en'
    """
    if not text.isascii() and (script := _script(text, words)):
        return script
    if len(words) < MIN_WORDS:
        return None
    english = len(tokens & _FUNCTION_WORDS["en"])
    if text.isascii() and english * 4 >= len(tokens) and english >= 2:
        return "en"
    best, score = "en", english
    for name, known in _OTHERS.items():
        found = len(tokens & known)
        if found > score:
            best, score = name, found
    return best if score >= 2 or (score == 1 and len(words) <= 5) else None


def _script(text: str, words: list[str]) -> str | None:
    """A language whose letters are most of the text's letters; Cyrillic counts as Russian, Han alone as Chinese."""
    letters = sum(len(word) for word in words)
    for name, pattern in _SCRIPTS:
        if letters and len(pattern.findall(text)) * 2 > letters:
            return name
    if letters and len(_SCRIPTS[7][1].findall(text)) * 5 > letters:
        return "ja"
    return None
