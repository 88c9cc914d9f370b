"""Hashed features of sentences: words, pairs and triples of words, pieces of words, context, and facts about form.

The hash is CRC-32 of UTF-8 with fixed mixing, so features are the same on every machine. A row depends on its own
sentence only, and is summed in the order of its words: a batch of one gives the same bits as a batch of many.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

BITS = 17
WIDTH = 1 << BITS
_MASK = np.uint64(WIDTH - 1)
_WORDS = re.compile(
    r"https?://\S+|[@#]?\w+(?:['’]\w+)*|[!?]+|\.{2,}|…|:[\-']?[()D/|Pp]|<3|[\U0001F000-\U0001FAFF\u2600-\u27BF]|[^\w\s]"
)
_STRETCH = re.compile(r"(.)\1{2,}")
_DIGIT = re.compile(r"\d")
_SPACES = {"word": 1, "pair": 2, "triple": 3, "skip": 4, "context": 5, "before": 6, "form": 7}
_STOP = frozenset(
    re.split(
        " ",
        "a an the and or but to of in on at for with is are was were be been am i you we it my your our me us this that"
        " have has had do did not no so if as from by they he she will can would could just there here what when",
    )
)
MAX_WORDS = 90
_EDGE = 1
Ragged = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is scored at once: a sentence, the words before it in its turn, the customer's block, and its place."""

    text: str
    before: str = ""
    context: str = ""
    is_first: bool = True
    is_last: bool = True


def words(text: str) -> list[str]:
    """Lower-case words, marks and emoji; links, handles and digits are levelled, long stretches shortened.

    Example:
        >>> words("Sooo ANGRY!!! order 4412, see https://x.y")
        ['soo', 'angry', '!!', 'order', '0000', ',', 'see', '<link>']
    """
    return [_level(found.group()) for found, _ in zip(_WORDS.finditer(text), range(MAX_WORDS), strict=False)]


def _level(word: str) -> str:
    if word.startswith(("http://", "https://")):
        return "<link>"
    if word[0] == "@" and len(word) > 1:
        return "<at>"
    return _DIGIT.sub("0", _STRETCH.sub(r"\1\1", word.lower().replace("’", "'")))[:24]


class Hasher:
    """Turns units into rows of a sparse matrix; remembers the words it has seen, so make one for each batch."""

    def __init__(self) -> None:
        self._level: dict[str, str] = {}
        self._split: dict[str, list[str]] = {}
        self._word: dict[str, tuple[int, npt.NDArray[np.int64]]] = {}
        self._memory: dict[tuple[str, str], npt.NDArray[np.int64]] = {}
        self._spoken: dict[str, frozenset[str]] = {}

    def rows(self, units: Sequence[Unit]) -> Any:
        """Matrix of shape (units, WIDTH) in float32: each group of features is scaled to its own fixed weight."""
        tokens = [self._words(unit.text) for unit in units]
        seen = [[self._seen(token) for token in found] for found in tokens]
        groups = [
            (0.6, _ragged([[ids for _, ids in row] for row in seen])),
            (0.8, _grams([[code for code, _ in row] for row in seen])),
            (0.2, _ragged([[self._bag("before", unit.before)] for unit in units])),
            (0.2, _ragged([[self._bag("context", unit.context)] for unit in units])),
            (0.25, _ragged([[_form(u, t, self._spoken_by(u.context))] for u, t in zip(units, tokens, strict=True)])),
        ]
        return _matrix(groups, len(units))

    def _words(self, text: str) -> list[str]:
        """`words`, remembered: one sentence stands before the next, and a context serves many units."""
        found = self._split.get(text)
        if found is None:
            raw = [m.group() for m, _ in zip(_WORDS.finditer(text), range(MAX_WORDS), strict=False)]
            level = self._level
            for word in raw:
                if word not in level:
                    level[word] = _level(word)
            found = self._split[text] = [level[word] for word in raw]
        return found

    def _seen(self, token: str) -> tuple[int, npt.NDArray[np.int64]]:
        found = self._word.get(token)
        if found is None:
            found = self._word[token] = _pieces(token)
        return found

    def _spoken_by(self, context: str) -> frozenset[str]:
        """Stems of the customer's words, with which a reply is compared."""
        found = self._spoken.get(context)
        if found is None:
            kept = self._words(context[-800:])
            found = self._spoken[context] = frozenset(w[:5] for w in kept if w not in _STOP and w[0].isalnum())
        return found

    def _bag(self, space: str, text: str) -> npt.NDArray[np.int64]:
        """Distinct words that carry meaning, in a space of their own."""
        key = (space, text)
        found = self._memory.get(key)
        if found is None:
            kept = [w for w in dict.fromkeys(self._words(text[-800:])) if w not in _STOP]
            found = self._memory[key] = _hash_all(_SPACES[space], kept)
        return found


def _pieces(token: str) -> tuple[int, npt.NDArray[np.int64]]:
    """Hash of a word, and ids of the word and of its pieces of three to five letters."""
    framed = f"<{token}>"
    parts = [framed[i : i + n] for n in (3, 4, 5) for i in range(len(framed) - n + 1)] if token[0].isalpha() else []
    code = zlib.crc32(token.encode("utf-8", "surrogatepass"))
    ids = np.array(
        [zlib.crc32(p.encode("utf-8", "surrogatepass")) & (WIDTH - 1) for p in [f"w {token}", f"w {token}", *parts]],
        np.int64,
    )
    return code, ids


def _ragged(rows: Sequence[Sequence[npt.NDArray[np.int64]]]) -> Ragged:
    """All ids in a line, and how many each row has."""
    flat = [ids for row in rows for ids in row]
    lengths = np.fromiter((sum(map(len, row)) for row in rows), np.int64, len(rows))
    return (np.concatenate(flat) if flat else np.zeros(0, np.int64)), lengths


def _grams(rows: Sequence[Sequence[int]]) -> Ragged:
    """Ids of pairs, pairs with a gap and triples of words, with the edges of the sentence as words."""
    n = np.fromiter(map(len, rows), np.int64, len(rows))
    c = np.fromiter((code for row in rows for code in (_EDGE, *row, _EDGE, _EDGE)), np.uint64, int((n + 3).sum()))
    following, second = np.roll(c, -1), np.roll(c, -2)
    pair = c * np.uint64(0x9E3779B97F4A7C15) + following * np.uint64(0xC2B2AE3D27D4EB4F)
    skip = (c * np.uint64(0x9E3779B97F4A7C15) ^ second * np.uint64(0xD6E8FEB86659FD93)) + np.uint64(4)
    mixed = np.stack([pair, skip, pair * np.uint64(0x165667B19E3779F9) + second], axis=1)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    ids = ((mixed >> np.uint64(40)) & _MASK).astype(np.int64)
    inside = np.arange(len(c)) - np.repeat(np.cumsum(n + 3) - (n + 3), n + 3)  # place of a word in its own row
    left = np.repeat(n, n + 3) - inside
    is_real = np.stack([left >= 0, left >= 1, left >= 1], axis=1)
    return ids[is_real], 3 * n + 1


def _matrix(groups: Sequence[tuple[float, Ragged]], n: int) -> Any:
    """Lays the groups of each row side by side, so that a row's order does not depend on the other rows."""
    indptr = np.zeros(n + 1, np.int64)
    indptr[1:] = np.cumsum(sum((lengths for _, (_, lengths) in groups), np.zeros(n, np.int64)))
    ids, values = np.zeros(indptr[-1], np.int64), np.zeros(indptr[-1], np.float32)
    begin = indptr[:-1].copy()
    for scale, (found, lengths) in groups:
        at = np.arange(len(found)) + np.repeat(begin - (np.cumsum(lengths) - lengths), lengths)
        ids[at] = found
        values[at] = np.repeat((scale / np.sqrt(np.maximum(lengths, 6))).astype(np.float32), lengths)
        begin += lengths
    return sparse.csr_matrix((values, ids, indptr), shape=(n, WIDTH))


def _hash_all(space: int, names: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.array(
        [zlib.crc32(f"{space} {n}".encode("utf-8", "surrogatepass")) & (WIDTH - 1) for n in names], np.int64
    )


def _form(unit: Unit, tokens: Sequence[str], spoken: frozenset[str]) -> npt.NDArray[np.int64]:
    """Facts about form: length, place in the turn, question, capitals, how many of the customer's words come back."""
    length, echo = min(len(tokens) // 4, 6), min(len(spoken & {w[:5] for w in tokens}), 4)
    shouted = sum(w.isupper() for w in unit.text.split() if len(w) > 2 and w.isalpha())
    names = (
        f"length {length}", f"first {unit.is_first}", f"last {unit.is_last}", f"alone {unit.is_first and unit.is_last}",
        f"question {'?' in unit.text}", f"capitals {shouted >= 2}", f"echo {echo}" if unit.context else "no context",
    )  # fmt: skip
    return np.array([_form_id(name) for name in names], np.int64)


@lru_cache(maxsize=256)
def _form_id(name: str) -> int:
    return zlib.crc32(f"{_SPACES['form']} {name}".encode()) & (WIDTH - 1)
