"""Opaque ids from foreign ids: a keyed BLAKE2b whose key lies outside the lake.

The same foreign id gives the same pseudonym in every import; without the key nobody can go back, or test a guess.
Ids of different sources never meet, except people who are named by an e-mail address or a phone number: those are
the same person in every system.
"""

import re
from hashlib import blake2b

from heard.gate.arrays import Array, Column, over_unique

PREFIXES = {
    "interaction": "i_",
    "turn": "t_",
    "customer": "c_",
    "agent": "a_",
    "account": "k_",
    "invitation": "v_",
    "answer": "w_",
    "outcome": "o_",
    "record": "s_",
    "system": "x_",
}
PEOPLE = frozenset({"customer", "agent", "account"})
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_PHONE = re.compile(r"\+[\d\s().\-/]{7,24}\Z")


def contact_of(foreign: str) -> str | None:
    """One spelling of an e-mail address or an international phone number; None when it is neither.

    Example:
        >>> contact_of(" Ann@Example.ORG "), contact_of("+44 (0)20 7946-0018"), contact_of("1042")
        ('ann@example.org', '+442079460018', None)
    """
    text = foreign.strip().lower().removeprefix("mailto:").removeprefix("tel:")
    if _EMAIL.match(text):
        return text
    if _PHONE.match(text):
        return "+" + "".join(c for c in text.replace("(0)", "") if c.isdigit())
    return None


def of(key: bytes, kind: str, source: str, foreign: str) -> str:
    """Pseudonym of one foreign id of a kind of PREFIXES."""
    contact = contact_of(foreign) if kind in PEOPLE else None
    named = f"{kind}\x1f\x1f{contact}" if contact else f"{kind}\x1f{source}\x1f{foreign}"
    return PREFIXES[kind] + blake2b(named.encode(), key=key, digest_size=12, person=b"heard.pseudonym").hexdigest()


def digest_of(key: bytes, pseudonym: str) -> str:
    """Salted digest of a subject for the audit chain and the suppression list; not equal to its pseudonym."""
    return blake2b(pseudonym.encode(), key=key, digest_size=16, person=b"heard.subject").hexdigest()


def column(key: bytes, kind: str, source: str, foreign: Column) -> Array:
    """Pseudonyms of a column of foreign ids, same length and order; null and blank stay null."""
    return over_unique(foreign, lambda one: of(key, kind, source, one) if one.strip() else None)
