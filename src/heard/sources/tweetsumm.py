"""TweetSumm's dialogues between people and brands on Twitter, one a line; without times, so undated everywhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from heard.sources.base import batches_of
from heard.sources.conversations import Reading, rows_of
from heard.sources.files import head, json_lines
from heard.terms.batch import Batch, Window


class TweetSummSource:
    """The dialogues of TweetSumm; they have no times, so their figures belong to no week."""

    name: ClassVar[str] = "tweetsumm"
    title: ClassVar[str] = "TweetSumm"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "conversations.jsonl of TweetSumm, or the folder that holds it"

    def sniff(self, path: Path) -> float:
        """Sure when the first line has an id that begins with ts- and the human label `negative`."""
        start = head(_file(path), 512)
        return 0.95 if start.startswith(b'{"id": "ts-') and b'"negative"' in start else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Every conversation: without times none lies outside a window."""
        left_out: Counter[str] = Counter()
        file = _file(path)
        records = ((f"{file.name} line {number}", record) for number, record in json_lines(file))
        rows = rows_of(records, Reading.of(window, options, "social"), left_out)
        yield from batches_of(rows, left_out=left_out)


TWEETSUMM = TweetSummSource()


def _file(path: Path) -> Path:
    return path / "conversations.jsonl" if path.is_dir() else path
