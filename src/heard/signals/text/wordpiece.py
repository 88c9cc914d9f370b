"""Words to numbers for the encoder: BERT's uncased WordPiece.

Written here because the library for it brings a network client along; the test holds it against that library's output.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

MAX_LETTERS = 100
"""A longer word is unknown, as in the original."""
_CJK = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordPiece:
    """A vocabulary and the longest-match rule; safe to share between threads.

    Source:
        Wu et al. (2016), Google's Neural Machine Translation System, arXiv:1609.08144, section 4.1; details as in
        google-research/bert, tokenization.py.
    """

    numbers: dict[str, int]
    _seen: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, lines: Iterable[str]) -> "WordPiece":
        """From the lines of a vocabulary, one piece a line, its number its place."""
        return cls({line: number for number, line in enumerate(lines)})

    def encode(self, text: str, most: int) -> list[int]:
        """Numbers of a text between [CLS] and [SEP], at most `most` of them."""
        found = [self.numbers["[CLS]"]]
        for word in _words(text[: 8 * most]):
            found += self._pieces(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self.numbers["[SEP]"]]

    def _pieces(self, word: str) -> tuple[int, ...]:
        known = self._seen.get(word)
        if known is None:
            known = self._split(word)
            if len(self._seen) < 50_000:
                self._seen[word] = known
        return known

    def _split(self, word: str) -> tuple[int, ...]:
        unknown = (self.numbers["[UNK]"],)
        if len(word) > MAX_LETTERS:
            return unknown
        found, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if mark + word[start:end] in self.numbers)
            end = next(ends, None)
            if end is None:
                return unknown
            found.append(self.numbers[mark + word[start:end]])
            start = end
        return tuple(found)


def _words(text: str) -> list[str]:
    """Lower-case words without accents; every mark of punctuation and every Chinese character is a word."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return "".join(_spaced(c) for c in plain).split()


@lru_cache(maxsize=4096)
def _spaced(c: str) -> str:
    """The character as it stands in a line of words: removed, a blank, a word of its own, or itself."""
    if c in "\t\n\r" or unicodedata.category(c) == "Zs":
        return " "
    code, kind = ord(c), unicodedata.category(c)
    if code in (0, 0xFFFD) or kind.startswith("C"):
        return ""
    is_mark = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126 or kind.startswith("P")
    return f" {c} " if is_mark or any(low <= code <= high for low, high in _CJK) else c
