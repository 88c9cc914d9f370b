"""The text signal keeps the promises of the seam, whatever the text."""

import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.errors import BadInput
from heard.signals import base
from heard.signals.text import TextSignal, load
from heard.signals.text.labels import ANSWERS, EVERY_LABEL, STAFF_SENTENCE
from heard.terms.labels import CUE_NAMES, EMOTION_NAMES
from heard.testing.signals import check_signal

PIECES = st.sampled_from(
    [
        "I'm so worried",
        "sorry for the inconvenience",
        "but nobody answers",
        ", ",
        ". ",
        "! ",
        "\n",
        "🙃",
        "...",
        "@Shop ",
        " ^KD",
        "fed up",
        "é",
        "שלום",
    ]
)
TEXT = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join))
ROLE = st.sampled_from(["customer", "agent", "bot", "system"])


@pytest.fixture(scope="module")
def signal() -> TextSignal:
    return load()


def turn(text: str, role: str = "customer", context: str = "", language: str | None = None) -> pa.Table:
    return table([(text, role, context, language)])


def table(rows: list[tuple[str, str, str, str | None]]) -> pa.Table:
    names = ("text", "speaker_role", "context", "language")
    return pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(names)})


def labels(signal: TextSignal, text: str, role: str = "customer", context: str = "") -> set[str]:
    return {one["label"] for one in signal.score(turn(text, role, context))[0].as_py()}


def test_the_built_in_signal_passes_the_kit() -> None:
    assert "text" in base.names()
    check_signal(base.load("text"))


def test_an_unknown_signal_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="text"):
        base.load("no-such-signal")


def test_turns_without_text_column_are_refused(signal: TextSignal) -> None:
    with pytest.raises(BadInput, match="speaker_role, text"):
        signal.score(pa.table({"words": ["a"]}))


@given(rows=st.lists(st.tuples(TEXT, ROLE, TEXT, st.sampled_from([None, "en", "de"])), max_size=6))
@settings(max_examples=60, deadline=None)
def test_spans_are_exact_and_a_batch_equals_its_turns(
    signal: TextSignal, rows: list[tuple[str, str, str, str | None]]
) -> None:
    found = signal.score(table(rows)).to_pylist()
    assert found == [signal.score(table([row]))[0].as_py() for row in rows]
    for (text, role, _, language), answer in zip(rows, found, strict=True):
        assert answer is not None or language == "de" or not text.isascii()
        for one in answer or []:
            assert one["label"] in EVERY_LABEL
            assert (one["label"] in (*STAFF_SENTENCE, ANSWERS)) == (role in ("agent", "bot"))
            assert text[one["start"] : one["end"]].strip()


def test_staff_have_no_emotions_and_systems_have_nothing(signal: TextSignal) -> None:
    shouted = "I AM FURIOUS, this is a disgrace! I'm so worried and heartbroken. Third time I call."
    assert labels(signal, shouted, "customer")
    assert not labels(signal, shouted, "agent") & {*EMOTION_NAMES, *CUE_NAMES}
    assert labels(signal, shouted, "system") == set()


@pytest.mark.parametrize("role", ["customer", "agent"])
@pytest.mark.parametrize(
    "text", ["word " * 200_000, "Sorry, so sorry! " * 60_000, "x" * 1_000_000, "😡" * 500_000, ". " * 500_000]
)
def test_a_turn_of_a_million_characters_takes_under_a_second(signal: TextSignal, text: str, role: str) -> None:
    began = time.process_time()
    assert signal.score(turn(text, role))[0].as_py() is not None
    assert time.process_time() - began < 1.0


def test_a_strong_turn_has_one_intensity_and_one_cause(signal: TextSignal) -> None:
    found = [
        one["label"]
        for one in signal.score(turn("I am so worried, my parcel has been stuck for three weeks!"))[0].as_py()
    ]
    assert sum(label.startswith("intensity:") for label in found) == 1
    assert sum(label.startswith("cause:") for label in found) == 1


def test_threads_share_a_signal(signal: TextSignal) -> None:
    rows = table(
        [
            (f"Sorry for the wait {i}. I'm fed up, nobody answers!", role, "", None)
            for i in range(40)
            for role in ("agent", "customer")
        ]
    )
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(signal.score, [rows] * 8))
    assert all(answer.equals(answers[0]) for answer in answers)


def test_the_version_names_engine_and_digest(signal: TextSignal) -> None:
    assert signal.version == f"text-1/accurate/{signal.engine.digest}.{signal.narrower.digest}"
    assert load("fast").version == f"text-1/fast/{signal.narrower.digest}"


@pytest.mark.parametrize(
    ("text", "language", "is_read"),
    [
        ("Where is my parcel?", None, True),  # unknown and Latin letters
        ("Où est mon colis ?", "fr", False),  # known and not English
        ("שלום, איפה ההזמנה שלי?", None, False),  # letters that no English text has
        ("مرحبا؟ أين طلبي!", None, False),
        ("Где мой заказ?", None, False),
        ("Where is the שלום parcel of mine", None, True),  # mostly English
        ("12:30 🙃", None, True),  # no letters at all
    ],
)
def test_what_is_not_english_is_null_and_not_guessed(signal, text, language, is_read) -> None:
    assert (signal.score(turn(text, language=language))[0].as_py() is not None) == is_read
