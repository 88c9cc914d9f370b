"""A process that writes to a workspace, made to be killed; run by test_crash.

Reads lines `JOB WORKSPACE ROUND KILL_AFTER_SECONDS`, forks a child for each, kills it then, and prints how it ended.
"""

import os
import signal
import sys
import time
from pathlib import Path

import pyarrow as pa

from heard import store
from heard.store import state
from heard.terms.tables import TABLES

TURNS = 400


def turns(round_number: int) -> pa.Table:
    """All turns of a round: each has the round as its text, and every second one wanders through the months."""
    spec = TABLES["turn"].schema
    n = TURNS + round_number
    cells = {
        "turn_id": [f"t{i}" for i in range(n)],
        "text": [f"round {round_number}"] * n,
        "month": [202601 + ((round_number * (i % 2)) + i) % 4 for i in range(n)],
    }
    return _table(spec, n, cells)


def signals(round_number: int) -> pa.Table:
    """One signal that names the round."""
    return _table(
        TABLES["signal"].schema, 1, {"interaction_id": ["i"], "label": [f"round {round_number}"], "month": [0]}
    )


def _table(schema: pa.Schema, n: int, cells: dict[str, list[object]]) -> pa.Table:
    columns = []
    for field in schema:
        filler = None if field.nullable else _filler(field.type)
        columns.append(pa.array(cells.get(field.name, [filler] * n), field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _filler(kind: pa.DataType) -> object:
    return "x" if kind == pa.string() else True if kind == pa.bool_() else pa.scalar(0).cast(kind).as_py()


def write(workspace: Path, round_number: int) -> None:
    """Bring a workspace to a round: turns, signals and the audit row in one write."""
    opened = store.open(workspace)
    with opened.write("import", f"round {round_number}") as transaction:
        transaction.upsert("turn", turns(round_number).to_reader(100))
        transaction.replace("signal", signals(round_number), "interaction_id", pa.array(["i"]))
        row = {"at": "now", "kind": "import", "batch_id": f"round {round_number}", "body": "{}"}
        digests = {"previous_digest": "", "digest": "", "manifest_id": transaction.manifest}
        transaction.state.execute(state.audit.insert().values(**row, **digests))


def purge(workspace: Path, round_number: int) -> None:
    """Drop what only older manifests show."""
    store.open(workspace).purge()


def reopen(workspace: Path, round_number: int) -> None:
    """Repair, if there is something to repair."""
    store.open(workspace)


def read(workspace: Path, round_number: int) -> None:
    """Hold a snapshot until killed."""
    with store.open(workspace).snapshot():
        time.sleep(600)


JOBS = {job.__name__: job for job in (write, purge, reopen, read)}


def main() -> None:
    """Serve lines until the input ends."""
    for line in sys.stdin:
        job, workspace, round_number, kill_after = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            JOBS[job](Path(workspace), int(round_number))
            os._exit(0)
        if kill_after:
            time.sleep(float(kill_after))
            os.kill(child, signal.SIGKILL)  # not yet waited for, so the number is still its own
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
