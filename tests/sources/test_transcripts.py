from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.errors import BadInput
from heard.sources.amazon_transcribe import AMAZON_TRANSCRIBE
from heard.sources.base import Source
from heard.sources.deepgram import DEEPGRAM
from heard.sources.subtitles import SUBTITLES
from heard.terms.batch import Window

FIXTURES = Path(__file__).parent / "fixtures" / "transcripts"
REAL = Path(__file__).parents[3] / "shared" / "data"
ROSAMUND = {"agents": "Rosamund Achterberg"}
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="shared/data is not here")


def read(source: Source, path: Path, **options: str) -> tuple[dict[str, list[dict[str, Any]]], Counter[str]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    left_out: Counter[str] = Counter()
    for batch in source.read(path, Window(), options):
        rows.setdefault(batch.table, []).extend(batch.rows.to_pylist())
        left_out.update(dict(batch.left_out))
    return rows, left_out


def said(source: Source, name: str, **options: str) -> list[tuple[str, float | None, float | None, str]]:
    rows, _ = read(source, FIXTURES / name, **options)
    return [(r["speaker_role"], r["offset_seconds"], r["duration_seconds"], r["text"]) for r in rows["turn"]]


@pytest.mark.parametrize(
    ("source", "name", "options", "expected"),
    [
        (
            SUBTITLES,
            "teams.vtt",  # voice tags, numbers without padding; two cues of one speaker are one turn
            ROSAMUND,
            [
                ("agent", 1.5, 3.75, "Good morning, Lampshop. How can I help?"),
                ("customer", 6.0, 3.0, "My lamp died & I am so tired of it."),
            ],
        ),
        (
            SUBTITLES,
            "zoom.srt",  # names in front; a cue without one goes on with the last speaker
            ROSAMUND,
            [
                ("customer", 1.0, 5.0, "Remember: I called twice. That was on Monday."),
                ("agent", 7.0, 1.0, "I am sorry about that."),
            ],
        ),
        (
            SUBTITLES,
            "labels.sbv",  # words for roles need no option; an end before its beginning is no length
            {},
            [("agent", 0.5, 1.5, "Hello?"), ("customer", 2.5, None, "Hello.")],
        ),
        (
            AMAZON_TRANSCRIBE,
            "call_analytics.json",  # not in order of time
            {},
            [("agent", 0.5, 1.5, "Hello, [PII] speaking."), ("customer", 2.5, 3.5, "I waited an hour.")],
        ),
        (
            AMAZON_TRANSCRIBE,
            "automation.json",
            {"agents": "spk_1"},
            [("agent", 0.1, 0.8, "Lampshop."), ("customer", 1.0, 1.9, "Leopold Quince here.")],
        ),
        (
            AMAZON_TRANSCRIBE,
            "transcribe.json",
            {"agents": "spk_0"},
            [("agent", 0.1, 0.3, "Hi."), ("customer", 0.5, 0.4, "Hello.")],
        ),
        (
            DEEPGRAM,
            "deepgram_words.json",
            {"agents": "speaker 0"},
            [("agent", 0.0, 0.5, "Lampshop."), ("customer", 1.0, 2.5, "It broke again.")],
        ),
        (
            DEEPGRAM,
            "deepgram_channels.json",  # each side on its own channel, one with paragraphs, one with words
            {"agents": "channel 0"},
            [("agent", 0.2, 1.3, "Lampshop. Yes?"), ("customer", 1.0, 1.5, "It broke.")],
        ),
        (
            DEEPGRAM,
            "deepgram_utterances.json",
            {"agents": "speaker 0"},
            [("agent", 0.1, 0.8, "Lampshop."), ("customer", 1.0, 1.0, "It broke.")],
        ),
    ],
)
def test_a_transcript_reads_as_turns(
    source: Source, name: str, options: dict[str, str], expected: list[tuple[str, float, float | None, str]]
) -> None:
    assert said(source, name, **options) == expected


def test_a_call_is_undated_until_told_when_it_was() -> None:
    rows, _ = read(SUBTITLES, FIXTURES / "teams.vtt", **ROSAMUND)
    assert rows["interaction"][0]["opened_at"] is None
    assert {row["sent_at"] for row in rows["turn"]} == {None}
    rows, _ = read(
        SUBTITLES, FIXTURES / "teams.vtt", recorded_at="2026-03-02 09:00", timezone="Europe/Berlin", **ROSAMUND
    )
    assert rows["turn"][1]["sent_at"] == datetime(2026, 3, 2, 8, 0, 6, tzinfo=UTC)
    assert rows["interaction"][0]["closed_at"] == datetime(2026, 3, 2, 8, 0, 9, tzinfo=UTC)


def test_zoom_s_file_names_say_when_it_was(tmp_path: Path) -> None:
    file = tmp_path / "GMT20260302-090000_Recording.transcript.vtt"
    file.write_text((FIXTURES / "teams.vtt").read_text())
    rows, _ = read(SUBTITLES, file, **ROSAMUND)
    assert rows["interaction"][0]["opened_at"] == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "name", "options", "names"),
    [
        (SUBTITLES, "teams.vtt", ROSAMUND, ["Leopold Quince", "Rosamund Achterberg"]),
        (SUBTITLES, "zoom.srt", ROSAMUND, ["Leopold Quince", "Rosamund Achterberg"]),
        (AMAZON_TRANSCRIBE, "automation.json", {"agents": "spk_1"}, ["Leopold Quince"]),  # found by Amazon
        (SUBTITLES, "labels.sbv", {}, []),  # Agent and Caller are no names
    ],
)
def test_names_reach_the_gate(source: Source, name: str, options: dict[str, str], names: list[str]) -> None:
    rows, _ = read(source, FIXTURES / name, **options)
    assert [row["known_names"] for row in rows["turn"]] == [names] * len(rows["turn"])


def test_a_speaker_s_number_is_no_person() -> None:
    rows, _ = read(AMAZON_TRANSCRIBE, FIXTURES / "automation.json", agents="spk_1")
    assert {row.get("speaker_id") for row in rows["turn"]} == {None}
    rows, _ = read(AMAZON_TRANSCRIBE, FIXTURES / "automation.json", agents="spk_1", customer_id="C7", agent_id="A1")
    assert [row["speaker_id"] for row in rows["turn"]] == ["A1", "C7"]
    assert (rows["interaction"][0]["customer_id"], rows["interaction"][0]["first_agent_id"]) == ("C7", "A1")


def test_no_feeling_of_anybody_is_read_from_amazon() -> None:
    rows, _ = read(AMAZON_TRANSCRIBE, FIXTURES / "call_analytics.json")
    told = repr(rows).upper()
    assert not any(word in told for word in ("SENTIMENT", "POSITIVE", "NEGATIVE", "LOUDNESS", "EMOTION"))


def test_a_summary_without_turns_is_left_out(tmp_path: Path) -> None:
    for name in ("call_analytics.json", "summary.json"):
        (tmp_path / name).write_text((FIXTURES / name).read_text())
    rows, left_out = read(AMAZON_TRANSCRIBE, tmp_path)
    assert (len(rows["interaction"]), left_out) == (1, {"summary without a transcript": 1})


@pytest.mark.parametrize(
    ("source", "name", "text", "options", "told"),
    [
        (SUBTITLES, "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", {}, "words without a speaker"),
        (SUBTITLES, "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Hello\n", {}, "option agents"),
        (SUBTITLES, "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Hello\n", {"agents": "Bo"}, "names of nobody"),
        (SUBTITLES, "a.vtt", "WEBVTT\n\n00:01.000 --> 00:75.000\nHello\n", {}, "more than 59"),
        (SUBTITLES, "a.vtt", "WEBVTT\n\nHello\n\n", {}, "line 3"),
        (SUBTITLES, "a.srt", "1\n00:00:01,000 --> 00:00:0x,000\nHello\n", {}, "line 2"),
        (SUBTITLES, "a.srt", "hello", {"unnamed": "boss"}, "option unnamed"),
        (AMAZON_TRANSCRIBE, "a.json", '{"Transcript": [{"Content": "x"}]}', {}, "Amazon's keys"),
        (AMAZON_TRANSCRIBE, "a.json", '{"results": {}}', {}, "no turns"),
        (AMAZON_TRANSCRIBE, "a.json", "[]", {}, "record belongs"),
        (DEEPGRAM, "a.json", '{"results": {"channels": [{}]}}', {}, "no words with times"),
        (DEEPGRAM, "a.json", '{"results": 3}', {}, "no words with times"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, source: Source, name: str, text: str, options: dict[str, str], told: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=told):
        read(source, tmp_path / name, **options)


def test_what_belongs_to_one_call_is_refused_for_a_folder() -> None:
    with pytest.raises(BadInput, match="recorded_at"):
        read(SUBTITLES, FIXTURES, recorded_at="2026-03-02T09:00Z", **ROSAMUND)


GOOD = {  # turns, cues without words
    "captions_with_bom.vtt": (4, 0),
    "comments.vtt": (3, 0),
    "cue_tags.vtt": (3, 0),
    "invalid_timeframe_in_cue_text.vtt": (3, 1),  # a time within a cue begins the next one, says the standard
    "metadata_headers.vtt": (2, 0),
    "metadata_headers_multiline.vtt": (2, 0),
    "missing_caption_text.sbv": (4, 1),
    "missing_caption_text.srt": (4, 1),
    "missing_caption_text.vtt": (4, 1),
    "netflix_chicas_del_cable.vtt": (865, 0),
    "non_padded_timestamps.vtt": (3, 0),
    "one_caption.srt": (1, 0),
    "one_caption.vtt": (1, 0),
    "regions.vtt": (2, 0),
    "sample.sbv": (5, 0),
    "sample.srt": (5, 0),
    "sample.vtt": (16, 0),
    "styles.vtt": (1, 0),
    "styles_colours.srt": (6, 0),
    "styles_colours.vtt": (6, 0),
    "styles_with_comments.vtt": (1, 0),
    "two_captions.sbv": (2, 0),
    "using_identifiers.vtt": (6, 0),
    "youtube_dl.vtt": (4, 0),
}
BROKEN = (
    "empty.vtt",
    "invalid.vtt",
    "invalid_format.sbv",
    "invalid_format1.srt",
    "invalid_format2.srt",
    "invalid_format3.srt",
    "invalid_format4.srt",
    "invalid_timeframe.sbv",
    "invalid_timeframe.srt",
    "invalid_timeframe.vtt",
    "missing_timeframe.sbv",
    "missing_timeframe.srt",
    "missing_timeframe.vtt",
    "no_captions.vtt",
)


@needs_real
@pytest.mark.parametrize("name", GOOD)
def test_good_subtitles_read_whole(name: str) -> None:
    named = name in ("non_padded_timestamps.vtt", "regions.vtt")
    options = {"agents": "Jane Doe, Fred"} if named else {"unnamed": "customer"}
    rows, left_out = read(SUBTITLES, REAL / "fmt_webvtt_srt" / name, **options)
    assert (len(rows["turn"]), left_out["cue without words"]) == GOOD[name]
    assert not any("<" in row["text"].replace("2 < 3", "") for row in rows["turn"])


@needs_real
@pytest.mark.parametrize("name", BROKEN)
def test_broken_subtitles_are_told_by_line(name: str) -> None:
    with pytest.raises(BadInput, match=rf"{name} line \d"):
        read(SUBTITLES, REAL / "fmt_webvtt_srt" / name, unnamed="customer")


@needs_real
def test_the_lists_name_every_sample() -> None:
    samples = {f.name for f in (REAL / "fmt_webvtt_srt").iterdir() if f.suffix in (".vtt", ".srt", ".sbv")}
    assert samples == {*GOOD, *BROKEN}


@needs_real
@pytest.mark.parametrize(
    ("name", "options", "turns"),
    [
        ("example-call.json", {}, {"agent": 19, "customer": 18}),
        ("example-call_older_bank.json", {}, {"agent": 25, "customer": 24}),
        ("bda-standard.json", {"agents": "spk_1"}, {"agent": 16, "customer": 16}),  # 51 segments, neighbours joined
    ],
)
def test_amazon_s_examples_read_whole(name: str, options: dict[str, str], turns: dict[str, int]) -> None:
    rows, _ = read(AMAZON_TRANSCRIBE, REAL / "voice_aws_call_analytics" / name, **options)
    assert Counter(row["speaker_role"] for row in rows["turn"]) == turns
    assert all(row["duration_seconds"] > 0 for row in rows["turn"])


@needs_real
def test_deepgram_s_answers_read_whole() -> None:
    rows, _ = read(DEEPGRAM, REAL / "fmt_deepgram_json", unnamed="customer")
    assert (len(rows["interaction"]), len(rows["turn"])) == (8, 8)
