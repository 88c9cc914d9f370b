"""Conformance kits, canaries and small exports for authors of parts."""

from heard.testing.canaries import CANARIES, Canaries, leaks
from heard.testing.exports import EXPORTS, OPTIONS
from heard.testing.sources import Conformance, check_source

__all__ = ["CANARIES", "EXPORTS", "OPTIONS", "Canaries", "Conformance", "check_source", "leaks"]
