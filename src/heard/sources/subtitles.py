"""Transcripts as subtitles: WebVTT, SRT and SBV, speakers by voice tag or by "Name:" in front."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import files_in, head, lines_of, open_text
from heard.sources.messages import plain
from heard.sources.speech import Calls, Spoken, call_id_of
from heard.sources.synonyms import ROLE_WORDS
from heard.terms.batch import Batch, Window

SUFFIXES = (".vtt", ".srt", ".sbv")
_STAMP = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
# WebVTT and SRT write an arrow, SBV a comma. Teams does not pad its numbers.
_ARROW = re.compile(rf"\s*{_STAMP}\s+-->\s+{_STAMP}(\s.*)?")
_COMMA = re.compile(rf"\s*{_STAMP},{_STAMP}\s*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)*\s+([^>]+)>")
_MARKUP = re.compile(r"<[^<>]*>|\{\\[^}]*\}")
# At most four words before the colon: "Remember: …" is told from a name by the other cues of the file.
_PREFIX = re.compile(r"(?:>>\s*)?\[?(?P<name>[^\W\d_][\w.'’()-]*(?: [\w.'’()-]+){0,3})\]?:\s+(?P<text>\S.*)", re.DOTALL)
_ZOOM = re.compile(r"GMT(\d{8})-(\d{6})")


class Subtitles:
    """Subtitles of recorded calls.

    Options: `agents` names staff as the file does; `unnamed` is the role of words without a speaker; `recorded_at`
    (with `timezone`) is when the recording began, where the file's name does not hold Zoom's stamp; `customer_id`,
    `agent_id`, `channel` (phone).
    """

    name: ClassVar[str] = "subtitles"
    title: ClassVar[str] = "Subtitles (WebVTT, SRT, SBV)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = "A transcript with times as .vtt, .srt or .sbv, or a folder with one file a call."

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: by the ending and the first line with a time."""
        files = [file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES][:4] if path.is_dir() else [path]
        return max((_claim(file) for file in files if file.is_file()), default=0.0)

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Interactions and turns; BadInput for a file without times or with words outside of them."""
        files, left_out = files_in(path, *SUFFIXES), Counter[str]()
        if not files:
            raise BadInput("subtitles", got="no such file", expected=".vtt, .srt or .sbv", todo="Check the folder.")
        calls = Calls.of(options, len(files))
        yield from batches_of(_rows(path, files, calls, window, options, left_out), left_out=left_out)


def _rows(
    path: Path, files: list[Path], calls: Calls, window: Window, options: Mapping[str, str], left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    for file in files:
        cues = list(_cues(file, options))
        if not any(_words(text) for _, _, text in cues):
            raise _bad(file, 1, "no words with a time", "at least one")
        spoken = _spoken(cues, calls.agents)
        yield from calls.rows(call_id_of(path, file), spoken, (), window, left_out, recorded_at=_recorded(file))
    calls.check()


def _cues(file: Path, options: Mapping[str, str]) -> Iterator[tuple[float, float, str]]:
    """Start, end and words of each cue; a time within a cue begins the next one, as the standard says."""
    is_vtt, has_begun = file.suffix.lower() == ".vtt", False
    times, words, is_note = None, list[str](), is_vtt
    with open_text(file, encoding=options.get("encoding")) as text:
        for number, line in lines_of(text, file.name):
            if number == 1 and is_vtt and not re.fullmatch(r"\ufeff?WEBVTT([ \t].*)?", line):
                raise _bad(file, 1, "no first line WEBVTT", "WEBVTT")
            stamp = _ARROW.fullmatch(line) or (_COMMA.fullmatch(line) if file.suffix.lower() == ".sbv" else None)
            if stamp is not None:
                if times is not None:
                    number_only = words and words[-1].strip().isdigit() and file.suffix.lower() == ".srt"
                    yield *times, "\n".join(words[:-1] if number_only else words)
                elif len(words) > 1:
                    raise _bad(file, number - 1, "words before their time", "a time above all words")
                times, words, is_note, has_begun = _times(stamp, file, number), [], False, True
            elif "-->" in line and not is_note:
                raise _bad(file, number, "a time that cannot be read", "00:00:07.000 --> 00:00:11.890")
            elif line.strip():
                is_note = is_note or (is_vtt and times is None and not words and _is_note(line))
                words += [] if is_note else [line]
            else:
                if times is not None:
                    yield *times, "\n".join(words)
                elif words:
                    raise _bad(file, number - 1, "words without a time", "a time above all words")
                times, words, is_note = None, [], False
    if times is not None:
        yield *times, "\n".join(words)
    elif words:
        raise _bad(file, number, "words without a time", "a time above all words")
    elif not has_begun and not is_vtt:
        raise _bad(file, 1, "no time at all", "00:00:07,000 --> 00:00:11,890")


def _is_note(line: str) -> bool:
    return line.split(" ")[0].rstrip(":") in {"NOTE", "STYLE", "REGION", "WEBVTT", "X-TIMESTAMP-MAP"}


def _times(stamp: re.Match[str], file: Path, number: int) -> tuple[float, float]:
    parts = stamp.groups()[:8]
    if any(int(part) > 59 for part in (parts[1], parts[2], parts[5], parts[6])):
        raise _bad(file, number, "a time with more than 59 minutes or seconds", "hours:minutes:seconds")
    start, end = (
        int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{part}")
        for hours, minutes, seconds, part in (parts[:4], parts[4:])
    )
    return start, end


def _spoken(cues: list[tuple[float, float, str]], agents: frozenset[str]) -> Iterator[Spoken]:
    """Words with their speaker; a cue that names nobody goes on with whoever spoke before it."""
    has_prefixes = _has_prefixes([_words(text) for _, _, text in cues], agents)
    speaker: str | None = None
    for start, end, text in cues:
        pieces = _VOICE.split(text)
        for index in range(0, len(pieces), 2):
            words = _words(pieces[index])
            if index:
                speaker = " ".join(unescape(pieces[index - 1]).split())
            elif has_prefixes and (match := _PREFIX.fullmatch(words)):
                speaker, words = match["name"], match["text"]
            if words or len(pieces) == 1:
                yield Spoken(words, speaker, None, start, end)


def _has_prefixes(texts: list[str], agents: frozenset[str]) -> bool:
    """Whether "Name:" names speakers here: one of the agents, a word for a role, or a name that comes back."""
    names = Counter(plain(match["name"]) for text in texts if (match := _PREFIX.fullmatch(text)))
    return any(name in agents or name in ROLE_WORDS for name in names) or any(count > 2 for count in names.values())


def _words(text: str) -> str:
    return " ".join(unescape(_MARKUP.sub("", text)).split())


def _recorded(file: Path) -> datetime | None:
    """When Zoom began to record, from the file's name: GMT20260302-090000_Recording.transcript.vtt."""
    match = _ZOOM.search(file.name)
    try:
        return datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def _claim(file: Path) -> float:
    start = head(file, 4096).decode("utf-8", "replace").lstrip("\ufeff")
    if start.startswith("WEBVTT"):
        return 0.95
    return 0.9 if file.suffix.lower() in SUFFIXES and re.search(rf"{_STAMP}(\s+-->\s+|,){_STAMP}", start) else 0.0


def _bad(file: Path, number: int, got: str, expected: str) -> BadInput:
    return BadInput(
        "subtitles", where=f"{file.name} line {number}", got=got, expected=expected, todo="Export the transcript again."
    )


SUBTITLES = Subtitles()
