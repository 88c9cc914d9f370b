"""Gamma-gamma: how much a customer spends on a purchase, drawn towards the mean where few were seen."""

from dataclasses import dataclass, field

import numpy as np
from scipy import optimize, special

from heard.errors import NotIdentified
from heard.inference.value.likelihood import covariance_of
from heard.inference.value.purchases import Floats, Purchases
from heard.inference.value.repeat_buying import MIN_REPEATS


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Fitted parameters p, q, v; covariance of their logarithms; how spend goes with frequency (should be near 0)."""

    p: float
    q: float
    v: float
    covariance: Floats = field(repr=False)
    loglik: float
    n: int
    correlation: float

    @property
    def parameters(self) -> tuple[float, float, float]:
        """p, q, v."""
        return self.p, self.q, self.v


def loglik(parameters: Floats, x: Floats, spend: Floats) -> float:
    """Log likelihood of mean spends over x repeat purchases, equation (1a) of the note."""
    p, q, v = parameters
    return float(
        (
            special.gammaln(p * x + q) - special.gammaln(p * x) - special.gammaln(q)
            + q * np.log(v) + (p * x - 1) * np.log(spend) + p * x * np.log(x) - (p * x + q) * np.log(x * spend + v)
        ).sum()
    )  # fmt: skip


def fit_spending(purchases: Purchases) -> Spending:
    """Fit by maximum likelihood on customers with a repeat purchase of a positive amount.

    Raises:
        NotIdentified: Too few such customers.

    Source:
        Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value, brucehardie.com/notes/025.
    """
    kept = (purchases.frequency > 0) & (purchases.spend > 0)
    x, spend = purchases.frequency[kept], purchases.spend[kept]
    if len(x) < MIN_REPEATS or np.ptp(spend) == 0:
        raise NotIdentified(
            "spending", got=f"{len(x)} customers with different repeat purchases", expected=f"{MIN_REPEATS} or more",
            todo="Take the mean order.",
        )  # fmt: skip
    scale = float(spend.mean())

    def loss(logs: Floats) -> float:
        return -loglik(np.exp(logs), x, spend / scale) / len(x)

    found = optimize.minimize(
        loss, np.array([1.0, 1.0, 1.0]), method="L-BFGS-B", bounds=[(-8, 12)] * 3,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 2000},
    )  # fmt: skip
    logs = np.asarray(found.x)
    p, q, v = np.exp(logs)
    return Spending(
        p=float(p),
        q=float(q),
        v=float(v * scale),
        covariance=covariance_of(lambda point: -loss(point) * len(x), logs),
        loglik=loglik(np.array([p, q, v * scale]), x, spend),
        n=len(x),
        correlation=float(np.corrcoef(x, spend)[0, 1]) if np.ptp(x) > 0 else 0.0,
    )


def spend_of(parameters: tuple[float, ...], purchases: Purchases) -> Floats:
    """Mean spend to be expected of each customer; without a repeat purchase it is everybody's, NaN where q is not
    above 1 (the mean does not exist)."""
    p, q, v = parameters
    if q <= 1:
        return np.full(len(purchases.age), np.nan)
    return np.asarray(p * (v + purchases.frequency * purchases.spend) / (p * purchases.frequency + q - 1))
