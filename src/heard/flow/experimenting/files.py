"""The files of an experiment, and what the audit chain says of it."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import tomlkit

from heard import gate
from heard.errors import BadInput
from heard.inference.experiments.plan import Plan, plan_of

PURPOSE = "service_quality"


def registration(workspace: gate.Workspace, name: str) -> str | None:
    """Digest that was noted for a plan; None when none was."""
    for entry in gate.audit.log(workspace):
        if entry.kind == "experiment_registered" and entry.details["name"] == name:
            return str(entry.details["plan_digest"])
    return None


def registered_plan(folder: Path, name: str) -> Plan | None:
    """The copy that was kept at registration; None when there is none."""
    path = folder_of(folder, name) / "registered.toml"
    return plan_of(tomlkit.parse(text_of(path)).unwrap(), where=path.name) if path.exists() else None


def read_plan(folder: Path, name: str) -> Plan:
    """The plan of an experiment.

    Raises:
        BadInput: There is no such plan, or it is not whole.
    """
    path = folder_of(folder, name) / "plan.toml"
    if not path.exists():
        known = ", ".join(sorted(p.parent.name for p in (folder / "experiments").glob("*/plan.toml"))) or "none"
        raise BadInput("experiment", got=name, expected=f"one of: {known}", todo="Run: heard experiment plan")
    return plan_of(tomlkit.parse(text_of(path)).unwrap(), where=path.name)


def folder_of(folder: Path, name: str) -> Path:
    """Where an experiment's files lie."""
    return folder / "experiments" / name


def toml_of(made: Plan) -> str:
    """A plan as its file."""
    head = "# A plan of Heard. Change it before registering; afterwards every change is printed in red.\n"
    return head + tomlkit.dumps(made.model_dump(mode="json"))


def text_of(path: Path) -> str:
    """Text of a file.

    Raises:
        BadInput: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise BadInput("file", got=f"none that can be read at {path}", expected="a file") from None


def table_of(path: Path) -> pa.Table:
    """A CSV file with a header.

    Raises:
        BadInput: It cannot be read.
    """
    try:
        return pyarrow.csv.read_csv(path)
    except (OSError, pa.ArrowInvalid):
        raise BadInput("table", got=f"no CSV that can be read at {path}", expected="CSV with a header line") from None


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write whole or not at all."""
    draft = path.with_suffix(".draft")
    with draft.open("w", newline="", encoding="utf-8") as file:
        made = csv.DictWriter(file, list(rows[0]) if rows else ["unit", "arm"], lineterminator="\n")
        made.writeheader()
        made.writerows(rows)
    draft.replace(path)
