"""Figures as files: CSV and Parquet of what a filter shows, drawings as SVG and PNG."""

from typing import Annotated

import vl_convert
from fastapi import APIRouter
from fastapi.responses import Response

from heard.actions.export.figures import csv_of, parquet_of
from heard.actions.monday import charts
from heard.errors import BadInput
from heard.flow.serving import frame
from heard.measures.registry import REGISTRY
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)
DARK = (
    '<style>@media (prefers-color-scheme:dark){[fill="#1d5c63"]{fill:#7fbcc0}[stroke="#1d5c63"]{stroke:#7fbcc0}'
    '[fill="#a9c6c7"]{fill:#2f5a5e}[stroke="#a9c6c7"]{stroke:#2f5a5e}[fill="#23272b"]{fill:#e8e6e0}'
    '[fill="#5d6469"]{fill:#a3a8aa}[stroke="#5d6469"]{stroke:#a3a8aa}[stroke="#d9d5cb"]{stroke:#3a3e40}}</style>'
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Of a drawing that is loaded as an image: no script, nothing loaded, its one style is its own."""


def drawing(asked: Asked, name: str) -> str:
    """The weeks of a measure as SVG text.

    Raises:
        BadInput: No such measure, or too few weeks to draw.
    """
    if name not in REGISTRY:
        raise BadInput("measure", got="an unknown name", expected="one of the registry")
    cells = asked.house.cells()
    wanted = frame.asked_of(cells, asked.request.query_params)
    chart = frame.series(frame.released_of(cells, wanted), name, tuple(cells.weeks()))
    if chart is None:
        raise BadInput("drawing", got="fewer than three weeks that may be shown", expected="three or more")
    return asked.house.remembered(f"svg {name} {sorted(wanted.groups.items())}", lambda _: charts.svg(chart))


@router.get("/charts/{name}.svg")
def svg(asked: Annotated[Asked, needs("see_figures")], name: str) -> Response:
    """A drawing that follows light and dark by itself."""
    head, _, rest = drawing(asked, name).partition(">")
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, max-age=60"}
    if asked.query("download"):
        headers["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return Response(f"{head}>{DARK}{rest}", media_type="image/svg+xml", headers=headers)


@router.get("/charts/{name}.png")
def png(asked: Annotated[Asked, needs("see_figures")], name: str) -> Response:
    """The same as a picture."""
    made = vl_convert.svg_to_png(drawing(asked, name), scale=2)
    return Response(made, media_type="image/png", headers={"Content-Disposition": f'attachment; filename="{name}.png"'})


@router.get("/export/figures.{kind}")
def figures(asked: Annotated[Asked, needs("export")], kind: str) -> Response:
    """Released cells of the breakdown that the address names; hidden ones stay hidden."""
    makers = {"csv": (csv_of, "text/csv; charset=utf-8"), "parquet": (parquet_of, "application/vnd.apache.parquet")}
    if kind not in makers:
        raise BadInput("file", got="another ending", expected="csv or parquet")
    cells = asked.house.cells()
    wanted = frame.asked_of(cells, asked.request.query_params)
    rows = frame.cells_shown(cells, wanted)
    make, media = makers[kind]
    headers = {"Content-Disposition": f'attachment; filename="figures.{kind}"'}
    return Response(make(rows), media_type=media, headers=headers)
