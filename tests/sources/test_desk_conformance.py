"""Sources of help desks, messengers and recorders keep the kit's rules, and broken files give one clear error."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.errors import BadInput
from heard.sources import documents
from heard.sources.amazon_transcribe import AMAZON_TRANSCRIBE
from heard.sources.base import Source, all_sources, recognise
from heard.sources.deepgram import DEEPGRAM
from heard.sources.freshdesk import FRESHDESK
from heard.sources.intercom import INTERCOM
from heard.sources.intercom_tables import INTERCOM_TABLES
from heard.sources.subtitles import SUBTITLES
from heard.sources.telegram import TELEGRAM
from heard.sources.whatsapp import SIGNAL, WHATSAPP
from heard.sources.zendesk import ZENDESK
from heard.sources.zendesk_tables import ZENDESK_TABLES
from heard.terms.batch import Window
from heard.testing import check_source

FIXTURES = Path(__file__).parent / "fixtures"
DATA = Path(__file__).parents[3] / "shared" / "data"
BUILT: dict[str, Source] = {
    source.name: source
    for source in (
        AMAZON_TRANSCRIBE,
        DEEPGRAM,
        FRESHDESK,
        INTERCOM,
        INTERCOM_TABLES,
        SIGNAL,
        SUBTITLES,
        TELEGRAM,
        WHATSAPP,
        ZENDESK,
        ZENDESK_TABLES,
    )
}
SHOP = {"timezone": "Europe/Berlin", "agents": "Lampshop Berlin"}

OWN: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "zendesk": ("zendesk", "zendesk", {}),
    "zendesk tables": ("zendesk_tables", "zendesk_tables", {}),
    "intercom": ("intercom", "intercom", {}),
    "intercom tables": ("intercom_tables", "intercom_tables", {}),
    "freshdesk": ("freshdesk", "freshdesk", {}),
    "whatsapp on an iPhone": ("whatsapp", "chats/iphone_12h.txt", SHOP),
    "whatsapp on Android": ("whatsapp", "chats/android_dash.txt", SHOP | {"date_order": "day_first"}),
    "signal": ("signal", "chats/signal.txt", SHOP),
    "telegram": ("telegram", "chats/telegram.json", SHOP),
    "webvtt": ("subtitles", "transcripts/teams.vtt", {"agents": "Rosamund Achterberg"}),
    "srt": ("subtitles", "transcripts/zoom.srt", {"agents": "Rosamund Achterberg"}),
    "call analytics": ("amazon_transcribe", "transcripts/call_analytics.json", {}),
    "data automation": ("amazon_transcribe", "transcripts/automation.json", {"agents": "spk_1"}),
    "deepgram": ("deepgram", "transcripts/deepgram_words.json", {"agents": "speaker 0"}),
}
REAL: dict[str, tuple[str, str, Mapping[str, str], Mapping[str, int]]] = {
    "zendesk": (
        "zendesk",
        "fmt_zendesk_api_json",
        {},
        {"customer": 236, "interaction": 397, "turn": 208, "survey_invitation": 65, "survey_answer": 1},
    ),
    "zendesk tables": (
        "zendesk_tables",
        "fmt_fivetran_zendesk",
        {},
        {"agent": 1, "customer": 9, "interaction": 8, "turn": 8},
    ),
    "intercom tables": (
        "intercom_tables",
        "fmt_fivetran_intercom",
        {},
        {"agent": 4, "customer": 9, "interaction": 2, "turn": 2},
    ),
    "freshdesk": ("freshdesk", "fmt_freshdesk_json", {}, {"agent": 2, "interaction": 1, "turn": 3}),
    "call analytics": (
        "amazon_transcribe",
        "voice_aws_call_analytics/example-call.json",
        {},
        {"interaction": 1, "turn": 37},
    ),
    "deepgram": ("deepgram", "fmt_deepgram_json", {"unnamed": "customer"}, {"interaction": 8, "turn": 8}),
}
VALUES = [
    b"null",
    b"3",
    b"[]",
    b"{}",
    b'"x"',
    b"-1",
    b"true",
    b"9" * 25,
    b'"\\ud800"',
    b"[[3]]",
    b'{"a": null}',
    b"0.5",
]
PEOPLE = ("Marblewood", "canary.example", "Featherwick", "Winterbourne", "5550", "Quince", "Vandermark", "Penhaligon")


@pytest.mark.parametrize("name", OWN)
def test_an_own_fixture_conforms(name: str) -> None:
    source, path, options = OWN[name]
    assert check_source(BUILT[source], FIXTURES / path, options).rows["turn"] >= 2


@pytest.mark.parametrize("name", OWN)
def test_an_own_fixture_is_recognised(name: str) -> None:
    source, path, _ = OWN[name]
    if source not in all_sources():
        pytest.skip("this installation was made before the source had its entry point: run pip install -e . again")
    assert recognise(FIXTURES / path)[0][1].name == source


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_conforms(name: str) -> None:
    source, path, options, rows = REAL[name]
    if not (DATA / path).exists():
        pytest.skip(f"needs shared/data/{path}, which is not part of the project")
    assert dict(check_source(BUILT[source], DATA / path, options).rows) == rows


@pytest.mark.parametrize("name", ["zendesk", "intercom", "freshdesk"])
def test_a_large_file_is_streamed_and_reads_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, path, options = OWN[name]
    at_once = list(BUILT[source].read(FIXTURES / path, Window(), options))
    monkeypatch.setattr(documents, "WHOLE_BYTES", 0)
    streamed = list(BUILT[source].read(FIXTURES / path, Window(), options))
    assert [(b.table, b.left_out, b.rows.to_pylist()) for b in streamed] == [
        (b.table, b.left_out, b.rows.to_pylist()) for b in at_once
    ]


def files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.iterdir())


@pytest.mark.parametrize("name", OWN)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_export_is_read_or_told_about_without_a_name(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    source, path, options = OWN[name]
    folder = tmp_path_factory.mktemp("damaged")
    for file in files(FIXTURES / path):
        (folder / file.name).write_bytes(file.read_bytes())
    hurt = data.draw(st.sampled_from(files(folder)))
    whole = hurt.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    change = data.draw(
        st.one_of(
            st.just(whole[:at]),  # cut in transfer
            st.binary(min_size=1, max_size=3).map(lambda noise: whole[:at] + noise + whole[at + 1 :]),
            st.sampled_from(VALUES).map(lambda word: _with_another_value(whole, at, word)),
        )
    )
    hurt.write_bytes(change)
    told = ""
    try:
        rows = sum(
            b.rows.num_rows for b in BUILT[source].read(folder if len(files(folder)) > 1 else hurt, Window(), options)
        )
    except BadInput as fault:
        told = str(fault)
    assert not [word for word in PEOPLE if word in told]
    assert told or rows >= 0


def _with_another_value(whole: bytes, at: int, word: bytes) -> bytes:
    """The value after the next colon or comma replaced by one of another kind."""
    begins = min((p for p in (whole.find(b":", at), whole.find(b",", at)) if p >= 0), default=at) + 1
    ends = min((p for p in (whole.find(m, begins + 1) for m in (b",", b"\n", b"}")) if p >= 0), default=len(whole))
    return whole[:begins] + word + whole[ends:]
