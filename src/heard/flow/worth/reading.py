"""Customers, contacts and what they did, as arrays of whole days, from a view."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heard import gate
from heard.errors import BadInput
from heard.flow.steps import working_in
from heard.inference.survival.exposure import STATES
from heard.measures.families.ledger_rows import CANNED, CONTACT_STATES, IS_HEARD, IS_MISSED, JUDGED
from heard.terms.arrow import Array, Column, pc, whole
from heard.terms.days import date_of

PURPOSE = "service_quality"
UNDATED_DAY = -(10**6)
"""Stands for no day; some customers joined before 1970, so that -1 would be one of theirs."""
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PEOPLE = """
SELECT customer_id, min(first_day) AS first_day FROM (
  SELECT customer_id, min(local_day) AS first_day FROM interaction_fact GROUP BY customer_id
  UNION ALL
  SELECT customer_id, min(local_day) AS first_day FROM outcome WHERE kind <> 'spend' GROUP BY customer_id
  UNION ALL
  SELECT customer_id, NULL AS first_day FROM customer
) AS seen WHERE customer_id IS NOT NULL GROUP BY customer_id ORDER BY customer_id
"""
"""Everybody known by a contact, an outcome or a list."""
JOINED = """
SELECT customer_id, min(joined_on - DATE '1970-01-01') AS joined_day, min(renews_on - DATE '1970-01-01') AS renews_day,
  min(segment) AS segment
FROM customer GROUP BY customer_id
"""
CONTACTS = f"""
WITH {CANNED.strip()}, {JUDGED.strip()}, {CONTACT_STATES.strip()},
deepest AS (SELECT interaction_id, max(intensity) AS intensity FROM moment GROUP BY interaction_id),
said AS (
  SELECT interaction_id, count(*) AS sorry_count FROM signal WHERE label IN ('apologizes', 'names_emotion')
  GROUP BY interaction_id
)
SELECT f.interaction_id, f.customer_id, f.local_day, f.issue, f.channel, f.team_id, f.agent_id,
  CASE WHEN f.moment_count = 0 THEN 3 WHEN {IS_MISSED} THEN 2 WHEN {IS_HEARD} THEN 0 WHEN went.counted > 0 THEN 1 END
    AS state,
  coalesce(deepest.intensity, 0) AS intensity, f.resolution_calendar_seconds, f.behavior_mask,
  f.agent_turn_count, coalesce(said.sorry_count, 0) AS sorry_count
FROM interaction_fact AS f
LEFT JOIN went ON went.interaction_id = f.interaction_id
LEFT JOIN deepest ON deepest.interaction_id = f.interaction_id
LEFT JOIN said ON said.interaction_id = f.interaction_id
WHERE f.customer_id IS NOT NULL AND f.local_day IS NOT NULL
ORDER BY f.customer_id, f.opened_epoch_s, f.interaction_id
"""
"""One row a dated contact of a known customer; `state` is a place in STATES, null while moments wait for an answer."""
OUTCOMES = """
SELECT outcome_id, customer_id, kind, local_day, amount, currency, is_voluntary, reason, interaction_id
FROM outcome WHERE local_day IS NOT NULL AND kind <> 'spend' ORDER BY customer_id, occurred_epoch_s, outcome_id
"""
UNDATED = "SELECT count(*) AS n FROM outcome WHERE local_day IS NULL"


class View(Protocol):
    """What is needed of `gate.View`."""

    def sql(self, query: str, params: Any = ()) -> pa.Table:
        """Run a query."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Dated contacts of known customers, by customer and time.

    Attributes:
        customer, day: Shape (contacts,). Number of the customer, day since 1970.
        state: Shape (contacts,). Place in STATES; -1 while its moments wait for an answer.
        table: The rows as read, for labels.
    """

    customer: Ints
    day: Ints
    state: Ints
    table: pa.Table

    def labels(self, name: str) -> npt.NDArray[np.object_]:
        """A column of words; "unknown" where there is none."""
        return _words(self.table[name], "unknown")

    def numbers(self, name: str) -> Floats:
        """A column of numbers; NaN where there is none."""
        return _reals(self.table[name])


@dataclass(frozen=True, slots=True)
class Done:
    """Dated outcomes, by customer and time; `amount` is NaN where it has none."""

    customer: Ints
    day: Ints
    kind: npt.NDArray[np.object_]
    amount: Floats
    currency: npt.NDArray[np.object_]
    is_voluntary: npt.NDArray[np.object_]
    reason: npt.NDArray[np.object_]
    contact: npt.NDArray[np.object_]

    def of(self, *kinds: str) -> npt.NDArray[np.bool_]:
        """Which rows are of these kinds."""
        return np.isin(self.kind.astype(str), kinds)


@dataclass(frozen=True)
class Lived:
    """Customers with all that is known of their time with the business.

    Attributes:
        customers: Pseudonyms, in the order of the numbers used elsewhere.
        joined: Shape (customers,). First day as a customer as the business says, or the first day seen; UNDATED_DAY for
            neither.
        joined_is_stated: Whether the business says so.
        renews: Shape (customers,). Next renewal; UNDATED_DAY for none.
        segment: Shape (customers,).
        first_day, last_day: Span of the contacts; where there are none, of the outcomes.
        undated_count: Outcomes without a day, left out.
    """

    customers: Array
    joined: Ints
    joined_is_stated: npt.NDArray[np.bool_]
    renews: Ints
    segment: npt.NDArray[np.object_]
    contacts: Contacts
    done: Done
    first_day: int
    last_day: int
    undated_count: int
    manifest: int
    policy: gate.Policy = field(repr=False)

    @cached_property
    def churned(self) -> tuple[Ints, Ints]:
        """Day of the first churn of each customer, -1 for none; and why: 1 by their own will or unknown, 2 payment."""
        day, cause = np.full(len(self.customers), -1), np.zeros(len(self.customers), np.int64)
        rows = np.flatnonzero(self.done.of("churn"))[::-1]  # the first one is written last
        day[self.done.customer[rows]] = self.done.day[rows]
        cause[self.done.customer[rows]] = [2 if one is False else 1 for one in self.done.is_voluntary[rows]]
        return day, cause

    def currency(self) -> str | None:
        """The one currency of all amounts.

        Raises:
            BadInput: Amounts are in several currencies, which cannot be added.
        """
        found = sorted({str(c) for c, a in zip(self.done.currency, self.done.amount, strict=True) if c and a == a})
        if len(found) > 1:
            raise BadInput(
                "amounts", got=f"{len(found)} currencies ({', '.join(found)})", expected="one",
                todo="Convert before the import, or keep a workspace for each.",
            )  # fmt: skip
        return found[0] if found else None


@contextmanager
def opened(folder: Path, *, as_of: date | None = None) -> Iterator[tuple[gate.Workspace, gate.View]]:
    """A workspace with a view for the purpose of service quality."""
    with working_in(folder) as workspace, gate.view(workspace, PURPOSE, as_of=as_of) as view:
        yield workspace, view


def lived(view: gate.View) -> Lived:
    """Read everything once.

    Raises:
        BadInput: No outcome was imported.
    """
    people = view.sql(PEOPLE)
    number = whole(people["customer_id"])
    done = _done(view.sql(OUTCOMES), number)
    if not len(done.day):
        raise BadInput(
            "outcomes",
            got="none with a date",
            expected="orders, renewals or churns",
            todo="Import them; see `heard sources`.",
        )
    contacts = _contacts(view.sql(CONTACTS), number)
    joined, stated, renews, segment = _listed(view.sql(JOINED), people, number)
    days = contacts.day if len(contacts.day) else done.day
    return Lived(
        customers=number, joined=joined, joined_is_stated=stated, renews=renews, segment=segment, contacts=contacts,
        done=done, first_day=int(days.min()), last_day=max(int(days.max()), int(done.day.max())),
        undated_count=int(view.sql(UNDATED)["n"][0].as_py()), manifest=view.manifest, policy=view.workspace.policy,
    )  # fmt: skip


def _listed(
    table: pa.Table, people: pa.Table, number: Array
) -> tuple[Ints, npt.NDArray[np.bool_], Ints, npt.NDArray[np.object_]]:
    first = _ints(people["first_day"], UNDATED_DAY)
    place = _place(table["customer_id"], number)
    joined, renews, segment = first.copy(), np.full(len(first), UNDATED_DAY), np.full(len(first), "unknown", object)
    stated = np.zeros(len(first), bool)
    told = _ints(table["joined_day"], UNDATED_DAY)
    is_told = told > UNDATED_DAY
    joined[place[is_told]], stated[place[is_told]] = told[is_told], True
    renews[place] = _ints(table["renews_day"], UNDATED_DAY)
    segment[place] = _words(table["segment"], "unknown")
    return joined, stated, renews, segment


def _contacts(table: pa.Table, number: Array) -> Contacts:
    return Contacts(_place(table["customer_id"], number), _ints(table["local_day"]), _ints(table["state"]), table)


def _done(table: pa.Table, number: Array) -> Done:
    return Done(
        customer=_place(table["customer_id"], number),
        day=_ints(table["local_day"]),
        kind=_words(table["kind"], ""),
        amount=_reals(table["amount"]),
        currency=_words(table["currency"], None),
        is_voluntary=_words(table["is_voluntary"], None),
        reason=_words(table["reason"], None),
        contact=_words(table["interaction_id"], None),
    )


def _place(column: Column, number: Array) -> Ints:
    """Numbers of customers in the list of all."""
    return np.asarray(pc.index_in(whole(column), value_set=number).to_numpy(zero_copy_only=False), np.int64)


def _ints(column: Column, missing: int = -1) -> Ints:
    """Whole numbers, with one of them for null."""
    return np.asarray(pc.fill_null(whole(column).cast(pa.int64()), missing).to_numpy(zero_copy_only=False), np.int64)


def _reals(column: Column) -> Floats:
    """Numbers; NaN for null."""
    return np.asarray(whole(column).cast(pa.float64()).to_numpy(zero_copy_only=False), float)


def _words(column: Column, missing: str | None) -> npt.NDArray[np.object_]:
    """Words or truth values, each distinct one made once."""
    encoded: Any = whole(column).dictionary_encode()
    names = np.array([*encoded.dictionary.to_pylist(), missing, None], object)[:-1]
    places = pc.fill_null(encoded.indices, len(names) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(names[places])


def day_text(day: int) -> str:
    """A day since 1970 as a date.

    Example:
        >>> day_text(20_000)
        '2024-10-04'
    """
    return date_of(day).isoformat()


__all__ = ["PURPOSE", "STATES", "Contacts", "Done", "Lived", "View", "day_text", "lived", "opened"]
