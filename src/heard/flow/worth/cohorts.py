"""Cohorts by first experience: who stayed, with bands, at-risk numbers, a comparison, and equal windows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.actions.worth.cohorts import Cohorts, Group, page
from heard.actions.worth.writing import write
from heard.errors import BadInput, NotIdentified
from heard.flow.worth.reading import STATES, UNDATED_DAY, Ints, Lived, day_text, lived, opened
from heard.inference.survival import Lives, curve, incidence, logrank, restricted_mean
from heard.measures.interval import wilson
from heard.terms.days import day_of

EVENTS: tuple[str, ...] = ("churn", "order", "refund", "contact")
AFTERS: tuple[str, ...] = ("start", "joining", "renewal", "incident")
ONBOARDING_DAYS = 90


@dataclass(frozen=True, slots=True)
class Followed:
    """One row a customer who had a first experience; `row` is its place among the contacts."""

    state: Ints
    begins: Ints
    days: Ints
    cause: Ints
    row: Ints


def cohorts(
    folder: Path,
    *,
    event: str = "churn",
    after: str = "start",
    on: date | None = None,
    horizon_days: int = 180,
    step_days: int = 30,
    as_of: date | None = None,
) -> tuple[Cohorts, Path]:
    """Compare customers by how their first contact went.

    Args:
        folder: The workspace.
        event: What ends the wait: churn, the next order, a refund, or the next contact.
        after: Which contact is the first: of all; within 90 days of joining; within 90 days before a renewal; after
            an incident on `on`.
        on: Day of the incident.
        horizon_days: How far to look.
        step_days: Width of a column of the triangle.
        as_of: Last day that is seen.

    Returns:
        The comparison, and where its page lies.

    Raises:
        BadInput: An unknown word, no outcomes, or an incident without a day.
        NotIdentified: Nobody had such a first contact.
    """
    if event not in EVENTS or after not in AFTERS:
        raise BadInput("cohorts", got=f"{event}, {after}", expected=f"{', '.join(EVENTS)}; {', '.join(AFTERS)}")
    if (after == "incident") != (on is not None):
        raise BadInput(
            "cohorts", got=f"after {after}", expected="a day with an incident, and with nothing else", todo="Set --on."
        )
    if horizon_days < 1 or step_days < 1:
        raise BadInput("cohorts", got=f"{horizon_days} and {step_days} days", expected="1 or more")
    with opened(folder, as_of=as_of) as (workspace, view):
        found = lived(view)
        told = compare(
            found, followed(found, event, after, on), event, after, horizon_days, step_days, workspace.policy.k
        )
        return told, write(workspace.folder, "cohorts", page(told), told.to_dict())


def followed(found: Lived, event: str, after: str, on: date | None) -> Followed:
    """First contacts and how long it took until the event, in days."""
    contacts, churn = found.contacts, found.churned[0]
    who, day = contacts.customer, contacts.day
    usable = (contacts.state >= 0) & ((churn[who] < 0) | (day <= churn[who])) & (day <= found.last_day)
    if after == "joining":
        since = day - found.joined[who]
        usable &= found.joined_is_stated[who] & (since >= 0) & (since <= ONBOARDING_DAYS)
    elif after == "renewal":
        ahead = found.renews[who] - day
        usable &= (found.renews[who] > UNDATED_DAY) & (ahead >= 0) & (ahead <= ONBOARDING_DAYS)
    elif after == "incident" and on is not None:
        usable &= day >= day_of(on)
    rows = np.flatnonzero(usable)
    if not len(rows):
        raise NotIdentified(
            "cohorts", got=f"no contact after {after}", expected="customers with contacts",
            todo="Check joined_on and renews_on; see `heard joins`.",
        )  # fmt: skip
    chosen = rows[np.append(True, who[rows][1:] != who[rows][:-1])]  # contacts come by customer and time
    people = who[chosen]
    begins = day[chosen]
    ended, why = _ends(found, event, people, begins)
    stop = (
        np.where(churn[people] >= 0, churn[people], found.last_day)
        if event != "churn"
        else np.full(len(people), found.last_day)
    )
    happened = (ended >= 0) & (ended <= stop)
    last = np.where(happened, ended, np.maximum(stop, begins))
    return Followed(contacts.state[chosen], begins, last - begins, np.where(happened, why, 0), chosen)


def _ends(found: Lived, event: str, people: Ints, begins: Ints) -> tuple[Ints, Ints]:
    """Day of the first event from the first contact on, -1 for none, and its cause."""
    if event == "churn":
        day, cause = found.churned
        return day[people], cause[people]
    if event == "contact":
        who, when = found.contacts.customer, found.contacts.day
    else:
        rows = found.done.of(event)
        who, when = found.done.customer[rows], found.done.day[rows]
    since = np.full(len(found.customers), np.iinfo(np.int64).max)
    since[people] = begins
    later = when > since[who]
    ended = np.full(len(found.customers), np.iinfo(np.int64).max)
    np.minimum.at(ended, who[later], when[later])
    return np.where(ended[people] < np.iinfo(np.int64).max, ended[people], -1), np.ones(len(people), np.int64)


def compare(found: Lived, people: Followed, event: str, after: str, horizon: int, step: int, k: int) -> Cohorts:
    """Curves, at-risk numbers, the test and the triangle; groups below k customers are hidden."""
    marks = list(range(0, horizon + 1, step))
    causes = 2 if event == "churn" else 1
    days, cause = np.minimum(people.days, horizon), np.where(people.days <= horizon, people.cause, 0)
    groups, shown = [], []
    hidden = _hidden(np.bincount(people.state, minlength=len(STATES)), k)
    for place, name in enumerate(STATES):
        of_it = people.state == place
        n = int(of_it.sum())
        if place in hidden:
            groups.append(Group.hidden(name, n, k))
            continue
        lives = Lives.of(days[of_it], cause[of_it], causes=causes)
        shown.append(lives)
        groups.append(_group(name, lives, marks, horizon, k, causes, people, of_it))
    statistic, degrees, pvalue = logrank(shown) if len(shown) > 1 else (np.nan, 0, np.nan)
    return Cohorts(
        event=event, after=after, horizon_days=horizon, marks=tuple(marks), groups=tuple(groups),
        logrank_statistic=statistic, logrank_degrees=degrees, logrank_pvalue=pvalue,
        first_day=day_text(int(people.begins.min())), last_day=day_text(found.last_day), manifest=found.manifest,
    )  # fmt: skip


def _hidden(counts: Ints, k: int) -> set[int]:
    """Groups below k; a single small one takes the next along, or it would follow by subtraction."""
    small = [place for place, n in enumerate(counts) if n < k]
    if sum(counts[place] > 0 for place in small) == 1:
        others = [place for place, n in enumerate(counts) if n >= k]
        small += [min(others, key=lambda place: counts[place])] if others else []
    return set(small)


def _group(
    name: str, lives: Lives, marks: list[int], horizon: int, k: int, causes: int, people: Followed,
    of_it: npt.NDArray[np.bool_],
) -> Group:  # fmt: skip
    drawn = curve(lives)
    reach = float(min(horizon, lives.times[-1]))
    mean, se = restricted_mean(lives, reach)
    points = [drawn.at(mark) | {"day": mark} for mark in marks]
    for point in points:
        if (point["at_risk"] or 0) < k:
            point.update({"at_risk": None, "value": None, "ci_lower": None, "ci_upper": None})
    reasons = {}
    if causes > 1 and lives.events[:, 1].sum() > 0:
        reasons = {
            "voluntary or unknown": incidence(lives, 1).at(reach),
            "failed payment": incidence(lives, 2).at(reach),
        }
    return Group(
        name=name, n=int(lives.n), event_count=int(lives.event_count), points=tuple(points),
        restricted_mean=mean, restricted_mean_se=se, restricted_to=reach, reasons=reasons,
        triangle=tuple(_kept(people, of_it, mark, k) for mark in marks[1:]),
        steps=_steps(drawn.times, drawn.value, drawn.at_risk, k),
    )  # fmt: skip


def _kept(people: Followed, of_it: npt.NDArray[np.bool_], mark: int, k: int) -> dict[str, Any]:
    """Share without the event on a day, among those who could be seen that long: the same window for everybody."""
    could = of_it & ((people.days >= mark) | (people.cause > 0))
    # who began too late to be seen for `mark` days does not count, even when the event came at once
    could &= people.begins + mark <= int((people.begins + people.days).max())
    n = int(could.sum())
    if n < k:
        return {
            "day": mark,
            "n": n,
            "value": None,
            "ci_lower": None,
            "ci_upper": None,
            "undefined_because": f"fewer than {k}",
        }
    kept = int((could & ~((people.cause > 0) & (people.days <= mark))).sum())
    low, high = wilson(np.array([float(kept)]), np.array([float(n)]))
    return {
        "day": mark, "n": n, "value": kept / n, "ci_lower": float(low[0]), "ci_upper": float(high[0]),
        "undefined_because": None,
    }  # fmt: skip


def _steps(times: Any, value: Any, at_risk: Any, k: int) -> tuple[tuple[float, float], ...]:
    """Corners of the curve, as far as k customers are at risk."""
    known = at_risk >= k
    return tuple((float(t), float(v)) for t, v in zip(times[known], value[known], strict=True))
