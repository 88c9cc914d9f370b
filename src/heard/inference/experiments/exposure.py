"""What was really shown: crossover, the effect among those who got it, and the effect of getting it.

Sources:
    Imbens & Angrist (1994), Econometrica 62 (effect on those moved by the assignment); Fieller (1954), J. R. Stat. Soc.
    B 16 (interval of a ratio; the same as Anderson & Rubin 1949 for one instrument).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from heard.inference.evidence import Check
from heard.inference.experiments.comparing import influence
from heard.inference.experiments.trial import Trial

WORRYING = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Shares of contacts; None where an arm has none.

    Attributes:
        shown_in_treatment: Share of treatment contacts to which the change was shown.
        shown_in_control: Share of control contacts to which it was shown all the same (contamination).
        crossover: Share of all contacts that did not get what their arm said.
    """

    shown_in_treatment: float | None
    shown_in_control: float | None
    crossover: float | None


def exposure(data: Trial) -> Exposure:
    """Who got what, from the exposure log; all None without one."""
    if not len(data.shown):
        return Exposure(shown_in_treatment=None, shown_in_control=None, crossover=None)
    t = data.treated
    treated, control = _share(data.shown[t], data.contacts[t]), _share(data.shown[~t], data.contacts[~t])
    crossed = (data.contacts[t] - data.shown[t]).sum() + data.shown[~t].sum()
    total = data.contacts.sum()
    return Exposure(
        shown_in_treatment=treated, shown_in_control=control, crossover=float(crossed / total) if total else None
    )


def _share(shown: np.ndarray, contacts: np.ndarray) -> float | None:
    total = contacts.sum()
    return float(shown.sum() / total) if total else None


def contamination_check(found: Exposure) -> Check:
    """Crossover does not break the comparison by assignment, it thins it: a remark that costs no grade."""
    if found.crossover is None:
        said = "No exposure was logged, so that nobody knows who really got the change."
        return Check(name="crossover", passed="cannot say", said=said, costs=0)
    share = f"{found.crossover:.0%} of contacts did not get what their arm said"
    thin = " The effect by assignment is smaller than the effect of getting it."
    passed = found.crossover < WORRYING
    return Check(
        name="crossover", passed="yes" if passed else "no", statistic=found.crossover, costs=0,
        said=share + ("." if passed else "." + thin),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Complied:
    """Effect on the contacts that got the change because of their arm; bounds may be infinite."""

    value: float
    ci_lower: float
    ci_upper: float
    first_stage: float
    first_stage_f: float


def complier_effect(data: Trial, *, level: float = 0.95) -> Complied | None:
    """Effect of being shown, with the interval that stays right when few were; None without a log or a difference.

    Needs: assignment works through being shown only, and nobody does the opposite of their arm.
    """
    if not len(data.shown):
        return None
    shown = data.n * np.divide(data.shown, data.contacts, out=np.zeros(len(data)), where=data.contacts > 0)
    by, uy = influence(data, data.value, data.n)
    bd, ud = influence(data, shown, data.n)
    if abs(bd) < 1e-9:
        return None
    c = float(stats.t.ppf((1 + level) / 2, max(len(data) - 2, 1))) ** 2
    vyy, vyd, vdd = float(uy @ uy), float(uy @ ud), float(ud @ ud)
    lower, upper = _fieller(by, bd, c * vyy, c * vyd, c * vdd)
    f = bd * bd / vdd if vdd > 0 else math.inf
    return Complied(value=by / bd, ci_lower=lower, ci_upper=upper, first_stage=bd, first_stage_f=f)


def _fieller(by: float, bd: float, vyy: float, vyd: float, vdd: float) -> tuple[float, float]:
    """Values t with (by - t·bd)² <= vyy - 2t·vyd + t²·vdd; infinite when the first stage cannot be told from none."""
    a, b, c = bd * bd - vdd, by * bd - vyd, by * by - vyy
    root = b * b - a * c
    if a <= 0 or root < 0:
        return -math.inf, math.inf
    return (b - math.sqrt(root)) / a, (b + math.sqrt(root)) / a
