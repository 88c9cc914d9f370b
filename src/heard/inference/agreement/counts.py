"""Two raters on the same conversations → counts per conversation, from which every figure is made."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from heard.inference.agreement.figures import Counts
from heard.sources.labelled import LabelledConversation, LabelledMoment
from heard.terms.labels import BEHAVIOR_NAMES, CUE_NAMES, EMOTION_NAMES, GROUP_OF_ROLE, LABELS
from heard.terms.words import CAUSES, STATES

NAMES: tuple[str, ...] = (*EMOTION_NAMES, *CUE_NAMES, *BEHAVIOR_NAMES)
Flags = npt.NDArray[np.bool_]
Pair = tuple[LabelledMoment, LabelledMoment]

FIELDS: dict[str, tuple[str, tuple[object, ...]]] = {
    "state": ("state", STATES),
    "kind": ("kind", ("explicit", "implicit")),
    "emotion": ("emotion", (*EMOTION_NAMES, "concern")),
    "intensity": ("intensity", (1, 2, 3)),
    "cause": ("cause", CAUSES),
    "generic": ("is_generic", (False, True, None)),
    "generic_if_answered": ("is_generic", (False, True)),
    "overdone": ("is_overdone", (False, True)),
    "harmed": ("is_harmful", (False, True)),
    "after": ("after", ("better", "same", "worse", "none")),
}
"""Fields of a moment as the label format names them → attribute and values; a moment to which a rater gave a value that
is not listed is left out of that figure. `generic` counts "not answered" as a value, as published figures do;
`generic_if_answered` looks at moments that both raters took for answered."""


def fits(conversations: Sequence[LabelledConversation]) -> Flags:
    """Shape (turns, labels): whether a label may stand on a turn of that speaker; only such turns are units."""
    groups = [GROUP_OF_ROLE[turn.who] for c in conversations for turn in c.turns]
    return np.asarray([[LABELS[name].group in group for name in NAMES] for group in groups], bool).reshape(
        -1, len(NAMES)
    )


def given(conversations: Sequence[LabelledConversation]) -> Flags:
    """Shape (turns, labels): whether a rater gave the label."""
    place = {name: index for index, name in enumerate(NAMES)}
    turns = [turn for c in conversations for turn in c.turns]
    flags = np.zeros((len(turns), len(NAMES)), bool)
    for row, turn in enumerate(turns):
        for quote in turn.labels:
            flags[row, place[quote.label]] = True
    return flags


def label_counts(first: Flags, second: Flags, fit: Flags, starts: npt.NDArray[np.int64]) -> Counts:
    """Shape (conversations, labels, 4): [no no, no yes, yes no, yes yes] over turns that fit.

    Args:
        first, second: What each rater gave.
        fit: Which turns count for which label.
        starts: Row of each conversation's first turn; every conversation has one.
    """
    code = 2 * first + second
    tables = np.stack([(code == value) & fit for value in range(4)], axis=-1)
    return np.add.reduceat(tables.astype(np.float64), starts, axis=0)


def moment_counts(firsts: Sequence[LabelledConversation], seconds: Sequence[LabelledConversation]) -> dict[str, Counts]:
    """Per conversation: `opens` as (n, 4) like a label's table, and each field of FIELDS as (n, values²)."""
    sizes = {name: len(values) for name, (_, values) in FIELDS.items()}
    counts = {name: np.zeros((len(firsts), size * size)) for name, size in sizes.items()}
    counts["opens"] = np.zeros((len(firsts), 4))
    for row, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
        matched = list(matches(first, second))
        both = len(matched)
        counts["opens"][row] = [0, len(second.moments) - both, len(first.moments) - both, both]
        for name, (attribute, values) in FIELDS.items():
            for pair in matched:
                ours, theirs = (getattr(moment, attribute) for moment in pair)
                if ours in values and theirs in values:
                    counts[name][row, values.index(ours) * len(values) + values.index(theirs)] += 1
    return counts


def matches(first: LabelledConversation, second: LabelledConversation) -> Iterator[Pair]:
    """Moments of two raters that open within the same customer block, one to one and in order."""
    block = blocks(first)
    waiting: dict[int, list[LabelledMoment]] = {}
    for moment in second.moments:
        waiting.setdefault(block[moment.opens], []).append(moment)
    for moment in first.moments:
        same = waiting.get(block[moment.opens])
        if same:
            yield moment, same.pop(0)


def blocks(conversation: LabelledConversation) -> list[int]:
    """Number of the block of each turn; system turns neither end nor begin one."""
    numbers, number, side = [], 0, ""
    for turn in conversation.turns:
        now = side if turn.who == "system" else ("customer" if turn.who == "customer" else "reply")
        number += now != side
        side = now
        numbers.append(number)
    return numbers


def rate_counts(conversations: Sequence[LabelledConversation]) -> dict[str, Counts]:
    """Per conversation [numerator, denominator] of the Heard rate, the Acknowledged rate and the unanswered share."""
    rows = [_rates(c.moments) for c in conversations]
    return {name: np.asarray([row[name] for row in rows], np.float64).reshape(-1, 2) for name in RATES}


RATES = ("heard_rate", "acknowledged_rate", "unanswered_share")


def _rates(moments: Sequence[LabelledMoment]) -> dict[str, tuple[int, int]]:
    counted = [m for m in moments if m.state != "unanswered"]
    met = [m for m in counted if m.state == "met"]
    return {
        "heard_rate": (sum(m.is_generic is False for m in met), len(counted)),
        "acknowledged_rate": (len(met), len(counted)),
        "unanswered_share": (len(moments) - len(counted), len(moments)),
    }
