"""Leaving after a missed or a heard moment: hazard ratios with what else differs between customers held level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heard.errors import HeardError, NotIdentified
from heard.flow.worth.reading import STATES, UNDATED_DAY, Floats, Ints, Lived, lived, opened
from heard.inference.drivers import without_twins
from heard.inference.evidence import Check, Estimate, digest_of
from heard.inference.survival import Exposed, Hazards, Histories, exposed, fit, proportional
from heard.inference.survival.proportional import Drift
from heard.inference.worth import e_values_of_ratio

WINDOW_DAYS = 56
"""How long a contact is held to matter; eight weeks unless told otherwise. Declared before looking, and printed."""
MIN_EVENTS = 10
"""Events for each coefficient below which a hazard model is not to be trusted (Peduzzi et al. 1995)."""
COMMON = 0.15
DOSES = ("missed_count", "heard_count")
ASSUMES = (
    "Customers alike in tenure, issue, channel, intensity and concessions would have stayed alike, heard or missed.",
    "What ended follow-up had nothing to do with leaving.",
    "A contact matters for the declared window and not beyond.",
)
TOLD = {
    "missed against heard": "Leaving while the latest heard or missed contact was missed, against heard",
    "missed": "Leaving while the latest heard or missed contact was missed, against {other}",
    "heard": "Leaving while the latest heard or missed contact was heard, against {other}",
    "acknowledged": "Leaving after a contact that was acknowledged only, against {other}",
    "missed_count": "Leaving for each missed contact within the window",
    "heard_count": "Leaving for each heard contact within the window",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """Fitted hazards of leaving.

    Attributes:
        estimates: Exposures first, as `Estimate`s of hazard ratios with grade and checks.
        covariates: The other columns: name, hazard ratio, bounds, p-value.
        customers, event_count, interval_count, left_out: Counts; `left_out` by reason.
        fitted: For further use; not in the document.
        seen: Events and customer-days while the latest such contact was heard, and while it was missed.
    """

    estimates: tuple[Estimate, ...]
    covariates: tuple[dict[str, Any], ...]
    by_cause: Mapping[str, Any]
    customers: int
    event_count: int
    interval_count: int
    left_out: Mapping[str, int]
    window_days: int
    fitted: Hazards
    seen: Mapping[str, tuple[int, float]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True, "window_days": self.window_days, "customers": self.customers, "event_count": self.event_count,
            "interval_count": self.interval_count, "left_out": dict(self.left_out),
            "estimates": [e.to_dict() for e in self.estimates], "covariates": list(self.covariates),
            "by_cause": dict(self.by_cause),
        }  # fmt: skip

    def to_rows(self) -> list[dict[str, str]]:
        """Exposures and covariates as a table."""
        rows = [
            {
                "column": str(e.details["column"]), "hazard ratio": f"{e.value:.2f}",
                "interval": f"{e.ci_lower:.2f} to {e.ci_upper:.2f}", "p": f"{e.pvalue:.3f}",
                "evidence": e.grade or "",
                "E-value (bound)": f"{e.details['e_value']:.2f} ({e.details['e_value_of_bound']:.2f})",
            }
            for e in self.estimates
        ]  # fmt: skip
        rows += [
            {
                "column": c["name"], "hazard ratio": f"{c['hazard_ratio']:.2f}",
                "interval": f"{c['ci_lower']:.2f} to {c['ci_upper']:.2f}", "p": f"{c['pvalue']:.3f}", "evidence": "",
                "E-value (bound)": "",
            }
            for c in self.covariates
        ]  # fmt: skip
        return rows

    def said(self) -> list[str]:
        """How it was made, and what does not hold."""
        counted = f"{self.event_count:,} of {self.customers:,} customers left; {self.interval_count:,} intervals."
        left = [f"Left out: {n:,} {why}." for why, n in self.left_out.items() if n]
        failed = {check.said for e in self.estimates for check in e.checks if check.passed != "yes"}
        return [
            f"Cox regression; a contact counts for {self.window_days} days from the day after; ties by Efron; errors "
            "by customer.",
            counted, *left, *sorted(failed),
            "An association (evidence C at best): see the E-value for what an unseen cause would have to do.",
        ]  # fmt: skip


def hazards(folder: Path, *, window_days: int = WINDOW_DAYS, dose: bool = False, as_of: date | None = None) -> Risks:
    """Fit the hazard of leaving.

    Args:
        folder: The workspace.
        window_days: How long a contact is held to matter.
        dose: Count contacts within the window in place of the latest one.
        as_of: Last day that is seen.

    Raises:
        BadInput: No outcomes.
        NotIdentified: Too few left, or nobody was heard or missed.
    """
    with opened(folder, as_of=as_of) as (_, view):
        return risks(lived(view), window_days=window_days, dose=dose)


def risks(found: Lived, *, window_days: int = WINDOW_DAYS, dose: bool = False) -> Risks:
    """Fit the hazard of leaving on what was read."""
    histories, chosen, left_out = histories_of(found)
    if not len(histories.entered):
        raise NotIdentified("hazards", got="no customers at risk", expected="some", todo="See `heard joins`.")
    rows = exposed(histories, window_days=window_days)
    main = {name: rows.columns[name] for name in (DOSES if dose else ("missed", "heard", "acknowledged"))}
    main = {name: values for name, values in main.items() if np.ptp(values) > 0}
    if not main:
        raise NotIdentified("hazards", got="no heard or missed contact before anybody left", expected="both")
    columns = main | without_twins(main, _covariates(found, rows, chosen, window_days))
    event_count = int((rows.cause > 0).sum())
    if event_count < MIN_EVENTS:
        raise NotIdentified("hazards", got=f"{event_count} customers who left", expected=f"{MIN_EVENTS} or more")
    fitted = fit(rows.start, rows.stop, rows.cause > 0, columns, clusters=rows.customer)
    share = event_count / len(histories.entered)
    days = rows.stop - rows.start
    of_state = {name: rows.columns[name] == 1 for name in ("heard", "missed")}
    seen = {name: (int((rows.cause[on] > 0).sum()), float(days[on].sum())) for name, on in of_state.items()}
    return Risks(
        estimates=tuple(_estimates(fitted, tuple(main), share, window_days, sum(left_out.values()))),
        covariates=tuple(row for row in fitted.to_dicts() if row["name"] not in main),
        by_cause=_by_cause(rows, columns, tuple(main)),
        customers=len(histories.entered), event_count=event_count, interval_count=len(rows.start), left_out=left_out,
        window_days=window_days, fitted=fitted, seen=seen,
    )  # fmt: skip


def histories_of(found: Lived) -> tuple[Histories, Ints, dict[str, int]]:
    """Customers at risk within the time that contacts are known, the numbers they had, and who was left out."""
    churned, cause = found.churned
    entered = np.maximum(found.joined, found.first_day)
    left = np.where(churned >= 0, churned, found.last_day)
    early = (churned >= 0) & found.joined_is_stated & (churned < found.joined)
    before = (churned >= 0) & (churned < found.first_day) & ~early
    unknown = found.joined <= UNDATED_DAY
    late = (entered > found.last_day) & ~unknown
    kept = ~(early | before | unknown | late)
    number = np.cumsum(kept) - 1
    mine = kept[found.contacts.customer] & (found.contacts.state >= 0)
    histories = Histories(
        entered[kept], np.minimum(left, found.last_day)[kept], np.where(churned <= found.last_day, cause, 0)[kept],
        number[found.contacts.customer[mine]], found.contacts.day[mine], found.contacts.state[mine],
    )  # fmt: skip
    counts = {
        "who left before they joined": int(early.sum()),
        "who left before the first contact of the data": int(before.sum()),
        "without any date": int(unknown.sum()),
        "who joined after the last day": int(late.sum()),
    }
    return histories, np.flatnonzero(kept), counts


def _covariates(found: Lived, rows: Exposed, chosen: Ints, window: int) -> dict[str, Floats]:
    """What else differs: any contact, its intensity, issue, channel; tenure; concessions. Without constant ones."""
    usable = found.contacts.state >= 0
    usable &= np.isin(found.contacts.customer, chosen)
    place = np.flatnonzero(usable)
    has = rows.contact >= 0
    last = np.where(has, place[np.maximum(rows.contact, 0)] if len(place) else 0, 0)
    tenure = (rows.calendar - found.joined[chosen][rows.customer]) / 365.25
    columns = {
        "any_contact": has.astype(float),
        "strong_feeling": (has & (found.contacts.numbers("intensity")[last] >= 3)).astype(float),
        "log_tenure_years": np.log1p(np.maximum(tenure, 0)),
        "concession": _recent(found, rows, chosen, window, "refund", "credit", "offer"),
    }
    for name in ("issue", "channel"):
        columns |= _levels(name, found.contacts.labels(name)[last], has, rows)
    return {name: values for name, values in columns.items() if np.ptp(values) > 0 and _tells(values, rows.cause > 0)}


def _tells(values: Floats, gone: npt.NDArray[np.bool_]) -> bool:
    """Whether somebody left on either side of a yes-or-no column; otherwise its ratio has no bound."""
    sides = np.unique(values)
    return len(sides) > 2 or all(gone[values == side].any() for side in sides)


def _levels(name: str, labels: Any, has: Any, rows: Exposed) -> dict[str, Floats]:
    """Indicators of the levels that enough customers left after; the commonest is the one compared with."""
    levels, counts = np.unique(labels[has].astype(str), return_counts=True)
    made = {}
    for level in levels[np.argsort(-counts)][1:6]:
        of_it = has & (labels.astype(str) == level)
        if (rows.cause[of_it] > 0).sum() >= MIN_EVENTS // 2:
            made[f"{name}: {level}"] = of_it.astype(float)
    return made


def _recent(found: Lived, rows: Exposed, chosen: Ints, window: int, *kinds: str) -> Floats:
    """Whether a row's customer had such an outcome within the window before it starts."""
    which = found.done.of(*kinds)
    span = np.int64(2 * (found.last_day + window + 1))
    keys = np.sort(found.done.customer[which] * span + found.done.day[which])
    at = chosen[rows.customer] * span + rows.calendar
    return (np.searchsorted(keys, at, side="right") > np.searchsorted(keys, at - window, side="right")).astype(float)


def _estimates(fitted: Hazards, names: tuple[str, ...], share: float, window: int, left_out: int) -> list[Estimate]:
    drifts = {drift.name: drift for drift in proportional(fitted)}
    digest = digest_of(fitted.coef, fitted.n, window)
    told = []
    other = "a contact without a moment" if "any_contact" in fitted.names else "no such contact"
    both = ("missed against heard",) if {"missed", "heard"} <= set(names) else ()
    for name in (*both, *names):
        ratio, low, high, pvalue = fitted.against("missed", "heard") if name in both else fitted.ratio(name)
        first, second = e_values_of_ratio(ratio, low if ratio > 1 else high, is_rare=share < COMMON)
        told.append(
            Estimate(
                estimand=f"{TOLD[name].format(other=other)}, within {window} days (hazard ratio).",
                value=ratio, ci_lower=low, ci_upper=high, ci_level=0.95, unit="ratio", n=fitted.n, n_left_out=left_out,
                cluster_count=fitted.cluster_count,
                method="Cox regression, exposure by time, Efron ties, errors by customer",
                design="adjusted", assumptions=ASSUMES, pvalue=pvalue, inputs_digest=digest,
                checks=(*(_steady(one, drifts[one]) for one in (name.split(" against "))), _enough(fitted)),
                details={"column": name, "e_value": first, "e_value_of_bound": second,
                         "event_count": fitted.event_count, "window_days": window},
            )
        )  # fmt: skip
    return told


def _steady(name: str, drift: Drift) -> Check:
    pvalue, statistic = drift.pvalue, drift.statistic
    if np.isnan(pvalue):
        return Check(name="proportional hazards", passed="cannot say", said="Too few left to see whether ratios drift.")
    holds = pvalue >= 0.05
    said = f"The hazard ratio of {name} {'keeps' if holds else 'changes'} over time (p = {pvalue:.3f})."
    return Check(
        name="proportional hazards", passed="yes" if holds else "no", said=said, statistic=statistic, pvalue=pvalue
    )


def _enough(fitted: Hazards) -> Check:
    each = fitted.event_count / len(fitted.names)
    return Check(
        name="events per column", passed="yes" if each >= MIN_EVENTS else "no",
        said=f"{each:.1f} customers left for each column; {MIN_EVENTS} are wanted.", statistic=each,
    )  # fmt: skip


def _by_cause(rows: Exposed, columns: Mapping[str, Floats], names: tuple[str, ...]) -> dict[str, Any]:
    """Cause-specific hazards: leaving by choice, and by a failed payment, each with the other as an end of sight."""
    made: dict[str, Any] = {}
    if not (rows.cause == 2).any():
        return made
    for cause, told in ((1, "voluntary or unknown"), (2, "failed payment")):
        try:
            fitted = fit(
                rows.start, rows.stop, rows.cause == cause, {n: columns[n] for n in names}, clusters=rows.customer
            )
            made[told] = {"event_count": fitted.event_count, "hazards": fitted.to_dicts()}
        except HeardError as fault:
            made[told] = {"event_count": int((rows.cause == cause).sum()), "undefined_because": str(fault)}
    return made


__all__ = ["STATES", "WINDOW_DAYS", "Risks", "hazards", "histories_of", "risks"]
