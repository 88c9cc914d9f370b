"""Instruments by name and version, and the refusal of a bare CSAT or CES."""

from types import MappingProxyType

from heard.errors import BadInput
from heard.terms.instruments.bank import ALL
from heard.terms.instruments.shape import Instrument, Item

INSTRUMENTS: MappingProxyType[tuple[str, str], Instrument] = MappingProxyType({(i.name, i.version): i for i in ALL})

CSAT_CHOICES = (
    "csat_5_top_two_share or csat_7_top_two_share (the two best boxes)",
    "csat_good_share (good of good and bad)",
    "csat_5_mean_score (mean on 0 to 100)",
    "happiness_points (great less not good)",
)
BARE: dict[str, tuple[str, str]] = {
    "csat": (f"one of its four formulas: {'; '.join(CSAT_CHOICES)}", "csat_5, csat_7, csat_10, csat_good_bad or "
             "happiness_3"),
    "satisfaction": (f"one of its four formulas: {'; '.join(CSAT_CHOICES)}", "csat_5, csat_7, csat_10, csat_good_bad "
                     "or happiness_3"),
    "ces": ("its version: ces_1_mean_score (low is good) or ces_2_mean_score (high is good)", "ces_1 or ces_2"),
}  # fmt: skip
"""Words that mean several things: as a measure, and as an instrument."""


def refuse_bare(name: str, *, what: str, is_measure: bool = False) -> None:
    """Stop at a word that has several meanings (T9).

    Raises:
        BadInput: The word is CSAT or CES without its variant; the error lists the choices.
    """
    if name.strip().lower() in BARE:
        formula, instrument = BARE[name.strip().lower()]
        told = f"a bare {name.strip().upper()}"
        raise BadInput(what, got=told, expected=formula if is_measure else instrument, todo="Name the variant.")


def find(name: str, version: str | None = None) -> Instrument:
    """The instrument of that name; the newest version when none is named.

    Raises:
        BadInput: There is none, or the word has several meanings.
    """
    refuse_bare(name, what="instrument")
    versions = sorted((v for n, v in INSTRUMENTS if n == name), key=int)
    if not versions or (version is not None and version not in versions):
        known = ", ".join(sorted({n for n, _ in INSTRUMENTS}))
        raise BadInput("instrument", got=f"{name} {version or ''}".strip(), expected=known, todo="Choose one of them.")
    return INSTRUMENTS[name, version or versions[-1]]


def find_item(item_id: str) -> tuple[Instrument, Item] | None:
    """The first instrument that holds an item of that id, with the item; None when none does.

    `why` is in all of them, so it belongs to none.
    """
    for instrument in ALL:
        for item in instrument.items:
            if item.id == item_id and item.kind == "rating":
                return instrument, item
    return None
