"""A small tagger for people's names: cues beside capitalised words, and a list of given names.

Strong cues ("my name is", titles) redact whatever follows; weak ones ("this is", a greeting) need a word that is in
the list of names, or a capitalised word that is no common word. The measured recall stands on the card (CONTRACTS 10).
"""

import re
from collections.abc import Iterator
from re import Match

from heard.gate.redact.lexicon import BRAND_PHRASES, GIVEN, NOT_NAMES, SURNAMES, UNSURE

PLACEHOLDER = "[name]"
_L = r"[^\W\d_]"
_WORD = rf"{_L}++(?:['’-]{_L}++)*+"
_CAP = rf"(?:[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽŐŰİ]{_L}*+(?:['’-]{_L}++)*+)"
_PARTICLES = r"(?:(?:de|del|della|di|da|dos|la|le|van|von|der|den|ten|bin|al|el|O'|Mc)\s)"
_NEXT = rf"(?:\s(?:{_PARTICLES}{{0,2}}{_CAP}|[A-Z]\.))"

_STRONG = re.compile(
    rf"(?i:\b(?:my|his|her|the|their|customer|full|first|last|sur|maiden)?\s?name\s?(?:is|was|:|=|-)\s?|\bname'?s\s(?!\b(?:on|not|in|of)\b)|\bunder the name(?:\sof)?\s|\bin the name of\s"
    rf"|\bmein name ist\s|\bich hei(?:ß|ss)e\s|\bje m'appelle\s|\bme llamo\s|\bmi nombre es\s|\bmi chiamo\s|\bik heet\s|\bnazywam się\s|\bregistered to\s)({_WORD}(?:\s{_WORD}){{0,3}})"
)
_TITLE = re.compile(rf"\b(?i:mr|mrs|ms|miss|mx|dr|prof|herr|frau|mme|mlle|monsieur|madame|señor|señora|sra|signor|signora|dhr|mevr|sir|dame)\b\.?\s({_CAP}{_NEXT}{{0,2}})")
_INTRO = re.compile(
    r"(?i:\b(?:i am|i'm|i’m|im|this is|it's|it is|here is|call me|called me|calls me|named|called|spoke (?:to|with)|spoken (?:to|with)|speaking (?:to|with)|speak (?:to|with)|talked (?:to|with)|talking (?:to|with)|chatted with"
    r"|chatting with|dealt with|assisted by|served by|helped by|signed by|handled by|agent|advisor|adviser|representative|rep|colleague|assistant|manager|supervisor|driver|courier|technician|engineer|nurse|doctor|attn|attention|c/o|on behalf of|ask for|asked for|addressed to"
    r"|(?:my|our|his|her)\s(?:dear\s|late\s|little\s|older\s|younger\s)?(?:husband|wife|spouse|son|daughter|kid|child|baby|mother|father|mum|mom|mam|dad|brother|sister|partner|friend|mate|boss|neighbou?r|boyfriend|girlfriend|fianc[eé]e?|uncle|aunt|cousin|nephew|niece|grand(?:ma|pa|mother|father|son|daughter)|nan|gran|flatmate|roommate|landlord|tenant|assistant|accountant|solicitor)(?:'s name is)?)),?:?\s"
    rf"({_CAP}{_NEXT}{{0,2}})"
)
_GREETING = re.compile(
    rf"(?i:\b(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|morning|afternoon|evening|thanks|thank you|thanks so much|thanks again|thank you so much|thank you very much|many thanks|cheers|sorry|apologies|welcome|welcome back|hallo|guten tag|liebe|lieber|bonjour|merci|hola|gracias|ciao|buongiorno|grazie|goedemiddag|beste|szia|kedves|cześć|understood|perfect|great|ok|okay|no problem|you're welcome|bye|got it|absolutely|certainly|of course|sure)),?\s({_CAP}{_NEXT}{{0,2}})"
    r"(?=\s*(?:[,.!?:;)\n–—-]|$)|\s(?i:for|how|we|i|i'm|i’m|this|it|please|it's|your|you|the|can|could|would|sorry|thanks|thank|and|so|just|glad|happy|from|that|my|what|is|are|let|no|yes|our|as|if|to|in|at|have|here|there|when|which|where)\b)"
)
_SIGN_OFF = re.compile(
    rf"(?:(?i:\b(?:thanks|thank you|many thanks|regards|kind regards|best regards|warm regards|best wishes|best|cheers|sincerely|yours|yours sincerely|yours faithfully|love|rgds|br|kr|thx|mfg|viele grüße|liebe grüße|mit freundlichen grüßen|grüße|cordialement|saludos|saluti|groeten|üdvözlettel))[,.!]?\s{{1,4}}|[-–—~]\s?|/|\^|\*|\n\s{{0,4}})({_CAP}{_NEXT}{{0,2}})(?=[.!]?\s*(?:\d/\d)?\s*(?:\[url\])?\s*\Z)"
)
_BEFORE_VERB = re.compile(rf"(?<![\w\[]) ?({_CAP}{_NEXT}{{0,2}})\s(?i:here\b|speaking\b|from (?:the )?(?:customer|support|billing|sales|service|team|accounts|returns|head office|your (?:team|store|shop|office)))")
_LOWER = re.compile(
    r"(?i:\b(?:hi|hello|hey|dear|thanks|thank you|cheers|i'm|i am|im|this is|it's|with|to|agent|mr|mrs|ms|regards|by|sorry),?\s)([a-z]{3,20})(?![\w'’-])"
)
_TOKEN = re.compile(_WORD)
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽŐŰİ][^\W\d_]+")
_PLACE_BEFORE = re.compile(r"(?:\b(?:San|St\.?|Saint|Santa|Port|Fort|Lake|Mount|New|El|Los|Las)\s)\Z")
_FOLLOW = re.compile(rf"{_NEXT}{{0,2}}")
_BRANDS = re.compile("|".join(re.escape(phrase) for phrase in BRAND_PHRASES))

_STRONG_CUES = frozenset("name names name's heiße heisse appelle m'appelle llamo nombre chiamo heet nazywam registered".split())
_TITLE_CUES = frozenset("mr mrs ms miss mx dr prof herr frau mme mlle monsieur madame señor señora sra signor signora dhr mevr sir dame".split())
_INTRO_CUES = frozenset(
    """am i'm i’m im this it's it here call called calls named spoke spoken speak speaking talked talking chatted chatting dealt assisted served helped signed handled agent advisor adviser
    representative rep colleague assistant manager supervisor driver courier technician engineer nurse doctor attn attention c o behalf ask asked addressed husband wife spouse son daughter kid child
    baby mother father mum mom mam dad brother sister partner friend mate boss neighbour neighbor boyfriend girlfriend fiancé fiancée fiance fiancee uncle aunt cousin nephew niece grandma grandpa
    grandmother grandfather grandson granddaughter nan gran landlord flatmate roommate tenant accountant solicitor""".split()
)
_GREETING_CUES = frozenset(
    """hi hello hey hiya dear morning afternoon evening thanks thank cheers sorry apologies welcome hallo tag liebe lieber bonjour merci hola gracias ciao buongiorno grazie goedemiddag beste szia
    kedves cześć understood perfect great ok okay problem bye it absolutely certainly course sure again much back""".split()
)
_FROM_CUES = frozenset({"here", "speaking", "from"})
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
        spans = list(_merged(self._spans(text, tokens)))
        return _replaced(text, spans) if spans else text

    def _spans(self, text: str, tokens: frozenset[str]) -> list[tuple[int, int]]:
        found = list(self._candidates(text, tokens))
        if not found:
            return found
        kept = [match.span() for match in _BRANDS.finditer(text)]
        return [span for span in found if not any(start < span[1] and span[0] < end for start, end in kept)]

    def _candidates(self, text: str, tokens: frozenset[str]) -> Iterator[tuple[int, int]]:
        if not _STRONG_CUES.isdisjoint(tokens):
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
        if not _TITLE_CUES.isdisjoint(tokens):
            for found in _TITLE.finditer(text):
                yield from self._run(found, trust=True)
        if not _INTRO_CUES.isdisjoint(tokens):
            for found in _INTRO.finditer(text):
                yield from self._run(found, trust=not _WEAK_INTRO.match(found[0]))
        if not _GREETING_CUES.isdisjoint(tokens):
            for found in _GREETING.finditer(text):
                yield from self._run(found, trust=True)
        for found in _SIGN_OFF.finditer(text, max(0, len(text) - _TAIL)):
            yield from self._run(found, trust=True)
        if not _FROM_CUES.isdisjoint(tokens):
            for found in _BEFORE_VERB.finditer(text):
                yield from self._run(found, trust=False)

    def _strong(self, text: str, found: Match[str]) -> Iterator[tuple[int, int]]:
        """After "my name is": the next words, in any case, as far as they can be a name."""
        start = end = None
        for word in _TOKEN.finditer(text, found.start(1), found.end(1)):
            low = word[0].lower()
            is_first = start is None
            if low in self._kept and low not in UNSURE:
                break
            if not is_first and not (word[0][0].isupper() or low in SURNAMES or low in GIVEN or low in _JOINING):
                break
            start, end = (word.start() if is_first else start), word.end()
        if start is not None and end is not None:
            yield start, end

    def _run(self, found: Match[str], *, trust: bool) -> Iterator[tuple[int, int]]:
        """A run of capitalised words beside a cue; without trust its first word must be in the lists."""
        words = [word for word in _TOKEN.finditer(found.string, found.start(1), found.end(1))]
        taken: list[Match[str]] = []
        for word in words:
            low = _bare(word[0])
            if low in self._kept and low not in UNSURE and not (taken and low in SURNAMES):
                break
            if low in UNSURE and low in NOT_NAMES and not taken and not trust:
                break
            taken.append(word)
        if not taken or (len(taken[0][0]) < 2) or (taken[0][0].isupper() and len(taken[0][0]) < 4 and _bare(taken[0][0]) not in GIVEN):
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
                if _bare(word[0]) not in self._given or _PLACE_BEFORE.search(text, max(0, word.start() - 6), word.start()):
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
            if (low in self._kept and low not in SURNAMES) or (len(low) > 1 and word[0].isupper() and low not in SURNAMES):
                break
            end = word.start() + len(_unpossessed(word[0]))
        return end


_WEAK_INTRO = re.compile(r"(?i)(?:i am|i'm|i’m|im|this is|it's|it is|here is|called|agent|manager|driver|courier|assistant|engineer|speak|speaking|talk|ask)")
_JOINING = frozenset({"de", "del", "della", "di", "da", "dos", "la", "le", "van", "von", "der", "den", "ten", "bin", "al", "el"})


def _bare(word: str) -> str:
    return _unpossessed(word).lower()


def _unpossessed(word: str) -> str:
    return word[:-2] if word[-2:] in ("'s", "’s") else word


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
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
