"""What people write into the app: reviews, appeals, decisions, goals. Versioned, typed, without customers' words."""

from heard.gate.desk.shelf import Conflict, Kept, Shelf, forget

__all__ = ["Conflict", "Kept", "Shelf", "forget"]
