"""Single values of foreign records: ids, counts and truth values, however JSON, CSV or parquet write them."""

import re
from typing import Any

from heard.errors import BadInput


def ident(value: Any) -> str | None:
    """A foreign id as text; None for null, empty and the old export's dash."""
    return None if value in (None, "", "-") else str(value)


def required(value: Any, what: str) -> str:
    """An id without which a record cannot be placed; BadInput when it is not there."""
    if (found := ident(value)) is None:
        raise BadInput(what, got="none", expected="an id in every record", todo="Export it again.")
    return found


def whole(value: Any) -> int | None:
    """A count that some exports write as text; None when it is none."""
    text = str(value).strip() if value is not None and not isinstance(value, bool) else ""
    return int(float(text)) if re.fullmatch(r"\d{1,6}(\.0+)?", text) else None


def is_true(value: Any, default: bool) -> bool:
    """A truth value of JSON, CSV or parquet."""
    if value is None or value == "":
        return default
    return value if isinstance(value, bool) else str(value).strip().lower() in {"true", "t", "1", "yes"}
