"""Studies of the group to which Harbour & Lane belongs, in files of their own: planted, so that they can be found.

The desk itself is too small to find six points in eight weeks, and Heard says so. The group's contact centre is not.
Nothing here touches the desk's own conversations.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """The truth; shares are probabilities, so that 0.06 is six points."""

    starts_on: date = date(2026, 9, 7)
    weeks: int = 8
    past_weeks: int = 8
    queues: int = 6
    agents: int = 30
    moments_per_queue_day: int = 20
    base: float = 0.38
    prompt_effect: float = 0.06
    shown_in_treatment: float = 0.88
    shown_in_control: float = 0.04

    teams: int = 30
    panel_weeks: int = 20
    training_weeks: tuple[int, ...] = (8, 11, 14)
    untrained_teams: int = 9
    training_at_once: float = 0.03
    training_per_week: float = 0.012

    policy_customers: int = 4000
    policy_effect: float = -0.18
    policy_uptake: float = 0.45


PLANTED = Planted()
NAMES: tuple[str, ...] = ("prompt", "null", "training", "policy")


def study(name: str, *, seed: int = 7, planted: Planted = PLANTED) -> list[Row]:
    """Rows of one study; the same seed gives the same rows.

    Args:
        name: prompt (randomised by queue-day, +6 points), null (the same without an effect), training (weekly panel of
            teams, trained at different times, an effect that grows) or policy (refund limit raised in half the regions:
            an instrument for fast refunds).
        seed: Seed.
        planted: The truth.
    """
    rng = np.random.default_rng([seed, NAMES.index(name)])
    if name == "training":
        return list(_training(planted, rng))
    if name == "policy":
        return list(_policy(planted, rng))
    return list(_prompt(planted, rng, planted.prompt_effect if name == "prompt" else 0.0))


def write_studies(folder: Path, *, seed: int = 7, planted: Planted = PLANTED) -> list[Path]:
    """One CSV file a study."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in NAMES:
        rows = study(name, seed=seed, planted=planted)
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            made = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            made.writeheader()
            made.writerows(rows)
        written.append(path)
    return written


def _prompt(planted: Planted, rng: np.random.Generator, effect: float) -> Iterator[Row]:
    """Moments of customers by queue and day. Days of a queue share luck, agents differ, and the desk follows its arm
    most of the time."""
    level = rng.normal(0, 0.05, planted.agents)
    first = planted.starts_on - timedelta(weeks=planted.past_weeks)
    number = 0
    for day in range(7 * (planted.past_weeks + planted.weeks)):
        on = first + timedelta(days=day)
        is_on = on >= planted.starts_on
        for queue in range(planted.queues):
            luck = rng.normal(0, 0.03)
            arm = _arm_of_day(planted, rng, queue, on) if is_on else ""
            for _ in range(rng.poisson(planted.moments_per_queue_day * (0.5 if on.weekday() > 4 else 1.0))):
                number += 1
                agent = int(rng.integers(planted.agents))
                is_new, is_complex = agent % 5 == 0, bool(rng.random() < 0.3)
                shown = is_on and rng.random() < (
                    planted.shown_in_treatment if arm == "treatment" else planted.shown_in_control
                )
                gain = effect / (planted.shown_in_treatment - planted.shown_in_control) if shown else 0.0
                chance = planted.base + level[agent] + luck - 0.08 * is_complex + gain
                yield {
                    "contact": f"G-{number}",
                    "day": on.isoformat(),
                    "queue": f"queue-{queue}",
                    "agent": f"agent-{agent}",
                    "customer": f"customer-{int(rng.integers(9000))}",
                    "tenure": "new" if is_new else "settled",
                    "complexity": "complex" if is_complex else "simple",
                    "arm": arm,
                    "stratum": f"queue-{queue} week {(on - planted.starts_on).days // 7 + 1:03d}" if is_on else "",
                    "shown": int(shown),
                    "value": int(rng.random() < min(max(chance, 0.02), 0.98)),
                    "n": 1,
                }


def _arm_of_day(planted: Planted, rng: np.random.Generator, queue: int, on: date) -> str:
    """Three or four days a week of each queue, drawn anew each week from a seed of its own."""
    week, weekday = divmod((on - planted.starts_on).days, 7)
    own = np.random.default_rng([week, queue, planted.weeks])
    treated = set(own.permutation(7)[: 3 + (week + queue) % 2].tolist())
    return "treatment" if weekday in treated else "control"


def _training(planted: Planted, rng: np.random.Generator) -> Iterator[Row]:
    """Teams by week; the trained begin in three waves, and the effect grows from week to week."""
    trained = planted.teams - planted.untrained_teams
    season = 0.03 * np.sin(2 * np.pi * np.arange(planted.panel_weeks) / 10) + rng.normal(0, 0.01, planted.panel_weeks)
    for team in range(planted.teams):
        level = rng.normal(0.38, 0.06)
        wave = planted.training_weeks[team % len(planted.training_weeks)] if team < trained else 0
        for week in range(1, planted.panel_weeks + 1):
            since = week - wave if wave and week >= wave else None
            gain = 0.0 if since is None else planted.training_at_once + planted.training_per_week * since
            n = int(rng.poisson(120))
            chance = float(np.clip(level + season[week - 1] + rng.normal(0, 0.015) + gain, 0.02, 0.98))
            yield {
                "team": f"team-{team:02d}",
                "week": week,
                "trained_in": wave,
                "heard_rate": round(float(rng.binomial(n, chance)) / n, 6),
                "contacts_per_agent": round(float(rng.normal(40 + 30 * level, 2)), 4),
                "n": n,
            }


def training_effect(planted: Planted = PLANTED) -> float:
    """The planted average effect over trained teams and weeks after their start."""
    gains: list[float] = []
    for team in range(planted.teams - planted.untrained_teams):
        wave = planted.training_weeks[team % len(planted.training_weeks)]
        weeks: Sequence[int] = range(planted.panel_weeks - wave + 1)
        gains.extend(planted.training_at_once + planted.training_per_week * since for since in weeks)
    return float(np.mean(gains))


def _policy(planted: Planted, rng: np.random.Generator) -> Iterator[Row]:
    """Customers of 40 regions. A raised refund limit makes fast refunds likelier; anger makes both refunds and leaving
    likelier, so that a plain comparison is wrong."""
    limits = rng.permutation(np.repeat([0, 1], 20))
    for customer in range(planted.policy_customers):
        region = int(rng.integers(40))
        anger = rng.normal()
        raised = int(limits[region])
        fast = int(rng.random() < 0.2 + planted.policy_uptake * raised + 0.12 * np.tanh(anger))
        left = 0.32 + 0.11 * np.tanh(anger) + planted.policy_effect * fast
        yield {
            "customer": f"customer-{customer}",
            "region": f"region-{region:02d}",
            "limit_raised": raised,
            "fast_refund": fast,
            "left_within_90_days": int(rng.random() < min(max(left, 0.01), 0.99)),
        }
