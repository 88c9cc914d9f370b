"""Words of strangers made fit to lay out: no control characters, direction overrides or towers of accents; one line.

This is about layout. Escaping for HTML, Markdown or Typst happens in the renderers, on every string.
"""

import unicodedata
from urllib.parse import quote, urlsplit

# Unicode Standard Annex 9: embeddings, overrides, isolates and marks would turn the text after a quote around.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
QUOTE, SENTENCE = 180, 200
"""Room for a quote and for a sentence in code points, so that two sheets stay two sheets."""
_MAX_MARKS = 3
"""Combining marks kept on one base character: Vietnamese and pointed Hebrew need up to three."""
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def plain(text: str, limit: int | None = None) -> str:
    """One line of visible text, cut at a word when longer than `limit` code points.

    Example:
        >>> plain("a\\u202eb\\n\\x00 c")
        'ab c'
        >>> plain("one two three", limit=9)
        'one two…'
    """
    kept: list[str] = []
    marks = 0
    for char in text:
        if char.isspace():
            char = " " if char not in "\u00a0\u202f" else char
        category = unicodedata.category(char)
        if char in _DIRECTION or (category in _DROPPED and char not in _JOINERS):
            continue
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    line = " ".join("".join(kept).split(" ")).strip()
    while "  " in line:
        line = line.replace("  ", " ")
    return _cut(line, limit) if limit is not None else line


def _cut(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    word = head.rsplit(" ", 1)[0]
    # A word longer than a third of the room is cut in the middle: better than an almost empty quote.
    return (word if len(word) > limit * 2 // 3 else head).rstrip(" ,;:") + "…"


def link(url: str | None) -> str:
    """The address if it is a plain http or https one, percent-encoded; else the empty string: no script, no data.

    Example:
        >>> link("https://desk.example/t/1"), link("javascript:alert(1)")
        ('https://desk.example/t/1', '')
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            return ""
    except ValueError:
        return ""
    return quote(url.strip(), safe=":/?#@!$&*+,;=%~-._")
