"""Printing: a frame for people as a table, for machines as JSON."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

WIDTH_OF_FILES = 160
"""Columns when the output goes to a file or a pipe, where no terminal says how wide it is."""
STDOUT = Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES)


def as_json(value: Any) -> None:
    """One JSON document on stdout; NaN and missing become null."""
    sys.stdout.write(
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY, default=str).decode() + "\n"
    )


def as_table(rows: Sequence[Mapping[str, Any]], *, title: str = "", right: frozenset[str] = frozenset()) -> None:
    """A plain table of rows; columns in `right` are aligned to the right."""
    if not rows:
        STDOUT.print(title or "nothing to show")
        return
    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for name in rows[0]:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    STDOUT.print(table)


def say(line: str) -> None:
    """One line on stdout, without markup: brackets in the line stay brackets."""
    STDOUT.print(line, markup=False, highlight=False)


def lines(told: Sequence[str]) -> None:
    """Several lines on stdout."""
    for line in told:
        say(line)


def moments(rows: Sequence[Mapping[str, Any]]) -> None:
    """The ledger as it is read: words, reply, what came next."""
    for row in rows:
        say(f"{row['moment_id']}  {row['when']}  {row['channel'] or ''}  {row['state']}{_how(row)}")
        say(f"    customer wrote words of {row['emotion']} ({row['cause']}): “{row['words']}”")
        say(f"    reply: “{row['reply']}”" if row["reply"] else "    no reply answered it")
        say(f"    after: {row['after']}")
    if not rows:
        say("No moment fits.")


def _how(row: Mapping[str, Any]) -> str:
    marks = [name for name in ("generic", "overdone", "harmful") if row[f"is_{name}"]]
    return f" ({', '.join(marks)})" if marks else ""


def explained(told: Mapping[str, Any]) -> None:
    """An explanation: facts first, then the turns with their evidence."""
    for name, value in told.items():
        if name == "turns":
            for turn in value:
                marks = ", ".join(f"{f['label']}: “{f['quote']}”" for f in turn["found"])
                say(
                    f"  {turn['position']:>3} {turn['speaker_role']:<9} {turn['text']}"
                    + (f"\n      → {marks}" if marks else "")
                )
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            as_table(value, title=name)
        else:
            say(f"{name}: {value}")
