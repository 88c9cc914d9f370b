"""The way of a figure of `worth`, `hazards` or `cohorts` down to the contacts behind it, and on to their moments."""

from pathlib import Path
from typing import Any

import numpy as np

from heard import gate
from heard.errors import BadInput
from heard.flow.worth.cohorts import followed
from heard.flow.worth.empathy import left_within
from heard.flow.worth.hazards import WINDOW_DAYS
from heard.flow.worth.reading import CONTACTS, STATES, Ints, Lived, day_text, lived, opened

MOST_SHOWN = 50
FIGURES = {
    "worth": f"Contacts whose {WINDOW_DAYS} days could be seen whole: effect and volume are counted from them.",
    "hazards": f"Contacts whose {WINDOW_DAYS} days could be seen whole: time after them is the exposure.",
    "cohorts": "The first contact of every customer.",
}


def behind(folder: Path, identifier: str) -> dict[str, Any]:
    """Contacts behind a figure, those first after which the customer left; the look is noted in the audit log.

    Args:
        folder: The workspace.
        identifier: worth, hazards or cohorts; with a state behind a colon only contacts of that state, as in
            "worth:missed".

    Raises:
        BadInput: The state is unknown, or no outcome was imported.
    """
    figure, has_state, state = identifier.partition(":")
    if has_state and state not in STATES:
        raise BadInput("state", got=state, expected=", ".join(STATES))
    with opened(folder) as (workspace, view):
        told = contacts_behind(lived(view), figure, state or None)
        gate.audit.note(workspace, "look", "owner", {"what": "explain", "id": identifier})
    return told


def contacts_behind(found: Lived, figure: str, state: str | None = None) -> dict[str, Any]:
    """The same on what was read."""
    rows = _rows(found, figure)
    counted = [_counted(found, rows, place) for place in range(len(STATES))]
    wanted = rows if state is None else rows[found.contacts.state[rows] == STATES.index(state)]
    after = _days_to_leaving(found, wanted)
    order = np.lexsort((found.contacts.day[wanted], after))[:MOST_SHOWN]
    ids = found.contacts.table["interaction_id"].take(wanted[order]).to_pylist()
    shown = [
        {
            "interaction": one, "when": day_text(found.contacts.day[row]), "state": STATES[found.contacts.state[row]],
            "left after": None if days == np.iinfo(np.int64).max else f"{days} days",
        }
        for one, row, days in zip(ids, wanted[order], after[order], strict=True)
    ]  # fmt: skip
    return {
        "figure": figure, "counted from": FIGURES[figure], "reads": "interaction_fact, moment, signal, outcome",
        "by how contacts went": counted, "contacts": shown,
        "shown": f"{len(shown):,} of {len(wanted):,}, those first after which the customer left soonest",
        "moments under it": "heard explain INTERACTION", "sql": CONTACTS,
    }  # fmt: skip


def _rows(found: Lived, figure: str) -> Ints:
    if figure == "cohorts":
        return followed(found, "churn", "start", None).row
    _, seen = left_within(found, WINDOW_DAYS)
    return np.flatnonzero(seen)


def _days_to_leaving(found: Lived, rows: Ints) -> Ints:
    """Days from each contact to its customer's leaving; the largest integer for who stayed."""
    gone, day = found.churned[0][found.contacts.customer[rows]], found.contacts.day[rows]
    return np.asarray(np.where(gone >= day, gone - day, np.iinfo(np.int64).max), np.int64)


def _counted(found: Lived, rows: Ints, place: int) -> dict[str, Any]:
    own = rows[found.contacts.state[rows] == place]
    people = len(np.unique(found.contacts.customer[own]))
    left = int((_days_to_leaving(found, own) <= WINDOW_DAYS).sum())
    is_few = people < found.policy.k
    return {
        "state": STATES[place], "contacts": "few" if is_few else len(own), "customers": "few" if is_few else people,
        f"left within {WINDOW_DAYS} days": "few" if is_few else left,
    }  # fmt: skip
