"""The page of two-sided truth: behaviour, perception and what came next, side by side, with who answered."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from heard.actions.monday.plain import QUOTE, plain
from heard.actions.surveys.comments import Square
from heard.actions.surveys.reweighed import Reweighed
from heard.actions.surveys.two_sided import COLUMNS, Cell, GapRow

CAUTION = (
    "Behaviour and perception are two measurements of one thing, never averaged. A small difference between contacts "
    "heard and missed says that the ledger and the customers do not see the same; it is an association, not an effect."
)
TONE = "What a comment says is the machine's reading, not yet held against people."
TITLES = {"heard": "all moments heard", "missed": "a moment missed", "other": "neither, or no moment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Everything on the page.

    Attributes:
        reweighed: None where nobody was asked or too few answered.
    """

    business: str
    manifest: int
    rows: tuple[GapRow, ...]
    reweighed: Reweighed | None
    square: Square

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "manifest": self.manifest,
            "columns": COLUMNS,
            "rows": [row.to_dict() for row in self.rows],
            "felt_understood": self.reweighed.to_dict() if self.reweighed else None,
            "score_by_comment": self.square.to_dict(),
            "caution": CAUTION,
        }

    def to_rows(self) -> list[dict[str, str]]:
        """Lines of a table for people."""
        return [
            {"group": f"{row.grouping}: {row.group}" if row.grouping != row.group else row.group}
            | {_short(cell): shown(cell) for cell in row.cells}
            | {"if the silent differ": _bounds(row)}
            for row in self.rows
        ]

    def answered_rows(self) -> list[dict[str, str]]:
        """Felt understood in its readings, for people; empty where there is none."""
        told = self.reweighed
        if told is None:
            return []
        readings = [("as answered", told.raw), ("weighted by who answers", told.by_response)]
        readings += [("led back to all contacts", told.to_contacts)] if told.to_contacts else []
        lines = [
            {
                "felt understood": name,
                "value": f"{100 * w.value:.1f} %",
                "interval": f"{100 * w.ci_lower:.0f} to {100 * w.ci_upper:.0f} %",
                "n": str(w.n),
                "effective n": f"{w.n_effective:.0f}",
            }
            for name, w in readings
        ]
        box = told.bounds
        worst = {
            "felt understood": "whatever the silent would say",
            "value": "",
            "interval": f"{100 * box.lower:.0f} to {100 * box.upper:.0f} %",
            "n": f"{box.answered} of {box.invited}",
            "effective n": "",
        }
        return [*lines, worst]

    def square_rows(self) -> list[dict[str, str]]:
        """Score by comment, for people."""
        return [
            {
                "score": level,
                "comment": tone,
                "comments": "fewer than five, or hidden" if count is None else str(count),
                "words": " · ".join(plain(quote, QUOTE) for quote in self.square.quotes.get((level, tone), ())),
            }
            for (level, tone), count in self.square.counts.items()
        ]

    def who_rows(self) -> list[dict[str, str]]:
        """Who answered, by how the contact went."""
        who = self.reweighed.who if self.reweighed else {}
        return [
            {"contact": TITLES[name], "asked": str(asked), "answered": f"{gave} ({100 * gave / asked:.0f} %)"}
            for name, (asked, gave) in who.items()
        ]


def shown(cell: Cell) -> str:
    """A figure with its interval and n, or why there is none."""
    if cell.value is None:
        return cell.undefined_because or ""
    unit = 100 if cell.unit in ("share", "points") else 1
    sign = "+" if cell.unit == "points" else ""
    value = f"{unit * cell.value:{sign}.0f}"
    if cell.ci_lower is None or cell.ci_upper is None:
        return f"{value} (n {cell.n:,})"
    return f"{value} ({unit * cell.ci_lower:{sign}.0f} to {unit * cell.ci_upper:{sign}.0f}; n {cell.n:,})"


def _short(cell: Cell) -> str:
    return f"{cell.title}, {'points' if cell.unit == 'points' else '%'}"


def _bounds(row: GapRow) -> str:
    return "" if row.bounds is None else f"{100 * row.bounds.lower:.0f} to {100 * row.bounds.upper:.0f} %"


def html(gap: Gap) -> str:
    """The page as one file without script; every text is escaped."""
    style = _read("gap.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("gap.html.j2")
        .render(gap=gap, style=Markup(style), style_digest=digest, caution=CAUTION, tone=TONE)
    )


def _read(name: str) -> str:
    return files("heard.actions.surveys").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_read)
    )
