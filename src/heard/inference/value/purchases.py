"""Orders as what the models of repeat buying need: how often, how lately, over how long, how much."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Purchases:
    """One row a customer, in the order of the numbers handed in.

    Attributes:
        frequency: Shape (customers,). Repeat purchases; several of one day are one.
        recency: Age at the last purchase, in periods since the first.
        age: Periods since the first purchase.
        spend: Mean amount of the repeat purchases; 0 without one.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    spend: Floats

    def __post_init__(self) -> None:
        bad = (self.frequency < 0) | (self.recency < 0) | (self.recency > self.age) | (self.age < 0)
        bad |= (self.frequency == 0) & (self.recency > 0)
        if bad.any():
            raise BadInput(
                "purchases", got=f"{int(bad.sum())} customers whose last purchase lies outside their time",
                expected="0 <= recency <= age", todo="Check the dates of orders.",
            )  # fmt: skip


def of_orders(
    customer: Ints, day: Ints, amount: Floats, *, until: int, period_days: float = 7.0, currency: npt.ArrayLike = ()
) -> tuple[Purchases, Ints]:
    """Summaries of customers with an order, and their numbers.

    Args:
        customer, day, amount: Shape (orders,). Who, which day, how much.
        until: Last day that was seen; later orders are left out.
        period_days: Length of a period; a week by default, as in the paper.
        currency: Shape (orders,). Given, all must be one.

    Raises:
        BadInput: Currencies are mixed: amounts cannot be added.
    """
    if len(found := np.unique(np.asarray(currency).astype(str))) > 1:
        raise BadInput(
            "amounts", got=f"{len(found)} currencies", expected="one",
            todo="Import one currency, or convert before the import.",
        )  # fmt: skip
    seen = day <= until
    zero = int(day.min(initial=0))
    span = np.int64(until - zero + 1)
    keys, where = np.unique(customer[seen] * span + (day[seen] - zero), return_inverse=True)
    days = np.column_stack([keys // span, keys % span + zero])
    spent = np.bincount(where, amount[seen], len(days))
    people, first = np.unique(days[:, 0], return_index=True)
    last = np.append(first[1:], len(days))[: len(first)] - 1
    count = (last - first).astype(float)
    total = np.add.reduceat(spent, first) - spent[first] if len(first) else np.zeros(0)
    return (
        Purchases(
            frequency=count,
            recency=(days[last, 1] - days[first, 1]) / period_days,
            age=(until - days[first, 1]) / period_days,
            spend=np.divide(total, count, out=np.zeros_like(total), where=count > 0),
        ),
        people,
    )
