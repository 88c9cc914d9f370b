"""Laws that the defaults rest on, from one data file with source and review date; not legal advice."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

_FILE = "laws.toml"


@dataclass(frozen=True, slots=True)
class Law:
    """One rule.

    Attributes:
        says: What it asks, in a sentence.
        applies_from: First day on which it applies; None where no day matters here.
        source: Where it stands.
    """

    key: str
    name: str
    says: str
    source: str
    applies_from: date | None = None

    @property
    def day(self) -> str:
        """The day as people write it, such as "2 December 2027"; empty when there is none."""
        return f"{self.applies_from:%-d %B %Y}" if self.applies_from else ""


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    return tomllib.loads((files("heard.gate") / _FILE).read_text(encoding="utf-8"))


def laws() -> dict[str, Law]:
    """Key → rule, in the order of the file.

    Example:
        >>> laws()["ai_act_workers"].day
        '2 December 2027'
    """
    return {key: Law(key, **entry) for key, entry in _read().items() if isinstance(entry, dict)}


def reviewed_on() -> date:
    """Day on which somebody last held the file against its sources."""
    found: date = _read()["reviewed_on"]
    return found


def review_due_on() -> date:
    """Day by which the file is to be looked at again."""
    return reviewed_on() + timedelta(days=int(_read()["review_days"]))
