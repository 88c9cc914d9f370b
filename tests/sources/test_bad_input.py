"""What is wrong with a file is said in one BadInput that says where, what to do, and no word of the file."""

import gzip
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from heard.errors import BadInput
from heard.sources import packed
from heard.sources.base import all_sources, find
from heard.sources.files import digest, files_in, json_items, open_bytes
from heard.terms.batch import Batch, Window
from heard.testing import CANARIES, EXPORTS, leaks

NAME, MAIL = CANARIES.names[0], CANARIES.emails[0]
TURN = "ticket_id,role,created_at,text\n"
ROW = f"T1,customer,2025-01-02T03:04:05Z,I am {NAME}\n"


def read(source: str, path: Path, options: Mapping[str, str] | None = None) -> list[Batch]:
    return list(find(source).read(path, Window(), options or {}))


def turns(batches: list[Batch]) -> pa.Table:
    return pa.concat_tables([b.rows for b in batches if b.table == "turn"], promote_options="default")


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def conversation(**changes: object) -> str:
    return json.dumps({"id": "c1", "turns": [{"who": "customer", "text": f"I am {NAME}"}]} | changes) + "\n"


def bomb_gz() -> bytes:
    return gzip.compress(b'{"id":1}\n' * 2**22)


def bomb_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("turns.csv", b"a," * 2**24)
    return folder / "bomb.zip"


REFUSED: dict[str, tuple[str, str, bytes | str, str]] = {
    "JSON cut in a string": ("conversations", "c.json", '{"conversations": [' + conversation()[:-20], "cut off"),
    "JSON list cut": ("table", "t.json", '[{"ticket_id": "T1", "role": "customer"', "cut off"),
    "JSON line cut": ("conversations", "c.jsonl", conversation() + conversation()[:30], "line 2"),
    "JSON of another shape": ("conversations", "c.jsonl", '{"turns": []}\n', "an id"),
    "JSON line that is a list": ("conversations", "c.jsonl", conversation() + "[1]\n", "line 2"),
    "turns that are no list": ("conversations", "c.jsonl", conversation(turns="x"), "list of objects"),
    "text that is a number": ("conversations", "c.jsonl", conversation(turns=[{"who": "bot", "text": 5}]), "turn 0"),
    "an id twice": ("conversations", "c.jsonl", conversation() + conversation(), "line 2"),
    "a role nobody knows": ("conversations", "c.jsonl", conversation(turns=[{"who": NAME, "text": "x"}]), "role.agent"),
    "assistant may be bot or agent": (
        "conversations", "c.jsonl", conversation(turns=[{"who": "assistant", "text": "x"}]), "role.agent"),
    "a time without zone": ("table", "t.csv", TURN + ROW.replace("05Z", "05"), '"timezone"'),
    "a date of two readings": ("table", "t.csv", TURN + ROW.replace("2025-01-02T03:04:05Z", "03/04/2025"), "date_order"),
    "a year far off": ("table", "t.csv", TURN + ROW.replace("2025-", "2225-"), "2225"),
    "no time at all": ("table", "t.csv", TURN + ROW.replace("2025-01-02T03:04:05Z", NAME), "created_at|row 1"),
    "a CSV without a text column": ("table", "t.csv", "ticket_id,role\nT1,customer\n", "column.text"),
    "a CSV with a row too long": ("table", "t.csv", TURN + ROW[:-1] + ", and more\n", "line 2"),
    "a CSV cut in a quote": ("table", "t.csv", TURN + 'T1,customer,2025-01-02T03:04:05Z,"I am', "quote"),
    "a CSV with a column twice": ("table", "t.csv", "a,a\n1,2\n", "twice"),
    "a table without header": ("table", "t.csv", f"T1,customer,I am {NAME}\nT2,agent,Hello there\n", "do not look like names"),
    "a nameless column by option": ("table", "t.csv", f"{MAIL},b\n1,2\n", "look like names"),
    "an empty file": ("table", "t.csv", "", "no header"),
    "a message id twice": (
        "table", "t.csv", "ticket_id,message_id,role,text\n" + "T1,7,customer,hello\n" * 2, "rows 1 and 2"),
    "an interaction without id": ("table", "t.csv", TURN + ROW.replace("T1", ""), "row 1"),
    "bytes of no encoding": ("table", "t.csv", TURN.encode() + b"T1,customer,,\x00\x81\xff\xfe\x9d\x00\x81", "t.csv"),
    "a gzip bomb": ("conversations", "c.jsonl.gz", bomb_gz(), "times the packed size"),
    "a gzip cut": ("conversations", "c.jsonl.gz", gzip.compress((conversation() * 99).encode())[:-30], "broken archive"),
    "a zip that is none": ("table", "t.zip", b"PK\x03\x04" + b"x" * 50, "broken"),
    "a Parquet file cut": ("table", "t.parquet", b"PAR1" + b"\0" * 40, "broken"),
    "a spreadsheet cut": ("table", "t.xlsx", b"PK\x03\x04" + b"\0" * 40, "broken"),
    "a line of another kind": ("tweetsumm", "c.jsonl", "hello\n", "line 1"),
    "a tweet without number": ("twcs", "twcs.csv", "tweet_id,author_id,inbound,created_at,text,in_response_to_tweet_id\n"
                               f"{NAME},1,True,,x,\n", "whole number"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_file_is_refused_in_words_that_help(case: str, tmp_path: Path) -> None:
    source, name, data, said = REFUSED[case]
    with pytest.raises(BadInput) as told:
        read(source, write(tmp_path / name, data))
    message = str(told.value)
    assert any(part in message for part in said.split("|"))
    assert not leaks(message)


TAKEN: dict[str, tuple[str, str, bytes | str, Mapping[str, str], list[str]]] = {
    "no row": ("table", "t.csv", TURN, {}, []),
    "one row": ("table", "t.csv", TURN + "T1,customer,,hi\n", {}, ["hi"]),
    "mixed line ends": ("table", "t.csv", TURN.replace("\n", "\r\n") + "T1,customer,,a\nT1,agent,,b\r\n", {}, ["a", "b"]),
    "line ends of an old Mac": ("table", "t.csv", (TURN + "T1,customer,,a\nT1,agent,,b\n").replace("\n", "\r"), {}, ["a", "b"]),
    "a return in a cell": ("table", "t.csv", TURN + "T1,customer,,a\rb\n", {}, ["a b"]),
    "a line end in quotes": ("table", "t.csv", TURN + 'T1,customer,,"a\nb"\n', {}, ["a\nb"]),
    "semicolons": ("table", "t.csv", TURN.replace(",", ";") + "T1;customer;;a, b\n", {}, ["a, b"]),
    "a byte-order mark": ("table", "t.csv", b"\xef\xbb\xbf" + TURN.encode() + b"T1,customer,,a\n", {}, ["a"]),
    "UTF-16": ("table", "t.csv", (TURN + "T1,customer,,größer\n").encode("utf-16"), {}, ["größer"]),
    "a legacy code page": (
        "table", "t.csv", (TURN + "T1,customer,,Die Lieferung ist größer als gewünscht. Schönen Dank für nichts\n")
        .encode("cp1252"), {}, ["Die Lieferung ist größer als gewünscht. Schönen Dank für nichts"]),
    "an encoding that is told": (
        "table", "t.csv", (TURN + "T1,customer,,Привет\n").encode("koi8-r"), {"encoding": "koi8-r"}, ["Привет"]),
    "emoji and right to left": ("table", "t.csv", TURN + "T1,customer,,👩‍👧 שלום مرحبا\n", {}, ["👩‍👧 שלום مرحبا"]),
    "a turn of 1 MB": ("table", "t.csv", TURN + f"T1,customer,,{'long ' * 200_000}\n", {}, ["long " * 200_000]),
    "the same words twice": ("table", "t.csv", TURN + "T1,customer,,ok\n" * 2, {}, ["ok", "ok"]),
    "a code point before the surrogates": ("conversations", "c.json", b'[{"id":1,"turns":[{"who":"bot","text":"\xed\x9f\xbf"}]}]', {}, ["\ud7ff"]),
    "blank lines": ("conversations", "c.jsonl", "\n\n" + conversation(turns=[{"who": "bot", "text": "x"}]) + "\n", {}, ["x"]),
    "a word for a role": (
        "table", "t.csv", TURN + "T1,Kunde,,x\nT1,Berater,,y\n", {"role.customer": "kunde", "role.agent": "Berater"}, ["x", "y"]),
    "a column that is told": (
        "table", "t.csv", "ticket_id,role,Anliegen\nT1,customer,x\n", {"column.text": "Anliegen"}, ["x"]),
    "a list below a key, printed wide": ("conversations", "c.json", json.dumps({"conversations": [{"id": 1, "turns": [{"who": "bot", "text": "x"}]}]}, indent=2), {}, ["x"]),
    "packed": ("conversations", "c.jsonl.gz", gzip.compress(conversation(turns=[{"who": "bot", "text": "x"}]).encode()), {}, ["x"]),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_an_odd_file_is_read_whole(case: str, tmp_path: Path) -> None:
    source, name, data, options, texts = TAKEN[case]
    found = turns([*read(source, write(tmp_path / name, data), options), _nothing()])
    assert found["text"].to_pylist() == texts
    assert len(set(found["turn_id"].to_pylist())) == len(texts)


def _nothing() -> Batch:
    schema = pa.schema([("text", pa.string()), ("turn_id", pa.string())])
    return Batch("turn", schema.empty_table())


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="times the packed size"):
        read("table", bomb_zip(tmp_path))


def test_a_bomb_within_the_ratio_stops_at_the_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MAX_UNPACKED_BYTES", 2**20)
    path = write(tmp_path / "c.jsonl.gz", gzip.compress(conversation(turns=[]).encode() * 80_000))
    with open_bytes(path) as stream, pytest.raises(BadInput, match="MiB unpacked"):
        stream.read()


def test_a_member_that_leaves_the_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("../outside.csv", TURN)
    with pytest.raises(BadInput, match="outside the archive"):
        read("table", tmp_path / "t.zip")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    write(tmp_path / "secret.jsonl", conversation())
    (tmp_path / "inside" / "a.jsonl").symlink_to(tmp_path / "secret.jsonl")
    with pytest.raises(BadInput, match="outside the given folder"):
        files_in(tmp_path / "inside", ".jsonl")
    with pytest.raises(BadInput, match="outside the given folder"):
        read("codebook", tmp_path / "inside")


def test_a_utf_8_error_late_in_a_file_is_found_with_its_byte(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", TURN.encode() + b"T1,customer,,x\n" * 5000 + b"T1,customer,,\xff\n")
    with pytest.raises(BadInput, match=r"byte \d+.*not utf-8"):
        read("table", path, {"encoding": "utf-8"})


def test_a_digest_follows_content_and_names(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, name in ((one, "a"), (two, "b")):
        folder.mkdir()
        write(folder / name, "same")
    assert len(digest(one)) == 64
    assert digest(one) != digest(two)
    assert digest(one / "a") == digest(two / "b")


def test_deep_nesting_does_not_end_the_process(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", b'[{"a":' * 20_000)
    with pytest.raises(BadInput):
        list(json_items(path))


OUTSIDE: tuple[Callable[[Path], object], ...] = (
    lambda folder: find("no such source"),
    lambda folder: read("table", folder / "missing.csv"),
    lambda folder: read("table", folder, {}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"timezone": "Mars/Olympus"}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"column.text": "nope"}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"column.nope": "body"}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"role.nobody": "x"}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"kind": "dreams"}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"channel": "pigeon"}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"encoding": "klingon"}),
    lambda folder: read("table", EXPORTS["table_csv"][1](folder), {"delimiter": "ab"}),
    lambda folder: read("table", EXPORTS["table_xlsx"][1](folder), {"sheet": "nope"}),
)


@pytest.mark.parametrize("number", range(len(OUTSIDE)))
def test_a_wrong_option_or_path_is_bad_input(number: int, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        OUTSIDE[number](tmp_path)


@pytest.mark.parametrize("name", sorted(all_sources()))
def test_no_source_claims_nothing(name: str, tmp_path: Path) -> None:
    assert find(name).sniff(tmp_path / "missing") == 0
    assert find(name).sniff(write(tmp_path / "empty.csv", b"")) == 0
