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


PURPOSE = """
[purposes.assist]
legal_basis = "legitimate interests, Art. 6(1)(f) GDPR"
notice = "Good replies are shown again to colleagues."
objection = "heard object --purpose assist"
retention_days = 90
proportionality = "Redacted, own replies only."
owner = "the lead"
"""


def make_workspace(folder, *, part="second_pass"):
    """A shop whose help desk held one part of the corpus, scored."""
    from heard import flow

    made = folder / "ws"
    flow.init(made, name="Corner shop", timezone="UTC", key_path=folder / "ws.key", keep_history=True).close()
    path = made / "heard.toml"
    path.write_text(path.read_text() + PURPOSE)
    flow.import_path(made, corpus.folder() / f"{part}.jsonl", source="codebook")
    flow.score(made)
    flow.assist_init(made)
    return made
