"""Generate Harbour & Lane: conversations of the labelled corpus on a calendar, with answers, orders and churn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from heard.sample.corpus import LONG_NUMBER, Drawn, pool
from heard.sample.effects import PLANTED, Planted
from heard.sample.outcomes import Desk, answers, outcomes

NAME = "Harbour & Lane"
TEAMS = ("Harbour", "Lane", "Quay")
AGENTS_PER_TEAM = 4
CUSTOMERS = 1400

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Contact:
    """One interaction on the calendar, before its words are written out."""

    number: int
    opened_at: datetime
    customer: int
    agent: int
    drawn: Drawn
    is_repeat: bool


@dataclass(slots=True)
class _Calendar:
    planted: Planted
    rng: np.random.Generator
    by_outcome: dict[str, list[Drawn]]
    contacts: list[Contact] = field(default_factory=list)


def generate(*, seed: int = 7, planted: Planted = PLANTED) -> Rows:
    """A year of the sample company as rows of canonical tables with foreign ids.

    Args:
        seed: Seed of everything; the same seed gives the same rows.
        planted: The effects to plant.

    Returns:
        Table name to rows, in the order in which they were made.
    """
    rng = np.random.default_rng(seed)
    calendar = _Calendar(planted, rng, _by_outcome())
    for week in range(planted.weeks):
        _fill_week(calendar, _monday(planted, week))
    contacts = sorted((c for c in calendar.contacts if _is_over(c, planted)), key=lambda contact: contact.opened_at)
    rows: Rows = {"agent": list(_agents(planted)), "customer": list(_customers(planted, rng))}
    rows["interaction"] = [_interaction(contact) for contact in contacts]
    rows["turn"] = [turn for contact in contacts for turn in _turns(contact, rng)]
    desks = [
        Desk(f"HL-{c.number}", f"customer-{c.customer}", c.opened_at, _closed(c), c.drawn.outcome) for c in contacts
    ]
    rows["survey_invitation"], rows["survey_answer"] = answers(desks, planted, rng)
    rows["outcome"] = outcomes(desks, [row["customer_id"] for row in rows["customer"]], planted, rng)
    return rows


def write(folder: Path, *, seed: int = 7, planted: Planted = PLANTED) -> list[Path]:
    """Write the sample company as one JSON Lines file a table, as the `canonical` source reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table, rows in generate(seed=seed, planted=planted).items():
        path = folder / f"{table}.jsonl"
        path.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
        written.append(path)
    return written


def _by_outcome() -> dict[str, list[Drawn]]:
    groups: dict[str, list[Drawn]] = {}
    for drawn in pool():
        groups.setdefault(drawn.outcome, []).append(drawn)
    return groups


def _monday(planted: Planted, week: int) -> date:
    last = planted.ends_on - timedelta(days=planted.ends_on.weekday())
    return last - timedelta(weeks=planted.weeks - 1 - week)


def _fill_week(calendar: _Calendar, monday: date) -> None:
    factor = calendar.planted.december_factor if monday.month == 12 else 1.0
    for _ in range(calendar.rng.poisson(calendar.planted.interactions_per_week * factor)):
        agent = int(calendar.rng.integers(len(TEAMS) * AGENTS_PER_TEAM))
        drawn = _draw(calendar, monday, TEAMS[agent // AGENTS_PER_TEAM])
        customer = int(calendar.rng.integers(CUSTOMERS))
        contact = Contact(
            len(calendar.contacts) + 10_001, _moment_in(monday, calendar.rng), customer, agent, drawn, False
        )
        calendar.contacts.append(contact)
        _maybe_repeat(calendar, contact)


def _draw(calendar: _Calendar, monday: date, team: str) -> Drawn:
    planted, rng = calendar.planted, calendar.rng
    if rng.random() < planted.no_moment_share:
        candidates = calendar.by_outcome["none"]
        return candidates[int(rng.integers(len(candidates)))]
    trained = team == planted.trained_team and monday >= planted.trained_on
    heard = planted.heard_share_after_training if trained else planted.heard_share
    shares = {"heard": heard, "generic": planted.generic_share, "late": planted.late_share}
    shares["missed"] = 1 - sum(shares.values())
    candidates = calendar.by_outcome[str(rng.choice(list(shares), p=list(shares.values())))]
    after = monday >= planted.delivery_slots_since
    delay = planted.delay_weight_after if after else planted.delay_weight_before
    weights = np.array([delay if drawn.cause == "delay" else 1.0 for drawn in candidates])
    return candidates[int(rng.choice(len(candidates), p=weights / weights.sum()))]


def _moment_in(monday: date, rng: np.random.Generator) -> datetime:
    day = monday + timedelta(days=int(rng.choice(7, p=[0.18, 0.18, 0.17, 0.17, 0.16, 0.09, 0.05])))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        seconds=int(rng.integers(9 * 3600, 17 * 3600))
    )


def _maybe_repeat(calendar: _Calendar, contact: Contact) -> None:
    """Plant the repeat contact: the same customer about the same matter within six days."""
    planted, rng = calendar.planted, calendar.rng
    chance = {"missed": planted.repeat_after_missed, "heard": planted.repeat_after_heard}.get(
        contact.drawn.outcome, planted.repeat_otherwise
    )
    if rng.random() >= chance:
        return
    same = [drawn for drawn in pool() if drawn.issue == contact.drawn.issue]
    later = contact.opened_at + timedelta(seconds=int(rng.integers(4 * 3600, 6 * 86400)))
    if later.date() > planted.ends_on:
        return
    drawn = same[int(rng.integers(len(same)))]
    calendar.contacts.append(
        Contact(len(calendar.contacts) + 10_001, later, contact.customer, contact.agent, drawn, True)
    )


def _closed(contact: Contact) -> datetime:
    return contact.opened_at + timedelta(seconds=max(turn["t"] for turn in contact.drawn.turns))


def _is_over(contact: Contact, planted: Planted) -> bool:
    """Whether its last words were written by the last day; nothing in an export lies in the future."""
    return _closed(contact).date() <= planted.ends_on


def _interaction(contact: Contact) -> dict[str, Any]:
    drawn = contact.drawn
    return {
        "interaction_id": f"HL-{contact.number}",
        "opened_at": contact.opened_at,
        "closed_at": _closed(contact),
        "solved_at": _closed(contact),
        "channel": drawn.channel,
        "queue": "front desk",
        "team_id": TEAMS[contact.agent // AGENTS_PER_TEAM],
        "issue": drawn.issue,
        "product": drawn.industry,
        "language": "en",
        "locale": drawn.locale,
        "customer_id": f"customer-{contact.customer}",
        "first_agent_id": f"agent-{contact.agent}",
        "reopen_count": int(contact.is_repeat),
        "was_escalated": False,
        "started_by": drawn.turns[0]["who"],
        "source_url": f"https://desk.example.com/t/HL-{contact.number}",
    }


def _turns(contact: Contact, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """The conversation's words, with long numbers drawn anew so that no two orders share one."""
    for position, turn in enumerate(contact.drawn.turns):
        speaker = {"customer": f"customer-{contact.customer}", "agent": f"agent-{contact.agent}", "bot": "bot-1"}
        yield {
            "turn_id": f"HL-{contact.number}-{position}",
            "interaction_id": f"HL-{contact.number}",
            "position": position,
            "sent_at": contact.opened_at + timedelta(seconds=turn["t"]),
            "speaker_role": turn["who"],
            "speaker_id": speaker.get(turn["who"]),
            "text": LONG_NUMBER.sub(lambda found: _digits(len(found[0]), rng), turn["text"]),
            "is_public": True,
            "authored_by": "bot" if turn["who"] == "bot" else "human",
        }


def _digits(length: int, rng: np.random.Generator) -> str:
    return "".join(str(digit) for digit in rng.integers(1, 10, size=length))


def _agents(planted: Planted) -> Iterator[dict[str, Any]]:
    for number in range(len(TEAMS) * AGENTS_PER_TEAM):
        joined = planted.ends_on - timedelta(days=120 + 190 * (number % AGENTS_PER_TEAM) + 17 * number)
        yield {
            "agent_id": f"agent-{number}",
            "team_id": TEAMS[number // AGENTS_PER_TEAM],
            "joined_on": joined,
            "is_bot": False,
        }
    yield {"agent_id": "bot-1", "team_id": None, "joined_on": None, "is_bot": True}


def _customers(planted: Planted, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    start = _monday(planted, 0)
    for number in range(CUSTOMERS):
        is_trade = rng.random() < 0.25
        renews = planted.ends_on + timedelta(days=int(rng.integers(1, 365)))
        yield {
            "customer_id": f"customer-{number}",
            "segment": "trade" if is_trade else "home",
            "joined_on": start - timedelta(days=int(rng.integers(0, 900))),
            "renews_on": renews if rng.random() < 0.6 else None,
        }
