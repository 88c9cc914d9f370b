"""A million turns in Heard's own tables: the corpus's words on a calendar of a year, with invented contact data."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from heard.sample.corpus import pool

START = datetime(2025, 11, 24, 8, tzinfo=UTC)
DAYS = 360
CHUNK = 5_000
TEAMS = ("Harbour", "Lane", "Quay")


def write_million(folder: Path, *, turns: int, seed: int = 11) -> None:
    """Write interaction.parquet and turn.parquet with about `turns` turns over a year."""
    folder.mkdir(parents=True)
    lengths = np.array([len(drawn.turns) for drawn in pool()])
    count = round(turns / lengths.mean())
    _write(folder, count, np.random.default_rng(seed), first=0, start=START, days=DAYS)


def add_a_day(export: Path, folder: Path, *, seed: int = 12) -> int:
    """Write one more day of the same business; returns its number of turns."""
    folder.mkdir()
    count = pq.read_metadata(export / "interaction.parquet").num_rows
    _write(
        folder,
        round(count / DAYS),
        np.random.default_rng(seed),
        first=count,
        start=START + timedelta(days=DAYS),
        days=1,
    )
    return int(pq.read_metadata(folder / "turn.parquet").num_rows)


def _write(folder: Path, count: int, rng: np.random.Generator, *, first: int, start: datetime, days: int) -> None:
    interactions = turns = None
    for begin in range(0, count, CHUNK):
        numbers = range(first + begin, first + min(begin + CHUNK, count))
        more = _rows(numbers, rng, start, days)
        if interactions is None or turns is None:
            interactions = pq.ParquetWriter(folder / "interaction.parquet", more[0].schema)
            turns = pq.ParquetWriter(folder / "turn.parquet", more[1].schema)
        interactions.write_table(more[0])
        turns.write_table(more[1])
    if interactions and turns:
        interactions.close()
        turns.close()


def _rows(numbers: range, rng: np.random.Generator, start: datetime, days: int) -> tuple[pa.Table, pa.Table]:
    interactions, turns = [], []
    conversations = pool()
    for number in numbers:
        drawn = conversations[int(rng.integers(len(conversations)))]
        opened = start + timedelta(days=int(rng.integers(days)), seconds=int(rng.integers(9 * 3600)))
        customer = f"customer-{int(rng.integers(200_000))}"
        team = int(rng.integers(len(TEAMS)))
        speakers = {"customer": customer, "agent": f"agent-{team}-{number % 20}", "bot": "bot-1"}
        interactions.append(
            {
                "interaction_id": f"M-{number}",
                "opened_at": opened,
                "channel": drawn.channel,
                "team_id": TEAMS[team],
                "issue": drawn.issue,
                "customer_id": customer,
                "first_agent_id": speakers["agent"],
            }
        )
        for position, turn in enumerate(drawn.turns):
            tail = (
                f" Order {number:08d}, mail me at someone{number}@example.com"
                if position == 0 and number % 7 == 0
                else ""
            )
            turns.append(
                {
                    "turn_id": f"M-{number}-{position}",
                    "interaction_id": f"M-{number}",
                    "position": position,
                    "sent_at": opened + timedelta(seconds=turn["t"]),
                    "speaker_role": turn["who"],
                    "speaker_id": speakers.get(turn["who"]),
                    "text": turn["text"] + tail,
                    "is_public": True,
                }
            )
    return pa.Table.from_pylist(interactions), pa.Table.from_pylist(turns)
