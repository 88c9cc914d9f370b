"""`assist.toml`: what the business offers, who may decide it, and how it wants to be. Read whole, judged whole."""

from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal

import tomlkit
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from tomlkit.exceptions import TOMLKitError

from heard.errors import BadConfig
from heard.terms.labels import BEHAVIOR_NAMES, HARMFUL, NEGATIVE_EMOTIONS
from heard.terms.words import CAUSES

FILE_NAME = "assist.toml"
Action = Literal["refund", "credit", "discount", "replace", "repair", "expedite", "waive_fee", "callback", "escalate"]
Who = Literal["anyone", "lead", "owner"]
RANK: dict[str, int] = {"anyone": 0, "lead": 1, "owner": 2}
MONEY: frozenset[str] = frozenset({"refund", "credit", "discount"})
"""Actions that need a limit: without one, "up to" says nothing."""
FEELINGS = NEGATIVE_EMOTIONS | {"concern"}


def _one_of(known: frozenset[str] | tuple[str, ...], what: str) -> Any:
    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"not {what}; they are {', '.join(sorted(known))}")
        return value

    return AfterValidator(check)


Cause = Annotated[str, _one_of(CAUSES, "a cause")]
Feeling = Annotated[str, _one_of(FEELINGS, "a feeling that opens a moment")]
Behavior = Annotated[str, _one_of(frozenset(BEHAVIOR_NAMES) - HARMFUL, "a behaviour to aim for")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fits(_Part):
    """When a rule or a card applies; an empty list is everything."""

    causes: tuple[Cause, ...] = ()
    issues: tuple[str, ...] = ()

    def fits(self, cause: str, issue: str | None) -> bool:
        """Whether it applies; an issue that is unknown fits only rules for every issue."""
        return (not self.causes or cause in self.causes) and (not self.issues or issue in self.issues)


class Rule(Fits):
    """One line of the authority table.

    Attributes:
        action: What is done for the customer.
        limit: Most that it may cost, in the file's currency; None where no money moves.
        who: Who may decide it without asking.
        say: The offer in plain words, as the agent reads it.
    """

    name: str = Field(min_length=1, max_length=60)
    action: Action
    limit: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    who: Who = "anyone"
    say: str = Field(min_length=5, max_length=300)

    @model_validator(mode="after")
    def _has_its_limit(self) -> "Rule":
        if self.action in MONEY and self.limit is None:
            raise ValueError(f"{self.action} without a limit: say how much, or nobody can offer it")
        if self.action == "escalate" and self.limit is not None:
            raise ValueError("escalate costs nothing, so it has no limit")
        return self


class Card(Fits):
    """Guidance for one kind of moment: what to do and what to leave out, never a line to paste."""

    title: str = Field(min_length=3, max_length=80)
    emotions: tuple[Feeling, ...] = ()
    behaviors: tuple[Behavior, ...] = ()
    steps: tuple[Annotated[str, Field(min_length=3, max_length=200)], ...] = Field(min_length=1, max_length=5)
    avoid: tuple[Annotated[str, Field(min_length=3, max_length=200)], ...] = Field(default=(), max_length=3)
    review_by: date | None = None


class Standards(_Part):
    """What the business promises itself; shown, never a target for a person."""

    acknowledge_within_seconds: int = Field(default=30, ge=1, le=604_800)
    handover_wait_seconds: int = Field(default=120, ge=1, le=604_800)


class LanguageModel(_Part):
    """An OpenAI-compatible address; used only where the feature `language_model` was opened by a recorded decision."""

    address: str = Field(pattern=r"^https?://[^\s]+$")
    model: str = Field(min_length=1)
    key_variable: str = Field(default="", pattern=r"^[A-Z_0-9]*$")
    timeout_seconds: float = Field(default=8, gt=0, le=60)


class Policy(_Part):
    """The whole of `assist.toml`.

    Attributes:
        purpose: Purpose of `heard.toml` under which own replies are read for suggestions.
        most_conversations: In so many conversations within 28 days one reply is suggested, then it rests; below five,
            which is where a line counts as boilerplate.
    """

    purpose: str = Field(default="assist", min_length=1)
    most_suggestions: int = Field(default=3, ge=0, le=3)
    most_conversations: int = Field(default=3, ge=1, le=4)
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    experiment: str = ""
    standards: Standards = Field(default_factory=Standards)
    authority: tuple[Rule, ...] = ()
    card: tuple[Card, ...] = ()
    language_model: LanguageModel | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> "Policy":
        faults = [*_twice(rule.name for rule in self.authority), *_contradictions(self.authority)]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def options(self, cause: str, issue: str | None) -> tuple[Rule, ...]:
        """Rules that apply, those that anyone may decide first, then by action."""
        fitting = (rule for rule in self.authority if rule.fits(cause, issue))
        return tuple(sorted(fitting, key=lambda rule: (RANK[rule.who], -_narrowness(rule), rule.limit or 0, rule.name)))

    def cards(self, cause: str, issue: str | None, emotion: str) -> tuple[Card, ...]:
        """Cards that apply, the narrowest first."""
        fitting = (c for c in self.card if c.fits(cause, issue) and (not c.emotions or emotion in c.emotions))
        return tuple(sorted(fitting, key=lambda card: (-_narrowness(card) - bool(card.emotions), card.title)))

    def largest_limit(self) -> float:
        """Most money that anyone may give without asking; 0 when nobody may."""
        return max((rule.limit or 0 for rule in self.authority if rule.who == "anyone"), default=0)


def _narrowness(part: Fits) -> int:
    return bool(part.causes) + 2 * bool(part.issues)


def _twice(names: Any) -> list[str]:
    seen: set[str] = set()
    return [f"two rules named {name}" for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _contradictions(rules: tuple[Rule, ...]) -> list[str]:
    """Rules that cannot both hold: the same person with two limits, or a lesser role that may give more."""
    faults = []
    for a, b in combinations(rules, 2):
        if a.action != b.action or a.limit is None or b.limit is None or not _overlap(a, b):
            continue
        low, high = sorted((a, b), key=lambda rule: RANK[rule.who])
        if a.who == b.who and a.limit != b.limit and (_narrowness(a) == _narrowness(b)):
            faults.append(f"{a.name} and {b.name} give {a.who} two limits for {a.action}")
        elif RANK[low.who] < RANK[high.who] and (low.limit or 0) > (high.limit or 0):
            faults.append(f"{low.name} lets {low.who} give more than {high.name} lets {high.who}")
    return faults


def _overlap(a: Rule, b: Rule) -> bool:
    def meets(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
        return not x or not y or bool(set(x) & set(y))

    return meets(a.causes, b.causes) and meets(a.issues, b.issues)


def parse(text: str, *, where: str = FILE_NAME, currency: str | None = None) -> Policy:
    """The policy that a file states.

    Args:
        text: TOML.
        where: Its name, for errors.
        currency: Currency of the business; another one in the file is a fault.

    Raises:
        BadConfig: It is not TOML, or a rule is impossible; `faults` holds all of them.
    """
    try:
        values = tomlkit.parse(text).unwrap()
    except TOMLKitError as error:
        place = f"line {getattr(error, 'line', '?')}"
        raise BadConfig(
            "policy of live assist", "text that is not TOML", "TOML", where=where, faults=(place,)
        ) from None
    try:
        made = Policy.model_validate(values)
    except ValidationError as error:
        raise _refused([_fault(e) for e in error.errors(include_input=False, include_url=False)], where) from None
    if currency and made.authority and made.currency != currency:
        raise _refused([f"currency: limits in {made.currency}, but the business reckons in {currency}"], where)
    return made


def _refused(faults: list[str], where: str) -> BadConfig:
    told = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    return BadConfig("policy of live assist", told, "none", "Correct the lines below.", where, faults=tuple(faults))


def _fault(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "whole file"
    return f"{place}: {str(error['msg']).removeprefix('Value error, ')}"


def read(folder: Path, *, currency: str | None = None) -> Policy:
    """The policy of a workspace's folder; without the file, one that offers nothing.

    Raises:
        BadConfig: The file is wrong.
    """
    path = folder / FILE_NAME
    return parse(path.read_text(encoding="utf-8"), currency=currency) if path.is_file() else Policy()
