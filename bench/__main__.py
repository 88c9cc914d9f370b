"""`make bench`: how long the main job takes and how much memory, beside DuckDB reading the same files.

Every step is a whole process, started as a user would, so start-up and imports are in the time. Prints the table and
writes it to the head of docs/benchmarks.md; other programs have sections of their own there. Set HEARD_DATA to the
folder of data sets to measure STAR as well; without it that part is left out.
"""

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.million import add_a_day, write_million
from bench.page import put

HEARD = Path(sys.executable).with_name("heard")


@dataclass(frozen=True, slots=True)
class Row:
    """One step of one data set."""

    data: str
    step: str
    seconds: float
    peak_mib: float | None
    rate: str = ""


def main() -> None:
    """Measure, print, write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--turns", type=int, default=1_000_000, help="generated turns")
    asked = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as name:
        folder = Path(name)
        if star := _star():
            rows += _main_job(folder / "star", star, "STAR", ["--from", "star"], turns=_count_star(star))
            shutil.rmtree(folder / "star")
        rows += _million(folder, asked.turns)
    page = _page(rows)
    print(page)
    put(None, page)


def _star() -> Path | None:
    data = os.environ.get("HEARD_DATA")
    star = Path(data) / "star_rasa" if data else None
    return star if star and star.is_dir() else None


def _count_star(star: Path) -> int:
    from heard.sources.base import find
    from heard.terms.batch import Window

    return sum(batch.rows.num_rows for batch in find("star").read(star, Window(), {}) if batch.table == "turn")


def _million(folder: Path, turns: int) -> list[Row]:
    label = f"{turns:,} generated turns"
    export = folder / "export"
    write_million(export, turns=turns)
    size = sum(file.stat().st_size for file in export.iterdir())
    rows = _main_job(folder / "million", export, label, ["--from", "canonical"], turns=turns, size=size)
    rows.append(_floor(export / "turn.parquet", label, turns))
    day = add_a_day(export, folder / "day")
    seconds, peak = _timed(
        [HEARD, "import", folder / "million", folder / "day", "--from", "canonical", "--keep-history"]
    )
    rows.append(Row(label, f"import one more day ({day:,} turns)", seconds, peak, f"{day / seconds:,.0f} turns/s"))
    seconds, peak = _timed([HEARD, "run", folder / "million"])
    rows.append(Row(label, "run after one more day", seconds, peak))
    return rows


def _main_job(
    workspace: Path, export: Path, label: str, options: list[str], *, turns: int, size: int | None = None
) -> list[Row]:
    _timed([HEARD, "init", workspace, "--keep-history"])
    rows = []
    seconds, peak = _timed([HEARD, "import", workspace, export, *options])
    megabytes = f", {size / seconds / 1e6:.1f} MB/s" if size else ""
    rows.append(Row(label, "import, redaction included", seconds, peak, f"{turns / seconds:,.0f} turns/s{megabytes}"))
    seconds, peak = _timed([HEARD, "score", workspace])
    rows.append(Row(label, "score and ledger", seconds, peak, f"{turns / seconds:,.0f} turns/s"))
    seconds, peak = _timed([HEARD, "run", workspace])
    rows.append(Row(label, "measure, release, Monday page", seconds, peak))
    seconds, peak = _timed([HEARD, "import", workspace, export, *options])
    rows.append(Row(label, "import the same file again", seconds, peak))
    return rows


def _floor(path: Path, label: str, turns: int) -> Row:
    """DuckDB reading every word of the same Parquet file: below this no import can go."""
    begun = time.perf_counter()
    duckdb.execute(
        "SELECT sum(length(text)), count(DISTINCT interaction_id) FROM read_parquet(?)", [str(path)]
    ).fetchall()
    seconds = time.perf_counter() - begun
    return Row(label, "floor: DuckDB reads the same words", seconds, None, f"{turns / seconds:,.0f} turns/s")


def _timed(command: list[object]) -> tuple[float, float]:
    """Wall seconds and peak resident memory, in MiB, of one process."""
    begun = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(str(part) for part in command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begun, _peak_mib(usage)


def _peak_mib(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def _page(rows: list[Row]) -> str:
    lines = [
        "# Speed and size",
        "",
        f"Made by `make bench` on {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}. Whole processes, one run each;",
        "peak is the resident memory of the process. Read ratios rather than single figures.",
        "",
        "| data | step | seconds | peak MiB | rate |",
        "|---|---|---:|---:|---:|",
    ]
    for row in rows:
        peak = f"{row.peak_mib:,.0f}" if row.peak_mib else ""
        lines.append(f"| {row.data} | {row.step} | {row.seconds:,.1f} | {peak} | {row.rate} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
