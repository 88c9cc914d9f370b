"""Counterfactual audit of the text signal: the same words by another person should be labelled the same."""

from heard.inference.bias.audit import Audit, Gap, audit
from heard.inference.bias.swaps import SWAPS, Swap

__all__ = ["SWAPS", "Audit", "Gap", "Swap", "audit"]
