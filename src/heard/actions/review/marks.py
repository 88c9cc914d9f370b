"""What a reviewer writes: spans and words of the codebook, never the customer's words themselves."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from heard.errors import BadInput
from heard.gate.desk import Shelf
from heard.terms.labels import EMOTION_NAMES, GROUP_OF_ROLE, LABELS
from heard.terms.words import Cause

Id = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.:-]+$")]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]
Score = Annotated[int, Field(ge=1, le=5)]
Group = Literal["emotions", "cues", "behaviors"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(_Part):
    """A quote as code points into the stored text of a turn; never empty (T3: no quote, no label)."""

    turn_id: Id
    start: Offset
    end: Offset

    @model_validator(mode="after")
    def _is_not_empty(self) -> "Span":
        if self.end <= self.start:
            raise ValueError("a quote must hold at least one character")
        return self


class Mark(Span):
    """One label with its quote."""

    label: str

    @model_validator(mode="after")
    def _is_known(self) -> "Mark":
        if self.label not in LABELS:
            raise ValueError("a label must be one of the codebook")
        return self


class OpenedMoment(Span):
    """A moment as the reviewer judges it; the span is where it opens."""

    emotion: Literal[
        "anger", "frustration", "disappointment", "worry", "confusion", "sadness", "concern"
    ]  # the negative emotions of the codebook, or concern for an implicit moment
    intensity: Literal[1, 2, 3]
    cause: Cause
    state: Literal["met", "late", "missed", "unanswered"]
    is_generic: bool = False


class Review(_Part):
    """One reviewer's reading of one drawn conversation.

    Attributes:
        rubric_version: Codebook and standards that were at hand.
        is_done: The reviewer has decided; only then the machine's labels are shown.
        cannot_judge: Groups of labels that the reviewer leaves out; unscored is not zero.
        overall: How well the customer was heard, 1 to 5; None is unscored.
        standards: The business's own standards, 1 to 5; absent or None is unscored.
    """

    draw_id: Id
    rubric_version: str = Field(max_length=80)
    is_done: bool = False
    marks: tuple[Mark, ...] = Field(default=(), max_length=500)
    moments: tuple[OpenedMoment, ...] = Field(default=(), max_length=50)
    cannot_judge: tuple[Group, ...] = ()
    overall: Score | None = None
    standards: dict[Annotated[str, Field(max_length=80)], Score | None] = Field(default_factory=dict, max_length=40)
    note: str = Field(default="", max_length=1000)


class Draw(_Part):
    """One conversation that was drawn for review.

    Attributes:
        batch: Which drawing it belongs to.
        stratum: hard, moment or none.
        probability: Chance of being drawn; its inverse weighs the review back to the real mix.
        is_double: A second reviewer reads it too, blind.
    """

    batch: str = Field(max_length=80)
    interaction_id: Id
    stratum: Literal["hard", "moment", "none"]
    probability: float = Field(gt=0, le=1)
    is_double: bool
    month: int = 0


class Verdict(_Part):
    """What adjudication made of two readings: per disagreement whose reading holds, and the reading that results."""

    draw_id: Id
    choices: dict[str, Literal["first", "second"]]
    result: Review


REVIEWS: Shelf[Review] = Shelf("review", Review, is_noted=False)
DRAWS: Shelf[Draw] = Shelf("draw", Draw, is_noted=False)
VERDICTS: Shelf[Verdict] = Shelf("verdict", Verdict)
NEGATIVE = tuple(name for name in EMOTION_NAMES if LABELS[name].tone == "negative")


def check_spans(review: Review, turns: dict[str, tuple[str, int]]) -> None:
    """Hold a review against the conversation.

    Args:
        review: What was marked.
        turns: Turn → (speaker role, length of its text in code points).

    Raises:
        BadInput: A quote lies outside its turn, or a label stands on a speaker that cannot carry it (T7: an emotion on
            a member of staff).
    """
    for span in (*review.marks, *review.moments):
        role, length = turns.get(span.turn_id, ("", 0))
        if span.end > length:
            raise BadInput("quote", got="one outside its turn", expected="code points of a turn of this conversation")
        if isinstance(span, OpenedMoment) and role != "customer":
            raise BadInput("moment", got=f"one that opens at a turn of the {role}", expected="a customer's turn")
        if isinstance(span, Mark) and LABELS[span.label].group not in GROUP_OF_ROLE[role]:
            raise BadInput("label", got=f"{span.label} on a turn of the {role}", expected="a label of that speaker")
