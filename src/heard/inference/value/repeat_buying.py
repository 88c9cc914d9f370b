"""BG/NBD: how often customers without a contract buy, and whether they are still customers at all."""

from dataclasses import dataclass, field

import numpy as np
from scipy import optimize, special

from heard.errors import NotIdentified
from heard.inference.value.alike import Alike
from heard.inference.value.likelihood import covariance_of
from heard.inference.value.purchases import Floats, Purchases

MIN_REPEATS = 10
"""Customers with a repeat purchase below which four parameters are not worth the name of an estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatBuying:
    """Fitted parameters: rates of buying are gamma(r, alpha), chances of leaving after a purchase beta(a, b).

    Attributes:
        covariance: Shape (4, 4), of the logarithms of r, alpha, a, b.
        loglik: At the estimate.
        n: Customers.
    """

    r: float
    alpha: float
    a: float
    b: float
    covariance: Floats = field(repr=False)
    loglik: float
    n: int

    @property
    def parameters(self) -> tuple[float, float, float, float]:
        """r, alpha, a, b."""
        return self.r, self.alpha, self.a, self.b


def loglik(parameters: Floats, purchases: Purchases) -> float:
    """Log likelihood of the summaries, equation (6) of the paper."""
    r, alpha, a, b = parameters
    x, t_x, age = purchases.frequency, purchases.recency, purchases.age
    shared = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    leaving = special.betaln(a, b + x) - special.betaln(a, b)
    alive = -(r + x) * np.log(alpha + age)
    again = x > 0
    gone = np.full_like(x, -np.inf)
    gone[again] = np.log(a) - np.log(b + x[again] - 1) - (r + x[again]) * np.log(alpha + t_x[again])
    return float((shared + leaving + np.logaddexp(alive, gone)).sum())


def fit_buying(purchases: Purchases) -> RepeatBuying:
    """Fit by maximum likelihood.

    Raises:
        NotIdentified: Too few customers bought again, or all did so at the same pace.

    Source:
        Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2).
    """
    repeats = int((purchases.frequency > 0).sum())
    if repeats < MIN_REPEATS:
        raise NotIdentified(
            "repeat buying", got=f"{repeats} customers who bought again", expected=f"{MIN_REPEATS} or more",
            todo="Wait for more orders, or take the historic value.",
        )  # fmt: skip
    scale = 10.0 / max(float(purchases.age.max()), 1e-9)
    scaled = Purchases(purchases.frequency, purchases.recency * scale, purchases.age * scale, purchases.spend)

    alike, count = Alike.of(scaled), len(scaled.age)

    def loss(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        found, slope = alike.loglik(parameters)
        return -found / count, -slope * parameters / count

    found = min(
        (optimize.minimize(
            loss, start, jac=True, method="L-BFGS-B", bounds=[(-8, 8)] * 4, options={"ftol": 1e-15, "gtol": 1e-9}
        )
         for start in (np.zeros(4), np.array([-1.0, 0.0, 0.0, 1.0]))),
        key=lambda one: float(one.fun),
    )  # fmt: skip
    logs = np.asarray(found.x)
    # A chance of leaving that all share is a limit of the model (a and b grow together) and still predicts; a shared
    # pace, or nobody who leaves, does not.
    if np.abs(logs[:2]).max() > 7.9 or logs[2:].min() < -7.9:
        raise NotIdentified(
            "repeat buying", got="a pace that all customers share", expected="customers who differ",
            todo="Take the historic value.",
        )  # fmt: skip
    r, alpha, a, b = np.exp(logs)
    covariance = covariance_of(lambda point: alike.loglik(np.exp(point))[0], logs)
    told = RepeatBuying(
        r=float(r), alpha=float(alpha / scale), a=float(a), b=float(b), covariance=covariance, loglik=np.nan,
        n=len(purchases.age),
    )  # fmt: skip
    return RepeatBuying(
        r=told.r, alpha=told.alpha, a=told.a, b=told.b, covariance=covariance, n=told.n,
        loglik=loglik(np.array(told.parameters), purchases),
    )  # fmt: skip


def purchases_within(parameters: tuple[float, ...], purchases: Purchases, periods: float) -> Floats:
    """Purchases to be expected of each customer in the next `periods`, equation (10) of the paper."""
    r, alpha, a, b = parameters
    a = a + 1e-6 if abs(a - 1) < 1e-6 else a  # the limit at 1 exists, the formula does not
    x, t_x, age = purchases.frequency, purchases.recency, purchases.age
    z = periods / (alpha + age + periods)
    first = (a + b + x - 1) / (a - 1)
    safe = np.maximum(b + x - 1, 1e-12)
    # far out in the draws of the parameters the series overflows: NaN, which the caller leaves out
    with np.errstate(over="ignore", invalid="ignore"):
        hyper = special.hyp2f1(r + x, b + x, a + b + x - 1, z)
        second = 1 - hyper * ((alpha + age) / (alpha + age + periods)) ** (r + x)
        below = 1 + np.where(x > 0, a / safe * ((alpha + age) / (alpha + t_x)) ** (r + x), 0.0)
        return np.asarray(np.where(np.isfinite(hyper), first * second / below, np.nan))


def still_there(parameters: tuple[float, ...], purchases: Purchases) -> Floats:
    """Chance that each customer is still one: Fader, Hardie & Lee (2008), note on P(alive) for the BG/NBD."""
    r, alpha, a, b = parameters
    x, t_x, age = purchases.frequency, purchases.recency, purchases.age
    odds = a / np.maximum(b + x - 1, 1e-12) * ((alpha + age) / (alpha + t_x)) ** (r + x)
    return np.asarray(np.where(x > 0, 1 / (1 + odds), 1.0))
