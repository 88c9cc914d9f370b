"""Customers or teams over time: fixed effects, and shifts of a weekly series."""

from heard.inference.panel.fixed_effects import Within, within
from heard.inference.panel.shifts import Shift, shifts

__all__ = ["Shift", "Within", "shifts", "within"]
