"""Invented personal data that runs through every path: nothing of it may show in a log, an error, a table or a report.

Every value is either fictional by construction (example.org, telephone ranges reserved for drama) or a published test
number with a valid check digit, so that a detector that checks digits sees it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Canaries:
    """Personal strings by kind; all kinds together in `values`."""

    names: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    cards: tuple[str, ...]
    ibans: tuple[str, ...]
    addresses: tuple[str, ...]
    handles: tuple[str, ...]
    orders: tuple[str, ...]

    @property
    def formal(self) -> tuple[str, ...]:
        """Kinds of which none may survive redaction, wherever they stand (CONTRACTS 10)."""
        return (*self.emails, *self.phones, *self.cards, *self.ibans, *self.orders)

    @property
    def values(self) -> tuple[str, ...]:
        """Every value of every kind."""
        return (*self.names, *self.formal, *self.addresses, *self.handles)


CANARIES = Canaries(
    names=("Zephyrine Quillfeather", "Oduya Brankovitch", "Hjördis Æblemose"),
    emails=("zephyrine.quillfeather@example.org", "o.brankovitch+returns@example.com"),
    phones=("+44 7700 900461", "(202) 555-0143", "+49 30 23125 418"),
    cards=("4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009"),
    ibans=("DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"),
    addresses=("17 Larkspur Mews, Fenny Oxtonbury", "Quastenweg 4b, 99999 Nirgendhausen"),
    handles=("@zephquill", "@brankoduya"),
    orders=("QF-7741903", "#88213077"),
)
"""One value of a kind is in plain form, the others in forms that a simple pattern misses."""

SENTENCES: tuple[str, ...] = (
    f"This is {CANARIES.names[0]}, write to {CANARIES.emails[0]} or ring {CANARIES.phones[0]}.",
    f"My card {CANARIES.cards[0]} was charged twice for order {CANARIES.orders[0]}.",
    f"Refund it to {CANARIES.ibans[0]}, I live at {CANARIES.addresses[0]}.",
    f"I am {CANARIES.names[1]} ({CANARIES.handles[1]}), and nobody answers {CANARIES.phones[1]}.",
)
"""What customers write in fixtures."""
REPLIES: tuple[str, ...] = (
    f"Thank you, {CANARIES.names[0].split()[0]}. I see that order {CANARIES.orders[0]} was charged twice.",
    f"I have written to {CANARIES.emails[0]}; the money is back by Friday.",
)
"""What agents write in fixtures."""


def leaks(text: str) -> tuple[str, ...]:
    """Kinds of canaries that show in a text, by name of the kind and not by value."""
    return tuple(
        kind
        for kind in Canaries.__dataclass_fields__
        if any(value.casefold() in text.casefold() for value in getattr(CANARIES, kind))
    )
