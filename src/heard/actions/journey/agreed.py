"""KPIs with owner, target and guard; the state of a rule that hurts."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from heard.gate.desk import Shelf
from heard.measures.registry import REGISTRY
from heard.terms.words import Cause


def _known(name: str) -> str:
    if name not in REGISTRY:
        raise ValueError("not a measure of the registry")
    return name


MeasureName = Annotated[str, AfterValidator(_known)]


class Kpi(BaseModel):
    """A figure that somebody answers for.

    Attributes:
        target: In the unit of the measure: shares 0 to 1, seconds, scores.
        guard: A measure that must not get worse while this one gets better.
        change: What is done to move it, so that the next review can say whether it worked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    measure: MeasureName
    owner: str = Field(min_length=1, max_length=80)
    target: float = Field(allow_inf_nan=False)
    guard: MeasureName
    review_by: date
    change: str = Field(default="", max_length=300)


FrictionStatus = Literal["open", "in work", "changed", "will not change"]
FRICTION_STATUSES: tuple[FrictionStatus, ...] = get_args(FrictionStatus)


class Friction(BaseModel):
    """What happens about a cause: who owns it, and how it stands; written by the app and by `heard friction`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cause: Cause
    owner: str = Field(default="", max_length=200)
    status: FrictionStatus = "open"
    note: str = Field(default="", max_length=1000)


KPIS: Shelf[Kpi] = Shelf("kpi", Kpi)
FRICTION: Shelf[Friction] = Shelf("friction", Friction)
