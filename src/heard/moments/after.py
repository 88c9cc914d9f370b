"""What the customer's next words said about a moment (CODEBOOK C, `after`)."""

from collections.abc import Sequence

from heard.moments.blocks import NEGATIVE, POSITIVE, Block
from heard.moments.opens import Opening, intensity_of
from heard.moments.replies import Reply

BETTER = POSITIVE | {"says_heard"}
WORSE = frozenset({"threatens_to_leave", "abusive"})
"""Cues that say "worse" whatever the feeling. Asking for a person, effort and "nobody listens" go with "same" at least
as often on the corpus (34 of 57), and so does a new feeling that is not stronger (35 of 68)."""
STILL = NEGATIVE | WORSE | {"says_unheard", "asks_for_person", "reports_effort"}


AFTER_PREFIX = "after:"
SAID = ("better", "same", "worse")
"""Where the signal weighs later turns as a whole, the best of these that a turn of the block says. The rules decide
where it says nothing."""


def after(opening: Opening, reply: Reply, blocks: Sequence[Block]) -> str:
    """The customer's next words after the reply, or after the opening when nothing answered.

    Args:
        opening: The moment.
        reply: What answered it.
        blocks: All blocks of the interaction.

    Returns:
        better, same, worse, or none where the customer wrote nothing more about it.
    """
    since = opening.block if reply.block is None else reply.block
    place = next((place for place in range(since + 1, len(blocks)) if blocks[place].is_customer), None)
    if place is None:
        return "none"
    block = blocks[place]
    labels = block.labels()
    weighed = {value: mark.score for value in (*SAID, "none") if (mark := block.best(AFTER_PREFIX + value))}
    if weighed:
        return max((value for value in SAID if value in weighed), key=weighed.__getitem__, default="none")
    is_raised = bool(labels & NEGATIVE) and intensity_of(block) > opening.intensity
    if labels & WORSE or is_raised:
        return "worse"
    if labels & STILL:
        return "same"
    return "better" if labels & BETTER else "none"
