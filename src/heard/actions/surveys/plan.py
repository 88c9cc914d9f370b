"""Whom to ask, after which contact, and with what chance; how wide the interval will be before anybody is asked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from heard.actions.surveys.strata import NAMES, TOUGH
from heard.errors import BadInput
from heard.inference.sampling import draw, expected_half_width

USUAL_RESPONSE = 0.2
"""Response share that is assumed where the workspace has fewer than MIN_ASKED invitations of its own."""
MIN_ASKED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the owner wants.

    Attributes:
        count: Invitations to send.
        tough_share: Share of them that goes to tough contacts, where there are enough.
        every_days: At most one invitation to a customer in so many days.
        seed: Seed of the draw and of the item orders.
    """

    count: int
    tough_share: float = 0.5
    every_days: int = 90
    seed: int = 1

    def __post_init__(self) -> None:
        faults = [
            ("count", self.count, "at least 1", self.count >= 1),
            ("tough share", self.tough_share, "0 to 1", 0 <= self.tough_share <= 1),
            ("days between invitations", self.every_days, "at least 1", self.every_days >= 1),
        ]
        for what, got, expected, fits in faults:
            if not fits:
                raise BadInput(f"survey plan, {what}", got=f"{got:g}", expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumPlan:
    """One stratum of the plan; `half_width` is a share, for an answer share of one half."""

    stratum: str
    eligible: int
    asked: int
    expected_answers: float
    half_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is asked.

    Attributes:
        asked: Columns interaction_id, customer_id, language, source_url, stratum, probability, order_seed.
        strata: What each stratum gives.
        contact_count: Contacts of the window.
        left_out: Why the others cannot be asked, with counts.
        response_share: Share that is expected to answer, and whether it is the workspace's own.
        half_width: Expected for the whole, with the loss by unequal chances.
    """

    asked: pa.Table
    strata: tuple[StratumPlan, ...]
    contact_count: int
    left_out: Mapping[str, int]
    response_share: float
    is_own_response: bool
    design_effect: float
    half_width: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without anybody's id."""
        return {
            "asked": self.asked.num_rows,
            "contacts": self.contact_count,
            "left_out": dict(self.left_out),
            "response_share": self.response_share,
            "is_own_response": self.is_own_response,
            "design_effect": None if math.isnan(self.design_effect) else self.design_effect,
            "expected_half_width": self.half_width,
            "strata": [
                {
                    "stratum": s.stratum,
                    "eligible": s.eligible,
                    "asked": s.asked,
                    "expected_answers": s.expected_answers,
                    "expected_half_width": s.half_width,
                }
                for s in self.strata
            ],
        }


def plan(
    frame: pa.Table, barred: Sequence[str], asked_before: Sequence[str], wish: Wish, *, history: tuple[int, int]
) -> Plan:
    """Draw the invitations.

    One contact of each customer is taken by lot; then contacts are drawn within strata. The chance of a contact is the
    product of both: 1 / contacts of that customer, times drawn / there of its stratum.

    Args:
        frame: Rows of `strata.FRAME`.
        barred: Customers who were asked within the days between two invitations.
        asked_before: Contacts about which somebody was asked already.
        wish: What the owner wants.
        history: Invitations and answers of the workspace so far.

    Raises:
        BadInput: Nobody can be asked.
    """
    contacts = frame.num_rows
    customers = np.asarray(frame["customer_id"].to_pylist(), object)
    known = np.array([one is not None for one in customers], bool)
    tired = np.isin(customers.astype(str), np.asarray(barred, str))
    done = np.isin(np.asarray(frame["interaction_id"].to_pylist()), np.asarray(asked_before, str))
    left = {
        "contact without a known customer": int((~known).sum()),
        f"customer asked within {wish.every_days} days": int((known & tired).sum()),
        "contact asked about already": int((known & ~tired & done).sum()),
    }
    usable = np.flatnonzero(known & ~tired & ~done)
    if not len(usable):
        told = "; ".join(f"{why}: {n}" for why, n in left.items() if n) or "no contact in the window"
        raise BadInput("survey plan", got=f"nobody to ask ({told})", expected="at least one", todo="Widen the window.")
    rng = np.random.default_rng(wish.seed)
    one, of_own = _one_each(customers[usable].astype(str), rng)
    left["another contact of the same customer"] = len(usable) - len(one)
    rows = usable[one]
    codes = frame["stratum"].to_numpy()[rows]
    sizes = _quotas(np.bincount(codes, minlength=len(NAMES)), wish)
    drawn = draw(codes, sizes, seed=wish.seed)  # type: ignore[arg-type]
    chance = drawn.probability / of_own
    own = np.flatnonzero(drawn.is_drawn)
    picked = frame.take(pa.array(rows[own])).select(["interaction_id", "customer_id", "language", "source_url"])
    asked = picked.append_column("stratum", pa.array([NAMES[c] for c in codes[own]]))
    asked = asked.append_column("probability", pa.array(chance[own]))
    asked = asked.append_column("order_seed", pa.array(rng.integers(1, 2**31, len(own)), pa.int64()))
    share, is_own = _response(history)
    effect = _effect(1 / chance[own])
    return Plan(
        asked=asked,
        strata=tuple(_told(drawn.sizes, share)),
        contact_count=contacts,
        left_out={why: n for why, n in left.items() if n},
        response_share=share,
        is_own_response=is_own,
        design_effect=effect,
        half_width=expected_half_width(len(own) * share, design_effect=effect),
    )


def _one_each(customers: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    """One row of each customer by lot, in the order of the rows, and how many rows that customer had."""
    shuffled = rng.permutation(len(customers))
    _, first, counts = np.unique(customers[shuffled], return_index=True, return_counts=True)
    chosen = shuffled[first]
    order = np.argsort(chosen)
    return chosen[order], counts[order].astype(float)


def _quotas(there: Any, wish: Wish) -> dict[int, int]:
    """Invitations by stratum: the tough share first, each stratum by its size; what is missing on one side goes to the
    other."""
    tough, rest = int(there[: len(TOUGH)].sum()), int(there[len(TOUGH)])
    total = min(wish.count, tough + rest)
    for_tough = min(tough, max(round(wish.tough_share * total), total - rest))
    sizes = _by_size(there[: len(TOUGH)], for_tough)
    return {place: n for place, n in enumerate([*sizes, total - for_tough]) if n}


def _by_size(there: Any, total: int) -> list[int]:
    """Whole numbers in proportion, largest remainders first; never more than there are."""
    whole = there.sum()
    if not whole:
        return [0] * len(there)
    exact = there * (total / whole)
    given = np.floor(exact).astype(int)
    for place in np.argsort(-(exact - given), kind="stable")[: total - int(given.sum())]:
        given[place] += 1
    return [int(n) for n in given]


def _response(history: tuple[int, int]) -> tuple[float, bool]:
    asked, answered = history
    return (answered / asked, True) if asked >= MIN_ASKED else (USUAL_RESPONSE, False)


def _effect(weights: Any) -> float:
    return float(len(weights) * (weights @ weights) / weights.sum() ** 2) if len(weights) else math.nan


def _told(sizes: Mapping[Any, tuple[int, int]], share: float) -> list[StratumPlan]:
    return [
        StratumPlan(
            stratum=NAMES[place], eligible=there, asked=asked, expected_answers=asked * share,
            half_width=expected_half_width(asked * share),
        )
        for place, (there, asked) in sorted(sizes.items())
    ]  # fmt: skip
