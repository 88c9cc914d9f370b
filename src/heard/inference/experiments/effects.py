"""The effect by assignment, tested as planned, and beside it by other methods."""

import math
from dataclasses import replace

import numpy as np

from heard.errors import BadInput, NotIdentified
from heard.inference.evidence import Check, Estimate
from heard.inference.experiments import exposure as exposed
from heard.inference.experiments.comparing import Difference, adjusted, difference, rates
from heard.inference.experiments.cutting import Arms, Counted, Metric, Used, cut
from heard.inference.experiments.plan import Plan
from heard.inference.experiments.randomisation import Tested, randomisation_test, wild_bootstrap
from heard.inference.experiments.sequential import anytime_half_width
from heard.inference.experiments.trial import Trial, checked, sums

MANY_UNITS = 500
"""Beyond so many units redrawing says what Student's t says, and takes long."""
FEW_UNITS = 40
"""Up to so many units the assignment is drawn again; beyond, Student's t over units is as good and quicker."""
ASSUMES = (
    "The arms were drawn by Heard, and nobody chose their own.",
    "The change in one unit does not reach the others.",
    "Contacts were counted alike in both arms.",
)


def _estimand(plan: Plan, metric: Metric) -> str:
    return f"Change of {metric.title} by “{plan.change.rstrip('.')}”, by assignment: treatment less control."


def primary_effect(
    plan: Plan, metric: Metric, data: Trial, checks: tuple[Check, ...], left_out: int, window: Counted, *, always: bool
) -> Estimate:
    found = difference(data, use_past=bool(plan.past_weeks))
    level = 1 - plan.alpha
    about = f"{len(data)} {plan.unit}s"
    if plan.looking == "anytime" or always:
        return _anytime(plan, metric, data, found, checks, left_out, about)
    if window.critical is not None:
        half = window.critical * found.se
        said = f"look {window.look} of {plan.looks}, {plan.looking} boundary {window.critical:.3f}"
        low, high, p, method = found.value - half, found.value + half, None, f"linearised rates over {about}; {said}"
    elif len(data) <= FEW_UNITS or not found.se > 1e-12:
        tested = randomisation_test(adjusted(data), seed=plan.seed, level=level)
        low, high, p = tested.ci_lower, tested.ci_upper, tested.pvalue
        how = "all" if tested.is_exact else "random"
        method = f"randomisation inference over {about}, {how} {tested.draws:,} assignments"
        found = replace(found, value=float(np.clip(_rate_gap(data), low, high)))
    else:
        (low, high), p = found.interval(level), found.pvalue
        method = f"linearised rates over {about}, HC2 with Bell–McCaffrey degrees of freedom ({found.degrees:.0f})"
    if plan.past_weeks and len(data.past_n):
        method += f"; adjusted for {plan.past_weeks} weeks before (variance left {found.variance_kept:.0%})"
    return _estimate(plan, metric, data, checks, left_out, found.value, low, high, level, p, found.se, method)


def _rate_gap(data: Trial) -> float:
    control, treated = rates(adjusted(data).value, data.n, data.treated)
    return treated - control


def _anytime(
    plan: Plan, metric: Metric, data: Trial, found: Difference, checks: tuple[Check, ...], left_out: int, about: str
) -> Estimate:
    if len(data) < FEW_UNITS or not found.se > 0:
        return Estimate.undefined(
            f"{about}: an interval that holds at all times rests on the normal law, which needs {FEW_UNITS} units. "
            "Wait for the planned end, or assign smaller units.",
            estimand=_estimand(plan, metric), unit=metric.unit, n=int(data.n.sum()), method="anytime-valid interval",
            design="randomised", checks=checks, n_left_out=left_out,
        )  # fmt: skip
    half = anytime_half_width(found.se, alpha=plan.alpha, scale=plan.smallest_effect)
    method = f"linearised rates over {about}; anytime-valid normal mixture, scale {plan.smallest_effect:g}"
    low, high = found.value - half, found.value + half
    return _estimate(
        plan, metric, data, checks, left_out, found.value, low, high, 1 - plan.alpha, None, found.se, method
    )


def _estimate(
    plan: Plan, metric: Metric, data: Trial, checks: tuple[Check, ...], left_out: int, value: float, low: float,
    high: float, level: float, p: float | None, se: float, method: str,
) -> Estimate:  # fmt: skip
    return Estimate(
        estimand=_estimand(plan, metric), value=value, ci_lower=low, ci_upper=high, ci_level=level, unit=metric.unit,
        n=int(data.n.sum()), n_left_out=left_out, cluster_count=len(data), method=method, design="randomised",
        assumptions=ASSUMES, checks=checks, pvalue=p, se=se, inputs_digest=plan.digest[:16],
    )  # fmt: skip


def other_effects(
    plan: Plan, metric: Metric, used: Used, data: Trial, checks: tuple[Check, ...]
) -> dict[str, Estimate]:
    made = _redrawn(plan, metric, used, data, checks) if len(data) <= MANY_UNITS else {}
    if len(data.shown):
        made |= _by_exposure(plan, metric, used, checks)
    return made


def _redrawn(plan: Plan, metric: Metric, used: Used, data: Trial, checks: tuple[Check, ...]) -> dict[str, Estimate]:
    level = 1 - plan.alpha
    plain = difference(data)
    tests: dict[str, tuple[float, Tested, str]] = {
        "randomisation": (
            plain.value, randomisation_test(data, seed=plan.seed, level=level), "randomisation inference, not adjusted"
        ),
        "wild_bootstrap": (
            plain.value, wild_bootstrap(data, seed=plan.seed, level=level), "restricted wild cluster bootstrap"
        ),
    }  # fmt: skip
    return {
        name: _estimate(
            plan, metric, data, checks, used.left_out, _inside(value, t), t.ci_lower, t.ci_upper, level, t.pvalue,
            plain.se, f"{method}, {t.draws:,} draws",
        )
        for name, (value, t, method) in tests.items()
    }  # fmt: skip


def _inside(value: float, tested: Tested) -> float:
    return float(np.clip(value, tested.ci_lower, tested.ci_upper))


def _by_exposure(plan: Plan, metric: Metric, used: Used, checks: tuple[Check, ...]) -> dict[str, Estimate]:
    made: dict[str, Estimate] = {}
    shown = used.contacts.shown > 0
    followed = used.data.treated[used.rows] == shown
    value = sums(used.rows[followed], used.contacts.value[followed], len(used.data))
    n = sums(used.rows[followed], used.contacts.n[followed], len(used.data))
    try:
        kept = checked(replace(used.data, value=value, n=n))
        found = difference(kept)
        low, high = found.interval(1 - plan.alpha)
        said = _estimate(plan, metric, kept, checks, int((~followed).sum()), found.value, low, high, 1 - plan.alpha,
                         found.pvalue, found.se, "per protocol: contacts that got what their arm said")  # fmt: skip
        assumes = ("Contacts that got what their arm said are like those that did not; nothing makes sure of that.",)
        made["per_protocol"] = replace(said, design="adjusted", assumptions=assumes)
    except NotIdentified:
        pass
    moved = exposed.complier_effect(used.data.with_outcome(), level=1 - plan.alpha)
    if moved is not None:
        said = _estimate(plan, metric, used.data, checks, used.left_out, moved.value, moved.ci_lower, moved.ci_upper,
                         1 - plan.alpha, None, math.nan, "effect of being shown, by assignment as instrument; "
                         f"Anderson–Rubin interval, first-stage F {moved.first_stage_f:.1f}")  # fmt: skip
        only = "The arm works through being shown the change, and in no other way."
        made["when_shown"] = replace(said, assumptions=(*ASSUMES, only), se=None)
    return made


def guard_effect(plan: Plan, metric: Metric, arms: Arms, window: Counted, checks: tuple[Check, ...]) -> Estimate:
    try:
        used = cut(plan, metric.contacts, arms, window)
        data = checked(used.data)
    except (NotIdentified, BadInput) as error:
        return Estimate.undefined(
            str(error), estimand=_estimand(plan, metric), unit=metric.unit, n=0, method="none", design="randomised"
        )
    bare = plan.model_copy(update={"past_weeks": 0, "looking": "once", "looks": 1})
    whole = Counted(first=window.first, last=window.last, look=1, critical=None)
    return primary_effect(bare, metric, data, checks, used.left_out, whole, always=False)
