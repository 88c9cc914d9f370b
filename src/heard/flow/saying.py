"""What customers say: whether the items of a survey belong together, what comments are about, who came back pleased."""

from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from heard import gate
from heard.actions.surveys import comments
from heard.actions.surveys import themes as grouping
from heard.actions.surveys.themes import Themes
from heard.flow.steps import working_in
from heard.flow.surveying import PURPOSE
from heard.inference.sampling import Design, PositionEffect, Weighted, position_effects, share
from heard.inference.scale import Reliability, reliability
from heard.measures.frame import MIN_N
from heard.signals.base import load
from heard.terms.instruments import Instrument, find, in_order

LOW, HIGH = 0.5, 0.75
RESPONSES = """
SELECT {columns}, any_value(v.order_seed) AS seed
FROM survey_answer AS a LEFT JOIN survey_invitation AS v ON v.invitation_id = a.invitation_id
WHERE a.instrument = ? AND a.instrument_version = ? AND a.value IS NOT NULL
  AND a.scale_low = {low} AND a.scale_high = {high}
GROUP BY coalesce(a.invitation_id, a.interaction_id || '/' || a.answered_epoch_s,
  a.customer_id || '/' || a.answered_epoch_s, a.answer_id)
"""
RECOVERY = f"""
WITH scored AS (
  SELECT customer_id, item_id, answered_epoch_s AS said, min(
    CASE WHEN polarity = 'lower_better' THEN scale_high - value ELSE value - scale_low END / (scale_high - scale_low))
    AS place
  FROM survey_answer
  WHERE customer_id IS NOT NULL AND value IS NOT NULL AND scale_high > scale_low AND answered_epoch_s IS NOT NULL
  GROUP BY customer_id, item_id, answered_epoch_s
), followed AS (
  SELECT customer_id, item_id, said, place,
    lead(said) OVER (PARTITION BY customer_id, item_id ORDER BY said) AS later_said,
    lead(place) OVER (PARTITION BY customer_id, item_id ORDER BY said) AS later
  FROM scored
), lows AS (
  SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY said, item_id) AS nth
  FROM followed WHERE place <= {LOW}
)
SELECT l.customer_id, l.item_id, l.said, l.place, l.later_said, l.later, min(i.opened_epoch_s) AS contact_at
FROM lows AS l LEFT JOIN interaction AS i ON i.customer_id = l.customer_id AND i.opened_epoch_s > l.said
  AND (l.later_said IS NULL OR i.opened_epoch_s < l.later_said)
WHERE l.nth = 1
GROUP BY l.customer_id, l.item_id, l.said, l.place, l.later_said, l.later ORDER BY l.said, l.customer_id
"""
"""The first low answer of each customer, the next answer to the same question, the first contact between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Whether the items of an instrument belong together, and whether their place mattered."""

    instrument: Instrument
    reliability: Reliability
    positions: tuple[PositionEffect, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        told = _plain(asdict(self.reliability))
        told["items"] = [_plain(asdict(item)) for item in self.reliability.items]
        return {
            "ok": True,
            "instrument": f"{self.instrument.name} {self.instrument.version}",
            **told,
            "positions": [_plain(asdict(one)) for one in self.positions],
        }

    def to_lines(self) -> list[str]:
        """What it comes to, for people."""
        r = self.reliability
        if r.undefined_because:
            return [f"Not enough to say whether the items belong together: {r.undefined_because}."]
        omega = f"omega {r.omega:.2f}" if isfinite(r.omega) else "omega cannot be said"
        return [
            f"alpha {r.alpha:.2f} ({r.ci_lower:.2f} to {r.ci_upper:.2f}), {omega}; {r.n:,} whole responses"
            + (f", {r.n_left_out:,} with a gap left out." if r.n_left_out else "."),
            *(f"Warning: {item.item_id}: {item.warning}." for item in r.items if item.warning),
        ]

    def to_rows(self) -> list[dict[str, str]]:
        """Items, for people."""
        effects = {one.item_id: one for one in self.positions}
        return [
            {
                "item": item.item_id,
                "mean": f"{item.mean:.2f}",
                "sd": f"{item.sd:.2f}",
                "r with the rest": _shown(item.r_rest),
                "alpha without it": _shown(item.alpha_without),
                "first less later": _position(effects.get(item.item_id)),
            }
            for item in self.reliability.items
        ]


def _shown(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else ""


def _position(effect: PositionEffect | None) -> str:
    if effect is None or effect.undefined_because:
        return effect.undefined_because or "" if effect else ""
    return f"{effect.difference:+.2f} ({effect.ci_lower:+.2f} to {effect.ci_upper:+.2f})"


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and not isfinite(v) else v for k, v in told.items()}


def survey_items(folder: Path, instrument: str = "heard_items", version: str | None = None) -> Items:
    """Alpha, omega, items and place effects of an instrument; answers of that version and its own scale only.

    Raises:
        BadInput: No such instrument, or it has one item.
    """
    asked = find(instrument, version)
    ratings = asked.ratings
    scale = ratings[0].scale
    columns = ", ".join(f"max(a.value) FILTER (a.item_id = '{item.id}') AS {item.id}" for item in ratings)
    query = RESPONSES.format(columns=columns, low=scale.low if scale else 0, high=scale.high if scale else 0)
    with working_in(folder) as workspace, gate.view(workspace, PURPOSE) as view:
        told = view.sql(query, (asked.name, asked.version))
    values = {item.id: told[item.id].to_numpy(zero_copy_only=False).astype(float) for item in ratings}
    return Items(
        instrument=asked,
        reliability=reliability(values),  # type: ignore[arg-type]
        positions=position_effects(_places(asked, told["seed"].to_pylist(), values)),
    )


def _places(asked: Instrument, seeds: list[int | None], values: dict[str, Any]) -> dict[str, list[tuple[int, float]]]:
    """Item → pairs of place and answer; only invitations whose order is known."""
    found: dict[str, list[tuple[int, float]]] = {item.id: [] for item in asked.ratings}
    for row, seed in enumerate(seeds):
        if seed is not None:
            for place, item in enumerate(in_order(asked.items, seed), 1):
                if item.id in values and np.isfinite(values[item.id][row]):
                    found[item.id].append((place, float(values[item.id][row])))
    return found


def themes(folder: Path) -> Themes:
    """What comments are about; the look is noted."""
    with working_in(folder) as workspace:
        with gate.view(workspace, PURPOSE) as view:
            read, whole = comments.comments(view, load("text"))
        gate.audit.note(workspace, "look", "owner", {"what": "themes of comments", "count": len(read)})
        return grouping.themes(read, whole, k=workspace.policy.k)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """From a low answer to what came after, one line a customer.

    Attributes:
        rows: customer_id, item_id, first, contact, later on 0 to 100.
        rates: With a contact between, and without: share whose next answer is high, of those who answered again.
    """

    rows: tuple[dict[str, Any], ...]
    rates: dict[str, Weighted | None]
    low_count: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        rates = {name: _plain(asdict(rate)) if rate else None for name, rate in self.rates.items()}
        return {"ok": True, "low_answers": self.low_count, "recovered": rates, "log": list(self.rows)}

    def to_lines(self) -> list[str]:
        """The rates, for people; an association, since nobody was contacted by lot."""
        lines = [f"{self.low_count:,} customers gave a low answer; {len(self.rows):,} of them answered again."]
        for name, rate in self.rates.items():
            told = (
                "too few to say"
                if rate is None
                else f"{rate.value:.0%} ({rate.ci_lower:.0%} to {rate.ci_upper:.0%}), n {rate.n}"
            )
            lines.append(f"Next answer high, {name}: {told}")
        return [*lines, "An association: who was contacted was not drawn by lot."]


def recovery(folder: Path) -> Recovery:
    """The service recovery log: low answer, contact, later answer to the same question; the look is noted."""
    with working_in(folder) as workspace:
        with gate.view(workspace, PURPOSE) as view:
            told = view.sql(RECOVERY).to_pylist()
        gate.audit.note(workspace, "look", "owner", {"what": "service recovery log", "count": len(told)})
    again = [row for row in told if row["later"] is not None]
    rows = tuple(
        {
            "customer_id": row["customer_id"],
            "item_id": row["item_id"],
            "first": 100 * row["place"],
            "contact_epoch_s": row["contact_at"],
            "later": 100 * row["later"],
        }
        for row in again
    )
    with_contact = [row for row in again if row["contact_at"] is not None]
    without = [row for row in again if row["contact_at"] is None]
    rates = {"after a contact": _rate(with_contact), "without one": _rate(without)}
    return Recovery(rows=rows, rates=rates, low_count=len(told))


def _rate(rows: list[dict[str, Any]]) -> Weighted | None:
    if len(rows) < MIN_N:
        return None
    return share(Design.of(np.ones(len(rows))), np.array([row["later"] >= HIGH for row in rows], float))
