"""Deepgram's transcripts of recorded calls: utterances, paragraphs or words, with numbered speakers or channels."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.documents import Record, checked, guarded
from heard.sources.files import files_in, head, json_whole
from heard.sources.speech import Calls, Spoken, call_id_of
from heard.terms.batch import Batch, Window


class Deepgram:
    """Deepgram's answers for recordings.

    Speakers are numbers: the option `agents` says which are staff, such as "speaker 0" (or "channel 0" where each side
    has a channel of its own); `unnamed` is the role where speakers were not told apart. `metadata.created` is when the
    transcript was made, not when people spoke: option `recorded_at`. Further options: `customer_id`, `agent_id`,
    `channel` (phone). Sentiment is not read.
    """

    name: ClassVar[str] = "deepgram"
    title: ClassVar[str] = "Deepgram (recorded calls)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = "Deepgram's JSON answer for a recording, or a folder with one file a call."

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: Deepgram's own keys among the first bytes."""
        files = sorted(path.glob("*.json"))[:8] if path.is_dir() else [path]
        starts = [head(file, 8192) for file in files if file.is_file()]
        return (
            0.95 if any(b'"request_id"' in s and b'"channels"' in s and b'"model_info"' in s for s in starts) else 0.0
        )

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Interactions and turns; BadInput for what is no transcript of Deepgram's."""
        files, left_out = files_in(path, ".json"), Counter[str]()
        calls = Calls.of(options, len(files))
        if not files:
            raise BadInput("transcript", got="no such file", expected=".json", todo="Check the folder.")
        rows = guarded(_rows(path, files, calls, window, left_out), "transcript")
        yield from batches_of(rows, left_out=left_out)


def _rows(
    path: Path, files: list[Path], calls: Calls, window: Window, left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    for file in files:
        document = checked(json_whole(file), file)
        try:
            spoken = sorted(_spoken(document["results"]), key=lambda one: one.start or 0.0)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise BadInput(
                "transcript",
                where=file.name,
                got="no words with times",
                expected='"results" with "utterances" or "channels"',
                todo="Hand in Deepgram's answer as it came.",
            ) from None
        yield from calls.rows(call_id_of(path, file), spoken, (), window, left_out)
    calls.check()


def _spoken(results: Record) -> Iterator[Spoken]:
    """Utterances where they were asked for, else what stands in each channel."""
    channels = results["channels"]
    if utterances := results.get("utterances"):
        for one in utterances:
            speaker = _speaker(one.get("speaker"), one.get("channel"), len(channels))
            yield Spoken(str(one["transcript"]), speaker, None, float(one["start"]), float(one["end"]))
        return
    for index, channel in enumerate(channels):
        best = channel["alternatives"][0]
        paragraphs = (best.get("paragraphs") or {}).get("paragraphs")
        yield from _paragraphs(paragraphs, index, len(channels)) if paragraphs else _runs(best, index, len(channels))


def _paragraphs(paragraphs: Iterable[Record], channel: int, channels: int) -> Iterator[Spoken]:
    for one in paragraphs:
        text = " ".join(str(sentence["text"]) for sentence in one["sentences"])
        yield Spoken(
            text, _speaker(one.get("speaker"), channel, channels), None, float(one["start"]), float(one["end"])
        )


def _runs(best: Record, channel: int, channels: int) -> Iterator[Spoken]:
    """Words with their speakers, joined later; the whole transcript at once where speakers were not told apart."""
    words = best.get("words") or []
    if not words or _speaker(words[0].get("speaker"), channel, channels) is None:
        start, end = (float(words[0]["start"]), float(words[-1]["end"])) if words else (None, None)
        yield Spoken(str(best["transcript"]), _speaker(None, channel, channels), None, start, end)
        return
    for word in words:
        text, speaker = (
            str(word.get("punctuated_word") or word["word"]),
            _speaker(word.get("speaker"), channel, channels),
        )
        yield Spoken(text, speaker, None, float(word["start"]), float(word["end"]))


def _speaker(number: Any, channel: Any, channels: int) -> str | None:
    """A name that the option can give back: the channel where each side has one, else the speaker's number."""
    if channels > 1:
        return f"channel {channel[0] if isinstance(channel, list) else channel}"
    return None if number is None else f"speaker {number}"


DEEPGRAM = Deepgram()
