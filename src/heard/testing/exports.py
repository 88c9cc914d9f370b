"""Small exports of every format that Heard's own general sources read, full of canaries. Written, not shipped."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from heard.testing.canaries import CANARIES, REPLIES, SENTENCES

Maker = Callable[[Path], Path]
START = 1_763_285_400
"""2025-11-16T09:30:00Z."""


def turns() -> list[dict[str, Any]]:
    """Two conversations of four turns: a customer with canaries in every line, and an agent."""
    rows: list[dict[str, Any]] = []
    for conversation in range(2):
        for position in range(4):
            is_customer = position % 2 == 0
            words = SENTENCES if is_customer else REPLIES
            rows.append(
                {
                    "ticket_id": f"T{conversation}",
                    "message_id": f"M{conversation}{position}",
                    "author_role": "user" if is_customer else "agent",
                    "author_name": CANARIES.names[conversation] if is_customer else "Ida Fernquist",
                    "created_at": f"2025-11-16T09:3{position}:00Z",
                    "body": words[(2 * conversation + position // 2) % len(words)],
                    "customer_email": CANARIES.emails[conversation],
                }
            )
    return rows


def conversations() -> list[dict[str, Any]]:
    """The same as objects with a list of turns."""
    rows = turns()
    return [
        {
            "id": name,
            "channel": "chat",
            "known_names": [CANARIES.names[number]],
            "turns": [
                {"n": n, "who": _who(row), "text": row["body"], "at": row["created_at"], "name": row["author_name"]}
                for n, row in enumerate(r for r in rows if r["ticket_id"] == name)
            ],
        }
        for number, name in enumerate(("T0", "T1"))
    ]


def _who(row: dict[str, Any]) -> str:
    return "customer" if row["author_role"] == "user" else "agent"


def table_csv(folder: Path, delimiter: str = ",", ending: str = "csv") -> Path:
    """A row a message, with a header in a help desk's words."""
    path = folder / f"table.{ending}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(turns()[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(turns())
    return path


def table_tsv(folder: Path) -> Path:
    """The same with tabs."""
    return table_csv(folder, "\t", "tsv")


def table_xlsx(folder: Path) -> Path:
    """The same as a spreadsheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (list(turns()[0]), *(list(row.values()) for row in turns())):
        sheet.append(row)
    book.save(folder / "table.xlsx")
    return folder / "table.xlsx"


def table_parquet(folder: Path) -> Path:
    """The same as Parquet."""
    pq.write_table(pa.Table.from_pylist(turns()), folder / "table.parquet")
    return folder / "table.parquet"


def table_json(folder: Path) -> Path:
    """The same as a JSON list."""
    return _text(folder / "table.json", json.dumps(turns(), ensure_ascii=False))


def table_jsonl(folder: Path) -> Path:
    """The same as JSON Lines."""
    return _lines(folder / "table.jsonl", turns())


def conversations_json(folder: Path) -> Path:
    """Conversations below a key of one document."""
    return _text(folder / "conversations.json", json.dumps({"conversations": conversations()}, ensure_ascii=False))


def conversations_jsonl(folder: Path) -> Path:
    """A conversation a line."""
    return _lines(folder / "conversations.jsonl", conversations())


def codebook(folder: Path) -> Path:
    """A conversation a line, with labels and a moment."""
    labelled = [
        {
            "id": c["id"],
            "turns": [{"n": t["n"], "who": t["who"], "t": 60 * t["n"], "text": t["text"]} for t in c["turns"]],
            "moments": [],
        }
        for c in conversations()
    ]
    turn = labelled[0]["turns"][2]
    turn |= {"emotions": {"frustration": "charged twice"}, "intensity": 2, "cues": {"reports_effort": "charged twice"}}
    labelled[0]["turns"][3]["behaviors"] = {"confirms_next_step": "by Friday"}
    labelled[0]["moments"] = [_moment()]
    return _lines(folder / "codebook.jsonl", labelled)


def _moment() -> dict[str, Any]:
    where = {"opens": 2, "kind": "explicit", "emotion": "frustration", "intensity": 2, "cause": "billing"}
    answer = {"reply": None, "state": "missed", "generic": None, "overdone": False, "harmed": False, "after": "none"}
    return where | answer


def tweetsumm(folder: Path) -> Path:
    """Conversations without times."""
    rows = [
        {
            "id": f"ts-{c['id']}",
            "negative": True,
            "turns": [{k: t[k] for k in ("n", "who", "text")} for t in c["turns"]],
        }
        for c in conversations()
    ]
    return _lines(folder / "tweetsumm.jsonl", rows)


def twcs(folder: Path) -> Path:
    """Two threads of tweets; the second answers a tweet that is not in the file."""
    header = ["tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id"]
    when = "Tue Oct 31 22:1{}:47 +0000 2017"
    rows = [
        ["1", "brandhelp", "False", when.format(2), f"{REPLIES[0]} ^IF", "", "2.0"],
        ["2", "115712", "True", when.format(1), SENTENCES[0], "1", ""],
        ["3", "115713", "True", when.format(3), SENTENCES[3], "4", "77"],
        ["4", "brandhelp", "False", when.format(4), REPLIES[1], "", "3.0"],
    ]
    path = folder / "twcs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def star(folder: Path) -> Path:
    """One dialogue with a stage direction, a typed and unsent reply, a sent one, and both questionnaires."""
    events = [
        {"Agent": "UserGuide", "Action": "instruct", "Text": "Be annoyed.", "UnixTime": START},
        {"Agent": "User", "Action": "utter", "Text": SENTENCES[0], "UnixTime": START + 5},
        {"Agent": "Wizard", "Action": "request_suggestions", "Text": "so sorry", "UnixTime": START + 9},
        {"Agent": "Wizard", "Action": "pick_suggestion", "Text": REPLIES[0], "UnixTime": START + 10},
        {"Agent": "Wizard", "Action": "utter", "Text": REPLIES[1], "UnixTime": START + 20},
        {"Agent": "KnowledgeBase", "Action": "return_item", "Item": {}, "TotalItems": 1},
    ]
    dialogue = {
        "AnonymizedUserWorkerID": "user-1",
        "AnonymizedWizardWorkerID": "wizard-1",
        "DialogueID": 7,
        "Events": events,
        "Scenario": {
            "Happy": False,
            "MultiTask": False,
            "WizardCapabilities": [{"Task": "bank_fraud", "Domain": "bank"}],
        },
        "UserQuestionnaire": [{"Question": "Did the assistant stay calm?", "Answer": True}],
        "WizardQuestionnaire": [
            {"Question": "Did the user become aggressive or annoyed? (Some are told to.)", "Answer": True},
            {"Question": "Where you unsure about what to do at any time?", "Answer": True},
        ],
    }
    path = folder / "star"
    (path / "dialogues").mkdir(parents=True)
    _text(path / "dialogues" / "7.json", json.dumps(dialogue))
    return path


def convokit(folder: Path) -> Path:
    """A corpus folder with roles in the speakers' meta."""
    path = folder / "convokit"
    path.mkdir()
    speakers = {
        "zephquill": {"meta": {"role": "customer", "name": CANARIES.names[0]}},
        "ida": {"meta": {"role": "agent"}},
    }
    utterances = [
        {
            "id": row["message_id"],
            "conversation_id": row["ticket_id"],
            "speaker": "zephquill" if row["author_role"] == "user" else "ida",
            "timestamp": START + 60 * n,
            "text": row["body"],
            "reply-to": None,
            "meta": {},
        }
        for n, row in enumerate(turns())
    ]
    _lines(path / "utterances.jsonl", utterances)
    _text(path / "speakers.json", json.dumps(speakers, ensure_ascii=False))
    _text(path / "conversations.json", json.dumps({"T0": {"meta": {"issue": "billing"}}}))
    _text(path / "index.json", "{}")
    return path


def mbox(folder: Path) -> Path:
    """Two threads of mail: an answer that quotes, a signature, an HTML mail and an automatic reply."""
    me, you = f'"{CANARIES.names[0]}" <{CANARIES.emails[0]}>', "Ida Fernquist <help@shop.example>"
    quoted = "".join(f"> {line}\n" for line in SENTENCES[0].splitlines())
    mails = [
        _mail("m1", "", me, you, 30, SENTENCES[0]),
        _mail("m2", "<m1@x>", you, me, 31, f"{REPLIES[0]}\n\nOn Sun, Nov 16, 2025 at 9:30 AM Z Q wrote:\n{quoted}"),
        _mail("m3", "<m1@x> <m2@x>", me, you, 32, f"{SENTENCES[1]}\n-- \n{CANARIES.names[0]}\n{CANARIES.phones[0]}"),
        _mail("m4", "", f"{CANARIES.names[1]} <{CANARIES.emails[1]}>", you, 33, f"<p>{SENTENCES[3]}</p>", "text/html"),
        _mail(
            "m5", "<m4@x>", you, CANARIES.emails[1], 34, "We have your mail.", extra="Auto-Submitted: auto-replied\n"
        ),
    ]
    return _text(folder / "mail.mbox", "".join(mails))


def _mail(
    name: str, references: str, sender: str, to: str, minute: int, body: str, kind: str = "text/plain", extra: str = ""
) -> str:
    answers = f"References: {references}\n" if references else ""
    return (
        f"From sender@example.org Sun Nov 16 09:{minute}:00 2025\nMessage-ID: <{name}@x>\n{answers}{extra}"
        f"From: {sender}\nTo: {to}\nSubject: Order\nDate: Sun, 16 Nov 2025 09:{minute}:00 +0000\n"
        f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n\n"
    )


EXPORTS: dict[str, tuple[str, Maker]] = {
    "table_csv": ("table", table_csv),
    "table_tsv": ("table", table_tsv),
    "table_xlsx": ("table", table_xlsx),
    "table_parquet": ("table", table_parquet),
    "table_json": ("table", table_json),
    "table_jsonl": ("table", table_jsonl),
    "conversations_json": ("conversations", conversations_json),
    "conversations_jsonl": ("conversations", conversations_jsonl),
    "codebook": ("codebook", codebook),
    "tweetsumm": ("tweetsumm", tweetsumm),
    "twcs": ("twcs", twcs),
    "star": ("star", star),
    "convokit": ("convokit", convokit),
    "mbox": ("mbox", mbox),
}
"""By name: which source reads it, and what writes it into a folder and returns its path."""
OPTIONS: dict[str, dict[str, str]] = {"mbox": {"agents": "@shop.example"}}
"""Options that an export needs to be read; none for the others."""


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _lines(path: Path, records: list[dict[str, Any]]) -> Path:
    return _text(path, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
