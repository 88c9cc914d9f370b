"""The labelled corpus as a pool of conversations from which the sample company draws."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

CHANNEL_OF = {"messenger": "messaging", "ticket": "form"}
ISSUE_OF_CAUSE = {
    "delay": "delivery",
    "defect": "product fault",
    "billing": "billing",
    "policy": "returns and rules",
    "access": "account access",
}
ISSUES = ("delivery", "product fault", "billing", "returns and rules", "account access", "service")
LONG_NUMBER = re.compile(r"\d{4,}")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One conversation of the corpus with what its labellers said of its first moment (`none` without one)."""

    id: str
    channel: str
    industry: str
    locale: str
    turns: tuple[dict[str, Any], ...]
    outcome: str
    cause: str
    issue: str


def folder() -> Path:
    """Where the corpus lies: inside the package when installed, at the top of the repository when editable."""
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "corpus"


@cache
def pool() -> tuple[Drawn, ...]:
    """All conversations of parts a to f of the corpus, in the order of their ids."""
    files = sorted(folder().glob("[a-f].jsonl"))
    lines = [line for file in files for line in file.read_bytes().splitlines() if line.strip()]
    return tuple(sorted((_drawn(orjson.loads(line)) for line in lines), key=lambda drawn: drawn.id))


def _drawn(conversation: dict[str, Any]) -> Drawn:
    first = next(iter(conversation["moments"]), None)
    cause = first["cause"] if first else "none"
    channel = conversation.get("channel", "other")
    return Drawn(
        id=conversation["id"],
        channel=CHANNEL_OF.get(channel, channel),
        industry=conversation.get("industry", ""),
        locale=conversation.get("locale", "en"),
        turns=tuple({"who": t["who"], "text": t["text"], "t": t.get("t", 60 * t["n"])} for t in conversation["turns"]),
        outcome=_outcome(first),
        cause=cause,
        issue=ISSUE_OF_CAUSE.get(cause) or ("service" if first else _issue_of(conversation["id"])),
    )


def _outcome(moment: dict[str, Any] | None) -> str:
    if moment is None:
        return "none"
    if moment["state"] == "met":
        return "generic" if moment["generic"] else "heard"
    return str(moment["state"])


def _issue_of(identifier: str) -> str:
    """An issue for a conversation without a moment: spread evenly, the same on every run."""
    return ISSUES[sum(identifier.encode()) % len(ISSUES)]
