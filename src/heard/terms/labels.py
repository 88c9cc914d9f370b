"""The labels of the codebook (version 1) as data: what each means and on which channel of empathy it lies."""

from dataclasses import dataclass
from typing import Literal

CODEBOOK_VERSION = "1"

Group = Literal["emotions", "cues", "behaviors"]
Tone = Literal["negative", "positive", "attentive", "affective", "cognitive", "practical", "harm", "cue"]


@dataclass(frozen=True, slots=True)
class Label:
    """One label; `answers` marks behaviours that answer a feeling (CODEBOOK C)."""

    name: str
    group: Group
    tone: Tone
    yes: str
    no: str = ""
    answers: bool = False


EMOTIONS: tuple[Label, ...] = (
    Label("anger", "emotions", "negative", "insults, outrage, capitals with blame", "a flat complaint"),
    Label(
        "frustration",
        "emotions",
        "negative",
        "exasperation at an obstacle, sarcasm",
        "a first, neutral report of a fault",
    ),
    Label("disappointment", "emotions", "negative", "let down, expected better, loyalty betrayed", "merely saying no"),
    Label("worry", "emotions", "negative", "fear for money, safety or a deadline", "a plain question about a date"),
    Label("confusion", "emotions", "negative", "does not understand, makes no sense", "an ordinary question"),
    Label("sadness", "emotions", "negative", "grief, hurt, loneliness", "disappointment with the firm"),
    Label("relief", "emotions", "positive", "a weight off"),
    Label("satisfaction", "emotions", "positive", "works great, very happy with", "ok, fine"),
    Label("gratitude", "emotions", "positive", "thanks with weight, praise of the helper", "a routine thanks"),
)
CUES: tuple[Label, ...] = (
    Label("reports_effort", "cues", "cue", "had to call again, wait long, repeat, chase"),
    Label("threatens_to_leave", "cues", "cue", "cancel, competitor, chargeback, never again"),
    Label("asks_for_person", "cues", "cue", "wants a human, a manager, a call"),
    Label("says_heard", "cues", "cue", "says that they felt understood, listened to, cared for"),
    Label("says_unheard", "cues", "cue", "says that they were ignored, dismissed, passed around, answered by script"),
    Label("urgent", "cues", "cue", "a deadline, a vulnerable person, money needed now"),
    Label("abusive", "cues", "cue", "insults aimed at the agent"),
)
BEHAVIORS: tuple[Label, ...] = (
    Label(
        "acknowledges",
        "behaviors",
        "attentive",
        "states the customer's situation or effort back as real",
        "I understand, with nothing after it",
        answers=True,
    ),
    Label(
        "paraphrases",
        "behaviors",
        "attentive",
        "restates the request or concern to check it",
        "reading back an address",
        answers=True,
    ),
    Label(
        "clarifies_need",
        "behaviors",
        "attentive",
        "asks in order to understand the situation, wish or concern",
        "identity or form checks",
    ),
    Label(
        "personalizes",
        "behaviors",
        "attentive",
        "uses a specific of this person's life or history",
        "only the first name",
        answers=True,
    ),
    Label("names_emotion", "behaviors", "affective", "names or mirrors a feeling", "sorry alone", answers=True),
    Label("apologizes", "behaviors", "affective", "expresses regret", "sorry, could you repeat?", answers=True),
    Label(
        "thanks", "behaviors", "affective", "thanks for patience, feedback, loyalty, effort", "thanks for contacting us"
    ),
    Label(
        "validates",
        "behaviors",
        "cognitive",
        "says that the reaction or view is fair",
        "agreeing to a fact",
        answers=True,
    ),
    Label(
        "explains_why",
        "behaviors",
        "cognitive",
        "gives the reason behind a problem, a rule or a step",
        "instructions without reason",
    ),
    Label(
        "offers_options",
        "behaviors",
        "practical",
        "two or more real ways forward, or asks which is preferred",
        "one instruction",
    ),
    Label("takes_ownership", "behaviors", "practical", "a personal commitment to act", "someone will contact you"),
    Label("reassures", "behaviors", "practical", "lowers a worry", "we're here to help", answers=True),
    Label("confirms_next_step", "behaviors", "practical", "says what happens next, by whom or by when", "bear with us"),
    Label(
        "closes_loop",
        "behaviors",
        "practical",
        "checks that the matter is settled or the person is all right",
        "have a nice day",
    ),
    Label(
        "dismisses", "behaviors", "harm", "minimises, blames, contradicts or mocks the feeling", "a polite correction"
    ),
    Label(
        "deflects",
        "behaviors",
        "harm",
        "sends the person elsewhere with no help or reason",
        "a warm handover with a reason",
    ),
    Label(
        "stonewalls",
        "behaviors",
        "harm",
        "quotes a rule as the end of the matter",
        "a rule explained or with an alternative",
    ),
)

LABELS: dict[str, Label] = {label.name: label for label in (*EMOTIONS, *CUES, *BEHAVIORS)}
EMOTION_NAMES: tuple[str, ...] = tuple(label.name for label in EMOTIONS)
CUE_NAMES: tuple[str, ...] = tuple(label.name for label in CUES)
BEHAVIOR_NAMES: tuple[str, ...] = tuple(label.name for label in BEHAVIORS)
NEGATIVE_EMOTIONS: frozenset[str] = frozenset(label.name for label in EMOTIONS if label.tone == "negative")
ANSWERING: frozenset[str] = frozenset(label.name for label in BEHAVIORS if label.answers)
HARMFUL: frozenset[str] = frozenset(label.name for label in BEHAVIORS if label.tone == "harm")

GROUP_OF_ROLE: dict[str, tuple[Group, ...]] = {
    "customer": ("emotions", "cues"),
    "agent": ("behaviors",),
    "bot": ("behaviors",),
    "system": (),
}
"""Which groups of labels a speaker's turn may carry. Staff carry behaviours only: no emotion of theirs is read (T7)."""
