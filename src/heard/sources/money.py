"""Amounts and currencies as billing systems write them."""

from collections.abc import Mapping
from typing import Any

from heard.sources.table_rows import number_of

WITHOUT_CENTS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
"""Currencies that Stripe counts in whole units: docs.stripe.com/currencies, zero-decimal currencies."""


def filled(value: Any) -> Any:
    """A value, or None for blanks.

    Example:
        >>> filled(" "), filled("2.8 ")
        (None, '2.8')
    """
    if isinstance(value, str):
        return value.strip() or None
    return value


def amount_of(row: Mapping[str, Any], what: str, *columns: str) -> float | None:
    """The first filled column as a number; None when none is filled; BadInput for something else."""
    for column in columns:
        if (value := filled(row.get(column))) is not None:
            return number_of(value, f"{what} {column}")
    return None


def currency_of(row: Mapping[str, Any], *columns: str) -> str | None:
    """The first filled column as an ISO 4217 code in upper case; None for anything that is no code."""
    found = next((str(value) for column in columns if (value := filled(row.get(column))) is not None), "").upper()
    return found if len(found) == 3 and found.isalpha() else None


def in_units(cents: float | None, currency: str | None) -> float | None:
    """An amount in the smallest unit of its currency as whole units.

    Example:
        >>> in_units(2999, "USD"), in_units(2999, "JPY")
        (29.99, 2999.0)
    """
    if cents is None:
        return None
    return float(cents) if currency in WITHOUT_CENTS else round(cents / 100, 2)
