"""Amazon's transcripts of calls: Call Analytics, plain Transcribe, and Bedrock Data Automation's standard output.

Sentiment, emotion, loudness and interruptions, which these files hold for customers and for staff, are never read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.documents import Record, checked, guarded
from heard.sources.files import files_in, head, json_whole
from heard.sources.speech import Calls, Spoken, call_id_of
from heard.terms.batch import Batch, Window

ROLES = {"AGENT": "agent", "CUSTOMER": "customer"}


class AmazonTranscribe:
    """Amazon's transcripts.

    Call Analytics says who is agent and who is customer. The other two number their speakers: the option `agents` says
    which are staff, such as "spk_1". The files hold no date: option `recorded_at`. Further options: `customer_id`,
    `agent_id`, `channel` (phone).
    """

    name: ClassVar[str] = "amazon_transcribe"
    title: ClassVar[str] = "Amazon Transcribe (Call Analytics, Transcribe, Bedrock Data Automation)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = "The JSON output of an Amazon Transcribe job, or a folder with one file a call."

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: Amazon's own keys among the first bytes."""
        files = sorted(path.glob("*.json"))[:8] if path.is_dir() else [path]
        return max((_claim(head(file, 8192)) for file in files if file.is_file()), default=0.0)

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Interactions and turns; BadInput for what is no transcript of Amazon's."""
        files, left_out = files_in(path, ".json"), Counter[str]()
        calls = Calls.of(options, len(files))
        rows = guarded(_rows(path, files, calls, window, left_out), "transcript")
        yield from batches_of(rows, left_out=left_out)


def _rows(
    path: Path, files: list[Path], calls: Calls, window: Window, left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    count = 0
    for file in files:
        document = checked(json_whole(file), file)
        if "inference_result" in document:
            left_out["summary without a transcript"] += 1
            continue
        spoken = sorted(_spoken(document, file), key=lambda one: one.start or 0.0)
        count += 1
        yield from calls.rows(
            call_id_of(path, file), spoken, _names(document), window, left_out, language=_language(document)
        )
    if not count:
        raise _no_transcript(path)
    calls.check()


def _spoken(document: Record, file: Path) -> Iterator[Spoken]:
    try:
        if "Transcript" in document:
            yield from (_analysed(turn) for turn in document["Transcript"])
        elif "audio_segments" in document:
            yield from (_automated(turn) for turn in document["audio_segments"])
        elif "audio_segments" in document.get("results", {}):
            yield from (_transcribed(turn) for turn in document["results"]["audio_segments"])
        else:
            raise _no_transcript(file)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        if isinstance(fault, BadInput):
            raise
        raise BadInput(
            "transcript",
            where=file.name,
            got="a turn without words, speaker or times",
            expected="Amazon's keys",
            todo="Download the job's output again.",
        ) from None


def _analysed(turn: Record) -> Spoken:
    role = ROLES[turn["ParticipantRole"]]
    return Spoken(
        str(turn["Content"]), None, role, _seconds(turn["BeginOffsetMillis"]), _seconds(turn["EndOffsetMillis"])
    )


def _automated(turn: Record) -> Spoken:
    start, end = _seconds(turn["start_timestamp_millis"]), _seconds(turn["end_timestamp_millis"])
    return Spoken(str(turn["text"]), str(turn["speaker"]["speaker_label"]), None, start, end)


def _transcribed(turn: Record) -> Spoken:
    speaker = str(turn["speaker_label"])
    return Spoken(str(turn["transcript"]), speaker, None, float(turn["start_time"]), float(turn["end_time"]))


def _seconds(milliseconds: Any) -> float:
    return round(float(milliseconds) / 1000, 3)


def _names(document: Record) -> Iterator[str]:
    """Personal strings that Amazon found in the words, for the gate's eyes."""
    for segment in document.get("audio_segments") or ():
        for found in segment.get("sensitive_data_detection") or ():
            if isinstance(found, dict) and len(str(found.get("content") or "")) > 1:
                yield str(found["content"])


def _language(document: Record) -> str | None:
    held = document.get("LanguageCode") or document.get("metadata", {}).get("dominant_asset_language")
    return str(held).split("-")[0].lower() if isinstance(held, str) and held else None


def _claim(start: bytes) -> float:
    if b'"ParticipantRole"' in start or (b'"audio_items"' in start and b'"semantic_modality"' in start):
        return 0.95
    return 0.8 if b'"jobName"' in start and b'"transcripts"' in start else 0.0


def _no_transcript(path: Path) -> BadInput:
    return BadInput(
        "transcript",
        where=path.name,
        got="no turns",
        expected='"Transcript", "audio_segments" or "results" with "audio_segments"',
        todo="Hand in the output of an Amazon Transcribe job with speakers.",
    )


AMAZON_TRANSCRIBE = AmazonTranscribe()
