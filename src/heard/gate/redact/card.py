"""Measured recall and precision of the redaction, as `python -m bench.redaction` wrote them beside this file."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from heard.gate.redact import REDACTION_VERSION

FILE = "card.json"


@dataclass(frozen=True, slots=True)
class Told:
    """The card's figures as text; they say so when the card is of another version.

    Attributes:
        names: Recall of names in free text, with interval and n.
        formal: Recall of formal kinds.
        lines: Lines of the benchmark.
    """

    version: str
    names: str
    formal: str
    addresses: str
    precision: str
    lines: str


@lru_cache(maxsize=1)
def told() -> Told:
    """The card of this version of the redaction."""
    card = json.loads((files("heard.gate.redact") / FILE).read_text(encoding="utf-8"))
    if card["version"] != REDACTION_VERSION:
        why = f"not measured for {REDACTION_VERSION}"
        return Told(REDACTION_VERSION, why, why, why, why, "0")
    figures = {one: _figure(card["figures"][one]) for one in ("names", "formal", "addresses", "precision")}
    return Told(version=card["version"], lines=str(card["lines"]), **figures)


def _figure(figure: dict[str, float]) -> str:
    return f"{figure['value']:.2f} [{figure['low']:.2f}, {figure['high']:.2f}], n {figure['n']}"
