"""Labelled conversations → the tables that a signal and the ledger read, and back."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from heard.moments import ledger
from heard.moments.latency import AlwaysOpen
from heard.sources.labelled import LabelledConversation, LabelledMoment, LabelledTurn, Quote
from heard.terms.arrow import Column
from heard.terms.labels import GROUP_OF_ROLE, LABELS
from heard.terms.tables import INTERACTION, TURN

TURN_COLUMNS = ("turn_id", "interaction_id", "position", "speaker_role", "speaker_id", "text", "is_public", "language")
CLOCKS = ("sent_epoch_s", "offset_seconds")
INTERACTION_COLUMNS = (
    "channel",
    "queue",
    "team_id",
    "issue",
    "customer_id",
    "first_agent_id",
    "opened_epoch_s",
    "closed_epoch_s",
    "solved_epoch_s",
    "local_day",
    "week_start",
    "month",
)
NEVER = 1e9  # business hours: labelled conversations have no calendar, so silence stays unanswered


def turns_of(conversations: Sequence[LabelledConversation]) -> pa.Table:
    """Turns as the ledger reads them: undated, in the conversations' order, with ids made of their places."""
    rows = [(index, c, turn) for index, c in enumerate(conversations) for turn in c.turns]
    columns: dict[str, Any] = {
        "turn_id": [f"{index}:{turn.position}" for index, _, turn in rows],
        "interaction_id": [str(index) for index, _, _ in rows],
        "position": [turn.position for _, _, turn in rows],
        "speaker_role": [turn.who for _, _, turn in rows],
        "text": [turn.text for _, _, turn in rows],
        "is_public": [True] * len(rows),
        "language": [c.locale[:2] if c.locale else None for _, c, _ in rows],
        "offset_seconds": [turn.offset_seconds for _, _, turn in rows],
        "channel": [c.channel for _, c, _ in rows],
        "month": [0] * len(rows),
    }
    names = (*TURN_COLUMNS, *CLOCKS, *INTERACTION_COLUMNS)
    return pa.table({name: pa.array(columns.get(name, [None] * len(rows)), _type_of(name)) for name in names})


def _type_of(name: str) -> pa.DataType:
    return (TURN if name in (*TURN_COLUMNS, *CLOCKS) else INTERACTION).column(name).type


def labelled(
    conversations: Sequence[LabelledConversation], turns: pa.Table, found: Column
) -> list[LabelledConversation]:
    """The same conversations with the labels of `found` and the moments that the ledger makes of them."""
    made = ledger.of(turns, found, clock=AlwaysOpen(), as_of_epoch_s=None, unanswered_business_hours=NEVER)
    moments = {key: list(rows) for key, rows in groupby(made.moments.to_pylist(), lambda row: row["interaction_id"])}
    findings: Iterator[Any] = iter(found.to_pylist())
    return [
        LabelledConversation(
            id=c.id,
            turns=tuple(_turn(turn, next(findings) or ()) for turn in c.turns),
            moments=tuple(_moment(row) for row in moments.get(str(index), ())),
            channel=c.channel,
            locale=c.locale,
            industry=c.industry,
        )
        for index, c in enumerate(conversations)
    ]


def _turn(turn: LabelledTurn, findings: Iterable[dict[str, object]]) -> LabelledTurn:
    """The turn with what was found, once a label; what does not fit the role, and auxiliary labels, are left out."""
    held: dict[str, dict[str, Quote]] = {"emotions": {}, "cues": {}, "behaviors": {}}
    for finding in findings:
        name = str(finding["label"])
        if name in LABELS and LABELS[name].group in GROUP_OF_ROLE[turn.who]:
            quote = Quote(name, int(str(finding["start"])), int(str(finding["end"])))
            held[LABELS[name].group].setdefault(name, quote)
    emotions, cues, behaviors = (tuple(quotes.values()) for quotes in held.values())
    return LabelledTurn(
        turn.position, turn.who, turn.text, emotions, cues, behaviors, offset_seconds=turn.offset_seconds
    )


def _moment(row: dict[str, object]) -> LabelledMoment:
    values = {name: row[name] for name in ("kind", "emotion", "intensity", "cause", "state", "after")}
    flags = {name: row[name] for name in ("is_generic", "is_overdone", "is_harmful")}
    reply = row["reply_turn_id"]
    position = int(str(reply).split(":")[1]) if reply is not None else None
    return LabelledMoment(opens=int(str(row["opens_position"])), reply=position, **values, **flags)  # type: ignore[arg-type]
