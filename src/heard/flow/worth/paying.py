"""What a met moment is worth, and whether a programme that costs something pays."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from heard import gate
from heard.actions.worth.worth import Answer, Given, page
from heard.actions.worth.writing import write
from heard.errors import BadInput, HeardError, NotIdentified
from heard.flow.worth.adjusted import Adjusted, adjusted
from heard.flow.worth.empathy import dose_response, kept_beside_cost, said_of_doses
from heard.flow.worth.hazards import WINDOW_DAYS, Risks, risks
from heard.flow.worth.hazards import histories_of as at_risk
from heard.flow.worth.reading import STATES, Lived, lived, opened
from heard.inference.evidence import Design, Estimate, Grade, grade_of
from heard.inference.evidence.grade import STARTS_AT
from heard.inference.worth import Range, simulate

DAYS = 365
DRAWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """An effect that was measured elsewhere: customers kept for each moment that is met in place of missed."""

    value: float
    ci_lower: float
    ci_upper: float
    design: Design


def worth(
    folder: Path,
    *,
    margin_share: float | None = None,
    cost: float = 0.0,
    reach: float = 0.5,
    window_days: int = WINDOW_DAYS,
    horizon_days: int = DAYS,
    effect: Handed | None = None,
    seed: int = 1,
    as_of: date | None = None,
) -> tuple[Answer, Path]:
    """Effect × margin × volume - cost, simulated.

    Args:
        folder: The workspace.
        margin_share: Margin over revenue; from `[standards] margin_share` of heard.toml when None.
        cost: What the programme costs in a year, in the currency of the orders.
        reach: Share of missed contacts that the programme turns into heard ones.
        window_days: How long a contact is held to matter.
        horizon_days: How long a kept customer is counted.
        effect: An effect from an experiment or a quasi-experiment; from the hazards of leaving when None.
        seed: Of the simulation.
        as_of: Last day that is seen.

    Returns:
        The answer, and where its page lies.

    Raises:
        BadInput: No margin is known, a figure is out of range, or amounts are in several currencies.
        NotIdentified: Nothing is known of leaving after missed and heard contacts.
    """
    if not 0 < reach <= 1 or cost < 0 or horizon_days < 1:
        raise BadInput(
            "programme", got=f"reach {reach:g}, cost {cost:g}, {horizon_days} days",
            expected="a reach above 0 and up to 1, a cost of 0 or more, a day or more",
        )  # fmt: skip
    with opened(folder, as_of=as_of) as (workspace, view):
        found = lived(view)
        share = margin_of(workspace.policy, margin_share)
        told = answer(
            found, margin_share=share, cost=cost, reach=reach, window_days=window_days, horizon_days=horizon_days,
            effect=effect, seed=seed,
        )  # fmt: skip
        return told, write(workspace.folder, "worth", page(told), told.to_dict())


def margin_of(policy: gate.Policy, given: float | None) -> float:
    """Margin over revenue: the one given, else `[standards] margin_share`.

    Raises:
        BadInput: Neither is there, or it is no share.
    """
    stated = policy.standards.get("margin_share")
    share = given if given is not None else stated
    if isinstance(share, bool) or not isinstance(share, int | float):
        raise BadInput(
            "margin", got="none", expected="margin over revenue, such as 0.4",
            todo="Give --margin, or set margin_share under [standards] in heard.toml.",
        )  # fmt: skip
    if not 0 < share <= 1:
        raise BadInput("margin", got=f"{share:g}", expected="above 0 and up to 1")
    return float(share)


def answer(
    found: Lived, *, margin_share: float, cost: float, reach: float, window_days: int, horizon_days: int,
    effect: Handed | None, seed: int,
) -> Answer:  # fmt: skip
    """The answer on what was read."""
    currency = found.currency()
    years = max(found.last_day - found.first_day + 1, 1) / DAYS
    fitted, behind, why_not = None, None, None
    try:
        fitted = risks(found, window_days=window_days)
        behind = next((e for e in fitted.estimates if e.details["column"] == "missed against heard"), None)
    except NotIdentified as fault:
        why_not = str(fault)
    kept, grade = _effect(fitted, behind, effect, window_days, seed, why_not)
    value = value_of_a_customer(found, margin_share, horizon_days)
    missed = int((found.contacts.state == STATES.index("missed")).sum())
    volume = _volume(missed / years, np.sqrt(missed) / years)
    alone = simulate(effect=kept, value=value, volume=Range.fixed(1.0), draws=DRAWS, seed=seed)
    reached = Range(value=volume.value * reach, ci_lower=volume.ci_lower * reach, ci_upper=volume.ci_upper * reach)
    programme = simulate(effect=kept, value=value, volume=reached, cost=Range.fixed(cost), draws=DRAWS, seed=seed)
    checked, doses = _adjusted(found, window_days), dose_response(found, window_days)
    return Answer(
        moment=alone, programme=programme, grade=grade, estimate=behind if effect is None else None,
        given=Given(
            effect=kept, value=value, volume=volume, reach=reach, cost=cost, margin_share=margin_share,
            window_days=window_days, horizon_days=horizon_days, design=effect.design if effect else "adjusted",
        ),
        currency=currency or found.policy.currency, sensitivity=checked,
        beside=concessions(found, window_days), kept=kept_beside_cost(found, window_days), doses=doses,
        said_of_doses=said_of_doses(doses), manifest=found.manifest,
    )  # fmt: skip


def _effect(
    fitted: Risks | None, behind: Estimate | None, handed: Handed | None, window: int, seed: int, why_not: str | None
) -> tuple[Range, Grade]:
    """Customers kept for each missed contact that is heard instead, and the grade of that claim."""
    if handed is not None:
        held = Range(value=handed.value, ci_lower=handed.ci_lower, ci_upper=handed.ci_upper)
        return held, grade_of(handed.design, ())
    if fitted is None or behind is None or behind.grade is None:
        raise NotIdentified(
            "worth", got=why_not or "no customers both heard and missed", expected="customers who left after either",
            todo="Wait for more data, or hand in an effect with --effect.",
        )  # fmt: skip
    rng = np.random.default_rng(seed)
    ratio = Range(value=behind.value, ci_lower=behind.ci_lower, ci_upper=behind.ci_upper, shape="ratio")
    drawn = ratio.draw(rng, DRAWS)
    (heard_events, heard_days), (missed_events, missed_days) = fitted.seen["heard"], fitted.seen["missed"]
    # leaving under both states, brought to the pace after a heard contact; a gamma for the count, with half an event
    events = rng.gamma(heard_events + missed_events + 0.5, 1.0, DRAWS)

    def kept(r: Any, count: Any) -> Any:
        return window * count / (heard_days + r * missed_days) * (r - 1)

    low, high = np.quantile(kept(drawn, events), [0.025, 0.975])
    middle = float(kept(behind.value, heard_events + missed_events))
    return Range(value=middle, ci_lower=min(float(low), middle), ci_upper=max(float(high), middle)), behind.grade


def value_of_a_customer(found: Lived, margin_share: float, horizon: int) -> Range:
    """Margin that a kept customer brings within the horizon: margin a day, times days that they stay in it."""
    _, chosen, _ = at_risk(found)
    churned, _ = found.churned
    entered = np.maximum(found.joined, found.first_day)[chosen]
    left = np.where(churned >= 0, np.minimum(churned, found.last_day), found.last_day)[chosen]
    days = np.maximum(left - entered, 1).astype(float)
    money = _net(found)[chosen] * margin_share
    if not len(days) or not np.isfinite(money).any() or not found.done.of("order", "renewal").any():
        raise NotIdentified("value of a customer", got="no orders or renewals", expected="amounts", todo="Import them.")
    rate = money.sum() / days.sum()
    residual = money - rate * days
    se = np.sqrt(len(days) / max(len(days) - 1, 1) * float(residual @ residual)) / days.sum()
    leaving = ((churned >= 0)[chosen]).sum() / days.sum()
    staying = (1 - np.exp(-leaving * horizon)) / leaving if leaving > 0 else float(horizon)
    return Range(
        value=float(rate * staying), ci_lower=float((rate - 1.96 * se) * staying),
        ci_upper=float((rate + 1.96 * se) * staying),
    )  # fmt: skip


def _net(found: Lived) -> Any:
    """Orders and renewals less refunds and credits of each customer, within the days that contacts are known."""
    done = found.done
    inside = (done.day >= found.first_day) & (done.day <= found.last_day) & np.isfinite(done.amount)
    sign = np.where(done.of("order", "renewal"), 1.0, np.where(done.of("refund", "credit"), -1.0, 0.0))
    count = len(found.customers)
    return np.bincount(done.customer[inside], (sign * np.nan_to_num(done.amount))[inside], count)


def _volume(rate: float, se: float) -> Range:
    return Range(value=rate, ci_lower=max(rate - 1.96 * se, 0.0), ci_upper=rate + 1.96 * se)


def _adjusted(found: Lived, window: int) -> Adjusted | None:
    try:
        return adjusted(found, window_days=window)
    except HeardError:
        return None


def concessions(found: Lived, window: int) -> tuple[dict[str, Any], ...]:
    """What was given back within the window of a contact, by how it went: being heard is not the same as giving."""
    contacts, done = found.contacts, found.done
    rows = np.flatnonzero(done.of("refund", "credit") & np.isfinite(done.amount))
    span = np.int64(2 * (found.last_day + window + 2))
    order = np.argsort(done.customer[rows] * span + done.day[rows], kind="stable")
    keys = (done.customer[rows] * span + done.day[rows])[order]
    total = np.concatenate(([0.0], np.cumsum(done.amount[rows][order])))
    at = contacts.customer * span + contacts.day
    given = total[np.searchsorted(keys, at + window, side="right")] - total[np.searchsorted(keys, at, side="left")]
    seen = (contacts.day + window <= found.last_day) & (contacts.state >= 0)
    told: list[dict[str, Any]] = []
    for place, name in enumerate(STATES):
        own = given[seen & (contacts.state == place)]
        if len(own) < max(found.policy.k, 2):
            told.append({"contact": name, "n": None, "mean": None, "ci_lower": None, "ci_upper": None, "share": None})
            continue
        half = 1.96 * float(own.std(ddof=1)) / np.sqrt(len(own))
        told.append(
            {"contact": name, "n": len(own), "mean": float(own.mean()), "ci_lower": float(own.mean() - half),
             "ci_upper": float(own.mean() + half), "share": float((own > 0).mean())}
        )  # fmt: skip
    return tuple(told)


def handed(text: str, design: str) -> Handed:
    """An effect typed as value,lower,upper with the design by which it was found.

    Raises:
        BadInput: Another form, an unknown design, or a value outside its bounds.

    Example:
        >>> handed("0.02,0.005,0.035", "randomised").ci_upper
        0.035
    """
    try:
        value, low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise BadInput("effect", got="another form", expected="value,lower,upper, such as 0.02,0.005,0.035") from None
    if design not in STARTS_AT:
        raise BadInput("design", got=design, expected=", ".join(STARTS_AT))
    if not low <= value <= high:
        raise BadInput("effect", got=f"{value:g} outside {low:g} to {high:g}", expected="lower <= value <= upper")
    return Handed(value=value, ci_lower=low, ci_upper=high, design=design)
