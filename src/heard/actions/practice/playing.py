"""One exercise as it is played: pure; the scorer and the ledger are those of the batch."""

from dataclasses import dataclass, field

from heard.actions.assist.drafts import Does, Draft
from heard.actions.assist.scoring import Scorer
from heard.actions.assist.session import Session
from heard.actions.assist.turns import Said
from heard.actions.practice.scenarios import Did, Scenario
from heard.terms.labels import LABELS

ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one reply did, and what the other person wrote next.

    Attributes:
        does: Behaviours with the trainee's own words that show them.
        missing: Behaviours that would have answered, of which none was there; empty where it answered.
        said: One line.
        next_words: "" when the exercise is over.
    """

    did: Did
    does: tuple[Does, ...]
    missing: tuple[str, ...]
    said: str
    next_words: str


@dataclass(slots=True)
class Play:
    """An exercise under way.

    Args:
        scenario: Which one.
        scorer: Shared.
    """

    scenario: Scenario
    scorer: Scorer
    rounds: list[Round] = field(default_factory=list)
    _session: Session = field(init=False)
    _turns: int = 0

    def __post_init__(self) -> None:
        self._session = Session(self.scorer, channel=self.scenario.channel)
        self._say("customer", self.scenario.opening)

    @property
    def is_over(self) -> bool:
        """After three rounds, or once the other person was heard in each round there are words for."""
        heard = sum(one.did == "heard" for one in self.rounds)
        return len(self.rounds) >= ROUNDS or heard >= len(self.scenario.answers["heard"])

    def reply(self, text: str) -> Round:
        """Judge a reply and let the other person answer to what it did."""
        draft = self._session.draft(text)
        did = _did(draft, is_first=not self.rounds)
        self._say("agent", text)
        count = sum(one.did == did for one in self.rounds)
        lines = self.scenario.answers[did]
        words = lines[min(count, len(lines) - 1)]
        made = Round(
            did=did, does=draft.does, missing=_missing(draft) if did in ("generic", "missed") else (), said=SAID[did],
            next_words=words,
        )  # fmt: skip
        self.rounds.append(made)
        self._say("customer", words)
        return made

    def _say(self, role: str, text: str) -> None:
        self._turns += 1
        self._session.take(Said(turn_id=str(self._turns), role=role, text=text))


SAID: dict[str, str] = {
    "heard": "It answers what they wrote, in words that belong to them.",
    "generic": "It answers, in words that would fit anybody.",
    "missed": "It does not answer what they wrote.",
    "harmed": "It brushes them off.",
}


def _did(draft: Draft, *, is_first: bool) -> Did:
    """What a reply did; where no moment is open any more, a reply that harms nobody carries on."""
    if draft.harms:
        return "harmed"
    if draft.answers is None:
        return "missed" if is_first else "heard"
    if not draft.answers:
        return "missed"
    return "generic" if draft.is_generic or draft.is_overdone else "heard"


def _missing(draft: Draft) -> tuple[str, ...]:
    shown = {one.behavior for one in draft.does}
    return tuple(name for name in ("acknowledges", "validates", "takes_ownership") if name not in shown)


def advice(name: str) -> str:
    """What a behaviour is, in the codebook's words.

    Example:
        >>> advice("takes_ownership")
        'takes ownership: a personal commitment to act'
    """
    return f"{name.replace('_', ' ')}: {LABELS[name].yes}"
