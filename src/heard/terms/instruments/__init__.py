"""Instruments as versioned data: wording, scale, anchors, polarity; and what a file may declare itself to be."""

from heard.terms.instruments.declared import Declared, declared, of_wording
from heard.terms.instruments.registry import INSTRUMENTS, find, find_item
from heard.terms.instruments.shape import LANGUAGES, Instrument, Item, Scale, in_order, to_hundred

__all__ = [
    "INSTRUMENTS",
    "LANGUAGES",
    "Declared",
    "Instrument",
    "Item",
    "Scale",
    "declared",
    "find",
    "find_item",
    "in_order",
    "of_wording",
    "to_hundred",
]
