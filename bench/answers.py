"""A million answers about ten million contacts: what each table of the surveys costs a process of its own.

`python -m bench.answers` writes the rows as a workspace stores them (Parquet by month, pseudonyms of 26 letters), asks
for each table, prints a line for each and writes its section of docs/benchmarks.md.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from bench.page import put
from heard.actions.surveys import reweighed
from heard.actions.surveys.plan import Wish, plan
from heard.actions.surveys.strata import FRAME
from heard.flow.listening import drawn_from
from heard.flow.saying import RECOVERY
from heard.inference.sampling import Design, share
from heard.inference.scale import reliability
from heard.measures import REGISTRY, cells, compute
from heard.measures.lattice import Lattice
from heard.store.lake import File
from heard.store.query import Snapshot
from heard.terms.tables import TABLES

HEADING = "A million answers"
WRITE = "write"
START, DAYS = 1_760_000_000, 364
WEEK = (START, START + 7 * 86_400)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one table cost a process that asks for it alone."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_mib: float

    def __str__(self) -> str:
        return f"{self.name:45} {self.seconds:6.1f} s {self.cpu_seconds:6.1f} s of processor, {self.peak_mib:6,.0f} MiB"


def write(folder: Path, contacts: int, answers: int) -> None:
    """Write every table that is not empty, one file a month."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = 2; SET memory_limit = '2GB'; SET temp_directory = '{folder / 'spill'}'")
    for name, rows in _rows(contacts, answers).items():
        connection.register("nothing", TABLES[name].schema.empty_table())
        month = f"(202601 + (coalesce(epoch, {START}) - {START}) // {-(-DAYS // 12) * 86_400})::INTEGER AS month"
        connection.execute(
            f"COPY (SELECT * FROM nothing UNION ALL BY NAME SELECT * EXCLUDE (epoch), {month} FROM ({rows})) "
            f"TO '{folder / name}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 30000, PARTITION_BY (month))"
        )


def _rows(contacts: int, answers: int) -> dict[str, str]:
    """A year of contacts of a fifth as many customers; a fourth had a moment; one in ten was asked, and every third of
    them, or as many as it takes, answered three items."""
    asked = contacts // 10
    every = max(asked * 3 // answers, 1)
    epoch = f"({START} + hash(n) % {DAYS * 86_400})::BIGINT"
    week = f"(({epoch} // 86400 - 4) // 7 * 7 + 4)::INTEGER AS week_start"
    who = f"{_id('c', f'n % {contacts // 5}')} AS customer_id"
    about, sent = f"{_id('i', 'n')} AS interaction_id", f"{_id('v', 'n')} AS invitation_id"
    agent, words = _id("a", "n % 200"), "(hash(n // 40) // 2)::BIGINT"
    shared = f"{epoch} AS epoch, {about}, {who}, 'chat' AS channel, 'delivery' AS issue, 'team' || (n % 3) AS team_id"
    clock = f"{epoch} AS opened_epoch_s, {epoch} AS closed_epoch_s, {week}"
    all_of, asked_of = f"FROM range({contacts}) AS t(n)", f"FROM range({asked}) AS t(n)"
    items = "(VALUES ('felt_understood'), ('situation_acknowledged'), ('clear_next_steps')) AS s(item)"
    return {
        "interaction": f"SELECT {shared}, {clock}, {agent} AS first_agent_id {all_of}",
        "interaction_fact": f"SELECT {shared}, {clock}, {agent} AS agent_id, 2 AS customer_turn_count, "
        f"2 AS agent_turn_count, 0 AS bot_turn_count, 0 AS cue_mask {all_of}",
        "moment": f"SELECT {shared}, {week}, 'explicit' AS kind, 'delay' AS cause, {words} AS reply_fingerprint, "
        f"CASE WHEN n % 3 = 0 THEN 'missed' ELSE 'met' END AS state, false AS is_generic {all_of} WHERE n % 4 = 0",
        "empathic_sentence": f"SELECT {shared}, {week}, {words} AS fingerprint, "
        f"(hash(n) // 2)::BIGINT AS context_fingerprint {all_of} WHERE n % 4 = 0 AND n % 3 > 0",
        "survey_invitation": f"SELECT {epoch} AS epoch, {sent}, {about}, {who}, 0.1 AS inclusion_probability, "
        f"n AS order_seed, {week} {asked_of}",
        "survey_answer": f"SELECT {epoch} AS epoch, {_id('w', 'n::VARCHAR || item')} AS answer_id, {sent}, {about}, "
        f"{who}, 'heard_items' AS instrument, '1' AS instrument_version, item AS item_id, "
        "1 + (hash(n, item) % 5)::DOUBLE AS value, 1.0 AS scale_low, 5.0 AS scale_high, 'higher_better' AS polarity, "
        f"{epoch} AS answered_epoch_s, {week} {asked_of}, {items} WHERE n % {every} = 0",
    }


def _id(kind: str, sql: str) -> str:
    return f"'{kind}_' || md5(({sql})::VARCHAR)[:24]"


@contextmanager
def reading(folder: Path) -> Iterator[Snapshot]:
    """The rows through the reader of a workspace."""
    paths = {name: sorted((folder / name).rglob("*.parquet")) for name in TABLES}
    files = {
        name: [File(path, path.parent.name.partition("=")[2], 0, 0) for path in own] for name, own in paths.items()
    }
    snapshot = Snapshot(1, files, folder / f"read-{os.getpid()}")
    try:
        yield snapshot
    finally:
        snapshot.close()


def _steps(answers: int) -> dict[str, Callable[[Any], object]]:
    rng = np.random.default_rng(1)

    def clustered(_: Any) -> object:
        design = Design.of(rng.uniform(1, 9, answers), clusters=rng.integers(0, answers // 3, answers))
        return share(design, rng.integers(0, 2, answers).astype(float))

    return {
        "felt understood and its gap, by team": lambda view: cells(
            view, Lattice((("team_id",),), ("all",)), only=("felt_understood_share", "perception_gap")
        ),
        "settled, and heard": lambda view: compute(view, REGISTRY["empathetic_fcr_share"]),
        "NPS, CSAT, CES and index": lambda view: compute(view, REGISTRY["heard_survey_score"]),
        "answered the survey": lambda view: compute(view, REGISTRY["response_share"]),
        "who answered, weights, raking, bounds": lambda view: reweighed.reweigh(view, k=5),
        "share of a million, clustered": clustered,
        "alpha, omega, items": lambda _: reliability(
            {name: rng.integers(1, 6, answers // 3).astype(float) for name in "abc"}  # type: ignore[arg-type]
        ),
        "frame of a week with its strata": lambda view: view.sql(FRAME, WEEK),
        "plan of 1,000 invitations": lambda view: plan(view.sql(FRAME, WEEK), [], [], Wish(count=1000), history=(0, 0)),
        "listening list of 60 minutes": lambda view: drawn_from(view.sql(FRAME, WEEK), 60, 1),
        "recovery log": lambda view: view.sql(RECOVERY),
    }


def main() -> None:
    """Measure, print, write the section; or be one of the measured processes."""
    parser = argparse.ArgumentParser(prog="python -m bench.answers")
    parser.add_argument("--contacts", type=int, default=10_000_000)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--only", help="tables whose name holds this, printed and not written to the page")
    parser.add_argument("--keep", type=Path, help="a folder for the rows, used again when it is there")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.step:
        _step(told.step, told.keep, told.contacts, told.answers)
        return
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as name:
        folder = told.keep or Path(name)
        if not (folder / "interaction").exists():
            folder.mkdir(exist_ok=True)
            _taken(WRITE, folder, told.contacts, told.answers)
        taken = []
        for step in _steps(told.answers):
            if (told.only or "") in step:
                taken.append(_taken(step, folder, told.contacts, told.answers))
                print(taken[-1], flush=True)
    if not told.only:
        put(HEADING, _section(taken, told.contacts, told.answers))


def _step(step: str, folder: Path, contacts: int, answers: int) -> None:
    if step == WRITE:
        write(folder, contacts, answers)
        return
    with reading(folder) as view:
        _steps(answers)[step](view)


def _taken(step: str, folder: Path, contacts: int, answers: int) -> Taken:
    command = [sys.executable, "-m", "bench.answers", "--step", step, "--keep", str(folder)]
    command += ["--contacts", str(contacts), "--answers", str(answers)]
    begun = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{step} ended with {os.waitstatus_to_exitcode(status)}")
    peak = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    return Taken(step, time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, peak)


def _section(taken: list[Taken], contacts: int, answers: int) -> str:
    lines = [
        f"Made by `python -m bench.answers` on {os.cpu_count()} cores, Python {platform.python_version()}, DuckDB "
        f"{duckdb.__version__}: {contacts:,} contacts",
        f"of {contacts // 5:,} customers, {contacts // 4:,} moments, {contacts // 10:,} invitations, {answers:,} "
        "answers.",
        "A process for each table, start-up included; peak is the resident memory of that process.",
        "",
        "| table | seconds | seconds of processor | peak MiB |",
        "|---|---:|---:|---:|",
        *(f"| {t.name} | {t.seconds:,.1f} | {t.cpu_seconds:,.1f} | {t.peak_mib:,.0f} |" for t in taken),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
