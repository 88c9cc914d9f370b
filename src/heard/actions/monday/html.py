"""The page as one HTML file: no script, nothing loaded, a strict content policy with the digest of its one style."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from heard.actions.monday import charts
from heard.actions.monday.document import ChartBlock, Document, FigureBlock
from heard.actions.monday.interval import interval_bar, spoken_interval

_TEMPLATES = "heard.actions.monday"


def html(document: Document) -> str:
    """The page as HTML text; every string of the document is escaped.

    The style works only because its digest stands in the policy; nothing else may: no image, font, frame or script.
    """
    text = style()
    digest = b64encode(sha256(text.encode()).digest()).decode()
    template = _environment().get_template("monday.html.j2")
    return template.render(page=document, style=Markup(text), style_digest=digest)


def body(document: Document) -> Markup:
    """What stands inside the page's `main`, for a page that brings the style sheet along by itself."""
    inner = html(document).partition("<main>")[2].rpartition("</main>")[0]
    return Markup(inner)


def style() -> str:
    """The style sheet of the page."""
    return _read("monday.css")


def _read(name: str) -> str:
    return files(_TEMPLATES).joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_read)
    )
    filters: dict[str, Callable[..., Markup | str]] = {
        "drawn": lambda chart: Markup(charts.svg(chart)),
        "bar": _bar,
        "cell": _cell,
    }
    environment.filters.update(filters)
    return environment


def _bar(figure: FigureBlock, is_small: bool = False) -> Markup:
    if figure.axis is None:
        return Markup("")
    spoken = spoken_interval(figure.title, figure.value, figure.interval)
    return Markup(interval_bar(figure.axis, spoken, is_small=is_small))


def _cell(cell: object, chart: ChartBlock, column: int) -> str:
    if isinstance(cell, float) and chart.kind == "weeks" and column in (1, 2, 3):
        return charts.share_text(cell)
    return "" if cell is None else str(cell)
