"""Which reply answers a moment, in which state that leaves it, and what else the reply did (CODEBOOK C)."""

from collections.abc import Sequence
from dataclasses import dataclass

from heard.moments.blocks import Block, Mark, Turn
from heard.moments.generic import is_generic
from heard.moments.opens import YES, Opening
from heard.moments.overdone import is_overdone
from heard.terms.labels import ANSWERING, HARMFUL

ANSWERS = "answers"
WINDOW_BLOCKS = 2
"""Reply blocks in which an answer counts (CODEBOOK, settled case "Window")."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the replies within the window did about a moment.

    Attributes:
        state: met, late, missed or unanswered.
        turn: First turn that answers; None when none does.
        evidence: Span of the answering words in that turn; None with it.
        block: Place of the answering block; None with it.
        is_generic: The answer would fit any ticket; None when not answered.
        is_overdone: Answered with three or more sorry-or-sympathy statements in one turn.
        is_harmful: A turn within the window dismisses, deflects or stonewalls, answered or not.
        is_explained_confusion: A confusion that was explained and not answered (CONTRACTS 14).
    """

    state: str
    turn: Turn | None = None
    evidence: Mark | None = None
    block: int | None = None
    is_generic: bool | None = None
    is_overdone: bool = False
    is_harmful: bool = False
    is_explained_confusion: bool = False


def does_answer(turn: Turn) -> bool:
    """Whether a reply carries an answering behaviour, and the signal does not find it too weak as a whole."""
    weighed = turn.found.get(ANSWERS)
    return not ANSWERING.isdisjoint(turn.found) and (weighed is None or weighed.score >= YES)


def reply_to(opening: Opening, blocks: Sequence[Block]) -> Reply | None:
    """Judge the replies to one moment.

    Args:
        opening: A moment of these blocks.
        blocks: All blocks of the interaction.

    Returns:
        The judgement; None when the signal cannot say anything about any reply of the window, so that neither answered
        nor missed would be honest.
    """
    window = [place for place in range(opening.block + 1, len(blocks)) if not blocks[place].is_customer][:WINDOW_BLOCKS]
    turns = [turn for place in window for turn in blocks[place].turns]
    if not turns:
        return Reply("unanswered")
    if all(turn.marks is None for turn in turns):
        return None
    harmful = any(HARMFUL & turn.found.keys() for turn in turns)
    for order, place in enumerate(window):
        turn = next((turn for turn in blocks[place].turns if does_answer(turn)), None)
        if turn:
            return Reply(
                state="late" if order else "met",
                turn=turn,
                evidence=min(
                    (turn.found[label] for label in ANSWERING & turn.found.keys()), key=lambda mark: mark.start
                ),
                block=place,
                is_generic=is_generic(blocks[place]),
                is_overdone=is_overdone(turns),
                is_harmful=harmful,
            )
    return Reply(
        "missed",
        is_harmful=harmful,
        is_explained_confusion=opening.emotion == "confusion" and any(turn.has("explains_why") for turn in turns),
    )
