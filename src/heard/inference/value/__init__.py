"""What a customer brings: historic value on margin, and value to be expected with or without a contract."""

from heard.inference.value.contract import contractual
from heard.inference.value.purchases import Purchases, of_orders
from heard.inference.value.repeat_buying import RepeatBuying, fit_buying
from heard.inference.value.spending import Spending, fit_spending
from heard.inference.value.worth import Expected, expected

__all__ = [
    "Expected", "Purchases", "RepeatBuying", "Spending", "contractual", "expected", "fit_buying", "fit_spending",
    "of_orders",
]  # fmt: skip
