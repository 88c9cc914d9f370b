"""Scenarios: packs that ship with Heard, and moments of the business itself, redacted."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from heard.errors import BadInput

Did = Literal["heard", "generic", "missed", "harmed"]
ONBOARDING = ("the-cot", "charged-twice", "what-they-mean", "rule-says-no", "angry-and-unfair")
"""The first week: service, then listening, then conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One exercise.

    Attributes:
        about: What the trainee knows and may do.
        opening: The other person's first words.
        answers: What the reply did → the next words, one for each round; the last one stays.
    """

    name: str
    pack: str
    title: str
    channel: str
    about: str
    opening: str
    answers: Mapping[str, tuple[str, ...]]


@cache
def shipped() -> tuple[Scenario, ...]:
    """Scenarios of the packs, in the order of the file."""
    text = files("heard.actions.practice").joinpath("scenarios.toml").read_text(encoding="utf-8")
    return tuple(_scenario(one) for one in tomllib.loads(text)["scenario"])


def _scenario(one: Mapping[str, Any]) -> Scenario:
    answers = {did: tuple(one[did]) for did in ("heard", "generic", "missed", "harmed")}
    plain = {key: one[key] for key in ("name", "pack", "title", "channel", "about", "opening")}
    return Scenario(**plain, answers=answers)


def of_moments(rows: Iterable[Mapping[str, Any]]) -> tuple[Scenario, ...]:
    """Scenarios from the business's own moments.

    Args:
        rows: moment_id, cause, channel, asked (redacted words of the turn), words (the evidence in it), next (the
            customer's next words where they were better, else None).
    """
    return tuple(_own(n, row) for n, row in enumerate(rows, 1))


def _own(number: int, row: Mapping[str, Any]) -> Scenario:
    words = str(row["words"]).strip()
    thanks = row["next"] or "Thank you. That is what I needed to hear."
    return Scenario(
        name=f"own-{number}",
        pack="own moments",
        title=f"One of ours, about {row['cause']}",
        channel=row["channel"] or "chat",
        about="A moment of your own house, without names. Answer it as you would.",
        opening=row["asked"],
        answers={
            "heard": (thanks,),
            "generic": (f"That could be said to anybody. What I wrote was: “{words}”",),
            "missed": (f"You did not say anything about this: “{words}”",),
            "harmed": ("So it is my own fault? I would like to speak to somebody else.",),
        },
    )


def find(name: str, among: Iterable[Scenario]) -> Scenario:
    """A scenario by its name.

    Raises:
        BadInput: There is none.
    """
    known = tuple(among)
    for one in known:
        if one.name == name:
            return one
    raise BadInput("scenario", got=name[:60], expected=", ".join(one.name for one in known))
