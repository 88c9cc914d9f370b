"""Whether sympathetic words would fit any ticket unchanged (CODEBOOK C, settled case on generic or specific)."""

import re
from collections.abc import Iterator

from heard.moments.blocks import Block, Turn
from heard.moments.boilerplate import PLACEHOLDER
from heard.terms.labels import ANSWERING

GENERIC_SYMPATHY = "generic_sympathy"
SPECIFIC_BY_NATURE = frozenset({"acknowledges", "paraphrases", "personalizes"})
"""Behaviours that cannot be shown without naming something of this person's case."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
STOCK_WORDS = """
    a about absolutely again all also am an and any apologies apologise apologize apology appreciate are as at be been
    being bother but by can cause caused causing certainly come completely concern concerned concerning concerns could
    deeply did didn't difficulties disappointed disappointing disappointment do does doesn't don't ever experience
    experienced experiencing extremely feel feeling for from frustrated frustrating frustration get go good great had
    happen happened happens has have hear heard hearing here hi hope how i i'd i'll i'm i've if in inconvenience
    inconvenienced inconveniences incredibly is isn't issue issues it it's its just know like make makes may me must my
    no not of oh on or our part please problem problems quite rather read reading realise realize really recognize
    regarding regret right see seeing should shouldn't sincere sincerely situation so sorry sound sounds stress
    stressful strange terrible terribly thank thanks that that's the their them there these they this those through
    to today total totally trouble troubles truly trust tough understand understandable understandably understanding
    understood unfortunate unfortunately upset upsetting us very was we we'd we'll we're we've well what when which why
    will wish with worries worried worry worrying would yeah yes you you'd you'll you're you've your yours
    apologising apologizing believe difficult hard annoying awful bad fully entirely imagine indeed must've
    nobody's anyone never want wants wanted accept super delay delays wait waiting waited visit stay journey travel
    disruption meet expectations expect guests guest customers customer kind sad fair enough shoes login service usual
    level standard standards call contacting out reaching
"""
STOCK = frozenset(STOCK_WORDS.split())
"""Words of stock sympathy. A sympathetic span that holds nothing else would fit any ticket."""


def is_generic(block: Block) -> bool:
    """Whether every sympathetic word of an answering block would fit any ticket; one specific word is enough for no.

    Judged over the block (CONTRACTS 14): a canned opener beside a specific human answer is specific.
    """
    return not any(_is_specific(turn, label) for turn in block.turns for label in ANSWERING & turn.found.keys())


def _is_specific(turn: Turn, label: str) -> bool:
    mark = turn.found[label]
    canned = turn.found.get(GENERIC_SYMPATHY)
    if canned and canned.start < mark.end and mark.start < canned.end:
        return False
    return label in SPECIFIC_BY_NATURE or not is_stock(turn.text[mark.start : mark.end])


def is_stock(words: str) -> bool:
    """Whether the words hold stock sympathy only; true for none.

    Example:
        >>> is_stock("We're sorry for the inconvenience"), is_stock("sorry for the delay this morning")
        (True, False)
    """
    return all(word in STOCK for word in _words(words))


def _words(text: str) -> Iterator[str]:
    """Words in small letters, without placeholders and names (capitals inside): they make nothing specific."""
    for found in WORD.finditer(PLACEHOLDER.sub(" ", text.replace("’", "'"))):
        word = found.group()
        if not (found.start() and word[0].isupper() and word[1:].islower()) or word.lower() in STOCK:
            yield word.lower()
