"""Value of a customer under contract."""

import math

from heard.errors import BadInput


def contractual(margin: float, retention: float, discount: float) -> float:
    """margin · r / (1 + d - r): what a customer who has just paid is still worth, for ever.

    Args:
        margin: Per period, after what it costs to serve.
        retention: Chance of staying from period to period, 0 to 1.
        discount: Per period, above -1 and such that the sum ends.

    Returns:
        In the currency of `margin`; NaN where nobody ever leaves and nothing is discounted: the sum has no end.

    Raises:
        BadInput: Retention outside 0 to 1, or a discount of -100 % or less.

    Example:
        >>> round(contractual(100, 0.8, 0.1), 2)
        266.67

    Source:
        Gupta & Lehmann (2003), Customers as Assets, J. Interactive Marketing 17(1).
    """
    if not 0 <= retention <= 1 or discount <= -1:
        raise BadInput("value under contract", got=f"retention {retention:g}, discount {discount:g}", expected="0 to 1")
    return margin * retention / (1 + discount - retention) if 1 + discount > retention else math.nan
