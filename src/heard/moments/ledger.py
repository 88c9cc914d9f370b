"""The ledger: turns and what a signal found in them → moments, facts and empathic sentences."""

from dataclasses import dataclass

import pyarrow as pa

from heard.moments.blocks import blocks_of
from heard.moments.boilerplate import sentences_of
from heard.moments.facts import fact_of
from heard.moments.latency import BusinessClock
from heard.moments.reading import interactions_of
from heard.moments.rows import Silence, fact_rows, moment_rows, sentence_rows
from heard.moments.rules import moments_of
from heard.terms.arrow import Column

VERSION = "3"
"""Version of the ledger's rules; a change of any rule raises it, and what was scored before is scored anew."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Tables in the schemas of `terms.tables` MOMENT, INTERACTION_FACT and EMPATHIC_SENTENCE, without provenance."""

    moments: pa.Table
    facts: pa.Table
    empathic_sentences: pa.Table


def of(
    turns: pa.Table,
    found: Column,
    *,
    clock: BusinessClock,
    as_of_epoch_s: int | None,
    unanswered_business_hours: float,
) -> Ledger:
    """Apply the codebook's rules to whole interactions.

    Args:
        turns: Turns sorted by interaction and order in it, private notes and system turns included. Columns turn_id,
            interaction_id, position, speaker_role, speaker_id, text, is_public, sent_epoch_s, offset_seconds, and the
            interaction's channel, queue, team_id, issue, customer_id, first_agent_id, opened_epoch_s, closed_epoch_s,
            solved_epoch_s, local_day, week_start, month. Further columns are ignored.
        found: Per turn a list<struct<label, score, start, end>>; null = cannot say, [] = nothing there. Beside the
            codebook's labels it may hold `hardship`, `generic_sympathy`, `cause:…` and `intensity:…`.
        clock: Business hours.
        as_of_epoch_s: Until when silence is counted, seconds since 1970; None leaves silence unanswered.
        unanswered_business_hours: Business hours of silence after which a moment in an asynchronous channel, which
            nobody answered, is missed and no longer unanswered.

    Returns:
        The three tables. A moment whose replies the signal could not read at all is left out.
    """
    moments, facts, sentences = [], [], []
    for interaction in interactions_of(turns, found):
        facts.append(fact_of(interaction))
        if not any(turn.marks for turn in interaction.turns):
            continue
        blocks = blocks_of(interaction.turns)
        said = list(sentences_of(blocks))
        moments += moments_of(blocks, said)
        sentences += said
    silence = Silence(clock, as_of_epoch_s, unanswered_business_hours)
    wordless = turns.drop_columns("text")
    return Ledger(
        moments=moment_rows(moments, wordless, silence, VERSION),
        facts=fact_rows(facts, moments, wordless, clock),
        empathic_sentences=sentence_rows(sentences, wordless),
    )
