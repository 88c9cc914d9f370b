"""Check digits and shapes of formal numbers."""

import re

from heard.gate.redact.lexicon import listed

IBAN_LENGTHS = {country: int(length) for country, _, length in (pair.partition(":") for pair in listed("iban_lengths"))}
"""Length of an IBAN by country (SWIFT IBAN registry)."""

UK_AREAS = listed("uk_areas")
"""Postcode areas of the United Kingdom (Royal Mail): "I5 8GB" is a computer, not a postcode."""


def is_luhn(digits: str) -> bool:
    """Whether a string of digits ends in the check digit of payment cards (ISO/IEC 7812-1).

    Example:
        >>> is_luhn("4111111111111111"), is_luhn("4111111111111112")
        (True, False)
    """
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """Whether a text has the remainder of an IBAN, or at least its country's exact length (ISO 13616).

    A mistyped IBAN still points at an account, so the length alone is enough.

    Example:
        >>> is_iban("GB29 NWBK 6016 1331 9268 19"), is_iban("GB29 NWBK 6016")
        (True, False)
    """
    packed = re.sub(r"[ -]", "", text).upper()
    return IBAN_LENGTHS.get(packed[:2]) == len(packed)


def is_uk_postcode(area: str) -> bool:
    """Whether the letters before the first digit are a postcode area."""
    return area.upper() in UK_AREAS
