"""Agreement between raters: people, and the machine as one of them."""

from heard.inference.agreement.card import Card, card
from heard.inference.agreement.machine import MACHINE, ceiling, machine
from heard.inference.agreement.raters import read

__all__ = ["MACHINE", "Card", "card", "ceiling", "machine", "read"]
