"""What a file says it holds, against what an instrument is: scale, polarity and wording must fit (T9)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from heard.errors import BadInput
from heard.terms.instruments.bank import ALL
from heard.terms.instruments.registry import INSTRUMENTS, find, refuse_bare
from heard.terms.instruments.shape import Instrument, Item


@dataclass(frozen=True, slots=True)
class Declared:
    """An instrument as a file declares it; scale and polarity are None where nobody said.

    Attributes:
        known: The instrument of the bank, or None for the business's own survey.
    """

    name: str
    version: str
    low: float | None
    high: float | None
    polarity: str | None
    known: Instrument | None = None


def declared(
    name: str,
    *,
    version: str | None = None,
    low: float | None = None,
    high: float | None = None,
    polarity: str | None = None,
    wording: str = "",
) -> Declared:
    """What a file holds, checked against the bank.

    Args:
        name: Name of an instrument of the bank, or the business's own word for its survey.
        version: Version of it; the newest when not said.
        low: Lowest point of the scale as declared; that of the instrument when not said.
        high: Highest point.
        polarity: higher_better or lower_better; that of the instrument when not said.
        wording: The question as the file asks it, to notice another one of the bank; may be empty.

    Raises:
        BadInput: A bare CSAT or CES, or a scale, polarity or wording that contradicts the instrument.
    """
    refuse_bare(name, what="instrument")
    if not any(name == known for known, _ in INSTRUMENTS):
        return Declared(name, version or "1", low, high, polarity)
    instrument = find(name, version)
    scale = instrument.ratings[0].scale
    if scale is None:
        raise ValueError(f"{name}: a rating without a scale")
    asked = of_wording(wording)
    if asked is not None and asked[0].name != name and _is_other(asked[0], instrument):
        raise _contradiction(instrument, f"the question of {asked[0].name}", f"declare it as {asked[0].name}")
    if polarity is not None and polarity != scale.polarity:
        raise _contradiction(instrument, f"polarity {polarity}", _other_way(instrument))
    if (low, high) != (None, None) and (low, high) != (scale.low, scale.high):
        if instrument.name in ("heard_items", "heard_items_long", "bot_items") and (low, high) == (1, 7):
            return Declared(name, instrument.version, low, high, scale.polarity, instrument)
        raise _contradiction(instrument, f"scale {low:g} to {high:g}", _other_way(instrument))
    return Declared(name, instrument.version, scale.low, scale.high, scale.polarity, instrument)


def of_wording(text: str) -> tuple[Instrument, Item] | None:
    """The rated item whose question this is, in any language, whatever its case and punctuation; None when none.

    Example:
        >>> of_wording("I felt understood")[1].id, of_wording("How was the weather?")
        ('felt_understood', None)
    """
    return _wordings().get(_bare(text))


def is_why(text: str) -> bool:
    """Whether a question is the bank's own open question after a rating."""
    return _bare(text) in {_bare(said) for item in ALL[0].items if item.id == "why" for said in item.wording.values()}


@cache
def _wordings() -> dict[str, tuple[Instrument, Item]]:
    found: dict[str, tuple[Instrument, Item]] = {}
    for instrument in ALL:
        for item in instrument.ratings:
            for said in item.wording.values():
                found.setdefault(_bare(said), (instrument, item))
    return found


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def _is_other(asked: Instrument, instrument: Instrument) -> bool:
    """Whether the two ask different things: CSAT on 5 and on 7 points share their question."""
    own = {item.id for item in instrument.ratings}
    return not own & {item.id for item in asked.ratings}


def _other_way(instrument: Instrument) -> str:
    others = {"ces_1": "ces_2", "ces_2": "ces_1"}
    if instrument.name in others:
        return f"if it is the other version, declare it as {others[instrument.name]}"
    return "declare what was asked"


def _contradiction(instrument: Instrument, got: str, todo: str) -> BadInput:
    scale = instrument.ratings[0].scale
    told = f"{scale.low} to {scale.high}, {scale.polarity}" if scale else ""
    name = {"ces_1": "CES 1.0", "ces_2": "CES 2.0"}.get(instrument.name, instrument.name)
    return BadInput(f"survey declared as {name}", got=got, expected=told, todo=f"{todo[0].upper()}{todo[1:]}.")
