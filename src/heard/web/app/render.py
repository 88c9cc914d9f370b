"""From values to pages: one Jinja environment, escaping everything, strict about names."""

from functools import cache, lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from heard.actions.monday import charts
from heard.actions.monday.document import ChartBlock, Document, FigureBlock
from heard.actions.monday.html import body, style
from heard.actions.monday.interval import interval_bar, spoken_interval
from heard.flow.serving.words import Passage
from heard.gate.accounts import TITLES, Permission
from heard.terms.days import date_of
from heard.web.app.doors import Asked

STATIC = files("heard.web.app").joinpath("static")
Entry = tuple[str, str, Permission]
MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "This week",
        (
            ("/", "Home", "see_figures"),
            ("/moments", "Moments", "read_words"),
            ("/heard", "Heard & said", "see_figures"),
            ("/journey", "Journey", "see_figures"),
        ),
    ),
    (
        "Worth",
        (
            ("/worth", "What it is worth", "see_figures"),
            ("/plan", "Plan", "see_figures"),
            ("/experiments", "Experiments", "see_figures"),
            ("/surveys", "Surveys", "see_figures"),
        ),
    ),
    (
        "Review",
        (
            ("/review", "Review", "review"),
            ("/agreement", "Agreement", "see_agreement"),
            ("/coaching", "Coaching", "coach"),
            ("/mirror", "Mirror", "see_own"),
            ("/appeals", "Appeals", "read_words"),
        ),
    ),
    (
        "House",
        (
            ("/governance", "Governance", "govern"),
            ("/data", "Data", "export"),
            ("/people", "People", "manage_people"),
        ),
    ),
)
"""Groups of pages: the first row of the menu; the second shows the pages of the group that is open."""


def day_of(number: int) -> str:
    """A day counted from 1970 as it stands in addresses."""
    return date_of(number).isoformat()


def page(asked: Asked, template: str, *, title: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the frame of the app."""
    path = asked.request.url.path
    groups, pages = _menu(asked, path)
    text = (
        environment()
        .get_template(template)
        .render(
            title=title,
            groups=groups,
            pages=pages,
            person=asked.person,
            role=TITLES[asked.person.role],
            csrf=asked.csrf,
            business=asked.house.workspace.policy.name,
            path=path,
            **values,
        )
    )
    return HTMLResponse(text, status_code=status)


def bare(template: str, *, title: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for whoever is not signed in."""
    return HTMLResponse(environment().get_template(template).render(title=title, **values), status_code=status)


Link = tuple[str, str, bool]


def _menu(asked: Asked, path: str) -> tuple[list[Link], list[Link]]:
    """Groups with the address of their first page, and the pages of the open group; a group of one is its page."""
    groups: list[Link] = []
    pages: list[Link] = []
    for title, entries in MENU:
        allowed = [(href, name) for href, name, needed in entries if asked.person.may(needed)]
        if not allowed:
            continue
        is_open = any(_is_here(path, href) for href, _ in allowed)
        groups.append((allowed[0][0], allowed[0][1] if len(allowed) == 1 else title, is_open))
        if is_open and len(allowed) > 1:
            pages = [(href, name, _is_here(path, href)) for href, name in allowed]
    return groups, pages


def _is_here(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))


@cache
def environment() -> Environment:
    """The templates of the app."""
    made = Environment(
        loader=PackageLoader("heard.web.app"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(bar=_bar, marked=_marked, cell=_cell)
    made.globals.update(static=_static)
    return made


@cache
def _digest(name: str) -> str:
    content = style().encode() if name == "home.css" else STATIC.joinpath(name).read_bytes()
    return blake2b(content, digest_size=6).hexdigest()


def _static(name: str) -> str:
    """Address of a file of ours; it changes with the file, so that no old copy is used."""
    return f"/static/{name}?v={_digest(name)}"


@lru_cache(maxsize=64)
def monday_body(document: Document) -> Markup:
    """The Monday page without its frame, kept while it is asked for."""
    return body(document)


def _bar(figure: FigureBlock, is_small: bool = False) -> Markup:
    if figure.axis is None:
        return Markup("")
    return Markup(
        interval_bar(figure.axis, spoken_interval(figure.title, figure.value, figure.interval), is_small=is_small)
    )


def _cell(cell: object, chart: ChartBlock, column: int) -> str:
    if isinstance(cell, float) and chart.kind == "weeks" and column in (1, 2, 3):
        return charts.share_text(cell)
    return "" if cell is None else str(cell)


def _marked(passages: tuple[Passage, ...]) -> Markup:
    """Words with their evidence marked; every word is escaped, and the labels are read out with the mark."""
    parts = []
    for one in passages:
        if one.labels:
            parts.append(
                Markup('<mark title="{0}">{1}<span class="away"> ({0})</span></mark>').format(
                    ", ".join(one.labels), one.text
                )
            )
        else:
            parts.append(Markup("{}").format(one.text))
    return Markup("").join(parts)
