"""`python -m bench.outcomes`: ten million contacts of two million customers, their cohorts, hazards and mixed model.

Prints one line a step with seconds and the peak memory of the process, beside the plain library call at a size that it
can do, and writes its section of docs/benchmarks.md. Every step stands in a process of its own, so that peaks do not
add up.
"""

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Callable

import duckdb
import numpy as np

from bench.page import put

HEADING = "From words to outcomes"
CONTACTS, CUSTOMERS, DAYS = 10_000_000, 2_000_000, 730


def main() -> None:
    """Run every step."""
    parser = argparse.ArgumentParser(prog="python -m bench.outcomes")
    parser.add_argument("--contacts", type=int, default=CONTACTS)
    parser.add_argument("--without-lifelines", action="store_true", help="leave out the plain library call")
    asked = parser.parse_args()
    steps: list[tuple[str, Callable[[int], float]]] = [
        ("cohort table", cohort_table), ("time-varying Cox, 1 M intervals", hazards), ("agent mixed model", mixed),
        ("repeat buying, 2 M customers' orders", buying),
    ]  # fmt: skip
    if not asked.without_lifelines:
        steps.append(("lifelines CoxTimeVaryingFitter, 100,000 intervals", plain_cox))
    rows = []
    for name, step in steps:
        seconds, peak = _alone(step, asked.contacts)
        print(f"{name:<52} {seconds:8.2f} s {peak:7.0f} MiB", flush=True)
        rows.append(f"| {name} | {seconds:,.2f} | {peak:,.0f} |")
    head = [
        f"Made by `python -m bench.outcomes` on {os.cpu_count()} cores: {asked.contacts:,} contacts of {CUSTOMERS:,}",
        f"customers over {DAYS} days, {asked.contacts // 2:,} orders. A process for each step; peak is its resident",
        "memory, the making of the data included.", "",
        "| step | seconds | peak MiB |", "|---|---:|---:|",
    ]  # fmt: skip
    put(HEADING, "\n".join([*head, *rows]))


def _alone(step: Callable[[int], float], contacts: int) -> tuple[float, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (step, contacts))


def _measured(step: Callable[[int], float], contacts: int) -> tuple[float, float]:
    return step(contacts), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cohort_table(contacts: int) -> float:
    """First contact of every customer, follow-up to churn, curves, at-risk numbers and log-rank of four groups."""
    from heard.inference.survival import Lives, curve, logrank, restricted_mean

    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET enable_progress_bar = false")
    connection.execute(
        f"CREATE TABLE contact AS SELECT (hash(i) % {CUSTOMERS})::INTEGER AS customer, "
        f"(hash(i + 7) % {DAYS})::SMALLINT AS day, (hash(i + 3) % 4)::UTINYINT AS state FROM range({contacts}) AS t(i)"
    )
    connection.execute(
        f"CREATE TABLE churn AS SELECT i::INTEGER AS customer, (hash(i + 5) % {4 * DAYS})::SMALLINT AS day "
        f"FROM range({CUSTOMERS}) AS t(i)"
    )
    started = time.perf_counter()
    counted = connection.execute(f"""
        WITH first AS (SELECT customer, min(day * 4 + state) AS packed FROM contact GROUP BY customer),
        lived AS (
          SELECT first.packed % 4 AS state, first.packed // 4 AS begins,
            CASE WHEN churn.day <= {DAYS} AND churn.day >= first.packed // 4 THEN churn.day END AS ends
          FROM first JOIN churn ON churn.customer = first.customer
        )
        SELECT state, coalesce(ends, {DAYS}) - begins AS days, ends IS NOT NULL AS gone, count(*) AS n
        FROM lived GROUP BY ALL
    """).fetchnumpy()
    groups = []
    for state in range(4):
        of_it = counted["state"] == state
        groups.append(Lives.of(counted["days"][of_it], counted["gone"][of_it].astype(int), weights=counted["n"][of_it]))
    for group in groups:
        curve(group)
        restricted_mean(group, 180)
    logrank(groups)
    return time.perf_counter() - started


def _intervals(rows: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    start = rng.integers(0, DAYS - 60, rows)
    return {
        "start": start, "stop": start + rng.integers(1, 60, rows), "event": rng.random(rows) < 0.02,
        "missed": rng.integers(0, 2, rows).astype(float), "heard": rng.integers(0, 2, rows).astype(float),
        "tenure": rng.exponential(2, rows), "concession": (rng.random(rows) < 0.1).astype(float),
        "intensity": rng.integers(0, 4, rows).astype(float), "customer": rng.integers(0, rows // 3, rows),
    }  # fmt: skip


def hazards(contacts: int) -> float:
    """A million day-granular intervals, five columns, errors by customer, and the check of proportionality."""
    from heard.inference.survival import fit, proportional

    made = _intervals(1_000_000)
    columns = {name: made[name] for name in ("missed", "heard", "tenure", "concession", "intensity")}
    started = time.perf_counter()
    proportional(fit(made["start"], made["stop"], made["event"], columns, clusters=made["customer"]))
    return time.perf_counter() - started


def plain_cox(contacts: int) -> float:
    """The same by lifelines on a tenth of the intervals."""
    import pandas as pd
    from lifelines import CoxTimeVaryingFitter

    made = pd.DataFrame(_intervals(100_000))
    made["id"] = np.arange(len(made))
    started = time.perf_counter()
    CoxTimeVaryingFitter().fit(
        made.drop(columns="customer"), id_col="id", event_col="event", start_col="start", stop_col="stop"
    )
    return time.perf_counter() - started


def mixed(contacts: int) -> float:
    """Ten million answers of 2,000 agents: one GROUP BY, then restricted likelihood."""
    from heard.inference.drivers import Moments, fit_mixed

    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET enable_progress_bar = false")
    connection.execute(
        f"CREATE TABLE answer AS SELECT (hash(i) % 2000)::SMALLINT AS agent, (hash(i + 1) % 5 + 1)::UTINYINT AS y, "
        f"(hash(i + 2) % 2)::UTINYINT AS heard, (hash(i + 3) % 3)::UTINYINT AS intensity FROM range({contacts}) AS t(i)"
    )
    started = time.perf_counter()
    names = ("1", "heard", "intensity", "y")
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i:] if (a, b) != ("1", "1")]
    summed = ", ".join(f"sum(({a})::DOUBLE * {b}) AS s{place}" for place, (a, b) in enumerate(pairs))
    told = connection.execute(
        f"SELECT agent, count(*) AS n, {summed} FROM answer GROUP BY agent ORDER BY agent"
    ).fetchnumpy()
    sums = {pair: told[f"s{place}"] for place, pair in enumerate(pairs)}
    fit_mixed(Moments.of_sums(("heard", "intensity"), sums, told["n"]))
    return time.perf_counter() - started


def buying(contacts: int) -> float:
    """Order histories of two million customers: summaries, BG/NBD and gamma-gamma."""
    from heard.inference.value import fit_buying, fit_spending, of_orders

    rng = np.random.default_rng(2)
    orders = contacts // 2
    customer = (rng.random(orders) ** 2 * CUSTOMERS).astype(np.int64)
    stays = np.maximum(rng.beta(1, 1, CUSTOMERS) * DAYS, 1)
    day, amount = (rng.random(orders) * stays[customer]).astype(np.int64), rng.gamma(4, 10, orders)
    started = time.perf_counter()
    seen, _ = of_orders(customer, day, amount, until=DAYS)
    fit_buying(seen)
    fit_spending(seen)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
