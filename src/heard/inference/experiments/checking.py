"""The checks of an experiment, before its effect is looked at."""

from heard.inference.evidence import Check
from heard.inference.experiments.comparing import difference
from heard.inference.experiments.exposure import Exposure, contamination_check
from heard.inference.experiments.plan import Plan
from heard.inference.experiments.randomisation import randomisation_test, ways
from heard.inference.experiments.ratio_check import ratio_check
from heard.inference.experiments.trial import Trial

FEW = 40


def checks_of(plan: Plan, assigned: Trial, seen: Trial, *, registered: bool, exposure: Exposure) -> tuple[Check, ...]:
    """Verdicts in the order in which a reader needs them.

    Args:
        plan: The plan.
        assigned: All assigned units, those without an outcome included.
        seen: The units with an outcome.
        registered: The plan was registered before the start.
        exposure: Who got what.
    """
    return (
        _registered(registered),
        _ratio(plan, assigned, seen),
        _volume(plan, seen),
        _enough(plan, seen),
        *_placebo(plan, seen),
        contamination_check(exposure),
    )


def _registered(registered: bool) -> Check:
    said = "The plan stood in the audit chain before the first outcome." if registered else "No plan was registered."
    return Check(name="registered plan", passed="yes" if registered else "no", said=said)


def _ratio(plan: Plan, assigned: Trial, seen: Trial) -> Check:
    """Customers come by themselves: their split is tested against the plan. Lists are drawn to size: what counts is
    whether as many of each arm came to have an outcome."""
    control, treated = seen.arm_sizes
    if plan.unit == "customer":
        return ratio_check(control, treated, treated_share=plan.treated_share, what="customers")
    of_treated = float(assigned.treated.sum()) / len(assigned)
    return ratio_check(control, treated, treated_share=of_treated, what=f"{plan.unit}s with outcomes")


def _volume(plan: Plan, seen: Trial) -> Check:
    """Contacts per unit must not differ by arm: else the change moved contacts, or somebody chose whom to help."""
    tested = randomisation_test(_counts(seen), seed=plan.seed) if len(seen) <= FEW else None
    p = tested.pvalue if tested else difference(_counts(seen)).pvalue
    if tested and tested.least_pvalue > 0.001:
        said = "Too few units to judge whether contacts went to one arm."
        return Check(name="contacts per unit", passed="cannot say", said=said, pvalue=p, costs=1)
    if p < 0.001:
        said = "Units in one arm had far more contacts than in the other; the change may have moved them."
        return Check(name="contacts per unit", passed="no", said=said, pvalue=p, costs=1)
    return Check(name="contacts per unit", passed="yes", said="Both arms had as many contacts a unit.", pvalue=p)


def _counts(seen: Trial) -> Trial:
    ones = seen.n * 0 + 1
    return Trial(treated=seen.treated, value=seen.n, n=ones, stratum=seen.stratum)


def _enough(plan: Plan, seen: Trial) -> Check:
    """Whether any result could have told a change from chance."""
    count = ways(seen.treated, seen.stratum)
    if 2 / count > plan.alpha:
        said = f"{len(seen)} units can be assigned in {count} ways only: no result could have been beyond chance."
        return Check(name="enough units", passed="no", said=said, costs=3, statistic=float(len(seen)))
    said = f"{len(seen)} units were assigned; contacts of one unit count as one voice."
    return Check(name="enough units", passed="yes", said=said, statistic=float(len(seen)))


def _placebo(plan: Plan, seen: Trial) -> tuple[Check, ...]:
    """The same comparison in the weeks before: there is nothing to find there."""
    if not len(seen.past_n) or (seen.past_n > 0).sum() < 4:
        return ()
    has = seen.past_n > 0
    before = Trial(treated=seen.treated[has], value=seen.past_value[has], n=seen.past_n[has], stratum=seen.stratum[has])
    if min(before.arm_sizes) < 2:
        return ()
    p = randomisation_test(before, seed=plan.seed).pvalue if len(before) <= FEW else difference(before).pvalue
    if p < 0.01:
        said = "The arms differed before the start already; chance does that once in a hundred draws."
        return (
            Check(name="placebo before the start", passed="no", said=said, pvalue=p, costs=0 if plan.past_weeks else 1),
        )
    said = f"In the {plan.past_weeks} weeks before the start the arms did not differ beyond chance."
    return (Check(name="placebo before the start", passed="yes", said=said, pvalue=p),)
