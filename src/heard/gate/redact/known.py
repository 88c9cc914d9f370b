"""Removes what is already known to be personal: names, addresses and handles from the record's own fields."""

import re
from functools import lru_cache
from re import Pattern

from heard.gate.redact.lexicon import NOT_NAMES, UNSURE

_SPLIT = re.compile(r"[\s,;]+")
_SMALL = 2


def parts_of(known: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Strings to remove, longest first, each with whether its case must match (words such as Will or May)."""
    found: dict[str, bool] = {}
    for text in known:
        whole = " ".join(text.split())
        if len(whole) > _SMALL:
            found[whole] = whole.lower() in UNSURE or whole.lower() in NOT_NAMES
        for part in _SPLIT.split(whole) if "@" not in whole and not whole[:1].isdigit() and whole[:1] != "+" else ():
            part = part.strip("().\"'")
            if len(part) > _SMALL and part.lower() not in NOT_NAMES - UNSURE:
                found.setdefault(part, part.lower() in UNSURE)
        if "@" in whole and (local := whole.partition("@")[0]):
            found.setdefault(whole, False)
            # A role mailbox such as support@ names nobody.
            if len(local) > 4 and local.lower() not in NOT_NAMES:
                found.setdefault(local, False)
    return tuple(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))


@lru_cache(maxsize=8192)
def _pattern(known: tuple[str, ...]) -> tuple[Pattern[str] | None, tuple[str, ...]]:
    parts = parts_of(known)
    told = [f"{'' if exact else '(?i:'}{_loose(part)}{'' if exact else ')'}" for part, exact in parts]
    pattern = re.compile(rf"(?<![\w@])(?:{'|'.join(told)})(?!\w)") if told else None
    return pattern, tuple(part.lower().split()[0] for part, _ in parts)


def _loose(part: str) -> str:
    """Spaces match any run of space, so that a name broken over two lines is found."""
    return r"\s{1,3}".join(re.escape(word) for word in part.split())


def remove(text: str, lowered: str, known: tuple[str, ...]) -> str:
    """The text without the known strings; `lowered` is the text in lower case."""
    pattern, heads = _pattern(known)
    if pattern is None or not any(head in lowered for head in heads):
        return text
    return pattern.sub(lambda found: "[email]" if "@" in found[0] else "[name]", text)
