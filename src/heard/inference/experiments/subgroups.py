"""Who benefits: effects by subgroup, each paying for how many were asked.

Source:
    Wang et al. (2007), NEJM 357 (subgroups: test the difference between groups, report all); Holm (1979).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats

from heard.inference.evidence.check import finite
from heard.inference.experiments.comparing import influence
from heard.inference.experiments.contacts import Contacts, distinct
from heard.inference.experiments.multiplicity import holm
from heard.inference.experiments.trial import Bools, Trial, sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """The effect within one level of one dimension; values are None where `hidden_because` says why.

    Attributes:
        dimension: Such as tenure.
        level: Such as new.
        value: Treatment less control, in the metric's unit.
        ci_lower: Lower bound, not adjusted for the number of subgroups.
        ci_upper: Upper bound.
        pvalue: Adjusted (Holm) for all levels in the table.
        differs_pvalue: Adjusted p-value of "the effect here is that of all others".
        n: Denominator.
        hidden_because: Why nothing is shown.
    """

    dimension: str
    level: str
    value: float | None = None
    ci_lower: float | None = None
    ci_upper: float | None = None
    pvalue: float | None = None
    differs_pvalue: float | None = None
    n: int | None = None
    hidden_because: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        names = ("value", "ci_lower", "ci_upper", "pvalue", "differs_pvalue")
        numbers = {name: finite(getattr(self, name)) for name in names}
        told = {"dimension": self.dimension, "level": self.level, **numbers, "n": self.n}
        return told | {"hidden_because": self.hidden_because}


def benefits(
    contacts: Contacts, rows: np.ndarray, data: Trial, dimensions: Sequence[str], *, k: int, min_agents: int
) -> list[Benefit]:
    """Effects by level of each dimension.

    Args:
        contacts: Contacts of the window.
        rows: Shape (contacts,). Number of each contact's unit in `data`.
        data: The trial of all contacts.
        dimensions: Columns of the contacts.
        k: Fewest customers that an arm of a level must have to be shown.
        min_agents: Fewest agents alike.
    """
    made: list[Benefit] = []
    for dimension in dimensions:
        column = contacts.column(dimension)
        for level in sorted({str(value) for value in column if value is not None}):
            made.append(_one(contacts, rows, data, dimension, column == level, level, k=k, min_agents=min_agents))
    own = holm([np.nan if one.pvalue is None else one.pvalue for one in made])
    other = holm([np.nan if one.differs_pvalue is None else one.differs_pvalue for one in made])
    return [
        replace(one, pvalue=finite(p), differs_pvalue=finite(q)) for one, p, q in zip(made, own, other, strict=True)
    ]


def _one(
    contacts: Contacts,
    rows: np.ndarray,
    data: Trial,
    dimension: str,
    here: Bools,
    level: str,
    *,
    k: int,
    min_agents: int,
) -> Benefit:
    hidden = _hidden(contacts, rows, data, here, k=k, min_agents=min_agents)
    if hidden:
        return Benefit(dimension=dimension, level=level, hidden_because=hidden)
    value, spread, units = _effect(contacts, rows, data, here)
    half = float(stats.t.ppf(0.975, max(units - 2, 1))) * float(np.sqrt(spread @ spread))
    p = _p(value, spread, units)
    differs = None
    if not here.all() and not _thin(rows, data, ~here, contacts):
        other, other_spread, _ = _effect(contacts, rows, data, ~here)
        differs = _p(value - other, spread - other_spread, units)
    return Benefit(
        dimension=dimension, level=level, value=value, ci_lower=value - half, ci_upper=value + half, pvalue=p,
        differs_pvalue=differs, n=int(contacts.n[here].sum()),
    )  # fmt: skip


def _p(value: float, spread: np.ndarray, units: int) -> float | None:
    se = float(np.sqrt(spread @ spread))
    return float(2 * stats.t.sf(abs(value) / se, max(units - 2, 1))) if se > 0 else None


def _effect(contacts: Contacts, rows: np.ndarray, data: Trial, here: Bools) -> tuple[float, np.ndarray, int]:
    """Effect, each unit's part in its error (0 for units without a contact here), and units that count."""
    value = sums(rows[here], contacts.value[here], len(data))
    n = sums(rows[here], contacts.n[here], len(data))
    seen = n > 0
    cut = replace(data.of(seen), value=value[seen], n=n[seen])
    effect, part = influence(cut, cut.value, cut.n)
    spread = np.zeros(len(data))
    spread[seen] = part
    return effect, spread, int(seen.sum())


def _thin(rows: np.ndarray, data: Trial, here: Bools, contacts: Contacts) -> bool:
    with_outcome = np.unique(rows[here & (contacts.n > 0)])
    treated = int(data.treated[with_outcome].sum())
    return min(treated, len(with_outcome) - treated) < 2


def _hidden(contacts: Contacts, rows: np.ndarray, data: Trial, here: Bools, *, k: int, min_agents: int) -> str | None:
    if _thin(rows, data, here, contacts):
        return "fewer than two units in an arm"
    for arm in (True, False):
        mine = here & (data.treated[rows] == arm) & (contacts.n > 0)
        for name, least in (("customer", k), ("agent", min_agents)):
            if name in contacts.columns and distinct(contacts.columns[name][mine]) < least:
                return f"fewer than {least} {name}s in an arm"
    return None
