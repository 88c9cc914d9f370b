"""One row of a flat table as a survey answer or an outcome."""

import math
from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from heard.errors import BadInput
from heard.sources.base import Row
from heard.sources.table_guess import slug
from heard.sources.times import Clock
from heard.terms.instruments import declared
from heard.terms.words import OUTCOMES

POLARITIES = ("higher_better", "lower_better")


def number_of(value: Any, where: str) -> float:
    """A finite number; "4", "4.5" and "4,5" are read, anything else is BadInput."""
    try:
        found = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise BadInput("number", where=where, got="something else", expected="a number", todo="Check the mapping.")
    return found


def plain(value: Any, column: str) -> Any:
    """A cell as a scalar: None for an empty one or NaN, 12 for the 12.0 that a spreadsheet makes of an id."""
    if value is None or value == "":
        return None
    if isinstance(value, dict | list | tuple | bytes):
        raise BadInput(f"column {column}", got="a nested value", expected="text or a number", todo="Flatten it first.")
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    return value


def id_of_row(row: Row, seen: Counter[bytes]) -> str:
    """An id from the row's content, with a count where the same content comes again."""
    digest = blake2b(repr(sorted((k, str(v)) for k, v in row.items())).encode("utf-8", "replace"), digest_size=16)
    seen[digest.digest()] += 1
    return f"{digest.hexdigest()}/{seen[digest.digest()]}"


def survey_row(
    values: Mapping[str, Any], columns: Mapping[str, str], clock: Clock, options: Mapping[str, str], where: str
) -> Row | None:
    """One answer, or None where value and verbatim are both empty.

    Options: "instrument", "item" (the item's id; the header of the value otherwise), "scale" ("1-5"), "polarity".
    """
    value, verbatim = _filled(values, "value"), _filled(values, "verbatim")
    if value is None and verbatim is None:
        return None
    item = options.get("item") or _filled(values, "item_id") or columns.get("value") or columns["verbatim"]
    low, high = scale_of(options)
    own = options.get("instrument") or _filled(values, "instrument")
    # without a name for the survey, a column called "csat" would be a bare CSAT
    told = declared(
        str(own or slug(str(item))),
        version=options.get("instrument_version"),
        low=low,
        high=high,
        polarity=_polarity(options),
        wording=str(item),
    )
    low, high = told.low, told.high
    if told.known and len(told.known.ratings) == 1:
        item = told.known.ratings[0].id
    number = None if value is None else number_of(value, f"value, {where}")
    if number is not None and low is not None and high is not None and not low <= number <= high:
        raise BadInput(
            "survey value", where=where, got="a value off the scale", expected=f"{low:g} to {high:g}",
            todo="Was it asked on another scale? Set scale=, or name another instrument.",
        )  # fmt: skip
    return _texts(values, "interaction_id", "customer_id") | {
        "answer_id": _text(values, "answer_id"),
        "instrument": told.name if own or told.known else "survey",
        "instrument_version": told.version,
        "item_id": slug(str(item)),
        "value": number,
        "scale_low": low,
        "scale_high": high,
        "polarity": told.polarity,
        "verbatim": None if verbatim is None else str(verbatim),
        "answered_at": clock.instant(_filled(values, "answered_at"), where),
    }


def outcome_row(
    values: Mapping[str, Any], columns: Mapping[str, str], clock: Clock, options: Mapping[str, str], where: str
) -> Row | None:
    """One outcome; options["outcome"] says the kind where no column does."""
    kind = options.get("outcome") or str(_filled(values, "kind") or "").strip().lower()
    if kind not in OUTCOMES:
        raise BadInput("kind of outcome", where=where, got="another word", expected=", ".join(OUTCOMES))
    if _filled(values, "customer_id") is None:
        raise BadInput("customer_id", where=where, got="an empty value", expected="an id in every row")
    amount, voluntary = _filled(values, "amount"), _filled(values, "is_voluntary")
    return _texts(values, "interaction_id", "customer_id", "currency", "reason") | {
        "outcome_id": _text(values, "outcome_id"),
        "kind": kind,
        "occurred_at": clock.instant(_filled(values, "occurred_at"), where),
        "amount": None if amount is None else number_of(amount, f"amount, {where}"),
        "is_voluntary": None if voluntary is None else str(voluntary).strip().lower() in ("true", "1", "yes", "y", "t"),
    }


def scale_of(options: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Both ends of options["scale"], such as "1-5" or "0 to 10"; None and None when it is not set."""
    text = options.get("scale")
    if not text:
        return None, None
    parts = text.replace("to", "-").split("-")
    if len(parts) != 2:
        raise BadInput("option scale", got="another form", expected='both ends, such as "1-5"', todo="Correct it.")
    return number_of(parts[0], "option scale"), number_of(parts[1], "option scale")


def _polarity(options: Mapping[str, str]) -> str | None:
    polarity = options.get("polarity")
    if polarity is not None and polarity not in POLARITIES:
        raise BadInput("option polarity", got="another word", expected=" or ".join(POLARITIES), todo="Choose one.")
    return polarity


def _filled(values: Mapping[str, Any], name: str) -> Any:
    value = values.get(name)
    return None if isinstance(value, str) and not value.strip() else value


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = _filled(values, name)
    return None if value is None else str(value)


def _texts(values: Mapping[str, Any], *names: str) -> Row:
    return {name: str(values[name]) for name in names if _filled(values, name) is not None}
