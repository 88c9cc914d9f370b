"""The agreement card for reading: titled tables whose cells are text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from heard.inference.agreement.figures import Figure

if TYPE_CHECKING:
    from heard.inference.agreement.card import Card

Rows = list[dict[str, str]]
LABEL_COLUMNS = ("kappa", "f1", "precision", "recall")
NOTHING = "–"
MOMENTS = "Moments; the first of a pair is the reference, rules are what the ledger makes of that rater's own labels"
THIN = 9
"""Below so many uses by the first rater a label's figures rest on too little: two careful passes were only compared on
labels seen nine times or more (CODEBOOK, settled cases)."""


def sections(card: "Card") -> list[tuple[str, Rows]]:
    """Titled tables: the rates, moments by pair, labels by pair."""
    told = [("Rates by rater", _rates(card)), (MOMENTS, _moments(card))]
    pairs = tuple(card.moments)
    return told + [(f"Labels, {pair.replace('|', ' against ')}", _labels(card, pair)) for pair in pairs]


def shown(figure: Figure) -> str:
    """A figure with its interval and n; a dash and the reason where it is undefined.

    Example:
        >>> shown(Figure(0.75, 0.6123, 0.88, 40)), shown(Figure(None, None, None, 0, "nobody used it"))
        ('0.75 [0.61, 0.88] n 40', '– nobody used it')
    """
    if figure.value is None:
        return f"{NOTHING} {figure.undefined_because}"
    between = f" [{figure.low:.2f}, {figure.high:.2f}]" if figure.low is not None and figure.high is not None else ""
    return f"{figure.value:.2f}{between} n {figure.n}"


def _rates(card: "Card") -> Rows:
    return [
        {"rate": rate.replace("_", " "), **{name: shown(figures[name]) for name in card.raters}}
        for rate, figures in card.rates.items()
    ]


def _moments(card: "Card") -> Rows:
    names = dict.fromkeys(name for figures in card.moments.values() for name in figures)
    columns = {**card.moments, **{f"{name}|rules": figures for name, figures in card.ceilings.items()}}
    return [
        {"figure": name.replace("_", " "), **{pair: shown(figures[name]) for pair, figures in columns.items()}}
        for name in names
    ]


def _labels(card: "Card", pair: str) -> Rows:
    """Labels that a rater of the pair used, the least agreed first; thin ones last."""
    first, second = pair.split("|")
    used = {label: (uses[first], uses[second]) for label, uses in card.used.items() if uses[first] or uses[second]}
    order = sorted(used, key=lambda label: (used[label][0] < THIN, _rank(card.labels[label][pair])))
    return [
        {
            "label": label + (" (few)" if used[label][0] < THIN else ""),
            "uses": f"{used[label][0]} / {used[label][1]}",
            **{name: shown(card.labels[label][pair][name]) for name in LABEL_COLUMNS},
        }
        for label in order
    ]


def _rank(figures: Mapping[str, Figure]) -> float:
    value = figures["kappa"].value
    return -2.0 if value is None else value
