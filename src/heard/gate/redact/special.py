"""Flags words of special categories (GDPR Art. 9). Flags only: the words stay, so that hardship can still be heard."""

from heard.gate.redact.lexicon import keyed

KINDS = keyed("special")
"""Kind → its words, lower case."""
_ALL = frozenset(word for words in KINDS.values() for word in words)


def kinds(tokens: frozenset[str]) -> list[str]:
    """Kinds of special-category words among lower-case tokens, in the order of KINDS; empty when there are none.

    Example:
        >>> kinds(frozenset({"my", "insulin", "is", "halal"}))
        ['health', 'faith']
    """
    if _ALL.isdisjoint(tokens):
        return []
    return [name for name, words in KINDS.items() if not words.isdisjoint(tokens)]
