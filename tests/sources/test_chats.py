import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from heard.errors import BadInput
from heard.sources.base import Source
from heard.sources.telegram import TELEGRAM
from heard.sources.whatsapp import SIGNAL, WHATSAPP
from heard.terms.batch import Window

FIXTURES = Path(__file__).parent / "fixtures" / "chats"
REAL = Path(__file__).parents[3] / "shared" / "data" / "fmt_chat_exports"
SHOP = {"timezone": "Europe/Berlin", "agents": "lampshop  berlin"}
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="shared/data is not here")


def read(
    source: Source, path: Path, window: Window | None = None, /, **options: str
) -> tuple[dict[str, list[dict[str, Any]]], Counter[str]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    left_out: Counter[str] = Counter()
    for batch in source.read(path, window or Window(), options):
        rows.setdefault(batch.table, []).extend(batch.rows.to_pylist())
        left_out.update(dict(batch.left_out))
    return rows, left_out


def said(rows: dict[str, list[dict[str, Any]]]) -> list[tuple[str, int, str, str]]:
    return [
        (row["sent_at"].strftime("%d.%m. %H:%M:%S"), row["position"], row["speaker_role"], row["text"])
        for row in rows["turn"]
    ]


def test_an_iphone_export_with_a_twelve_hour_clock() -> None:
    rows, left_out = read(WHATSAPP, FIXTURES / "iphone_12h.txt", **SHOP)
    assert said(rows) == [
        ("02.03. 08:00:05", 0, "customer", "Hi, my order has not come.\nI needed it for Saturday: a birthday."),
        ("02.03. 11:10:00", 1, "agent", "So sorry! It left late."),
        ("02.03. 11:11:00", 2, "agent", "Here is the slip."),  # the caption of a picture
        ("13.03. 19:00:00", 0, "customer", "Thanks, it came!"),  # 13 says that the month stands first
    ]
    assert left_out == {"media or notice": 2, "deleted message": 1}
    assert [row["interaction_id"] for row in rows["interaction"]] == [
        "Philippa Winterbourne/2026-03-02T08:00:05+00:00",
        "Philippa Winterbourne/2026-03-13T19:00:00+00:00",
    ]


def test_an_android_export_with_dashes() -> None:
    rows, left_out = read(WHATSAPP, FIXTURES / "android_dash.txt", date_order="day_first", **SHOP)
    assert said(rows) == [
        ("02.03. 08:00:00", 0, "customer", "Hallo, die Lampe flackert"),
        ("02.03. 08:05:00", 1, "agent", "Das tut mir leid."),
        ("05.04. 07:07:00", 0, "customer", "Danke"),  # summer time since 29 March
    ]
    assert left_out == {"system line": 2, "media or notice": 1}
    assert rows["turn"][0]["known_names"] == ["+49 30 5550 4321", "Lampshop Berlin"]
    assert {row["customer_id"] for row in rows["interaction"]} == {"+49 30 5550 4321"}


@pytest.mark.parametrize(
    ("dates", "options", "month"),
    [
        (("13/01/26", "02/02/26"), {}, 1),  # 13 is no month
        (("01/13/26", "02/02/26"), {}, 1),
        (("03/02/26", "02/03/26"), {}, 2),  # read month first, time would run backwards
        (("02/03/26", "03/03/26"), {"date_order": "day_first"}, 3),
        (("02/03/26", "03/03/26"), {"date_order": "month_first"}, 2),
        (("03/03/26", "03/03/26"), {}, 3),  # both readings are the same day
        (("2026/02/03", "2026/02/04"), {"date_order": "day_first"}, 2),  # the year stands first, whatever was told
    ],
)
def test_the_whole_file_decides_what_a_date_means(
    tmp_path: Path, dates: tuple[str, str], options: dict[str, str], month: int
) -> None:
    (tmp_path / "c.txt").write_text(
        "".join(f"{date}, 10:00 - {who}: hello\n" for date, who in zip(dates, "AB", strict=True))
    )
    rows, _ = read(WHATSAPP, tmp_path / "c.txt", timezone="UTC", agents="B", **options)
    assert rows["turn"][0]["sent_at"].month == month


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("02/03/26, 10:00 - A: x\n03/03/26, 10:00 - B: y\n", {}, "day/month or month/day"),
        ("02/13/26, 10:00 - A: x\n13/02/26, 10:00 - B: y\n", {}, "no one order"),
        ("02/13/26, 10:00 - A: x\n", {"date_order": "day_first"}, "no one order"),
        ("13/02/26, 10:00 - A: x\n", {"agents": ""}, "option agents"),
        ("13/02/26, 10:00 - A: x\n", {"agents": "Zed"}, "0 of 1 speakers"),
        ("13/02/26, 10:00 - B: x\n", {}, "1 of 1 speakers"),
        ("13/02/26, 10:00 - A: x\n", {"timezone": ""}, "option timezone"),
        ("13/02/26, 10:00 - A: x\n", {"gap_hours": "soon"}, "option gap_hours"),
        ("13/02/26, 25:00 - A: x\n", {}, "a time past"),
        ("Dear diary\n", {}, "line 1"),
        ("", {}, "line 1"),
    ],
)
def test_what_cannot_be_read_is_told_without_a_name(
    tmp_path: Path, text: str, options: dict[str, str], told: str
) -> None:
    file = tmp_path / "WhatsApp Chat with Philippa Winterbourne.txt"
    file.write_text(text)
    with pytest.raises(BadInput, match=told) as fault:
        read(WHATSAPP, file, **{"timezone": "UTC", "agents": "B", **options})
    assert "Philippa" not in str(fault.value)


def test_the_same_chat_exported_twice_counts_once(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text((FIXTURES / "iphone_12h.txt").read_text())
    rows, left_out = read(WHATSAPP, tmp_path, **SHOP)
    assert len(rows["turn"]) == 4
    assert (len(rows["customer"]), len(rows["agent"])) == (1, 1)
    assert left_out["interaction read twice"] == 2


def test_a_zip_with_pictures_reads_its_chat(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "chat.zip", "w") as archive:
        archive.writestr("_chat.txt", (FIXTURES / "iphone_12h.txt").read_text())
        archive.writestr("00000012-PHOTO.jpg", b"\xff\xd8")
    rows, _ = read(WHATSAPP, tmp_path / "chat.zip", **SHOP)
    assert len(rows["turn"]) == 4
    assert WHATSAPP.sniff(tmp_path / "chat.zip") > 0.8


def test_a_shorter_silence_makes_more_interactions() -> None:
    rows, _ = read(WHATSAPP, FIXTURES / "iphone_12h.txt", gap_hours="2", **SHOP)
    assert len(rows["interaction"]) == 3
    assert [row["position"] for row in rows["turn"]] == [0, 0, 1, 0]


def test_a_window_holds_whole_interactions() -> None:
    rows, left_out = read(WHATSAPP, FIXTURES / "iphone_12h.txt", Window(since=datetime(2026, 3, 5, tzinfo=UTC)), **SHOP)
    assert len(rows["turn"]) == len(rows["interaction"]) == 1
    assert left_out["interaction outside the window"] == 1


def test_a_signal_export_reads_alike() -> None:
    rows, _ = read(SIGNAL, FIXTURES / "signal.txt", **SHOP)
    assert said(rows) == [
        ("02.03. 11:23:00", 0, "customer", "Hello?"),
        ("02.03. 11:29:00", 1, "agent", "Yes,\nhello!"),
    ]
    assert SIGNAL.sniff(FIXTURES / "signal.txt") > WHATSAPP.sniff(FIXTURES / "signal.txt")
    assert SIGNAL.sniff(FIXTURES / "iphone_12h.txt") == 0


def test_a_telegram_export_of_all_chats() -> None:
    rows, left_out = read(TELEGRAM, FIXTURES / "telegram.json", agents="Lampshop Berlin")
    assert said(rows) == [
        ("02.03. 09:00:00", 0, "customer", "Where is my lamp?"),
        ("02.03. 10:01:40", 1, "agent", "Sorry, see lamps.example please"),
        ("04.03. 17:36:40", 0, "customer", "Got it."),
        ("02.03. 10:01:40", 0, "customer", "Anyone there?"),  # another chat, which nobody answered
    ]
    assert left_out == {"service message": 1, "message without words": 1}
    assert rows["turn"][0]["known_names"] == ["Philippa Winterbourne", "Lampshop Berlin"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"messages": [3]}', "where a record"),
        ('{"messages": []}', "no message"),
        ('{"messages": [{', "JSON"),
        ("[", "JSON"),
    ],
)
def test_a_broken_telegram_export_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "result.json").write_text(text)
    with pytest.raises(BadInput, match=told):
        read(TELEGRAM, tmp_path / "result.json", agents="B")


@needs_real
@pytest.mark.parametrize(
    "name",
    ["[mmddyy]_24hrs", "ddmmyy_24hrs", "mmddyy_24hrs", "mmddyyyy_12hrs", "yyyymmdd_24hrs"],
)
def test_five_ways_to_write_a_date_give_the_same_messages(name: str) -> None:
    rows, left_out = read(WHATSAPP, REAL / "whatsapp" / f"test_{name}.txt", timezone="UTC", agents="Jahn Doe, 🤓")
    target = json.loads((REAL / "whatsapp" / "target.json").read_text())
    found = [
        (row["sent_at"].strftime("%Y-%m-%dT%H:%M:%S"), row["speaker_id"], " ".join(row["text"].split()))
        for row in rows["turn"]
    ]
    assert found == [(one["timestamp"], one["author"], " ".join(one["message"].split())) for one in reversed(target)]
    assert left_out == {"system line": 3}


@needs_real
def test_signal_and_telegram_give_the_messages_of_their_targets() -> None:
    signal, _ = read(SIGNAL, REAL / "signal" / "test_export.txt", timezone="UTC", agents="Jane Doe")
    assert [row["text"].replace("\n", " ") for row in signal["turn"]] == ["Hello John!", "Hello Jane!"]
    for name in ("test_single_export.json", "test_batch_export.json"):
        telegram, _ = read(TELEGRAM, REAL / "telegram" / name, agents="Author 2")
        assert [row["text"] for row in telegram["turn"]] == ["Minimal Message", "Link: https://telegram.org/"]
