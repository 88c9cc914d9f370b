"""How long an experiment must run, found by running it many times on the past.

Weeks of the past are drawn with replacement, whole, so that contacts of one unit stay together and a bad week is bad
for all. Units are assigned as planned, the effect is added, and the planned kind of test is run.

Source:
    Arnold et al. (2011), BMC Med. Res. Methodol. 11:94 (power by simulation for cluster trials); Cohen (1988), ch. 2,
    for the closed form that the tests compare with.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from heard.errors import NotIdentified
from heard.inference.experiments.contacts import Contacts
from heard.inference.experiments.plan import SWITCHED, Plan
from heard.inference.experiments.trial import Bools, Floats, Ints, sums

SIMULATIONS = 400
LONGEST_WEEKS = 104
LEAST_PAST_WEEKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What the past says about an experiment of this kind.

    Attributes:
        unit: What would be assigned.
        units: Units within the planned weeks.
        power: Chance to find the smallest effect within the planned weeks.
        weeks_needed: Fewest weeks that reach the planned power; None when not even LONGEST_WEEKS do.
        detectable: Effect that the planned weeks find with the planned power, in the metric's unit.
        contacts_per_week: Denominators in a week of the past.
        past_weeks: Weeks of the past that were drawn from.
        simulations: How many experiments were run for each figure; ± 2 points or so.
    """

    unit: str
    units: int
    power: float
    weeks_needed: int | None
    detectable: float
    contacts_per_week: float
    past_weeks: int
    simulations: int

    @property
    def said(self) -> str:
        """One honest sentence."""
        if self.weeks_needed is None:
            return f"Not even {LONGEST_WEEKS} weeks would do by {self.unit}."
        return f"You would need {self.weeks_needed} week{'s' if self.weeks_needed != 1 else ''} by {self.unit}."


@dataclass(frozen=True)
class Past:
    """The past, added up by unit and week. Arrays have shape (rows,).

    Attributes:
        unit: Number of the unit; within switched kinds a block of its own.
        place: Number of the unit's place: the same as `unit` unless switched.
        week: Number of the week.
        value: Numerators.
        n: Denominators.
        weeks: How many weeks there are.
        is_fixed: The same units come back week after week (agents, teams), so that more weeks bring no more units.
    """

    unit: Ints
    place: Ints
    week: Ints
    value: Floats
    n: Floats
    weeks: int
    is_fixed: bool


def past_of(contacts: Contacts, kind: str) -> Past:
    """Add contacts up to units and weeks; contacts whose unit is unknown are left out.

    Raises:
        NotIdentified: Fewer than three weeks, or no outcome at all.
    """
    names = contacts.units(kind)
    keep = np.array([name is not None for name in names], dtype=bool) & (contacts.n > 0)
    week = contacts.day[keep] // 7 if contacts.is_weekly else (contacts.day[keep] + 3) // 7
    if not keep.any() or len(np.unique(week)) < LEAST_PAST_WEEKS:
        raise NotIdentified(
            "power from the past", got=f"{len(np.unique(week)) if keep.any() else 0} weeks with outcomes",
            expected=f"{LEAST_PAST_WEEKS} or more", todo="Import more of the past, or plan without power.",
        )  # fmt: skip
    place = contacts.column("queue" if kind == "queue-day" else "team")[keep] if kind in SWITCHED else names[keep]
    keys = [f"{name}\x1f{w}" for name, w in zip(names[keep], week, strict=True)]
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    units = np.unique(names[keep].astype(str), return_inverse=True)[1][first]
    weeks = np.unique(week, return_inverse=True)[1][first]
    return Past(
        unit=units,
        place=np.unique(place.astype(str), return_inverse=True)[1][first],
        week=weeks,
        value=sums(inverse, contacts.value[keep], len(first)),
        n=sums(inverse, contacts.n[keep], len(first)),
        weeks=int(weeks.max()) + 1,
        is_fixed=kind in ("agent", "team"),
    )


def power_of(plan: Plan, past: Past, *, simulations: int | None = None) -> Power:
    """Power within the planned weeks, the weeks needed, and the effect that the planned weeks can find."""
    simulations = simulations or SIMULATIONS
    rng = np.random.default_rng([plan.seed, 7])
    z = _statistics(plan, past, plan.weeks, simulations, rng)
    sd = float(np.std(z.estimate))
    detectable = float((stats.t.ppf(1 - plan.alpha / 2, z.degrees) + stats.t.ppf(plan.power, z.degrees)) * sd)
    return Power(
        unit=plan.unit,
        units=z.units,
        power=z.power(plan.smallest_effect, plan.alpha),
        weeks_needed=_weeks_needed(plan, past, max(simulations // 2, 1)),
        detectable=detectable,
        contacts_per_week=float(past.n.sum() / past.weeks),
        past_weeks=past.weeks,
        simulations=simulations,
    )


def _weeks_needed(plan: Plan, past: Past, simulations: int) -> int | None:
    def reaches(weeks: int) -> bool:
        rng = np.random.default_rng([plan.seed, weeks])
        z = _statistics(plan, past, weeks, simulations, rng)
        return z.units >= 4 and z.power(plan.smallest_effect, plan.alpha) >= plan.power

    low, high = 0, 1
    while not reaches(high):
        low, high = high, high * 2
        if high > LONGEST_WEEKS:
            if low >= LONGEST_WEEKS or not reaches(LONGEST_WEEKS):
                return None
            high = LONGEST_WEEKS
            break
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


@dataclass(frozen=True)
class _Runs:
    """Estimates and standard errors of many experiments without an effect."""

    estimate: Floats
    se: Floats
    degrees: float
    units: int

    def power(self, effect: float, alpha: float) -> float:
        """Share of runs that would have found an effect: a constant one shifts the estimate and nothing else."""
        critical = stats.t.ppf(1 - alpha / 2, self.degrees)
        return float(np.mean(np.abs(self.estimate + effect) > critical * self.se))


def _statistics(plan: Plan, past: Past, weeks: int, simulations: int, rng: np.random.Generator) -> _Runs:
    found = [_one(plan, past, weeks, rng) for _ in range(simulations)]
    return _Runs(
        estimate=np.array([one[0] for one in found]),
        se=np.array([one[1] for one in found]),
        degrees=max(float(np.median([one[2] for one in found])), 1.0),
        units=int(np.median([one[3] for one in found])),
    )


def _one(plan: Plan, past: Past, weeks: int, rng: np.random.Generator) -> tuple[float, float, float, int]:
    value, n, stratum = _drawn(past, weeks, rng)
    if plan.unit == "customer":
        stratum = np.zeros_like(stratum)
    treated = _balanced(stratum, plan.treated_share, rng)
    if min(treated.sum(), (~treated).sum()) < 2:
        return 0.0, np.inf, 1.0, len(n)
    x = _before(past, plan.past_weeks, n, rng) if plan.past_weeks and past.is_fixed else None
    return (*_fit(value, n, treated, stratum, x), len(n))


def _drawn(past: Past, weeks: int, rng: np.random.Generator) -> tuple[Floats, Floats, Ints]:
    """Sums of units over drawn weeks, with the stratum in which each would be assigned."""
    chosen = rng.integers(past.weeks, size=weeks)
    if past.is_fixed:
        times = np.bincount(chosen, minlength=past.weeks)[past.week]
        count = int(past.unit.max()) + 1
        value, n = sums(past.unit, past.value * times, count), sums(past.unit, past.n * times, count)
        return value[n > 0], n[n > 0], np.zeros(int((n > 0).sum()), dtype=np.int64)
    order = np.argsort(past.week, kind="stable")
    bounds = np.searchsorted(past.week[order], np.arange(past.weeks + 1))
    rows = [order[bounds[w] : bounds[w + 1]] for w in chosen]
    taken = np.concatenate(rows)
    which = np.repeat(np.arange(weeks), [len(r) for r in rows])
    stratum = np.unique(which * (past.place.max() + 1) + past.place[taken], return_inverse=True)[1]
    return past.value[taken], past.n[taken], stratum


def _balanced(stratum: Ints, share: float, rng: np.random.Generator) -> Bools:
    """Half of each stratum, odd ones by a coin."""
    order = np.lexsort((rng.random(len(stratum)), stratum))
    sizes = np.bincount(stratum)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    rank = np.arange(len(stratum)) - starts
    exact = share * sizes
    count = np.floor(exact) + (rng.random(len(sizes)) < exact - np.floor(exact))
    treated = np.zeros(len(stratum), dtype=bool)
    treated[order] = rank < np.repeat(count, sizes)
    return treated


def _before(past: Past, weeks: int, n: Floats, rng: np.random.Generator) -> Floats | None:
    value, past_n, _ = _drawn(past, weeks, rng)
    if len(value) != len(n):
        return None
    return np.asarray(value / past_n - value.sum() / past_n.sum())


def _fit(value: Floats, n: Floats, treated: Bools, stratum: Ints, x: Floats | None) -> tuple[float, float, float]:
    """Difference of linearised rates with strata and past taken out, its HC1 error, and degrees of freedom."""
    z = np.empty(len(n))
    for arm in (treated, ~treated):
        rate = value[arm].sum() / n[arm].sum() if n[arm].sum() else 0.0
        z[arm] = rate + (value[arm] - rate * n[arm]) / max(n[arm].mean(), 1e-300)
    columns = [treated.astype(float)] + ([x] if x is not None else [])
    sizes = np.bincount(stratum)

    def centred(y: Floats) -> Floats:
        return np.asarray(y - (np.bincount(stratum, weights=y) / sizes)[stratum])

    design = np.column_stack([centred(c) for c in columns])
    y = centred(z)
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ (design.T @ y)
    residual = y - design @ beta
    degrees = len(n) - len(sizes) - len(columns)
    if degrees < 1:
        return float(beta[0]), float("inf"), 1.0
    a = design @ inverse[:, 0]
    variance = float(np.sum(a * a * residual * residual)) * len(n) / degrees
    return float(beta[0]), float(np.sqrt(variance)), float(degrees)
