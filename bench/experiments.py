"""`python -m bench.experiments`: how long planning, judging and roll-outs take, on generated data, in this process.

Prints a table; one run each, so read ratios. The figures in docs/experiments.md do not come from here.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from heard.inference.experiments.contacts import Contacts
from heard.inference.experiments.cutting import Metric
from heard.inference.experiments.plan import plan_of
from heard.inference.experiments.power import past_of, power_of
from heard.inference.experiments.reading import arms_in, contacts_from
from heard.inference.experiments.verdict import verdict
from heard.inference.quasi.panel import panel
from heard.inference.quasi.rollout import rollout
from heard.inference.quasi.synthetic import synthetic_control
from heard.sample.studies import study

PLAN = {
    "name": "prompt", "change": "A prompt", "kind": "prompt", "metric": "heard_rate", "unit": "queue-day",
    "starts_on": "2026-09-07", "weeks": 8, "smallest_effect": 0.05, "subgroups": ["tenure", "complexity"],
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    for name, run in (
        ("plan: power by queue-day, 100,000 contacts of a year", _planned(100_000)),
        ("verdict: 5,700 contacts, 336 units, 4 subgroups, redrawn", _judged()),
        ("roll-out: 30 teams, 20 weeks, 500 draws", _rolled(30, 20)),
        ("roll-out: 300 teams, 52 weeks", _rolled(300, 52)),
        ("synthetic control: 1 of 100 units, 100 periods", _mixed(100, 100)),
    ):
        begun = time.perf_counter()
        run()
        print(f"{time.perf_counter() - begun:8.2f} s  {name}")


def _planned(n: int) -> Callable[[], Any]:
    rng = np.random.default_rng(1)
    queues = np.array([f"q{i}" for i in rng.integers(6, size=n)], dtype=object)
    contacts = Contacts(
        day=20_000 + rng.integers(0, 364, n),
        value=(rng.random(n) < 0.4).astype(float),
        n=np.ones(n),
        columns={"queue": queues, "team": queues},
    )
    return lambda: power_of(plan_of(PLAN), past_of(contacts, "queue-day"))


def _judged() -> Callable[[], Any]:
    contacts, plan = contacts_from(pa.Table.from_pylist(study("prompt"))), plan_of(PLAN)
    metric = Metric(name="heard_rate", title="Heard rate", unit="points", contacts=contacts)
    return lambda: verdict(plan, metric, arms_in(contacts, plan), read_on=date(2026, 11, 1), registered=True)


def _rolled(units: int, periods: int) -> Callable[[], Any]:
    rng = np.random.default_rng(2)
    first = [0 if i % 3 == 0 else periods // 2 + i % 4 for i in range(units)]
    rows = [(f"u{i:03d}", t, rng.normal(), first[i]) for i in range(units) for t in range(1, periods + 1)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    data = panel(columns[0], columns[1], columns[2], first=columns[3])
    return lambda: rollout(data, what="y", unit="score")


def _mixed(units: int, periods: int) -> Callable[[], Any]:
    rng = np.random.default_rng(3)
    common = np.cumsum(rng.normal(size=(3, periods)), axis=1)
    values = rng.random((units, 3)) @ common + rng.normal(0, 0.1, (units, periods))
    rows = [(f"u{i:03d}", t, values[i, t], int(i == 0 and t >= 70)) for i in range(units) for t in range(periods)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    data = panel(columns[0], columns[1], columns[2], treated=columns[3])
    return lambda: synthetic_control(data, what="y", unit="score")


if __name__ == "__main__":
    main()
