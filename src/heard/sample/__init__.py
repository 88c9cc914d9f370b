"""The sample company, Harbour & Lane: a year of a support desk for small shops, with planted and documented effects."""

from heard.sample.company import NAME, generate, write
from heard.sample.effects import PLANTED, Planted

__all__ = ["NAME", "PLANTED", "Planted", "generate", "write"]
