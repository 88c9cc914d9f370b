"""A corpus as frames, and one scorer for all tests."""

from functools import cache

import orjson

from heard.actions.assist.scoring import Scorer
from heard.actions.assist.turns import Said
from heard.sample import corpus
from heard.signals.base import load

CHANNEL_OF = corpus.CHANNEL_OF


@cache
def scorer():
    return Scorer(load("text"))


@cache
def conversations():
    files = sorted(corpus.folder().glob("[a-h].jsonl"))
    return [orjson.loads(line) for file in files for line in file.read_bytes().splitlines() if line.strip()]


def channel_of(conversation):
    channel = conversation.get("channel", "other")
    return CHANNEL_OF.get(channel, channel)


def said(turn, *, name=None):
    return Said(
        turn_id=name or f"t{turn['n']}",
        role=turn["who"],
        text=turn["text"],
        position=turn["n"],
        sent_epoch_s=turn.get("t"),
    )
