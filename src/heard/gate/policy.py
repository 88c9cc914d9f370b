"""`heard.toml` as typed values: read whole, judged whole, every fault reported at once."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import tomlkit
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from tomlkit.exceptions import TOMLKitError

from heard.errors import BadConfig
from heard.gate.clocks import BusinessClock
from heard.gate.hours import hours_of
from heard.terms.words import CAUSES

FILE_NAME = "heard.toml"
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LegalMode = Literal["eu", "uk", "us_all_party", "other"]


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("not a time zone of the IANA list, such as Europe/London") from error
    return value


def _hours(value: str) -> str:
    opens, closes = hours_of(value)
    if closes <= opens:
        raise ValueError("closing must be after opening, on the same day")
    return value


def _cause(value: str) -> str:
    if value not in CAUSES:
        raise ValueError(f"not a cause; the causes are {', '.join(CAUSES)}")
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Zone = Annotated[str, AfterValidator(_known_zone)]


class Purpose(_Part):
    """Why conversations are read, and what makes that lawful. An empty text is a finding of `heard check`."""

    legal_basis: str = ""
    notice: str = ""
    objection: str = ""
    retention_days: int | None = Field(default=None, ge=1)
    proportionality: str = ""
    owner: str = ""


class Retention(_Part):
    """Clocks of retention, in days.

    Attributes:
        text_days: Words, from the closing of their conversation; comments from their answer.
        label_days: Labels, facts and answers, from the closing of their conversation.
        outcome_days: Orders, renewals and the like, from the day they happened.
    """

    text_days: int = Field(default=90, ge=1)
    label_days: int = Field(default=396, ge=1)
    outcome_days: int = Field(default=1095, ge=1)


class SourceMapping(_Part):
    """How one source's records are understood.

    Attributes:
        columns: Canonical column → the file's own column, for the generic table reader.
        timezone: Zone of times that the file writes without one.
        interactions_of: Source whose interaction ids this file uses (a survey that cites help-desk tickets).
        customers_of: Source whose customer ids this file uses.
    """

    columns: dict[str, str] = Field(default_factory=dict)
    timezone: Zone | None = None
    options: dict[str, str] = Field(default_factory=dict)
    interactions_of: str | None = None
    customers_of: str | None = None


class JourneyStage(_Part):
    """One stage of the customer's journey: what belongs to it, and what was agreed for it."""

    issues: tuple[str, ...] = ()
    need: str = ""
    response: str = ""
    owner: str = ""
    authority: str = ""
    metric: str = ""
    review_by: date | None = None


class Policy(_Part):
    """The whole of `heard.toml`."""

    name: str = Field(min_length=1)
    timezone: Zone
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    legal_mode: LegalMode = "eu"
    k: int = Field(default=5, ge=5)
    min_agents: int = Field(default=3, ge=3)
    unanswered_business_hours: float = Field(default=8, gt=0)
    repeat_contact_days: int = Field(default=7, ge=1)
    keep_history: bool = False
    pseudonym_key_path: str = Field(min_length=1)
    business_hours: dict[Weekday, Annotated[str, AfterValidator(_hours)]] = Field(default_factory=dict)
    retention: Retention = Field(default_factory=Retention)
    purposes: dict[str, Purpose] = Field(default_factory=dict)
    sources: dict[str, SourceMapping] = Field(default_factory=dict)
    standards: dict[str, str | int | float | bool] = Field(default_factory=dict)
    contact: str = ""
    officer: str = ""
    do_not_measure: tuple[str, ...] = ()
    policy_owner: dict[Annotated[str, AfterValidator(_cause)], str] = Field(default_factory=dict)
    journey: dict[str, JourneyStage] = Field(default_factory=dict)

    def clock(self) -> BusinessClock:
        """The clock that counts only business hours; a policy without hours is always open."""
        return BusinessClock(self.timezone, tuple(self.business_hours.items()))


def parse(text: str, *, where: str = FILE_NAME) -> Policy:
    """The policy that a `heard.toml` states.

    Raises:
        BadConfig: It is not TOML, or a value is missing, unknown or out of range; `faults` holds all of them.
    """
    try:
        values = tomlkit.parse(text).unwrap()
    except TOMLKitError as error:
        place = f"line {getattr(error, 'line', '?')}"
        raise BadConfig("configuration", "text that is not TOML", "TOML", where=where, faults=(place,)) from None
    return validated(values, where=where)


def validated(values: dict[str, Any], *, where: str = FILE_NAME) -> Policy:
    """A policy from values, judged whole.

    Raises:
        BadConfig: `faults` holds every fault.
    """
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        faults = tuple(_fault(e["loc"], e["msg"]) for e in error.errors(include_input=False, include_url=False))
        told = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        raise BadConfig("configuration", told, "none", "Correct the lines below.", where, faults=faults) from None


def _fault(place: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(str(part) for part in place)}: {message.removeprefix('Value error, ')}"


def read(folder: Path) -> Policy:
    """The policy of a workspace's folder."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise BadConfig("workspace", "a folder without heard.toml", "a workspace", "Make one with `heard init`.")
    return parse(path.read_text(encoding="utf-8"))
