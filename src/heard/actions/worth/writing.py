"""A page and its figures in the workspace's folder `out`."""

from pathlib import Path
from typing import Any

import orjson


def write(folder: Path, name: str, html: str, figures: dict[str, Any]) -> Path:
    """Write out/NAME.html and out/NAME.json; each file is whole or as it was. Returns the page's path."""
    where = folder / "out"
    where.mkdir(mode=0o700, exist_ok=True)
    made = orjson.dumps(figures, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
    for ending, content in (("json", made), ("html", html.encode())):
        partial = where / f"{name}.{ending}.part"
        partial.write_bytes(content)
        partial.replace(where / f"{name}.{ending}")
    return where / f"{name}.html"
