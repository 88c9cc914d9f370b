"""Splits a turn into sentences and a sentence into clauses, as spans of code points; linear in the length of the text.

Support text is not prose: handles open a tweet, a signature ("^KD") closes it, lists stand on lines, capitals are rare.
A span never opens or closes with white space; handles before the first word, links at the end of a sentence and
signatures belong to no span.
"""

import re

MAX_CHARACTERS = 400
"""A sentence is cut at a blank near this length, so that a text without stops stays readable."""
MAX_SENTENCES = 256
"""Sentences read of one turn; words after them are not scored (a turn of a person has 1 to 40)."""

_ABBREVIATIONS = frozenset(
    re.split(
        " ",
        "mr mrs ms dr prof st ave rd no nos vs etc e.g i.e eg ie approx dept ext inc ltd co corp jr sr"
        " tel min max fig ca u.s u.k",
    )
)
_END = re.compile(r"[.!?…。！？؟]+[\"'”’»)\]]*(?=\s)|[\n\r\u2028\u2029]+")
_HEAD = re.compile(r"(?:\s+|[@＠][\w.]+[:,]?|RT\b|\(?\d{1,2}/\d{1,2}\)?(?=\s)|[-*•>]+(?=\s))+")
_TAIL = re.compile(
    r"(?:\s|https?://\S*|\(?\d{1,2}/\d{1,2}\)?$|(?<=\s)[\^~*]\s?[A-Za-z]{1,12}\.?$|(?<=\s)[-–][A-Z]{2,3}$)+$"
)
_SIGNATURE = re.compile(r"[\^~*]\s?[A-Za-z]{1,12}\.?|[-–]\s?[A-Z]{2,3}")
_NOT_SAID = re.compile(
    r"^[ \t]*>.*$|^On\b.{4,120}\bwrote:[ \t]*$|^Sent from my\b.{0,40}$"
    r"|^(?:(?:kind|kindest|best|warm|many) )?(?:regards|wishes)[,.]?[ \t]*$(?:\n[^\n.!?]{0,40}$){0,5}"
    r"|^(?:yours (?:sincerely|faithfully|truly)|sincerely)[,.]?[ \t]*$(?:\n[^\n.!?]{0,40}$){0,5}",
    re.I | re.M,
)
"""Quoted e-mail, and a closing formula with the name and lines below it: nobody says this in this turn."""
_WORD_BEFORE = re.compile(r"[^\s\"'“‘(]*$")
_CLAUSE = re.compile(
    r"\s*[,;:—–]+\s+|\s+[-–—]+\s+|\s+(?=(?:but|and|because|so|since|as|if|when|while|although|though|which|or|then|however)\s)",
    re.I,
)
_TAIL_WINDOW = 240  # a tail of links and signatures longer than this is left in the span


def split(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a turn, in order, without overlap; quoted e-mail and closing formulas are left out.

    Example:
        >>> text = "@Shop Dr. Lee waited... and waited. Any news? https://t.co/x ^KD"
        >>> [text[a:b] for a, b in split(text)]
        ['Dr. Lee waited... and waited.', 'Any news?']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    if "\n" in text or text[:1] in ">OoSs":
        for other in _NOT_SAID.finditer(text):
            _split(text, start, other.start(), spans)
            start = other.end()
    _split(text, start, len(text), spans)
    return spans[:MAX_SENTENCES]


def _split(text: str, start: int, stop: int, spans: list[tuple[int, int]]) -> None:
    for found in _END.finditer(text, start, stop):
        if _is_end(text, found):
            _add(text, start, found.end(), spans)
            start = found.end()
        if len(spans) >= MAX_SENTENCES:
            return
    _add(text, start, stop, spans)


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the clauses of the sentence at [start, end): at least two, or none when it is one clause.

    Example:
        >>> text = "I get the delay, but nobody told me."
        >>> [text[a:b] for a, b in clauses(text, 0, len(text))]
        ['I get the delay', 'but nobody told me.']
    """
    spans, at = [], start
    for found in _CLAUSE.finditer(text, start, end):
        if found.start() - at < 8:  # shorter than two words: "Hi Jo," or "and" alone carries no evidence
            continue
        spans.append((at, found.start()))
        at = found.end()
    if at < end:
        spans.append((at, end))
    return spans if len(spans) > 1 else []


def _is_end(text: str, found: re.Match[str]) -> bool:
    mark = found.group()
    if mark[0] in "\n\r\u2028\u2029" or mark[0] in "!?。！？؟":
        return True
    after = text[found.end() : found.end() + 2].lstrip()
    if len(mark) > 1 or mark[0] == "…":  # an ellipsis goes on when the next word is small
        return not after[:1].islower()
    before = _WORD_BEFORE.search(text, max(0, found.start() - 16), found.start())
    word = before.group().lower() if before else ""
    return (
        word not in _ABBREVIATIONS
        and not (len(word) == 1 and word.isalpha() and word != "i")
        and not (word.isdigit() and len(word) < 3)
    )


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    head = _HEAD.match(text, start, end)
    start = head.end() if head else start
    window = max(start, end - _TAIL_WINDOW)
    tail = _TAIL.search(text[window:end])
    end = window + tail.start() if tail else end
    while end - start > MAX_CHARACTERS:
        cut = text.rfind(" ", start + MAX_CHARACTERS // 2, start + MAX_CHARACTERS)
        cut = cut if cut > start else start + MAX_CHARACTERS
        _keep(text, start, cut, spans)
        start = cut
        if len(spans) >= MAX_SENTENCES:
            return
    _keep(text, start, end, spans)


def _keep(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end and not _SIGNATURE.fullmatch(text, start, end):
        spans.append((start, end))
