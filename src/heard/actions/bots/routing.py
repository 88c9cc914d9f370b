"""Sensitive cases go to people: a rule file, what it says of a conversation, and its recall on a labelled test set."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tomlkit
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from tomlkit.exceptions import TOMLKitError

from heard.errors import BadConfig
from heard.measures.interval import wilson
from heard.terms.labels import CUE_NAMES, EMOTION_NAMES
from heard.terms.words import CAUSES

FILE_NAME = "routing.toml"
MIN_N = 5


def _one_of(known: tuple[str, ...], what: str) -> Any:
    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"not {what}; they are {', '.join(known)}")
        return value

    return AfterValidator(check)


class Rule(BaseModel):
    """A conversation goes to a person when all that a rule names is there; an empty list asks for nothing.

    Attributes:
        emotions: One of these was shown.
        cues: One of these was.
        causes: A moment is about one of these.
        intensity_at_least: A moment is at least so strong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    emotions: tuple[Annotated[str, _one_of(EMOTION_NAMES, "an emotion")], ...] = ()
    cues: tuple[Annotated[str, _one_of(CUE_NAMES, "a cue")], ...] = ()
    causes: tuple[Annotated[str, _one_of(CAUSES, "a cause")], ...] = ()
    intensity_at_least: int = Field(default=1, ge=1, le=3)

    @model_validator(mode="after")
    def _asks_for_something(self) -> "Rule":
        if not (self.emotions or self.cues or self.causes) and self.intensity_at_least == 1:
            raise ValueError("a rule that names nothing sends everybody to a person; name what it is about")
        return self

    def fits(self, shown: "Shown") -> bool:
        """Whether a conversation falls under it."""
        return (
            (not self.emotions or not shown.labels.isdisjoint(self.emotions))
            and (not self.cues or not shown.labels.isdisjoint(self.cues))
            and (not self.causes or not shown.causes.isdisjoint(self.causes))
            and (self.intensity_at_least == 1 or shown.intensity >= self.intensity_at_least)
        )


class Rules(BaseModel):
    """`routing.toml`.

    Attributes:
        recall_at_least: Share of the sensitive cases of the test set that must be found.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    recall_at_least: float = Field(default=0.8, gt=0, le=1)
    rule: tuple[Rule, ...] = Field(min_length=1)

    def why(self, shown: "Shown") -> tuple[str, ...]:
        """Names of the rules that send a conversation to a person; none where a bot may go on."""
        return tuple(rule.name for rule in self.rule if rule.fits(shown))


STARTER = """# Which conversations a bot must hand to a person. All that a rule names must be there.
recall_at_least = 0.8

[[rule]]
name = "asked for a person"
cues = ["asks_for_person"]

[[rule]]
name = "strong words"
intensity_at_least = 3

[[rule]]
name = "grief and life events"
causes = ["personal"]
intensity_at_least = 2

[[rule]]
name = "urgent and worried"
cues = ["urgent"]
emotions = ["worry", "sadness"]

[[rule]]
name = "about to leave"
cues = ["threatens_to_leave"]
intensity_at_least = 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a conversation has shown so far: labels of its customer turns, causes and strength of its moments."""

    labels: frozenset[str]
    causes: frozenset[str]
    intensity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """How the rules do on a test set whose labels people gave.

    Attributes:
        n: Sensitive cases by the rules on the labels that were given.
        value: Share of them that the rules on the machine's labels find; None below five.
        precision: Share of what they find that is sensitive; None where they find nothing.
        missed: Ids of those that were not found.
    """

    n: int
    found: int
    value: float | None
    ci_lower: float | None
    ci_upper: float | None
    precision: float | None
    missed: tuple[str, ...]


def recall(rules: Rules, pairs: Iterable[tuple[str, Shown, Shown]]) -> Recall:
    """Compare (id, by people, by the machine), one a conversation."""
    must, found, sent, missed = 0, 0, 0, []
    for name, truth, seen in pairs:
        is_due, is_sent = bool(rules.why(truth)), bool(rules.why(seen))
        must += is_due
        sent += is_sent
        found += is_due and is_sent
        if is_due and not is_sent:
            missed.append(name)
    if must < MIN_N:
        return Recall(
            n=must, found=found, value=None, ci_lower=None, ci_upper=None, precision=None, missed=tuple(missed)
        )

    bounds = wilson(np.array([float(found)]), np.array([float(must)]))
    return Recall(
        n=must, found=found, value=found / must, ci_lower=float(bounds.lower[0]), ci_upper=float(bounds.upper[0]),
        precision=found / sent if sent else None, missed=tuple(missed),
    )  # fmt: skip


def parse(text: str, *, where: str = FILE_NAME) -> Rules:
    """The rules that a file states.

    Raises:
        BadConfig: It is not TOML, or a rule is impossible; every fault is named.
    """
    try:
        return Rules.model_validate(tomlkit.parse(text).unwrap())
    except TOMLKitError as error:
        faults = [f"line {getattr(error, 'line', '?')}"]
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        faults = [f"{'.'.join(map(str, e['loc']))}: {str(e['msg']).removeprefix('Value error, ')}" for e in found]
    raise BadConfig("routing rules", "faults", "none", "Correct the lines below.", where, faults=tuple(faults))


def read(folder: Path) -> Rules:
    """The rules of a workspace, or the starting ones where it has none."""
    path = folder / FILE_NAME
    return parse(path.read_text(encoding="utf-8") if path.is_file() else STARTER)
