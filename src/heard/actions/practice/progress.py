"""Own progress: a file of the trainee's own, outside every workspace, that nobody else reads."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from heard.actions.practice.playing import Round
from heard.measures.interval import Sums, difference, wilson
from heard.terms.labels import BEHAVIORS

MIN_N = 5
FAIR = tuple(label.name for label in BEHAVIORS if label.tone != "harm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the trainee's replies did, and whether it changed.

    Attributes:
        n: Replies.
        heard_share: Share that answered specifically, with its bounds; None below five.
        change: Later half less earlier half, with its bounds; None below ten.
        rarest: The fair behaviour seen least, to practise next; None below five.
    """

    n: int
    heard_share: tuple[float, float, float] | None
    change: tuple[float, float, float] | None
    rarest: str | None


def append(path: Path, scenario: str, rounds: Iterable[Round]) -> None:
    """Add an exercise: what replies did, no words."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"scenario": scenario, "did": one.did, "behaviors": [does.behavior for does in one.does]} for one in rounds]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    path.chmod(0o600)


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of the file; none where there is none."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def progress_of(rows: Sequence[dict[str, Any]]) -> Progress:
    """Sum up, oldest row first."""
    n = len(rows)
    heard = [row["did"] == "heard" for row in rows]
    seen = Counter(name for row in rows for name in set(row["behaviors"]))
    half = n // 2
    return Progress(
        n=n,
        heard_share=_share(heard) if n >= MIN_N else None,
        change=_change(heard[:half], heard[n - half :]) if half >= MIN_N else None,
        rarest=min(FAIR, key=lambda name: (seen[name], FAIR.index(name))) if n >= MIN_N else None,
    )


def _share(heard: Sequence[bool]) -> tuple[float, float, float]:
    bounds = wilson(np.array([float(sum(heard))]), np.array([float(len(heard))]))
    return sum(heard) / len(heard), float(bounds.lower[0]), float(bounds.upper[0])


def _change(before: Sequence[bool], after: Sequence[bool]) -> tuple[float, float, float]:
    """Newcombe (1998), method 10, as for every difference of shares."""
    bounds = difference(_sums(after), _sums(before))
    value = sum(after) / len(after) - sum(before) / len(before)
    return value, float(bounds.lower[0]), float(bounds.upper[0])


def _sums(heard: Sequence[bool]) -> Sums:
    v, n = float(sum(heard)), float(len(heard))
    return Sums(*(np.array([one]) for one in (v, n, v, v, n, n)))
