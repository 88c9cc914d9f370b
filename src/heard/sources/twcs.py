"""Customer Support on Twitter (twcs.csv): tweets with times, threaded by what each one answers.

Two passes: the first learns the threads from the ids alone, the second streams the tweets. A brand signs with initials
(^AB); only they tell one agent from another, so an unsigned tweet has no speaker_id.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import start_of
from heard.sources.tabular import csv_records
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

COLUMNS = ("tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id")
SIGNATURE = re.compile(r"(?:\^\s?([A-Za-z]{1,12})|[/*-]([A-Z]{2,3}))\s*(?:https?://\S+\s*)?(?:\d/\d)?\s*$")


class TwcsSource:
    """Tweets threaded by what each one answers; an agent is known by the initials that sign."""

    name: ClassVar[str] = "twcs"
    title: ClassVar[str] = "Customer Support on Twitter"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "twcs.csv, or the folder that holds it"

    def sniff(self, path: Path) -> float:
        """Sure when the header has the columns of twcs.csv."""
        header = start_of(_file(path)).split(b"\n", 1)[0]
        return 0.95 if all(column.encode() in header for column in COLUMNS) else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Tweets inside the window; a thread's row covers the tweets that were read."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(_file(path), window, options, left_out), left_out=left_out)


TWCS = TwcsSource()


def _file(path: Path) -> Path:
    return path / "twcs.csv" if path.is_dir() else path


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    threads = _threads(path, options)
    clock = Clock.of(options)
    open_: dict[int, Row] = {}
    seen: set[int] = set()
    for number, record in csv_records(path, options):
        place = f"{path.name} row {number}"
        tweet = _id(record["tweet_id"], place)
        if tweet in seen:
            left_out["tweet that was there before"] += 1
            continue
        seen.add(tweet)
        turn = _turn(record, tweet, threads[tweet], clock, place)
        if not turn["text"].strip():
            left_out["turn without text"] += 1
        elif not window.holds(turn["sent_at"]):
            left_out["outside the window"] += 1
        else:
            _note(open_.setdefault(threads[tweet][0], {}), turn, record)
            yield "turn", turn
    yield from (("interaction", row) for row in open_.values())


def _threads(path: Path, options: Mapping[str, str]) -> dict[int, tuple[int, int]]:
    """Root and depth of every tweet; a tweet whose parent is not in the file has the parent as its root."""
    parents: dict[int, int | None] = {}
    for number, record in csv_records(path, options):
        missing = [column for column in COLUMNS if column not in record]
        if missing:
            raise BadInput("twcs", where=path.name, got=f"no {', '.join(missing)}", expected="the columns of twcs.csv")
        place = f"{path.name} row {number}"
        answers = record["in_response_to_tweet_id"].strip()
        parents[_id(record["tweet_id"], place)] = _id(answers, place) if answers else None
    found: dict[int, tuple[int, int]] = {}
    for tweet in parents:
        _settle(tweet, parents, found)
    return found


def _settle(tweet: int, parents: dict[int, int | None], found: dict[int, tuple[int, int]]) -> None:
    """Walk up to a settled tweet or a root, then settle everything on the way; a circle ends where it began."""
    way: list[int] = []
    at: int | None = tweet
    on_way: set[int] = set()
    while at is not None and at not in found and at not in on_way:
        way.append(at)
        on_way.add(at)
        at = parents.get(at)
    root, depth = found[at] if at is not None and at in found else (way[-1], -1)
    for tweet in reversed(way):
        depth += 1
        found[tweet] = (root, depth)


def _turn(record: dict[str, Any], tweet: int, thread: tuple[int, int], clock: Clock, place: str) -> Row:
    is_inbound = {"true": True, "false": False}.get(record["inbound"].strip().lower())
    if is_inbound is None:
        raise BadInput("column inbound", where=place, got="another word", expected="True or False")
    signed = SIGNATURE.search(record["text"])
    agent = f"{record['author_id']}^{signed[1] or signed[2]}" if signed else None
    return {
        "turn_id": str(tweet),
        "interaction_id": str(thread[0]),
        "position": thread[1],
        "sent_at": clock.instant(record["created_at"], place),
        "speaker_role": "customer" if is_inbound else "agent",
        "speaker_id": record["author_id"] if is_inbound else agent,
        "text": record["text"],
        "is_public": True,
    }


def _note(row: Row, turn: Row, record: dict[str, Any]) -> None:
    at = turn["sent_at"]
    if not row:
        row |= {"interaction_id": turn["interaction_id"], "channel": "social", "opened_at": at, "closed_at": at}
        row |= {"started_by": turn["speaker_role"]}
    if at is not None and (row["opened_at"] is None or at < row["opened_at"]):
        row |= {"opened_at": at, "started_by": turn["speaker_role"]}
    if at is not None and (row["closed_at"] is None or at > row["closed_at"]):
        row["closed_at"] = at
    if turn["speaker_role"] == "customer":
        row.setdefault("customer_id", record["author_id"])
        row.setdefault("known_names", [f"@{record['author_id']}"])
    else:
        row.setdefault("queue", record["author_id"])
        if turn["speaker_id"] is not None:
            row.setdefault("first_agent_id", turn["speaker_id"])


def _id(text: str, place: str) -> int:
    """Ids as written by a spreadsheet: 12 and 12.0 are the same."""
    whole = text.strip().removesuffix(".0")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 20:
        raise BadInput("tweet id", where=place, got="no whole number", expected="a whole number")
    return int(whole)
