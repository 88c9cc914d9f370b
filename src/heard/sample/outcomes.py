"""What followed a contact in the sample company: survey answers, orders, refunds, churn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from heard.sample.effects import Planted

COMMENTS = {
    True: (
        "They actually read what I wrote.",
        "Felt like somebody cared about sorting it.",
        "Quick and kind, thank you.",
        "She understood straight away what I needed.",
    ),
    False: (
        "Felt like I was talking to a script.",
        "Nobody answered my actual question.",
        "I had to explain everything twice.",
        "Was passed around and then nothing.",
    ),
}
ITEMS = ("felt_understood", "situation_acknowledged", "clear_next_steps")


@dataclass(frozen=True, slots=True)
class Desk:
    """A contact as seen from its consequences."""

    interaction_id: str
    customer_id: str
    opened_at: datetime
    closed_at: datetime
    outcome: str


def answers(
    desks: Sequence[Desk], planted: Planted, rng: np.random.Generator
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Survey invitations and answers; who answers depends on how the contact went, as in life."""
    invitations: list[dict[str, Any]] = []
    given: list[dict[str, Any]] = []
    for desk in desks:
        if rng.random() >= planted.invited_share:
            continue
        invitations.append(_invitation(desk, planted))
        if rng.random() < _by_state(
            desk.outcome, planted.answers_after_heard, planted.answers_after_missed, planted.answers_otherwise
        ):
            given.extend(row for row in _answer(desk, planted, rng) if row["answered_at"].date() <= planted.ends_on)
    return invitations, given


def outcomes(
    desks: Sequence[Desk], customers: Sequence[str], planted: Planted, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Orders and churn, week by week, with the planted hazard ratios after a missed or a heard moment."""
    history: dict[str, list[Desk]] = {}
    for desk in desks:
        history.setdefault(desk.customer_id, []).append(desk)
    end = datetime(planted.ends_on.year, planted.ends_on.month, planted.ends_on.day, 23, tzinfo=UTC)
    rows = [row for customer in customers for row in _life(customer, history.get(customer, []), end, planted, rng)]
    return [{"outcome_id": f"O-{number}", **row} for number, row in enumerate(rows, start=1)]


def _by_state(outcome: str, heard: float, missed: float, otherwise: float) -> float:
    return {"heard": heard, "missed": missed}.get(outcome, otherwise)


def _invitation(desk: Desk, planted: Planted) -> dict[str, Any]:
    return {
        "invitation_id": f"inv-{desk.interaction_id}",
        "interaction_id": desk.interaction_id,
        "customer_id": desk.customer_id,
        "instrument": "heard_items",
        "instrument_version": "1",
        "sent_at": desk.closed_at + timedelta(hours=1),
        "inclusion_probability": planted.invited_share,
    }


def _answer(desk: Desk, planted: Planted, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    chance = _by_state(
        desk.outcome,
        planted.felt_understood_after_heard,
        planted.felt_understood_after_missed,
        planted.felt_understood_otherwise,
    )
    felt = bool(rng.random() < chance)
    shared = {
        "invitation_id": f"inv-{desk.interaction_id}",
        "interaction_id": desk.interaction_id,
        "customer_id": desk.customer_id,
        "instrument": "heard_items",
        "instrument_version": "1",
        "answered_at": desk.closed_at + timedelta(hours=int(rng.integers(2, 48))),
    }
    for item in ITEMS:
        value = int(rng.choice([4, 5])) if felt else int(rng.choice([1, 2, 3], p=[0.2, 0.35, 0.45]))
        yield {
            **shared,
            "answer_id": f"ans-{desk.interaction_id}-{item}",
            "item_id": item,
            "value": value,
            "scale_low": 1,
            "scale_high": 5,
            "polarity": "higher_better",
            "verbatim": str(rng.choice(COMMENTS[felt])) if item == "felt_understood" and rng.random() < 0.4 else None,
        }


def _life(
    customer: str, desks: Sequence[Desk], end: datetime, planted: Planted, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    start = end - timedelta(weeks=planted.weeks)
    for week in range(planted.weeks):
        at = start + timedelta(weeks=week, seconds=int(rng.integers(0, 7 * 86400)))
        if rng.random() < planted.order_rate:
            amount = round(float(rng.lognormal(3.6, 0.6)), 2)
            yield {"customer_id": customer, "kind": "order", "occurred_at": at, "amount": amount, "currency": "EUR"}
        if rng.random() < planted.churn_hazard * _hazard_ratio(desks, at, planted):
            yield {"customer_id": customer, "kind": "churn", "occurred_at": at, "is_voluntary": True}
            return


def _hazard_ratio(desks: Sequence[Desk], at: datetime, planted: Planted) -> float:
    """Ratio for the latest contact with a moment inside the exposure window; 1 without one."""
    since = at - timedelta(weeks=planted.exposure_weeks)
    recent = [desk.outcome for desk in desks if since <= desk.opened_at < at and desk.outcome in ("heard", "missed")]
    if not recent:
        return 1.0
    return planted.churn_hazard_ratio_missed if recent[-1] == "missed" else planted.churn_hazard_ratio_heard
