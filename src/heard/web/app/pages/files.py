"""Files of ours and the sign of life."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import PlainTextResponse, Response

from heard.actions.monday.html import style
from heard.web.app.render import STATIC

router = APIRouter(include_in_schema=False)
HOME = "home.css"
"""The style sheet of the Monday page, nested under one class, so that it touches nothing else of the app."""
KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


def known() -> dict[str, bytes]:
    """Name → content of every file that may be asked for."""
    return {one.name: one.read_bytes() for one in STATIC.iterdir() if one.name.rpartition(".")[2] in KINDS}


@router.get("/static/{name}")
def static(name: str) -> Response:
    """One file by its name; there are no folders to walk through."""
    if name == HOME:
        return Response(f".monday{{{style()}}}", media_type=KINDS["css"])
    found = known().get(name)
    if found is None:
        raise HTTPException(404)
    return Response(found, media_type=KINDS[name.rpartition(".")[2]])


@router.get("/health")
def health() -> Response:
    """Up."""
    return PlainTextResponse("ok\n")
