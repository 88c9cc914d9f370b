"""The machine as a rater: a signal and the ledger's rules read the same words as the people did."""

from collections.abc import Sequence

import pyarrow as pa

from heard.inference.agreement.tables import labelled, turns_of
from heard.moments.opens import INTENSITY_PREFIX
from heard.signals.base import FOUND, Signal
from heard.signals.context import with_context
from heard.sources.labelled import LabelledConversation, LabelledTurn
from heard.terms.arrow import Array

MACHINE = "machine"
"""The machine's name among the raters; a file of that name is refused."""


def machine(conversations: Sequence[LabelledConversation], signal: Signal) -> list[LabelledConversation]:
    """Label conversations by machine; people's labels in them are not looked at, and texts are read as they are.

    Args:
        conversations: Conversations whose words are to be read.
        signal: A text signal.

    Returns:
        The same conversations with the machine's labels and moments. A turn that the signal cannot say anything about
        has no label.
    """
    turns = turns_of(conversations)
    return labelled(conversations, turns, signal.score(with_context(turns)))


def ceiling(conversations: Sequence[LabelledConversation]) -> list[LabelledConversation]:
    """What the ledger's rules make of a rater's own turn labels: the best that any signal of such labels can reach.

    The rater's moments are not looked at. Turn labels hold no hardship, no cause and no generic sympathy, so implicit
    moments come from cues alone, every cause is `other`, and generic is judged by words.
    """
    return labelled(conversations, turns_of(conversations), found_of(conversations))


def found_of(conversations: Sequence[LabelledConversation]) -> Array:
    """A rater's turn labels as a signal would state them: every score 1, every span the quote."""
    return pa.array([_found(turn) for c in conversations for turn in c.turns], FOUND)


def _found(turn: LabelledTurn) -> list[dict[str, object]]:
    quotes = [{"label": q.label, "score": 1.0, "start": q.start, "end": q.end} for q in turn.labels]
    if turn.emotions and turn.intensity:
        first = turn.emotions[0]
        level = {"label": f"{INTENSITY_PREFIX}{turn.intensity}", "score": 1.0, "start": first.start, "end": first.end}
        quotes.append(level)
    return quotes
