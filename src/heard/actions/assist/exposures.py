"""What became of each suggestion: shown, used, edited, ignored. Rows about suggestions, never about a person.

There is no agent in a row, on purpose: adherence is a property of the suggestions, not a target for anybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict

from heard.measures.interval import Sums, share

Fate = Literal["shown", "used", "edited", "ignored", "overridden"]
FATES: tuple[str, ...] = get_args(Fate)
MIN_N = 5


class Exposure(BaseModel):
    """One suggestion in one conversation.

    Attributes:
        contact: Pseudonym of the conversation, as the import gives it.
        kind: reply, card, option or draft.
        is_hidden: The experiment's control arm: it was there and was not shown.
        is_overridden: An authority rule was exceeded and the agent said so (PS6).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: str
    kind: str
    cause: str
    is_hidden: bool = False
    is_shown: bool = False
    is_used: bool = False
    is_edited: bool = False
    is_ignored: bool = False
    is_overridden: bool = False
    is_machine_drafted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind of suggestion: how many were shown, and the share of those that were used, edited and ignored.

    Attributes:
        n: Suggestions shown.
        contacts: Conversations in which they were; intervals are clustered by them.
        shares: Fate → value, lower and upper bound; None where fewer than five conversations.
    """

    kind: str
    n: int
    contacts: int
    hidden: int
    overridden: int
    shares: Mapping[str, tuple[float, float, float] | None]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = {k: None if v is None else dict(zip(("value", "ci_lower", "ci_upper"), v, strict=True))
                 for k, v in self.shares.items()}  # fmt: skip
        return {
            "kind": self.kind, "shown": self.n, "contacts": self.contacts, "hidden": self.hidden,
            "overridden": self.overridden, **plain,
        }  # fmt: skip


def summed(rows: Iterable[Exposure]) -> tuple[Line, ...]:
    """Lines by kind of suggestion, and `all` before them; nothing by person, place or day."""
    every = list(rows)
    kinds = sorted({row.kind for row in every})
    return tuple(
        _line(kind, [row for row in every if kind in ("all", row.kind)]) for kind in (["all", *kinds] if every else [])
    )


def _line(kind: str, rows: list[Exposure]) -> Line:
    shown = [row for row in rows if row.is_shown]
    contacts = sorted({row.contact for row in shown})
    return Line(
        kind=kind,
        n=len(shown),
        contacts=len(contacts),
        hidden=sum(row.is_hidden for row in rows),
        overridden=sum(row.is_overridden for row in rows),
        shares={fate: _share(shown, contacts, f"is_{fate}") for fate in ("used", "edited", "ignored")},
    )


def _share(shown: list[Exposure], contacts: list[str], name: str) -> tuple[float, float, float] | None:
    if len(contacts) < MIN_N:
        return None
    place = {contact: i for i, contact in enumerate(contacts)}
    v, n = np.zeros(len(contacts)), np.zeros(len(contacts))
    for row in shown:
        n[place[row.contact]] += 1
        v[place[row.contact]] += getattr(row, name)
    sums = Sums(*(np.array([one]) for one in (v.sum(), n.sum(), v @ v, v @ n, n @ n, float(len(contacts)))))
    bounds = share(sums)
    return float(v.sum() / n.sum()), float(bounds.lower[0]), float(bounds.upper[0])


def by_contact(rows: Iterable[Exposure]) -> list[dict[str, Any]]:
    """Rows of an exposure log as `heard experiment` reads it: contact, shown, used, edited, ignored, each 0 or 1."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = found.setdefault(row.contact, {"contact": row.contact, "shown": 0, "used": 0, "edited": 0, "ignored": 0})
        for fate in ("shown", "used", "edited", "ignored"):
            held[fate] = max(held[fate], int(getattr(row, f"is_{fate}")))
    return [found[contact] for contact in sorted(found)]
