"""What it is worth, as the page shows it: each section is worked out by itself, and says why where it has nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from heard import gate
from heard.actions.worth.cohorts import Cohorts
from heard.actions.worth.worth import Answer
from heard.errors import BadInput, HeardError
from heard.flow.serving.cells import Cells
from heard.flow.serving.house import House
from heard.flow.worth import changes, driving, friction
from heard.flow.worth.cohorts import AFTERS, EVENTS, compare, followed
from heard.flow.worth.paying import DAYS, answer, margin_of
from heard.flow.worth.reading import lived
from heard.flow.worth.valuing import Value, valued
from heard.gate.accounts import Person

STEP_DAYS, LONGEST_DAYS, WINDOW_DAYS = 30, 730, 56
DISCOUNT = 0.1
EVENT_WORDS = {"churn": "leaves", "order": "orders again", "refund": "has a refund", "contact": "writes again"}
AFTER_WORDS = {"start": "of all", "joining": "after joining", "renewal": "before a renewal"}

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Generic[Made]):
    """One part of the page; `made` is None while it is worked out, and where `why_not` says why there is nothing."""

    made: Made | None
    why_not: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it is being worked out."""
        return self.made is None and not self.why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address asks for.

    Attributes:
        event: What ends the wait.
        after: Which contact is the first.
        days: How far to look.
        margin_share: Margin over revenue; None takes the one of `heard.toml`.
        reach: Share of missed contacts that a programme turns.
        cost: Of the programme in a year, in the currency of the orders.
        of: Outcome whose drivers are shown; None is the first that there is.
        since: First day of the time after; None shows no decomposition.
    """

    event: str = "churn"
    after: str = "start"
    days: int = 180
    margin_share: float | None = None
    reach: float = 0.5
    cost: float = 0.0
    of: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The whole page."""

    cohorts: Section[Cohorts]
    answer: Section[Answer]
    value: Section[Value]
    drivers: Section[driving.Driven]
    split: Section[dict[str, Any]] | None
    friction: Section[list[dict[str, Any]]]
    outcomes: tuple[str, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether any part is still being worked out."""
        parts = (self.cohorts, self.answer, self.value, self.drivers, self.split, self.friction)
        return any(one is not None and one.is_waiting for one in parts)


def wanted_of(given: Callable[[str], str | None]) -> Wanted:
    """What an address asks for.

    Raises:
        BadInput: A word that is none of the list, or a number out of range.
    """
    event, after = given("event") or "churn", given("after") or "start"
    if event not in EVENTS or after not in AFTER_WORDS:
        raise BadInput("cohorts", got="an unknown word", expected=f"{', '.join(EVENTS)}; {', '.join(AFTERS[:3])}")
    since = given("since")
    try:
        day = date.fromisoformat(since) if since else None
    except ValueError as error:
        raise BadInput("since", got="something else", expected="a date such as 2026-11-16") from error
    margin = _number(given("margin"), "margin", 1, 100)
    return Wanted(
        event=event,
        after=after,
        days=int(_number(given("days"), "days", STEP_DAYS, LONGEST_DAYS) or 180),
        margin_share=margin / 100 if margin else None,
        reach=(_number(given("reach"), "reach", 1, 100) or 50) / 100,
        cost=_number(given("cost"), "cost", 0, 1e12) or 0.0,
        of=given("of"),
        since=day,
    )


def _number(text: str | None, what: str, low: float, high: float) -> float | None:
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError as error:
        raise BadInput(what, got="no number", expected=f"{low:g} to {high:g}") from error
    if not low <= number <= high:
        raise BadInput(what, got=f"{number:g}", expected=f"{low:g} to {high:g}")
    return number


def worth(house: House, wanted: Wanted) -> Worth:
    """The page; parts that take long are worked out one after the other and are there when it is loaded again.

    Raises:
        BadInput: An outcome that there is not.
    """
    outcomes = tuple(house.remembered("outcomes", driving.outcomes_in))
    of = wanted.of or outcomes[0]
    if of not in outcomes:
        raise BadInput("outcome", got="one that there is not", expected=", ".join(outcomes))
    margin, policy = wanted.margin_share, house.workspace.policy
    since = wanted.since
    return Worth(
        cohorts=section(
            house,
            f"cohorts {wanted.event} {wanted.after} {wanted.days}",
            lambda view: _cohorts(view, wanted),
        ),
        answer=section(
            house,
            f"answer {margin} {wanted.reach} {wanted.cost}",
            lambda view: answer(
                lived(view),
                margin_share=margin_of(policy, margin),
                cost=wanted.cost,
                reach=wanted.reach,
                window_days=WINDOW_DAYS,
                horizon_days=DAYS,
                effect=None,
                seed=1,
            ),
        ),
        value=section(house, f"value {margin}", lambda view: valued(lived(view), margin_of(policy, margin), DISCOUNT)),
        drivers=section(house, f"drivers {of}", lambda view: driving.drivers_in(view, of)),
        split=None
        if since is None
        else section(house, f"split {of} {since}", lambda view: driving.change_in(view, item=of, on=since)),
        friction=section(
            house, f"friction list {margin}", lambda view: friction.listed(house.workspace, view, margin_share=margin)
        ),
        outcomes=outcomes,
    )


def _cohorts(view: gate.View, wanted: Wanted) -> Cohorts:
    found = lived(view)
    people = followed(found, wanted.event, wanted.after, None)
    return compare(found, people, wanted.event, wanted.after, wanted.days, STEP_DAYS, view.workspace.policy.k)


def section(house: House, key: str, make: Callable[[gate.View], Made | None]) -> Section[Made]:
    """One part, worked out in its turn; an error of the data is its reason."""
    try:
        made = house.worked_out(key, lambda view: (make(view),))
    except HeardError as error:
        return Section(made=None, why_not=str(error))
    if made is None:
        return Section(made=None)
    return Section(made=made[0], why_not="Nothing to compare." if made[0] is None else "")


def course(house: House, cells: Cells, measure: str) -> dict[str, Any]:
    """A released figure week by week with its shifts and the change log."""
    return changes.course(cells.rows(measure, "", "week"), measure, changes.noted_in(house.workspace))


def note_change(house: House, person: Person, what: str, on: str) -> None:
    """Note a change in how the business works.

    Raises:
        BadInput: No words, or no day.
    """
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise BadInput("change", got="no day", expected="a date such as 2026-11-16") from error
    changes.note_in(house.workspace, what, on=day, by=person.person_id)
