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

SMALL = 5
"""Answers below which a group is joined with the others before raking."""
_WENT = f"CASE WHEN {IS_MISSED} THEN 'missed' WHEN {IS_HEARD} THEN 'heard' ELSE 'other' END"
_LEDGER = f"WITH {CANNED.strip()}, {JUDGED.strip()}, {CONTACT_STATES.strip()}"
INVITED = f"""
{_LEDGER},
felt AS (
  SELECT invitation_id, min(value) AS value FROM survey_answer
  WHERE item_id = '{FELT_ITEM}' AND invitation_id IS NOT NULL AND scale_low = 1 AND scale_high = 5
  GROUP BY invitation_id
)
SELECT coalesce(v.customer_id, v.invitation_id) AS customer, coalesce(i.channel, 'unknown') AS channel,
  coalesce(i.issue, 'unknown') AS issue, v.inclusion_probability AS probability, {_WENT} AS went, felt.value
FROM survey_invitation AS v
LEFT JOIN interaction AS i ON i.interaction_id = v.interaction_id
LEFT JOIN went ON went.interaction_id = v.interaction_id
LEFT JOIN felt ON felt.invitation_id = v.invitation_id
ORDER BY v.invitation_id
"""
MIX = f"""
{_LEDGER}
SELECT coalesce(i.channel, 'unknown') AS channel, {_WENT} AS went, count(*) AS contacts
FROM interaction AS i LEFT JOIN went ON went.interaction_id = i.interaction_id GROUP BY ALL ORDER BY ALL
"""


class View(Protocol):
    """What is needed of a view."""

    def sql(self, query: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run a query."""


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
    told = view.sql(INVITED)
    value = told["value"].to_numpy(zero_copy_only=False).astype(float)
    answered = np.isfinite(value)
    if not told.num_rows or answered.sum() < max(k, MIN_N):
        return None
    customer, went, channel, issue = (
        np.asarray(told[c].to_pylist(), object) for c in ("customer", "went", "channel", "issue")
    )
    chance = told["probability"].to_numpy(zero_copy_only=False).astype(float)
    known = np.isfinite(chance) & (chance > 0)
    base = np.where(known, 1 / np.where(known, chance, 1.0), 1.0)
    model = response_weights(answered, [went, channel, issue], base=base)
    felt, who = (value[answered] >= 4).astype(float), customer[answered].astype(str)
    notes = (
        [] if known.all() else ["For some invitations the chance of being asked is not known; they count as certain."]
    )
    raked, note = _raked(view, model.weights[answered], channel[answered], went[answered])
    raw = share(Design.of(np.ones(len(felt)), clusters=who), felt)
    return Reweighed(
        raw=raw,
        by_response=share(Design.of(model.weights[answered], clusters=who), felt),
        to_contacts=None if raked is None else share(Design.of(raked, clusters=who), felt),
        bounds=bounds(raw.value, int(answered.sum()), told.num_rows),
        who=_who(went, answered, k),
        notes=(*notes, *([note] if note else [])),
    )


def _who(went: Any, answered: Any, k: int) -> dict[str, tuple[int, int]]:
    asked, gave = Counter(went.tolist()), Counter(went[answered].tolist())
    shown = {name: (asked[name], gave[name]) for name in sorted(asked)}
    # one group that is too small would be found by subtraction from the others: then none is shown
    return shown if all(min(pair) >= k for pair in shown.values()) else {}


def _raked(view: View, weights: Any, channel: Any, went: Any) -> tuple[Any | None, str]:
    mix = view.sql(MIX).to_pylist()
    margins: list[tuple[Any, Mapping[str, float]]] = []
    for own, name in ((channel, "channel"), (went, "went")):
        counts, whole = Counter(own.tolist()), Counter[str]()
        small = {group for group, n in counts.items() if n < SMALL}
        for row in mix:
            group = row[name] if counts.get(row[name], 0) >= SMALL else "others"
            whole[group] += row["contacts"]
        column = np.array(["others" if group in small else group for group in own], object)
        if "others" in whole and "others" not in set(column):
            del whole["others"]
        margins.append((column, dict(whole)))
    try:
        return rake(weights, margins).weights, ""
    except NotIdentified as error:
        return None, f"Not led back to all contacts: {error}"
