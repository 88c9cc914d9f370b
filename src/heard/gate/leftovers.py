"""Files beside the tables that tell of a customer (reports, exports, logs of experiments) go with an erasure (T6)."""

import html
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from heard.gate.arrays import listed
from heard.store import Snapshot

OWN = frozenset({"lake", "staging", "heard.toml", "state.db", "readers.db", "write.lock"})
"""What the store keeps clean itself, and what holds no customer."""
ROWWISE = (".csv", ".jsonl")
"""Endings of logs from which lines are taken; every other file goes whole, for it can be written again."""
SEALED = (".pdf", ".png", ".parquet", ".xlsx", ".gz", ".zip", ".heard")
"""Endings of files whose words cannot be searched: they go as well, since they may hold them."""
_RUN = 5
_WORD = re.compile(r"\w+")
_IDS = """
SELECT interaction_id AS id FROM asked_interactions UNION SELECT moment_id FROM stored.moment WHERE {theirs}
UNION SELECT turn_id FROM stored.turn WHERE {theirs} UNION SELECT answer_id FROM stored.survey_answer WHERE {theirs}
"""
_THEIRS = "interaction_id IN (SELECT interaction_id FROM asked_interactions)"
_TEXTS = f"""
SELECT text FROM stored.turn WHERE speaker_role = 'customer' AND {_THEIRS}
UNION SELECT verbatim FROM stored.survey_answer WHERE verbatim IS NOT NULL AND {_THEIRS}
"""


@dataclass(frozen=True, slots=True)
class Traces:
    """By what a customer is known in a file.

    Attributes:
        ids: Pseudonyms, and ids of their conversations, moments, turns and answers.
        runs: Every run of five words that they wrote, in lower case.
    """

    ids: frozenset[str]
    runs: frozenset[tuple[str, ...]]


def traces(snapshot: Snapshot, people: Iterable[str], interactions: pa.Table) -> Traces:
    """What to look for, read before the rows go.

    Args:
        snapshot: The workspace as it still is.
        people: Pseudonyms.
        interactions: One column interaction_id: their conversations.
    """
    given = {"asked_interactions": interactions}
    ids = {str(one) for one in listed(snapshot.sql(_IDS.format(theirs=_THEIRS), tables=given)["id"])}
    texts = listed(snapshot.sql(_TEXTS, tables=given)["text"])
    return Traces(frozenset(ids | set(people)), frozenset(run for text in texts for run in _runs(str(text))))


def remove(folder: Path, known: Traces) -> int:
    """Take a customer out of every file beside the tables; how many files were removed or written anew."""
    return sum(_cleaned(path, known) for path in sorted(_files(folder)))


def _files(folder: Path) -> Iterator[Path]:
    for place in folder.iterdir():
        if place.name in OWN or place.name.startswith(("state.db-", "readers.db-")) or place.is_symlink():
            continue
        yield from [place] if place.is_file() else (path for path in place.rglob("*") if path.is_file())


def _cleaned(path: Path, known: Traces) -> bool:
    if path.suffix.lower() in SEALED:
        path.unlink()
        return True
    text = path.read_bytes().decode("utf-8", "replace")
    if not _tells(text, known):
        return False
    if path.suffix.lower() in ROWWISE:
        _rewrite(path, [line for line in text.splitlines(keepends=True) if not _tells(line, known)])
    else:
        path.unlink()
    return True


def _tells(text: str, known: Traces) -> bool:
    plain = html.unescape(text)
    return any(one in plain for one in known.ids) or not known.runs.isdisjoint(_runs(plain))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}


def _rewrite(path: Path, lines: list[str]) -> None:
    draft = path.with_name(f".{path.name}.unfinished")
    draft.write_text("".join(lines), encoding="utf-8")
    draft.chmod(0o600)
    os.replace(draft, path)
