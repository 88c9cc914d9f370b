"""What a met moment is worth: effect × margin × volume - cost, simulated; and how an unseen cause could undo it."""

from heard.inference.worth.hidden_cause import e_values_of_ratio, omitted
from heard.inference.worth.simulation import Range, Worth, simulate

__all__ = ["Range", "Worth", "e_values_of_ratio", "omitted", "simulate"]
