"""Commands shown in a document, with their output: run again and compared, or written anew.

A block is fenced as `console`; a line that begins with `$ ` is a command, the lines after it are its stdout.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"```console\n(.*?)```", re.S)
UNSTABLE = (
    (re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{6}\b"), "BATCH"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
)
"""What differs from run to run: names of batches hold the time, heads of the audit chain follow from it."""
LIMIT_S = 600


@dataclass(frozen=True, slots=True)
class Shown:
    """One command of a document and what stands under it."""

    command: str
    output: str


def shown_in(text: str) -> Iterator[Shown]:
    """Every command of a document, in order."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            yield Shown(command, output.rstrip("\n"))


def printed(command: str, folder: Path, *, environment: Mapping[str, str] | None = None) -> str:
    """What a command prints on stdout when it is run in a folder with this Python's `heard` first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    home = {"HOME": str(folder / ".home"), "COLUMNS": "120"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, **home, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")


def stable(output: str) -> str:
    """An output without what differs from run to run."""
    for pattern, name in UNSTABLE:
        output = pattern.sub(name, output)
    return "\n".join(line.rstrip() for line in output.strip().splitlines())


def rewritten(text: str, folder: Path, *, environment: Mapping[str, str] | None = None) -> str:
    """The document with the output of every command as it is today; commands run in order in one folder."""

    def anew(found: re.Match[str]) -> str:
        parts = [
            f"$ {one.command}\n{printed(one.command, folder, environment=environment)}" for one in shown_in(found[0])
        ]
        return "```console\n" + "\n".join(part.rstrip() for part in parts) + "\n```"

    return BLOCK.sub(anew, text)
