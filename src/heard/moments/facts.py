"""Behaviours and counts of an interaction, summed once (table interaction_fact)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from heard.moments.blocks import CUSTOMER, Turn
from heard.moments.reading import Interaction
from heard.terms.labels import BEHAVIOR_NAMES, CUE_NAMES, EMOTION_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What the public turns of one interaction add up to.

    Attributes:
        first: Row that stands for the interaction.
        asked: Row of the first customer turn; None without one.
        replied: Row of the first human reply after it; None without one.
        agent: Row of the first human turn; None without one.
    """

    first: int
    asked: int | None
    replied: int | None
    agent: int | None
    customer_turn_count: int
    agent_turn_count: int
    bot_turn_count: int
    unscored_turn_count: int
    behavior_mask: int
    cue_mask: int
    emotion_mask: int

    @property
    def is_loop_closed(self) -> bool:
        """Whether an agent or a bot checked that the matter was settled."""
        return bool(self.behavior_mask >> BEHAVIOR_NAMES.index("closes_loop") & 1)


def fact_of(interaction: Interaction) -> Fact:
    """Sum up one interaction; private notes and system turns do not count."""
    turns = interaction.turns
    roles = [turn.role for turn in turns]
    asked = next((turn.row for turn in turns if turn.role == CUSTOMER), None)
    agents = [turn.row for turn in turns if turn.role == "agent"]
    return Fact(
        first=interaction.first,
        asked=asked,
        replied=next((row for row in agents if asked is not None and row > asked), None),
        agent=agents[0] if agents else None,
        customer_turn_count=roles.count(CUSTOMER),
        agent_turn_count=roles.count("agent"),
        bot_turn_count=roles.count("bot"),
        unscored_turn_count=sum(turn.marks is None for turn in turns),
        behavior_mask=_mask(BEHAVIOR_NAMES, (turn for turn in turns if turn.role != CUSTOMER)),
        cue_mask=_mask(CUE_NAMES, (turn for turn in turns if turn.role == CUSTOMER)),
        emotion_mask=_mask(EMOTION_NAMES, (turn for turn in turns if turn.role == CUSTOMER)),
    )


def _mask(names: Sequence[str], turns: Iterable[Turn]) -> int:
    """Bit i is set where label i of the names was found."""
    found = {label for turn in turns for label in turn.found}
    return sum(1 << bit for bit, name in enumerate(names) if name in found) if found else 0
