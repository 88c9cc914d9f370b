"""A small tagger for people's names: cues beside capitalised words, and a list of given names.

Strong cues ("my name is", titles) redact whatever follows; weak ones ("this is", a greeting) need a word that is in
the list of names, or a capitalised word that is no common word. The measured recall stands on the card (CONTRACTS 10).
"""

import re
from collections.abc import Iterable, Iterator
from re import Match

from heard.gate.redact.lexicon import BRAND_PHRASES, GIVEN, NOT_NAMES, SURNAMES, UNSURE, alternatives, keyed

PLACEHOLDER = "[name]"
_L = r"[^\W\d_]"
_WORD = rf"{_L}++(?:['’-]{_L}++)*+"
_CAP = rf"(?:[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽŐŰİ]{_L}*+(?:['’-]{_L}++)*+)"
_PARTICLES = r"(?:(?:de|del|della|di|da|dos|la|le|van|von|der|den|ten|bin|al|el|O'|Mc)\s)"
_NEXT = rf"(?:\s(?:{_PARTICLES}{{0,2}}{_CAP}|[A-Z]\.))"

_ALT = alternatives("alternatives")
"""Alternatives of the patterns below, as text beside this file."""
_RUN = rf"({_CAP}{_NEXT}{{0,2}})"

_STRONG = re.compile(rf"(?i:\b(?:{_ALT['name_is']}))({_WORD}(?:\s{_WORD}){{0,3}})")
_TITLE = re.compile(rf"\b(?:(?i:{_ALT['title']})\b\.?|(?i:miss|sir|dame))\s{_RUN}")
_RELATION = rf"(?:my|our|his|her)\s(?:dear\s|late\s|little\s|older\s|younger\s)?(?:{_ALT['relation']})(?:'s name is)?"
_INTRO = re.compile(rf"(?i:\b(?:{_ALT['intro']}|{_RELATION})),?:?\s{_RUN}")
_GREETING = re.compile(
    rf"(?i:\b(?:{_ALT['greeting']})),?\s{_RUN}(?=\s*(?:[,.!?:;)\n–—-]|$)|\s(?i:{_ALT['after_greeting']})\b)"
)
_SIGN_OFF = re.compile(
    rf"(?:(?i:\b(?:{_ALT['sign_off']}))[,.!]?\s{{1,4}}|[-–—~]\s?|/|\^|\*|\n\s{{0,4}}){_RUN}"
    r"(?=[.!]?\s*(?:\d/\d)?\s*(?:\[url\])?\s*\Z)"
)
_BEFORE_VERB = re.compile(rf"(?<![\w\[]) ?{_RUN}\s(?i:here\b|speaking\b|from (?:the )?(?:{_ALT['from_where']}))")
_SAYS = re.compile(rf"(?<![\w\[]){_RUN}(?=\s(?i:(?:then |also |both )?(?:{_ALT['says']}))\b)")
_ARTICLE_BEFORE = re.compile(r"(?i:\b(?:the|an?|my|your|our|his|her|their|this|that|every|no)\s)\Z")
_LOWER = re.compile(rf"(?i:\b(?:{_ALT['before_lower']}),?\s)([a-z]{{3,20}})(?![\w'’-])")
_TOKEN = re.compile(_WORD)
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽŐŰİ][^\W\d_]+")
_PLACE_BEFORE = re.compile(r"(?:\b(?:San|St\.?|Saint|Santa|Port|Fort|Lake|Mount|New|El|Los|Las)\s)\Z")
_FOLLOW = re.compile(rf"{_NEXT}{{0,2}}")
_BRANDS = re.compile("|".join(re.escape(phrase) for phrase in BRAND_PHRASES))

_FUNCTION_WORDS = frozenset(word for words in keyed("languages").values() for word in words)
_CUES = keyed("cues")
"""Words without which a pattern cannot strike; looking for them first makes most turns cheap."""
_TAIL = 100
"""A sign-off stands at the end; only so many last characters are searched."""


class Tagger:
    """Finds names; `own_words` are the business's own words, which are never a person.

    Args:
        own_words: Name of the business and of its products, in any spelling.
    """

    def __init__(self, own_words: tuple[str, ...] = ()) -> None:
        mine = {word.lower() for text in own_words for word in _TOKEN.findall(text)}
        self._kept = NOT_NAMES | mine
        self._given = GIVEN - mine
        self._sure = (NOT_NAMES - UNSURE - SURNAMES) | mine

    def redact(self, text: str, tokens: frozenset[str]) -> str:
        """The text with names replaced; `tokens` are its words in lower case."""
        spans = list(merged(self._spans(text, tokens)))
        return _replaced(text, spans) if spans else text

    def _spans(self, text: str, tokens: frozenset[str]) -> list[tuple[int, int]]:
        found = list(self._candidates(text, tokens))
        if not found:
            return found
        kept = [match.span() for match in _BRANDS.finditer(text)]
        return [span for span in found if not any(start < span[1] and span[0] < end for start, end in kept)]

    def _candidates(self, text: str, tokens: frozenset[str]) -> Iterator[tuple[int, int]]:
        if not _CUES["strong"].isdisjoint(tokens):
            for found in _STRONG.finditer(text):
                yield from self._strong(text, found)
        has_given = not self._given.isdisjoint(tokens) or "’s" in text or "'s" in text
        if has_given:
            yield from self._listed(text)
        if self._has_unknown_capital(text):
            yield from self._cued(text, tokens)

    def _has_unknown_capital(self, text: str) -> bool:
        """Whether some capitalised word could be a name at all; most turns have none."""
        return any(word.lower() not in self._sure for word in _CAPITAL.findall(text))

    def _cued(self, text: str, tokens: frozenset[str]) -> Iterator[tuple[int, int]]:
        if not _CUES["title"].isdisjoint(tokens):
            for found in _TITLE.finditer(text):
                yield from self._run(found, trust=True)
        if not _CUES["intro"].isdisjoint(tokens):
            for found in _INTRO.finditer(text):
                yield from self._run(found, trust=not _WEAK_INTRO.match(found[0]))
        if not _CUES["greeting"].isdisjoint(tokens):
            for found in _GREETING.finditer(text):
                yield from self._run(found, trust=True)
        for found in _SIGN_OFF.finditer(text, max(0, len(text) - _TAIL)):
            yield from self._run(found, trust=True)
        if not _CUES["says"].isdisjoint(tokens):
            for found in _SAYS.finditer(text):
                if not _ARTICLE_BEFORE.search(text, max(0, found.start() - 8), found.start()):
                    yield from self._run(found, trust=not self._is_plain(found[1]))
        if not _CUES["from"].isdisjoint(tokens):
            for found in _BEFORE_VERB.finditer(text):
                yield from self._run(found, trust=not found[0].lower().endswith(("here", "speaking")))

    def _is_plain(self, run: str) -> bool:
        """Whether a run begins with a word of grammar, which stands in capitals only because a sentence begins."""
        return run.split()[0].lower() in _FUNCTION_WORDS

    def _strong(self, text: str, found: Match[str]) -> Iterator[tuple[int, int]]:
        """After "my name is": the next words, in any case, as far as they can be a name."""
        start = end = None
        for word in _TOKEN.finditer(text, found.start(1), found.end(1)):
            low = word[0].lower()
            is_first = start is None
            if low in self._kept and low not in UNSURE:
                break
            if not is_first and not self._goes_on(
                word[0], low, is_lower=text[start].islower() if start is not None else False
            ):
                break
            start, end = (word.start() if is_first else start), word.end()
        if start is not None and end is not None:
            yield start, end

    def _goes_on(self, word: str, low: str, *, is_lower: bool) -> bool:
        """Whether a further word belongs to a name; somebody who writes all in lower case does so in names too."""
        if word[0].isupper() or low in SURNAMES or low in GIVEN or low in _JOINING:
            return True
        return is_lower and len(low) > 3 and low not in _FUNCTION_WORDS

    def _run(self, found: Match[str], *, trust: bool) -> Iterator[tuple[int, int]]:
        """A run of capitalised words beside a cue; without trust its first word must be in the lists."""
        words = list(_TOKEN.finditer(found.string, found.start(1), found.end(1)))
        taken: list[Match[str]] = []
        for word in words:
            low = _bare(word[0])
            if low in self._kept and low not in UNSURE and not (taken and low in SURNAMES):
                break
            if low in UNSURE and low in NOT_NAMES and not taken and not trust:
                break
            taken.append(word)
        if (
            not taken
            or (len(taken[0][0]) < 2)
            or (taken[0][0].isupper() and len(taken[0][0]) < 4 and _bare(taken[0][0]) not in GIVEN)
        ):
            return
        low = _bare(taken[0][0])
        if taken[0][0].isupper() and low not in GIVEN and low not in UNSURE:
            return
        if trust or low in self._given or low in UNSURE:
            last = taken[-1]
            yield taken[0].start(), last.start() + len(_unpossessed(last[0]))

    def _listed(self, text: str) -> Iterator[tuple[int, int]]:
        """Given names of the list, with the family name that follows."""
        for word in _TOKEN.finditer(text):
            if word[0][0].isupper():
                if _bare(word[0]) not in self._given or _PLACE_BEFORE.search(
                    text, max(0, word.start() - 6), word.start()
                ):
                    continue
                end = word.start() + len(_unpossessed(word[0]))
                if end == word.end():
                    end = self._family(text, end)
                yield word.start(), end
        for found in _LOWER.finditer(text):
            if found[1].lower() in self._given:
                yield found.span(1)

    def _family(self, text: str, end: int) -> int:
        follow = _FOLLOW.match(text, end)
        for word in _TOKEN.finditer(text, end, follow.end() if follow else end):
            low = _bare(word[0])
            if (low in self._kept and low not in SURNAMES) or (
                len(low) > 1 and word[0].isupper() and low not in SURNAMES
            ):
                break
            end = word.start() + len(_unpossessed(word[0]))
        return end


_WEAK_INTRO = re.compile(rf"(?i)(?:{_ALT['weak']})(?!\sis\b)")
_JOINING = frozenset(
    {"de", "del", "della", "di", "da", "dos", "la", "le", "van", "von", "der", "den", "ten", "bin", "al", "el"}
)


def _bare(word: str) -> str:
    return _unpossessed(word).lower()


def _unpossessed(word: str) -> str:
    return word[:-2] if word[-2:] in ("'s", "’s") else word


def merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that overlap, as one, from left to right."""
    last: tuple[int, int] | None = None
    for span in sorted(spans):
        if last and span[0] < last[1]:
            last = (last[0], max(last[1], span[1]))
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _replaced(text: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], PLACEHOLDER]
        at = end
    return "".join([*parts, text[at:]])
