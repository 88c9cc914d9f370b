"""Word lists of the redaction, written for this project; they lie beside this file as text."""

from importlib.resources import files

_FOLDER = files("heard.gate.redact") / "words"


def listed(name: str) -> frozenset[str]:
    """Words of a list, separated by space."""
    return frozenset(_read(name).split())


def keyed(name: str) -> dict[str, frozenset[str]]:
    """Lists by key, one "key: words" a line."""
    pairs = (line.partition(":") for line in _read(name).splitlines() if line)
    return {key: frozenset(words.split()) for key, _, words in pairs}


def phrases(name: str) -> tuple[str, ...]:
    """Phrases, one a line."""
    return tuple(line for line in _read(name).splitlines() if line)


def alternatives(name: str) -> dict[str, str]:
    """Parts of patterns by key, one "key: a|b|c" a line."""
    pairs = (line.partition(": ") for line in _read(name).splitlines() if line)
    return {key: text for key, _, text in pairs}


def _read(name: str) -> str:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")


GIVEN = listed("given")
"""Given names that are rarely another word, lower case."""
UNSURE = listed("unsure")
"""Given names that are also words, places or brands: redacted only beside a cue."""
SURNAMES = listed("surnames")
"""Family names that may follow a given name although they are common words."""
NOT_NAMES = listed("not_names")
"""Words that are no person's name even where a cue precedes them: greetings, days, places, brands, states."""
BRAND_PHRASES = phrases("brands")
"""Brands made of people's names; left as they are."""
