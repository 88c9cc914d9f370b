"""What agents and leads agree on: goals, opt-in to recognition, nominations, the decision that opens person view."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from heard.actions.coaching.behaviours import PRACTISED
from heard.gate.desk import Shelf

DUTIES = (
    "Staff and their council were told before this began, in writing (AI Act Art. 26(7); works councils).",
    "It is used to support and train, never for discipline, pay, hiring or ranking.",
    "Each person sees all that is shown about them, and may appeal every label.",
    "It ends on the day below, and is decided anew if it is to go on.",
    "The data-protection officer has the impact assessment that covers it.",
)
"""From LAW.md: systems that evaluate the behaviour of workers are high-risk, so person view needs a decision."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Goal(_Part):
    """What an agent wants to practise; their own words, seen by them and, in person view, by their coach."""

    behaviour: Literal[PRACTISED]  # type: ignore[valid-type]
    text: str = Field(default="", max_length=400)
    since: int


class Recognition(_Part):
    """Whether an agent wants to be named for a great reply."""

    is_in: bool


class Nomination(_Part):
    """A great reply that is shown with its author's name, by their opt-in."""

    person_id: str = Field(max_length=40)
    moment_id: str = Field(max_length=80)
    month: int


class Decision(_Part):
    """A decision that is recorded with its reasons and its end."""

    what: Literal["person_view"]
    why: str = Field(min_length=20, max_length=2000)
    duties: tuple[str, ...] = Field(min_length=len(DUTIES))
    until: int
    is_withdrawn: bool = False


GOALS: Shelf[Goal] = Shelf("goal", Goal, is_noted=False)
RECOGNITIONS: Shelf[Recognition] = Shelf("recognition", Recognition)
NOMINATIONS: Shelf[Nomination] = Shelf("nomination", Nomination)
DECISIONS: Shelf[Decision] = Shelf("decision", Decision)


def next_to_name(willing: list[str], named: list[str]) -> list[str]:
    """Who may be named next, so that it is not always the same person: whoever was named least often, in turn.

    Example:
        >>> next_to_name(["ann", "bob", "cai"], ["ann", "bob", "ann"])
        ['cai', 'bob', 'ann']
    """
    return sorted(willing, key=lambda one: (named.count(one), one))
