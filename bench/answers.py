"""A million answers about ten million contacts, in memory: each table of the surveys, by the clock. `python -m
bench.answers`."""

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from heard.actions.surveys import reweighed
from heard.actions.surveys.plan import Wish, plan
from heard.actions.surveys.strata import FRAME
from heard.flow.listening import drawn_from
from heard.flow.saying import RECOVERY
from heard.inference.sampling import Design, share
from heard.inference.scale import reliability
from heard.measures import REGISTRY, compute
from heard.terms.tables import TABLES

START = 1_760_000_000


class Memory:
    """A view whose tables lie in DuckDB's memory."""

    def __init__(self, contacts: int, answers: int) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 2; SET memory_limit = '1600MB'")
        for name, table in TABLES.items():
            self.connection.register(f"empty_{name}", table.schema.empty_table())
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM empty_{name}")
        for query in _filled(contacts, answers):
            self.connection.execute(query)

    def sql(self, query: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run a query."""
        return self.connection.sql(query, params=list(params) or None).to_arrow_table()


def _filled(contacts: int, answers: int) -> list[str]:
    """Contacts over a year of 2,000,000 customers; one in ten was asked, and the first of them answered."""
    asked = contacts // 10
    every = max(asked * 3 // answers, 1)
    day = f"{START} + (hash(n) % 31536000)::BIGINT"
    week = "20000 + (n % 52) * 7 AS week_start"
    who = "'c' || (n % 2000000) AS customer_id"
    shared = f"{who}, 'i' || n AS interaction_id, 'chat' AS channel, 'delivery' AS issue, 'team' || (n % 3) AS team_id"
    all_of, asked_of = f"FROM range({contacts}) AS t(n)", f"FROM range({asked}) AS t(n)"
    items = "(VALUES ('felt_understood'), ('situation_acknowledged'), ('clear_next_steps')) AS s(item)"
    return [
        f"INSERT INTO interaction BY NAME SELECT {shared}, {day} AS opened_epoch_s, {day} AS closed_epoch_s {all_of}",
        f"INSERT INTO interaction_fact BY NAME SELECT {shared}, {day} AS opened_epoch_s, {week}, "
        f"2 AS customer_turn_count, 2 AS agent_turn_count, 0 AS bot_turn_count, 0 AS cue_mask {all_of}",
        "INSERT INTO moment BY NAME SELECT 'i' || n AS interaction_id, 'explicit' AS kind, 'delay' AS cause, "
        f"CASE WHEN n % 3 = 0 THEN 'missed' ELSE 'met' END AS state, false AS is_generic {all_of} WHERE n % 4 = 0",
        f"INSERT INTO survey_invitation BY NAME SELECT {who}, 'i' || n AS interaction_id, 'v' || n AS invitation_id, "
        f"0.1 AS inclusion_probability, n AS order_seed {asked_of}",
        f"INSERT INTO survey_answer BY NAME SELECT {who}, 'i' || n AS interaction_id, 'v' || n AS invitation_id, "
        "'w' || n || item AS answer_id, 'heard_items' AS instrument, '1' AS instrument_version, item AS item_id, "
        "1 + (hash(n, item) % 5)::DOUBLE AS value, 1.0 AS scale_low, 5.0 AS scale_high, "
        f"'higher_better' AS polarity, {day} AS answered_epoch_s, {week} {asked_of}, {items} WHERE n % {every} = 0",
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.answers")
    parser.add_argument("--contacts", type=int, default=10_000_000)
    parser.add_argument("--answers", type=int, default=1_000_000)
    told = parser.parse_args()
    view = Memory(told.contacts, told.answers)
    whole = (START, START + 400 * 86_400)
    rng = np.random.default_rng(1)
    items = {name: rng.integers(1, 6, told.answers // 3).astype(float) for name in "abc"}
    frame = view.sql(FRAME, (whole[0], whole[0] + 7 * 86_400))
    steps: dict[str, Callable[[], object]] = {
        "felt understood and its gap, by team": lambda: [
            compute(view, REGISTRY[name], by=("team_id",)) for name in ("felt_understood_share", "perception_gap")
        ],
        "settled, and heard": lambda: compute(view, REGISTRY["empathetic_fcr_share"]),
        "NPS, CSAT, CES and index": lambda: compute(view, REGISTRY["heard_survey_score"]),
        "who answered, weights, raking, bounds": lambda: reweighed.reweigh(view, k=5),
        "share of a million, clustered": lambda: share(
            Design.of(rng.uniform(1, 9, told.answers), clusters=rng.integers(0, told.answers // 3, told.answers)),
            rng.integers(0, 2, told.answers).astype(float),
        ),
        "alpha, omega, items": lambda: reliability(items),  # type: ignore[arg-type]
        "frame of a week with its strata": lambda: view.sql(FRAME, (whole[0], whole[0] + 7 * 86_400)),
        "plan of 1,000 invitations": lambda: plan(frame, [], [], Wish(count=1000), history=(0, 0)),
        "listening list of 60 minutes": lambda: drawn_from(frame, 60, 1),
        "recovery log": lambda: view.sql(RECOVERY),
    }
    for name, step in steps.items():
        begun = time.perf_counter()
        step()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:45} {time.perf_counter() - begun:6.1f} s   peak so far {peak:6,.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
