"""Where a moment opens, of what kind, how strong and about what (CODEBOOK C, settled cases)."""

from collections.abc import Sequence
from dataclasses import dataclass

from heard.moments.blocks import NEGATIVE, Block, Mark, Turn

HARDSHIP = "hardship"
OPENS = "opens"
CONCERN = "concern"
CAUSE_PREFIX = "cause:"
INTENSITY_PREFIX = "intensity:"
IMPLICIT_FIRST = (HARDSHIP, "urgent", "reports_effort", "says_unheard")
"""What opens an implicit moment where none was open. On the corpus' own labels, a first block with one of the three
cues and no emotion was labelled a moment in 58 of 58 cases."""
IMPLICIT_LATER = (HARDSHIP, "urgent")
"""What opens one after a moment: a new hardship or deadline (7 of 10 on the corpus; effort and unheard 5 of 15)."""
TIE_ORDER = ("anger", "sadness", "worry", "frustration", "disappointment", "confusion")
"""Which emotion is the main one when scores tie: the stronger word wins."""
YES = 0.5
"""From this score on, a turn opens a moment or answers one, where the signal says so of the turn as a whole."""
SURE = 0.75
"""From this score on, a later block opens a moment even where its labels are not new. On the corpus, out of fold, F1 of
openings rose from .765 to .779; .6 and .9 gave .777 and .773."""
DEFAULT_INTENSITY = 2
"""Where the signal states none: 60 % of the corpus' moments are of intensity 2."""
DEFAULT_CAUSE = "other"


@dataclass(frozen=True, slots=True)
class Opening:
    """A moment as it opens.

    Attributes:
        block: Place of the customer block among the blocks of the interaction.
        turn: Customer turn at which it opens.
        evidence: Span of the words that opened it, in that turn.
        kind: explicit or implicit.
        emotion: Main emotion, or concern.
        intensity: 1 mild, 2 clear, 3 strong; the highest of the block.
        cause: What the feeling is about.
    """

    block: int
    turn: Turn
    evidence: Mark
    kind: str
    emotion: str
    intensity: int
    cause: str


@dataclass(slots=True)
class _Felt:
    """What an interaction has shown so far."""

    emotions: frozenset[str] = frozenset()
    cues: frozenset[str] = frozenset()
    intensity: int = 0
    has_opened: bool = False


def openings(blocks: Sequence[Block]) -> list[Opening]:
    """Every moment of one interaction, in order.

    The first customer block that shows a feeling or a hardship opens one. A later block opens another only for an
    emotion that the customer had not shown before or for a higher intensity than any before; without an emotion, for a
    hardship or a deadline that is new. Positive feelings open none. Where the signal weighs turns as a whole (`opens`),
    a block that it finds too weak opens none, whatever labels it carries, and one that it is sure of opens one though
    its labels were there before.
    """
    felt, opened = _Felt(), []
    for place, block in enumerate(blocks):
        if not block.is_customer:
            continue
        labels = block.labels()
        if not labels:
            continue
        emotions = labels & NEGATIVE
        weighed = block.best(OPENS)
        known = _Felt() if weighed is not None and weighed.score >= SURE else felt
        opening = _explicit(place, block, emotions, known) if emotions else _implicit(place, block, labels, known)
        if weighed is not None and weighed.score < YES:
            opening = None
        if opening:
            opened.append(opening)
        _remember(felt, block, emotions, labels, opening)
    return opened


def _explicit(place: int, block: Block, emotions: set[str], felt: _Felt) -> Opening | None:
    intensity = intensity_of(block)
    is_new = not felt.has_opened or bool(emotions - felt.emotions) or intensity > felt.intensity
    if not is_new:
        return None
    candidates = (emotions - felt.emotions) or emotions
    emotion = main_emotion(block, candidates)
    turn = block.first_with(candidates)
    assert turn is not None
    evidence = turn.found[emotion] if turn.has(emotion) else turn.found[main_emotion(Block(True, (turn,)), candidates)]
    return Opening(place, turn, evidence, "explicit", emotion, intensity, cause_of(block))


def _implicit(place: int, block: Block, labels: set[str], felt: _Felt) -> Opening | None:
    openers = IMPLICIT_LATER if felt.has_opened else IMPLICIT_FIRST
    new = [label for label in openers if label in labels and label not in felt.cues]
    turn = block.first_with(new)
    if turn is None:
        return None
    evidence = next(turn.found[label] for label in new if turn.has(label))
    return Opening(place, turn, evidence, "implicit", CONCERN, intensity_of(block), cause_of(block))


def _remember(felt: _Felt, block: Block, emotions: set[str], labels: set[str], opening: Opening | None) -> None:
    felt.emotions |= emotions
    felt.cues |= labels
    felt.has_opened = felt.has_opened or opening is not None
    if emotions or opening:
        felt.intensity = max(felt.intensity, intensity_of(block))


def main_emotion(block: Block, emotions: set[str]) -> str:
    """The emotion with the best score; ties go by TIE_ORDER.

    Args:
        block: A customer block.
        emotions: Negative emotions found in it, at least one.
    """

    def rank(emotion: str) -> tuple[float, int]:
        best = block.best(emotion)
        return (best.score if best else 0.0, -TIE_ORDER.index(emotion))

    return max(emotions, key=rank)


def intensity_of(block: Block) -> int:
    """Highest intensity that a turn of the block shows, in each turn the best scored; 2 where none is stated."""
    stated = [level for turn in block.turns if (level := _best_of(turn, INTENSITY_PREFIX))]
    return max((int(level) for level in stated), default=DEFAULT_INTENSITY)


def cause_of(block: Block) -> str:
    """The best scored cause of the block; `other` where none is stated."""
    scored = [
        (turn.found[CAUSE_PREFIX + cause].score, cause)
        for turn in block.turns
        if (cause := _best_of(turn, CAUSE_PREFIX))
    ]
    return max(scored)[1] if scored else DEFAULT_CAUSE


def _best_of(turn: Turn, prefix: str) -> str:
    """Rest of the best scored label that begins with the prefix; "" when there is none."""
    scored = [(mark.score, label) for label, mark in turn.found.items() if label.startswith(prefix)]
    return max(scored)[1][len(prefix) :] if scored else ""
