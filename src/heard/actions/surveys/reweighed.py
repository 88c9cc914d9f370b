"""The raw score beside what it becomes when those who seldom answer count for more, and when it is led back to all
contacts: whole business only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from heard.errors import NotIdentified
from heard.inference.sampling import Bounded, Design, Weighted, bounds, rake, response_weights, share
from heard.measures.families.ledger_rows import CANNED, CONTACT_STATES, IS_HEARD, IS_MISSED, JUDGED
from heard.measures.families.perception import FELT_ITEM
from heard.measures.frame import MIN_N
from heard.measures.queries import short_ids
from heard.terms.arrow import Column, whole

SMALL, OTHERS = 5, "others"
"""Answers below which a group is joined with the others before raking."""
COURSES = ("other", "heard", "missed")
LEDGER = f"""
{short_ids(("empathic_sentence", "moment"))}, {CANNED.strip()}, {JUDGED.strip()}, {CONTACT_STATES.strip()}
SELECT interaction_id, CASE WHEN {IS_MISSED} THEN 2 ELSE 1 END AS course FROM went WHERE {IS_MISSED} OR {IS_HEARD}
"""
"""Contacts that were heard or missed, by the place of their course in COURSES; the others are not there."""
INVITED = f"""
{short_ids(("interaction", "survey_answer", "survey_invitation"))},
felt AS (
  SELECT invitation_id, min(value) AS value FROM survey_answer
  WHERE item_id = '{FELT_ITEM}' AND invitation_id IS NOT NULL AND scale_low = 1 AND scale_high = 5
  GROUP BY invitation_id
), i AS (
  SELECT interaction_id, channel, issue FROM interaction
  WHERE interaction_id IN (SELECT interaction_id FROM survey_invitation)
)
SELECT coalesce(v.customer_id, v.invitation_id) AS customer, coalesce(i.channel, 'unknown') AS channel,
  coalesce(i.issue, 'unknown') AS issue, v.inclusion_probability AS probability,
  coalesce(ledger.course, 0) AS course, felt.value
FROM survey_invitation AS v
LEFT JOIN i ON i.interaction_id = v.interaction_id
LEFT JOIN ledger ON ledger.interaction_id = v.interaction_id
LEFT JOIN felt ON felt.invitation_id = v.invitation_id
ORDER BY v.invitation_id
"""
MIX = f"""
{short_ids(("interaction",))}
SELECT coalesce(i.channel, 'unknown') AS channel, coalesce(ledger.course, 0) AS course, count(*) AS contacts
FROM interaction AS i LEFT JOIN ledger ON ledger.interaction_id = i.interaction_id GROUP BY ALL ORDER BY ALL
"""


class View(Protocol):
    """What is needed of a view."""

    def sql(self, query: str, params: Sequence[Any] = (), *, tables: dict[str, pa.Table] | None = None) -> pa.Table:
        """Run a query that may name the tables handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reweighed:
    """Felt understood in four readings, and who answered.

    Attributes:
        raw: As answered, each answer one.
        by_response: Weighted by the chance of being asked and of answering.
        to_contacts: These weights raked to the channels and courses of all contacts; None with the reason in `notes`.
        bounds: Worst cases for the silent.
        who: How the contact went → asked, answered.
        notes: What limits the reading, in sentences.
    """

    raw: Weighted
    by_response: Weighted
    to_contacts: Weighted | None
    bounds: Bounded
    who: dict[str, tuple[int, int]]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is not a number is null."""
        return {
            "raw": _plain(self.raw),
            "by_response": _plain(self.by_response),
            "to_contacts": _plain(self.to_contacts) if self.to_contacts else None,
            "bounds": _plain(self.bounds),
            "who": {went: {"asked": asked, "answered": gave} for went, (asked, gave) in self.who.items()},
            "notes": list(self.notes),
        }


def _plain(value: Any) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in asdict(value).items()}


def reweigh(view: View, *, k: int) -> Reweighed | None:
    """The readings; None when nobody was asked, or fewer than k answered."""
    ledger = view.sql(LEDGER)
    told = view.sql(INVITED, tables={"ledger": ledger})
    value = told["value"].to_numpy(zero_copy_only=False).astype(float)
    answered = np.isfinite(value)
    if not told.num_rows or answered.sum() < max(k, MIN_N):
        return None
    went = np.asarray(COURSES, object)[told["course"].to_numpy()]
    channel, issue = (_words(told[name]) for name in ("channel", "issue"))
    chance = told["probability"].to_numpy(zero_copy_only=False).astype(float)
    known = np.isfinite(chance) & (chance > 0)
    base = np.where(known, 1 / np.where(known, chance, 1.0), 1.0)
    model = response_weights(answered, [went, channel, issue], base=base)
    felt, who = (value[answered] >= 4).astype(float), told["customer"].to_numpy()[answered]
    notes = (
        [] if known.all() else ["For some invitations the chance of being asked is not known; they count as certain."]
    )
    mix = view.sql(MIX, tables={"ledger": ledger}).to_pylist()
    raked, told_of_mix = _raked(mix, model.weights[answered], channel[answered], went[answered], k)
    raw = share(Design.of(np.ones(len(felt)), clusters=who), felt)
    return Reweighed(
        raw=raw,
        by_response=share(Design.of(model.weights[answered], clusters=who), felt),
        to_contacts=None if raked is None else share(Design.of(raked, clusters=who), felt),
        bounds=bounds(raw.value, int(answered.sum()), told.num_rows),
        who=_who(went, answered, k),
        notes=(*notes, *told_of_mix),
    )


def _who(went: Any, answered: Any, k: int) -> dict[str, tuple[int, int]]:
    asked, gave = Counter(went.tolist()), Counter(went[answered].tolist())
    shown = {name: (asked[name], gave[name]) for name in sorted(asked)}
    # one group that is too small would be found by subtraction from the others: then none is shown
    return shown if all(min(pair) >= k for pair in shown.values()) else {}


def _words(column: Column) -> Any:
    """A column of words as an array that shares each word."""
    coded: Any = whole(column).dictionary_encode()
    return np.asarray(coded.dictionary.to_pylist(), object)[coded.indices.to_numpy()]


def _raked(
    mix: Sequence[Mapping[str, Any]], weights: Any, channel: Any, went: Any, k: int
) -> tuple[Any | None, tuple[str, ...]]:
    """Weights, None where the margins do not fit, and notes: who is spoken for by nobody."""
    margins: list[tuple[Any, Mapping[str, float]]] = []
    notes = []
    for own, name, called in ((channel, "channel", "channels"), (went, "course", "courses of contacts")):
        counts, whole = Counter(own.tolist()), Counter[str]()
        small = {group for group, n in counts.items() if n < SMALL}
        for row in mix:
            group = COURSES[row[name]] if name == "course" else row[name]
            whole[group if counts.get(group, 0) >= SMALL else OTHERS] += row["contacts"]
        column = np.array([OTHERS if group in small else group for group in own], object)
        if OTHERS in whole and OTHERS not in set(column):
            notes.append(_unspoken(whole.pop(OTHERS), sum(row["contacts"] for row in mix), called, k))
        margins.append((column, dict(whole)))
    try:
        return rake(weights, margins).weights, tuple(notes)
    except NotIdentified as error:
        return None, (f"Not led back to all contacts: {error}",)


def _unspoken(dropped: int, contacts: int, called: str, k: int) -> str:
    shown = (
        f"{dropped:,} of {contacts:,} contacts ({dropped / contacts:.1%})"
        if dropped >= k
        else f"Fewer than {k} contacts"
    )
    return f"{shown} are in {called} about which nobody answered: the figure led back to all contacts leaves them out."
