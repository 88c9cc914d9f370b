"""The card of the packaged model: what it was trained on, how well it agrees with readers, and what it is blind to.

The card is data that training writes beside the weights; it names their digest, so a card of another model is refused.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from heard.errors import Damaged

FILE = "card.json"
FEW = 10
"""Below so many uses by the readers a label's figures rest on too little, and stay out of the means."""


@dataclass(frozen=True, slots=True)
class Card:
    """All of it is plain data.

    Attributes:
        version: Of the signal, with the digests of its weights.
        trained_on: One row a data set: data, licence, rows, use.
        sets: One row a test set: name, note, conversations; `labels`, `moments` and `rates` as in the agreement card,
            each figure with value, low, high and n; `ceiling` holds the moments that perfect labels would give.
        benchmarks: Figures on public test sets: name, engine, figure, what it measures, and what was published.
        blind_spots: Sentences.
        noise: What training again with another seed changes.
    """

    version: str
    trained_on: tuple[Mapping[str, str], ...]
    sets: tuple[Mapping[str, Any], ...]
    benchmarks: tuple[Mapping[str, Any], ...]
    blind_spots: tuple[str, ...]
    noise: str

    def to_json(self) -> dict[str, Any]:
        """The card as one JSON document."""
        return asdict(self)

    def to_markdown(self) -> str:
        """The card as a page."""
        return "\n".join(_lines(self)) + "\n"


def load_card() -> Card:
    """The packaged card.

    Raises:
        Damaged: The card is missing or belongs to other weights.
    """
    from heard.signals.text import load

    place = files("heard.signals.text") / "model" / FILE
    try:
        told = json.loads(place.read_text("utf-8"))
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
        card = Card(**fields)
    except (OSError, ValueError, TypeError) as error:
        raise Damaged("The text model has no card", where=FILE, todo="Install heard again.") from error
    if card.version != load().version:
        raise Damaged("The card is of another text model", card.version, load().version, "Install heard again.", FILE)
    return card


def _lines(card: Card) -> Iterator[str]:
    yield from (
        "# The text model",
        "",
        "Written by `python -m training.text` and printed by `heard model card`; do not edit by hand.",
        f"Version `{card.version}`.",
        "",
        "## What it does",
        "",
        "It reads a turn sentence by sentence, with the customer's words before it, and says which labels of the",
        "codebook the sentence carries, each with the words that show it. From all sentences of a turn it says whether",
        "the turn opens a moment or answers one. It says what is written, not what a person feels; staff are never",
        "given emotions.",
        "",
        "## What it was trained on",
        "",
        *_table([{k: row[k] for k in ("data", "licence", "rows", "use")} for row in card.trained_on]),
        "",
        "The project's own labels were written and checked by language models reading with the codebook. So the",
        "figures below are agreement with that reading, not yet with people.",
    )
    for one in card.sets:
        yield from _set(one)
    if card.benchmarks:
        yield from ("", "## On public test sets", "")
        yield from _table([
            {"test": b["name"], "engine": b["engine"], "figure": _figure(b)} | {k: b[k] for k in ("what", "published")}
            for b in card.benchmarks
        ])  # fmt: skip
    yield from ("", "## Known blind spots", "", *(f"- {spot}" for spot in card.blind_spots))
    yield from ("", "## Training again", "", card.noise)


def _set(one: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"## Agreement: {one['name']}", "", f"{one['note']} {one['conversations']} conversations.", "")
    rates = one["rates"]
    yield from _table([
        {"rate": name.replace("_", " "), "readers": _figure(both["readers"]), "machine": _figure(both["machine"])}
        for name, both in rates.items()
    ])  # fmt: skip
    yield from ("", "Moments; rules are what the ledger makes of the readers' own turn labels.", "")
    yield from _table([
        {"figure": name.replace("_", " "), "machine": _figure(figure), "rules": _figure(one["ceiling"][name])}
        for name, figure in one["moments"].items()
    ])  # fmt: skip
    means = ", ".join(f"{name} {value:.2f}" for name, value in one["macro"].items())
    yield from ("", f"Labels, turn by turn. Mean F1 of labels with {FEW} uses or more: {means}.",
                f"F1 of any negative emotion: {_figure(one['any_negative'])}.", "")  # fmt: skip
    yield from _table([
        {"label": name, "uses": str(f["n"]), **{k: _figure(f[k]) for k in ("precision", "recall", "f1")}}
        for name, f in one["labels"].items()
    ])  # fmt: skip


def _figure(told: Mapping[str, Any]) -> str:
    if told["value"] is None:
        return "–"
    between = "" if told.get("low") is None else f" [{told['low']:.2f}, {told['high']:.2f}]"
    return f"{told['value']:.2f}{between} n {told['n']}"


def _table(rows: list[dict[str, str]]) -> list[str]:
    head = list(rows[0])
    return [
        f"| {' | '.join(head)} |",
        f"|{'|'.join('---' for _ in head)}|",
        *(f"| {' | '.join(row[name] for name in head)} |" for row in rows),
    ]
