"""E-mail: threads by their references, and only the words that a mail adds."""

from pathlib import Path
from typing import Any

import pytest

from heard.errors import BadInput
from heard.sources.mail_words import without_quotes
from heard.sources.mbox import MBOX
from heard.terms.batch import Window
from heard.testing import CANARIES, EXPORTS, OPTIONS

OURS = OPTIONS["mbox"]


def read(path: Path, options: dict[str, str] = OURS) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for batch in MBOX.read(path, Window(), options):
        found.setdefault(batch.table, []).extend(batch.rows.to_pylist())
    return found


def mail(name: str, *headers: str, body: str = "hello", sender: str = "zoe@example.org") -> str:
    lines = [f"Message-ID: <{name}>", f"From: {sender}", *headers]
    return "From x Sun Nov 16 09:30:00 2025\n" + "\n".join(lines) + f"\n\n{body}\n\n"


def written(folder: Path, *mails: str) -> Path:
    (folder / "m.mbox").write_text("".join(mails), encoding="utf-8")
    return folder / "m.mbox"


def test_an_export_becomes_threads_without_quotes_and_signatures(tmp_path: Path) -> None:
    found = read(EXPORTS["mbox"][1](tmp_path))
    assert [t["interaction_id"] for t in found["turn"]] == ["<m1@x>"] * 3 + ["<m4@x>"] * 2
    assert [t["speaker_role"] for t in found["turn"]] == ["customer", "agent", "customer", "customer", "bot"]
    assert not any(">" in t["text"] or "wrote:" in t["text"] or "<p>" in t["text"] for t in found["turn"])
    assert CANARIES.phones[0] not in found["turn"][2]["text"]  # it stood in the signature
    assert {CANARIES.names[0], CANARIES.emails[0]} <= set(found["interaction"][0]["known_names"])


def test_a_thread_holds_together_whatever_the_order_and_without_its_root(tmp_path: Path) -> None:
    late = mail("c", "References: <root> <b>", "Date: Sun, 16 Nov 2025 11:00:00 +0000")
    early = mail("b", "References: <root>", "Date: Sun, 16 Nov 2025 10:00:00 +0000")
    other = mail("z", "Date: Sun, 16 Nov 2025 09:00:00 +0000")
    found = read(written(tmp_path, late, other, early))
    by_id = {t["turn_id"]: t for t in found["turn"]}
    assert by_id["<c>"]["interaction_id"] == by_id["<b>"]["interaction_id"] == "<root>"
    assert by_id["<z>"]["interaction_id"] == "<z>"
    assert by_id["<b>"]["position"] < by_id["<c>"]["position"]


ODD: dict[str, tuple[tuple[str, ...], str, str | None]] = {  # headers, body, the words; None when it is left out
    "no date": ((), "hello", "hello"),
    "a date that is none": (("Date: yesterday",), "hello", "hello"),
    "a date of 1970": (("Date: Thu, 1 Jan 1970 00:00:00 +0000",), "hello", "hello"),
    "UTC with an unknown zone": (("Date: Sun, 16 Nov 2025 09:00:00 -0000",), "hello", "hello"),
    "a charset that is none": (("Content-Type: text/plain; charset=klingon",), "hello", "hello"),
    "a charset with a zero byte": (("Content-Type: text/plain; charset=ut\0f",), "hello", "hello"),
    "quoted-printable": (
        ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"),
        "gr=C3=B6=C3=9Fer", "größer"),
    "base64 that is broken": (("Content-Transfer-Encoding: base64",), "a", "a"),
    "a quote only": ((), "> hello", None),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
def test_an_odd_mail_does_not_stop_a_mailbox(case: str, tmp_path: Path) -> None:
    headers, body, words = ODD[case]
    found = read(written(tmp_path, mail("a", *headers, body=body), mail("b", body="last")))
    assert found["turn"][0]["text"] == (words or "last")
    assert found["turn"][-1]["text"] == "last"


QUOTES = {
    "yes\n\nAm 16.11.2025 um 09:30 schrieb Ida <help@shop.example>:\n> Hallo": "yes",
    "yes\n\nOn Sun, Nov 16, 2025 at 9:30 AM Ida Fernquist\n<help@shop.example> wrote:\n> x": "yes",
    "> you asked\nmy answer\n> and more\nmy second": "my answer\nmy second",
    "yes\n-----Original Message-----\nold": "yes",
    "yes\n\nFrom: Ida\nSent: Sunday\nold words": "yes",
    "From: is a word too\nand so is this": "From: is a word too\nand so is this",
    "yes\n\nSent from my iPhone": "yes",
    "a -- b\n--\nZoe": "a -- b",
    "On Monday I wrote to you: nobody answered": "On Monday I wrote to you: nobody answered",
}


@pytest.mark.parametrize("text", QUOTES)
def test_only_new_words_are_kept(text: str) -> None:
    assert without_quotes(text) == QUOTES[text]


def test_who_the_agents_are_is_asked_and_a_zone_too(tmp_path: Path) -> None:
    path = written(tmp_path, mail("a", "Date: Sun, 16 Nov 2025 09:00:00"))
    with pytest.raises(BadInput, match='option "agents"'):
        read(path, {})
    with pytest.raises(BadInput, match='"timezone"'):
        read(path)
    assert read(path, OURS | {"timezone": "Europe/Berlin"})["turn"][0]["sent_at"].hour == 8


def test_a_bounce_and_a_copy_are_counted_out(tmp_path: Path) -> None:
    path = written(tmp_path, mail("a"), mail("a"), mail("b", sender="MAILER-DAEMON@example.org"))
    (left_out,) = [dict(b.left_out) for b in MBOX.read(path, Window(), OURS) if b.left_out]
    assert left_out == {"mail that was there before": 1, "bounce": 1}
