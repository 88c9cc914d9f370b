"""What bots got wrong this week, grouped so that it can be fixed: by kind and issue, never by conversation alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from heard.actions.bots.seam import Seam

KINDS = ("person refused", "brushed off", "missed by the bot", "asked again at the seam", "not carried over")


class Fixed(BaseModel):
    """That a group of failures was mended, by whom it is owned and since which week it should be gone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    issue: str
    week_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure in one conversation."""

    kind: str
    issue: str
    customer: str
    interaction_id: str
    week_start: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Failures of one kind about one issue in a week.

    Attributes:
        count: Conversations; None below k customers.
        before: In the four weeks before, a week; None where that is below k customers.
        state: new, known, fixed, or back (it was said to be fixed and is there again).
    """

    kind: str
    issue: str
    count: int | None
    before: float | None
    state: str


def failures_of(contacts: Iterable[Mapping[str, Any]], seams: Iterable[Seam]) -> list[Failure]:
    """Every failure: from facts of contacts with a bot, and from the seams.

    Args:
        contacts: interaction_id, customer_id, issue, week_start, is_refused, is_harmed, is_missed; bot contacts only.
        seams: Hand-overs.
    """
    kinds = (("is_refused", "person refused"), ("is_harmed", "brushed off"), ("is_missed", "missed by the bot"))
    made = [_failure(kind, row, str(row["interaction_id"])) for row in contacts for name, kind in kinds if row[name]]
    for seam in seams:
        about = {"issue": seam.issue, "customer_id": seam.customer_id, "week_start": seam.week_start}
        if seam.repeated:
            made.append(_failure("asked again at the seam", about, seam.interaction_id))
        elif not seam.is_carried:
            made.append(_failure("not carried over", about, seam.interaction_id))
    return made


def _failure(kind: str, row: Mapping[str, Any], interaction_id: str) -> Failure:
    return Failure(
        kind=kind, issue=row["issue"] or "unknown", customer=row["customer_id"] or interaction_id,
        interaction_id=interaction_id, week_start=row["week_start"],
    )  # fmt: skip


def weekly(failures: Iterable[Failure], week: int, *, k: int, fixed: Iterable[Fixed] = ()) -> tuple[Group, ...]:
    """The list of a week, most frequent first; groups below k customers are shown without a number."""
    by: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in failures:
        if one.week_start is not None:
            by[one.kind, one.issue][one.week_start].add(one.customer)
    mended = {(one.kind, one.issue): one.week_start for one in fixed}
    groups = [_group(key, weeks, week, k, mended.get(key)) for key, weeks in by.items()]
    shown = [one for one in groups if one.state != "gone"]
    return tuple(sorted(shown, key=lambda one: (-(one.count or 0), one.kind, one.issue)))


def _group(key: tuple[str, str], weeks: Mapping[int, set[str]], week: int, k: int, mended: int | None) -> Group:
    now = weeks.get(week, set())
    past = [weeks.get(week - 7 * back, set()) for back in range(1, 5)]
    people = {one for customers in past for one in customers}
    if mended is not None and week >= mended:
        state = "back" if now else "fixed"
    elif now:
        state = "known" if people else "new"
    else:
        state = "gone"
    return Group(
        kind=key[0], issue=key[1], count=len(now) if len(now) >= k else None,
        before=sum(map(len, past)) / 4 if len(people) >= k else None, state=state,
    )  # fmt: skip
