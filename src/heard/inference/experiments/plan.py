"""What was promised before the data came: the change, the units, the metric, the window, the tests."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from heard.errors import BadInput

ChangeKind = Literal["prompt", "card", "script", "training", "policy", "staffing", "other"]
UnitKind = Literal["queue-day", "shift", "team-week", "agent", "team", "customer"]
Looking = Literal["once", "pocock", "obrien-fleming", "anytime"]

SWITCHED: frozenset[str] = frozenset({"queue-day", "shift", "team-week"})
"""Units that are a place during a time: the place is switched to and fro."""
DIMENSIONS: tuple[str, ...] = ("channel", "queue", "team", "issue", "tenure", "complexity", "volume")
"""What a plan may break effects down by: see `subgroups.BANDS` for the last three."""


def _monday(value: date) -> date:
    if value.weekday():
        raise ValueError(f"{value.isoformat()} is a {value:%A}; weeks begin on Monday")
    return value


def _dimension(value: str) -> str:
    if value not in DIMENSIONS:
        raise ValueError(f"{value} is none of {', '.join(DIMENSIONS)}")
    return value


class Plan(BaseModel):
    """A plan as it is registered.

    Attributes:
        name: Short name; letters, digits, hyphens.
        change: What is changed, in one sentence.
        kind: What sort of change; decides which units can carry it.
        population: Dimension → value that contacts must have; empty for all.
        metric: Name of the primary measure.
        guards: Measures that must not get worse.
        unit: What is assigned.
        strata: Dimension within which agents are drawn; empty for none.
        starts_on: First day, a Monday on the business's calendar.
        weeks: How long contacts count.
        settle_days: Days at the start that are left out, until the change is in use.
        lag_days: Days after the end before outcomes are read.
        smallest_effect: Smallest effect worth having, in the metric's unit (0.06 is six points of a share).
        better: Which way the metric is better.
        treated_share: Share of units in treatment.
        alpha: Chance of a false finding.
        power: Chance to find the smallest effect.
        past_weeks: Weeks before the start by which units are adjusted (CUPED); 0 for none.
        looking: How often results may be read: once at the end, at `looks` planned looks, or at any time.
        looks: Planned looks, the end included.
        subgroups: Dimensions of the "who benefits" table.
        seed: Seed of the assignment and of all draws.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    change: str = Field(min_length=3, max_length=300)
    kind: ChangeKind
    population: dict[str, str] = Field(default_factory=dict)
    metric: str
    guards: tuple[str, ...] = ()
    unit: UnitKind
    strata: Literal["", "team"] = ""
    starts_on: Annotated[date, AfterValidator(_monday)]
    weeks: int = Field(ge=1, le=156)
    settle_days: int = Field(default=0, ge=0, le=90)
    lag_days: int = Field(default=0, ge=0, le=180)
    smallest_effect: float = Field(gt=0)
    better: Literal["higher", "lower"] = "higher"
    treated_share: float = Field(default=0.5, ge=0.1, le=0.9)
    alpha: float = Field(default=0.05, ge=0.001, le=0.2)
    power: float = Field(default=0.8, ge=0.5, le=0.99)
    past_weeks: int = Field(default=0, ge=0, le=52)
    looking: Looking = "once"
    looks: int = Field(default=1, ge=1, le=20)
    subgroups: tuple[Annotated[str, AfterValidator(_dimension)], ...] = ()
    seed: int = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _fits_together(self) -> "Plan":
        if self.looking in ("pocock", "obrien-fleming") and self.looks < 2:
            raise ValueError(f"looking = {self.looking} needs looks of 2 or more")
        if self.looking in ("once", "anytime") and self.looks != 1:
            raise ValueError(f"looks = {self.looks} needs looking = pocock or obrien-fleming")
        if self.kind == "training" and self.unit not in ("agent", "team"):
            raise ValueError("training stays with a person: assign agents or teams, not days, shifts or customers")
        if self.metric in self.guards:
            raise ValueError("the primary metric cannot guard itself")
        if self.settle_days >= 7 * self.weeks:
            raise ValueError("settle_days leave nothing of the window")
        if self.strata == "team" and self.unit != "agent":
            raise ValueError("strata are for agents; days and shifts have their own, customers none")
        return self

    @property
    def ends_on(self) -> date:
        """Last day whose contacts count."""
        return self.starts_on + timedelta(days=7 * self.weeks - 1)

    @property
    def first_counted_on(self) -> date:
        """First day whose contacts count."""
        return self.starts_on + timedelta(days=self.settle_days)

    @property
    def readable_on(self) -> date:
        """First day on which the final result can be read."""
        return self.ends_on + timedelta(days=self.lag_days + 1)

    @property
    def digest(self) -> str:
        """SHA-256 of the plan's values, whatever the order and layout of its file."""
        return sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def plan_of(values: Mapping[str, Any], *, where: str = "") -> Plan:
    """A plan from the values of its file.

    Raises:
        BadInput: Anything is missing or wrong; every fault is named.
    """
    try:
        return Plan.model_validate(dict(values))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc'])) or 'plan'}: {_plain(one)}" for one in error.errors()]
        raise BadInput("plan", got="; ".join(faults), expected="a whole plan", where=where) from None


def _plain(fault: Any) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")
