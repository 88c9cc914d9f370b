"""The rules in order: openings, then the replies to each, then what the customer wrote next."""

from collections.abc import Sequence
from dataclasses import dataclass

from heard.moments.after import after
from heard.moments.blocks import Block
from heard.moments.boilerplate import Sentence
from heard.moments.opens import Opening, openings
from heard.moments.replies import Reply, reply_to


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of an interaction.

    Attributes:
        opening: How it opened.
        reply: What the replies within the window did.
        after: better, same, worse or none.
        latency_turns: Public turns from the opening to the answer; None when not answered.
        sentence: The sentence that answers, with its fingerprint; None when not answered.
    """

    opening: Opening
    reply: Reply
    after: str
    latency_turns: int | None = None
    sentence: Sentence | None = None


def moments_of(blocks: Sequence[Block], sentences: Sequence[Sentence] = ()) -> list[Moment]:
    """All moments of one interaction.

    Args:
        blocks: Its blocks.
        sentences: Its empathic sentences.

    Returns:
        Moments in the order of their opening; without those whose replies the signal could not read.
    """
    opened = openings(blocks)
    if not opened:
        return []
    order = {turn.row: index for index, turn in enumerate(turn for block in blocks for turn in block.turns)}
    judged = ((opening, reply_to(opening, blocks)) for opening in opened)
    return [_moment(opening, reply, blocks, order, sentences) for opening, reply in judged if reply]


def _moment(
    opening: Opening,
    reply: Reply,
    blocks: Sequence[Block],
    order: dict[int, int],
    sentences: Sequence[Sentence],
) -> Moment:
    return Moment(
        opening=opening,
        reply=reply,
        after=after(opening, reply, blocks),
        latency_turns=order[reply.turn.row] - order[opening.turn.row] if reply.turn else None,
        sentence=_answering(reply, sentences),
    )


def _answering(reply: Reply, sentences: Sequence[Sentence]) -> Sentence | None:
    """The first sentence that holds answering words; a span may begin before it, in a handle that belongs to none."""
    if reply.turn is None or reply.evidence is None:
        return None
    row, mark = reply.turn.row, reply.evidence
    return next((s for s in sentences if s.row == row and s.start < mark.end and mark.start < s.end), None)
