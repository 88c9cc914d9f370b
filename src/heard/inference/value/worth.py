"""Expected value of customers over a horizon: purchases × spend × margin, discounted, with what is not known."""

from dataclasses import dataclass

import numpy as np

from heard.errors import BadInput
from heard.inference.value.purchases import Floats, Purchases
from heard.inference.value.repeat_buying import RepeatBuying, purchases_within
from heard.inference.value.spending import Spending, spend_of


@dataclass(frozen=True, slots=True)
class Expected:
    """Value to be expected; one value a customer, and of all with an interval.

    Attributes:
        each: Shape (customers,). Margin to be expected, in the currency of the orders.
        mean, ci_lower, ci_upper: Of a customer, over draws of the parameters; the bounds leave out that the model
            itself may be wrong.
    """

    each: Floats
    mean: float
    ci_lower: float
    ci_upper: float


def expected(
    buying: RepeatBuying,
    spending: Spending,
    purchases: Purchases,
    *,
    periods: int,
    margin_share: float,
    discount: float,
    draws: int = 200,
    seed: int = 1,
) -> Expected:
    """Margin of the next periods.

    Args:
        buying, spending: Fitted models.
        purchases: Of the customers whose value is asked.
        periods: How many, of the length with which `purchases` was made.
        margin_share: Margin over revenue, above 0 and up to 1: value is on margin, never on revenue.
        discount: Per period.
        draws: Draws of the parameters from their large-sample distribution.
        seed: Of the draws.

    Raises:
        BadInput: A margin outside its range, or no period.
    """
    if not 0 < margin_share <= 1 or periods < 1:
        raise BadInput("value", got=f"margin {margin_share:g} over {periods} periods", expected="0 to 1, and 1 or more")
    each = _value(buying.parameters, spending.parameters, purchases, periods, margin_share, discount)
    rng = np.random.default_rng(seed)
    means = np.array([
        _value(tuple(np.exp(b)), tuple(np.exp(s)), purchases, periods, margin_share, discount).mean()
        for b, s in zip(_draw(rng, buying.parameters, buying.covariance, draws),
                        _draw(rng, spending.parameters, spending.covariance, draws), strict=True)
    ])  # fmt: skip
    usable = means[np.isfinite(means)]
    low, high = np.quantile(usable, [0.025, 0.975]) if len(usable) > draws / 2 else (np.nan, np.nan)
    return Expected(each, float(each.mean()), float(low), float(high))


def _draw(rng: np.random.Generator, parameters: tuple[float, ...], covariance: Floats, draws: int) -> Floats:
    if not np.isfinite(covariance).all():
        return np.full((draws, len(parameters)), np.nan)
    return rng.multivariate_normal(np.log(parameters), covariance, draws)


def _value(
    buying: tuple[float, ...], spending: tuple[float, ...], purchases: Purchases, periods: int, share: float, d: float
) -> Floats:
    """Purchases of four spans of the horizon, each discounted at its middle: as close as 1 % to period by period."""
    edges = np.linspace(0, periods, 5)
    upto = [purchases_within(buying, purchases, t) if t else np.zeros(len(purchases.age)) for t in edges]
    spent = spend_of(spending, purchases)
    parts = [
        (upto[i + 1] - upto[i]) / (1 + d) ** ((edges[i] + edges[i + 1]) / 2) for i in range(len(edges) - 1)
    ]  # fmt: skip
    return np.asarray(np.sum(parts, axis=0) * spent * share)
