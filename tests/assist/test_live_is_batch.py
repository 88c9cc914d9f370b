"""A finished conversation, replayed turn by turn, gives the ledger that the batch gives (issue 8)."""

import random

import pyarrow as pa
import pytest
from assist_kit import channel_of, conversations, said, scorer

from heard.actions.assist.session import Session
from heard.gate import Redactor
from heard.moments import ledger
from heard.moments.latency import AlwaysOpen
from heard.signals.base import load
from heard.signals.context import with_context

STRINGS = ("speaker_id", "queue", "team_id", "issue", "customer_id", "first_agent_id")
LONGS = ("opened_epoch_s", "closed_epoch_s", "solved_epoch_s")


def batch_of(chosen):
    """The batch's own road, without a line of live assist: redact, context, score, ledger, all at once."""
    redactor, rows = Redactor(), []
    for conversation in chosen:
        for turn in sorted(conversation["turns"], key=lambda t: (t.get("t") if "t" in t else -1, t["n"])):
            one = redactor.redact(turn["text"])
            rows.append({
                "turn_id": f"{conversation['id']} {turn['n']}", "interaction_id": conversation["id"], "position": turn["n"],
                "speaker_role": turn["who"], "text": one.text, "language": one.language, "is_public": True,
                "sent_epoch_s": turn.get("t"), "channel": channel_of(conversation), "month": 0,
            })  # fmt: skip
    turns = pa.Table.from_pylist(rows)
    n = turns.num_rows
    for name in STRINGS:
        turns = turns.append_column(name, pa.nulls(n, pa.string()))
    for name in (*LONGS, "local_day", "week_start"):
        turns = turns.append_column(name, pa.nulls(n, pa.int64()))
    turns = turns.append_column("offset_seconds", pa.nulls(n, pa.float64()))
    found = load("text").score(with_context(turns))
    made = ledger.of(turns, found, clock=AlwaysOpen(), as_of_epoch_s=None, unanswered_business_hours=8)
    return made.moments.to_pylist(), made.empathic_sentences.to_pylist()


def live_of(chosen, order=lambda turns: turns):
    moments, sentences = [], []
    for conversation in chosen:
        session = Session(scorer(), channel=channel_of(conversation))
        for turn in order(conversation["turns"]):
            session.take(said(turn, name=f"{conversation['id']} {turn['n']}"))
        made = session.ledger()
        for rows, target in ((made.moments, moments), (made.empathic_sentences, sentences)):
            target += [row | {"interaction_id": conversation["id"]} for row in rows.to_pylist()]
    return moments, sentences


def renumbered(rows):
    """Positions within a session are its own order; the corpus counts the same from 0."""
    return [{k: v for k, v in row.items() if k not in ("opens_position",)} for row in rows]


def same(chosen, order=lambda turns: turns):
    batch, live = batch_of(chosen), live_of(chosen, order)
    assert batch[0], "the chosen conversations hold moments"
    assert renumbered(live[0]) == renumbered(batch[0])
    assert live[1] == batch[1]


def test_every_twelfth_conversation_of_the_corpus_gives_the_same_moments():
    same(conversations()[::12])


def test_turns_that_come_out_of_order_give_the_same_moments():
    def shuffled(turns):
        mixed = list(turns)
        random.Random(len(turns)).shuffle(mixed)
        return mixed

    same(conversations()[5::40], shuffled)


def test_turns_told_twice_change_nothing():
    same(conversations()[7::40], lambda turns: [turn for turn in turns for _ in range(2)])


@pytest.mark.slow
def test_the_whole_corpus_gives_the_same_moments():
    same(conversations())
