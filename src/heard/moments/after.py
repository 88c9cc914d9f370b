"""What the customer's next words said about a moment (CODEBOOK C, `after`)."""

from collections.abc import Collection, Sequence

from heard.moments.blocks import NEGATIVE, POSITIVE, Block
from heard.moments.opens import Opening, intensity_of
from heard.moments.replies import Reply

BETTER = POSITIVE | {"says_heard"}
WORSE = frozenset({"says_unheard", "threatens_to_leave", "abusive", "asks_for_person"})


def after(opening: Opening, reply: Reply, blocks: Sequence[Block], opened_in: Collection[int]) -> str:
    """The customer's next words after the reply, or after the opening when nothing answered.

    Args:
        opening: The moment.
        reply: What answered it.
        blocks: All blocks of the interaction.
        opened_in: Places of the blocks in which a moment opens.

    Returns:
        better, same, worse, or none where the customer wrote nothing more about it.
    """
    since = opening.block if reply.block is None else reply.block
    place = next((place for place in range(since + 1, len(blocks)) if blocks[place].is_customer), None)
    if place is None:
        return "none"
    block = blocks[place]
    labels = block.labels()
    if labels & NEGATIVE or labels & WORSE:
        is_worse = labels & WORSE or place in opened_in or intensity_of(block) > opening.intensity
        return "worse" if is_worse else "same"
    return "better" if labels & BETTER else "none"
