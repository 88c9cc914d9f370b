"""Tough-moment sampling: hard conversations more often, every one with a known chance, and the weights back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

import numpy as np

from heard.gate.accounts import Readable

Stratum = Literal["hard", "moment", "none"]
SHARES: Mapping[Stratum, float] = {"hard": 0.5, "moment": 0.33, "none": 0.17}
"""Where twenty minutes of listening teach most; none at all would never find what the machine does not see."""
DOUBLE_SHARE = 1 / 3
FRAME = """
SELECT f.interaction_id, f.month,
       CASE WHEN coalesce(m.hard, 0) > 0 THEN 'hard' WHEN f.moment_count > 0 THEN 'moment' ELSE 'none' END AS stratum
FROM interaction_fact AS f
LEFT JOIN (
    SELECT interaction_id, count(*) FILTER (WHERE intensity = 3 OR is_harmful OR state IN ('missed', 'late')) AS hard
    FROM moment GROUP BY interaction_id
) AS m ON m.interaction_id = f.interaction_id
WHERE f.customer_turn_count > 0 AND f.agent_turn_count > 0 AND {when}
ORDER BY f.interaction_id
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One conversation with its chance of being drawn."""

    interaction_id: str
    month: int
    stratum: Stratum
    probability: float
    is_double: bool


def draw(view: Readable, *, week: int | None, count: int, seed: str) -> list[Drawn]:
    """Draw conversations of a week (None: of the whole span) without replacement within strata.

    Args:
        view: What may be read for coaching.
        week: Monday as day since 1970.
        count: How many, at most; fewer where there are not so many.
        seed: The same seed and data draw the same.

    Returns:
        In the order in which they are read: hard and easy ones mixed, the doubly read ones first.
    """
    when, params = ("true", ()) if week is None else ("f.week_start = ?", (week,))
    rows = view.sql(FRAME.format(when=when), params).to_pylist()
    number = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "big")
    return sample(rows, count=count, rng=np.random.default_rng(number))


def sample(rows: Sequence[Mapping[str, Any]], *, count: int, rng: np.random.Generator) -> list[Drawn]:
    """A stratified sample of rows with interaction_id, month and stratum."""
    strata = {name: [row for row in rows if row["stratum"] == name] for name in SHARES}
    sizes = allocated({name: len(held) for name, held in strata.items()}, count)
    drawn = []
    for name, held in strata.items():
        for index in rng.choice(len(held), size=sizes[name], replace=False) if sizes[name] else ():
            row = held[int(index)]
            drawn.append(Drawn(row["interaction_id"], int(row["month"] or 0), name, sizes[name] / len(held), False))
    order = rng.permutation(len(drawn))
    double = round(DOUBLE_SHARE * len(drawn))
    mixed = [drawn[int(i)] for i in order]
    return [
        Drawn(one.interaction_id, one.month, one.stratum, one.probability, place < double)
        for place, one in enumerate(mixed)
    ]


def allocated(available: Mapping[Stratum, int], count: int) -> dict[Stratum, int]:
    """How many of each stratum; what one cannot give, the next hardest gives.

    Example:
        >>> allocated({"hard": 100, "moment": 100, "none": 100}, 12)
        {'hard': 6, 'moment': 4, 'none': 2}
        >>> allocated({"hard": 1, "moment": 2, "none": 50}, 12)
        {'hard': 1, 'moment': 2, 'none': 9}
    """
    sizes: dict[Stratum, int] = {name: min(available[name], round(share * count)) for name, share in SHARES.items()}
    for name in SHARES:
        left = count - sum(sizes.values())
        sizes[name] += max(0, min(left, available[name] - sizes[name]))
    return sizes


def weighted_share(values: Sequence[float], weights: Sequence[float]) -> float:
    """Share of a sample weighed back to the real mix (Hájek's ratio); NaN without weights.

    Source:
        Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, 5.7.
    """
    total = float(np.sum(weights))
    return float(np.dot(values, weights)) / total if total else float("nan")
