"""Labelled conversations in the codebook's format (CODEBOOK D) as a source: the words come in, the labels stay out.

Labels are a rater's opinion, and Heard makes its own; whoever compares the two reads them with `read_labelled`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from heard.sources.base import batches_of
from heard.sources.conversations import Reading, rows_of
from heard.sources.files import files_in, head, json_lines
from heard.sources.labelled import LabelledConversation, LabelledMoment, LabelledTurn, Quote, read_labelled
from heard.terms.batch import Batch, Window

__all__ = ["CODEBOOK", "LabelledConversation", "LabelledMoment", "LabelledTurn", "Quote", "read_labelled"]


class CodebookSource:
    """Labelled conversations in the format of the codebook; the labels are not read, only the words."""

    name: ClassVar[str] = "codebook"
    title: ClassVar[str] = "Labelled conversations of the codebook"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "a .jsonl file in the codebook's format, or a folder of them"

    def sniff(self, path: Path) -> float:
        """Sure when the first line has turns with n and who, and labels or moments."""
        first = next(iter(sorted(path.glob("*.jsonl"))), None) if path.is_dir() else path
        if first is None or first.suffix != ".jsonl":
            return 0.0
        start = head(first, 65_536).split(b"\n", 1)[0]
        is_turns = b'"turns"' in start and b'"who"' in start and b'"n"' in start
        return 0.9 if is_turns and b'"moments"' in start else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """`t` becomes offset_seconds; a time only where a turn has one under `at`."""
        left_out: Counter[str] = Counter()
        records = (
            (f"{file.name} line {number}", record)
            for file in files_in(path, ".jsonl")
            for number, record in json_lines(file, encoding=options.get("encoding"))
        )
        yield from batches_of(rows_of(records, Reading.of(window, options), left_out), left_out=left_out)


CODEBOOK = CodebookSource()
