"""Conversations with the codebook's labels (CODEBOOK D), read as strictly as a rater's work deserves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heard.errors import BadInput
from heard.sources.files import json_lines
from heard.terms.labels import BEHAVIOR_NAMES, CUE_NAMES, EMOTION_NAMES
from heard.terms.words import CAUSES, ROLES, STATES

ALLOWED: dict[str, tuple[str, ...]] = {"emotions": EMOTION_NAMES, "cues": CUE_NAMES, "behaviors": BEHAVIOR_NAMES}
KINDS, AFTERS = ("explicit", "implicit"), ("better", "same", "worse", "none")


@dataclass(frozen=True, slots=True)
class Quote:
    """A label and where its evidence stands in the turn, in code points: text[start:end]."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """One turn; `intensity` is 0 where no emotion is labelled, `offset_seconds` None where the file gives none."""

    position: int
    who: str
    text: str
    emotions: tuple[Quote, ...] = ()
    cues: tuple[Quote, ...] = ()
    behaviors: tuple[Quote, ...] = ()
    intensity: int = 0
    offset_seconds: float | None = None

    @property
    def labels(self) -> tuple[Quote, ...]:
        """All labels of the turn, whichever group."""
        return (*self.emotions, *self.cues, *self.behaviors)


@dataclass(frozen=True, slots=True)
class LabelledMoment:
    """One moment (CODEBOOK C); `opens` and `reply` are positions of turns, None where nobody answered."""

    opens: int
    kind: str
    emotion: str
    intensity: int
    cause: str
    reply: int | None
    state: str
    is_generic: bool | None
    is_overdone: bool
    is_harmful: bool
    after: str


@dataclass(frozen=True, slots=True)
class LabelledConversation:
    """One conversation with its turns and moments; channel, locale and industry are None where the file gives none."""

    id: str
    turns: tuple[LabelledTurn, ...]
    moments: tuple[LabelledMoment, ...]
    channel: str | None = None
    locale: str | None = None
    industry: str | None = None


def read_labelled(path: Path) -> Iterator[LabelledConversation]:
    """Conversations of a JSON Lines file, one by one.

    Raises:
        BadInput: With line, id and turn: broken JSON, an id seen before, an unknown label, a quote that is no exact
            substring, an intensity without emotion, a moment against the codebook. Never quotes the text.
    """
    seen: set[str] = set()
    for number, record in json_lines(path):
        name = record.get("id")
        if not isinstance(name, str) or not name:
            raise _wrong(f"{path.name} line {number}", "no id", "a text under id")
        where = f"{path.name} line {number}, conversation {name[:40]!r}"
        if name in seen:
            raise _wrong(where, "an id that was there before", "each id once")
        seen.add(name)
        found = list(faults(record))
        if found:
            more = f" (and {len(found) - 1} more faults)" if len(found) > 1 else ""
            raise _wrong(where, f"{found[0]}{more}", "labels as in the codebook")
        yield _conversation(record)


def faults(record: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a conversation against the codebook; no words of the text are in it."""
    turns = record.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
        yield "no list of turns"
        return
    for position, turn in enumerate(turns):
        yield from (f"turn {position}: {fault}" for fault in _turn_faults(position, turn))
    moments = record.get("moments", [])
    if not isinstance(moments, list) or not all(isinstance(moment, dict) for moment in moments):
        yield "moments are no list of objects"
        return
    roles = [turn.get("who") for turn in turns]
    for index, moment in enumerate(moments):
        yield from (f"moment {index}: {fault}" for fault in _moment_faults(moment, roles))


def _turn_faults(position: int, turn: dict[str, Any]) -> Iterator[str]:
    who, text = turn.get("who"), turn.get("text")
    if turn.get("n") != position or isinstance(turn.get("n"), bool):
        yield f"n is not {position}"
    if who not in ROLES:
        yield "who is not customer, agent, bot or system"
    if not isinstance(text, str):
        yield "text is missing"
        return
    allowed = ("emotions", "cues") if who == "customer" else ("behaviors",)
    for group, names in ALLOWED.items():
        labels = turn.get(group) or {}
        if not isinstance(labels, dict):
            yield f"{group} is no object of label: quote"
        elif labels and group not in allowed:
            yield f"{group} on a turn by {who if who in ROLES else 'nobody'}"
        else:
            yield from _label_faults(labels, names, group, text)
    is_rated = _is_rating(turn.get("intensity"))
    if bool(turn.get("emotions")) != is_rated:
        yield "emotions without an intensity of 1 to 3" if turn.get("emotions") else "an intensity without emotions"


def _label_faults(labels: dict[str, Any], names: tuple[str, ...], group: str, text: str) -> Iterator[str]:
    for label, quote in labels.items():
        if label not in names:
            yield f"a label that is none of {group}"
        elif not isinstance(quote, str) or not quote or quote not in text:
            yield f"the quote of {label} is no exact substring"


def _moment_faults(moment: dict[str, Any], roles: list[Any]) -> Iterator[str]:
    opens, reply, state = moment.get("opens"), moment.get("reply"), moment.get("state")
    if not _is_index(opens, roles) or roles[opens] != "customer":  # type: ignore[index]
        yield "does not open at a customer turn"
        return
    for field, values in (
        ("kind", KINDS),
        ("emotion", (*EMOTION_NAMES, "concern")),
        ("cause", CAUSES),
        ("state", STATES),
        ("after", AFTERS),
    ):
        if moment.get(field) not in values:
            yield f"{field} is none of {', '.join(values)}"
    if not _is_rating(moment.get("intensity")):
        yield "intensity is not 1, 2 or 3"
    if (state in ("met", "late")) != (reply is not None):
        yield "met and late need a reply, the other states have none"
    if reply is not None and (not _is_index(reply, roles) or reply <= opens or roles[reply] == "customer"):
        yield "reply is no later agent turn"
    if (moment.get("generic") is None) != (reply is None):
        yield "generic is set exactly where there is a reply"
    for field in ("generic", "overdone", "harmed"):
        if not isinstance(moment.get(field), bool | None):
            yield f"{field} is not true or false"


def _is_rating(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in (1, 2, 3)


def _is_index(value: Any, items: list[Any]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(items)


def _conversation(record: dict[str, Any]) -> LabelledConversation:
    plain = {key: record[key] for key in ("channel", "locale", "industry") if isinstance(record.get(key), str)}
    turns = tuple(_turn(turn) for turn in record["turns"])
    return LabelledConversation(record["id"], turns, tuple(_moments(record.get("moments", []))), **plain)


def _turn(turn: dict[str, Any]) -> LabelledTurn:
    text, offset = turn["text"], turn.get("t")
    groups = {
        group: tuple(
            Quote(label, text.index(quote), text.index(quote) + len(quote))
            for label, quote in (turn.get(group) or {}).items()
        )
        for group in ALLOWED
    }
    seconds = float(offset) if isinstance(offset, int | float) and not isinstance(offset, bool) else None
    return LabelledTurn(
        turn["n"], turn["who"], text, **groups, intensity=turn.get("intensity") or 0, offset_seconds=seconds
    )


def _moments(moments: Iterable[dict[str, Any]]) -> Iterator[LabelledMoment]:
    for m in moments:
        yield LabelledMoment(
            opens=m["opens"],
            kind=m["kind"],
            emotion=m["emotion"],
            intensity=m["intensity"],
            cause=m["cause"],
            reply=m.get("reply"),
            state=m["state"],
            is_generic=m.get("generic"),
            is_overdone=m.get("overdone") is True,
            is_harmful=m.get("harmed") is True,
            after=m["after"],
        )


def _wrong(where: str, got: str, expected: str) -> BadInput:
    return BadInput("labelled conversation", where=where, got=got, expected=expected, todo="See the codebook, part D.")
