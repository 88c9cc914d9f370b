"""Buying again: how many, how often, how long between (BM1)."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.outcome_rows import BUYERS, GAPS, REPEAT_DAYS

_VENDORS = (
    "Shops' dashboards divide customers with two orders by all customers, young ones included, so that the figure "
    "rises with the age of the shop; here every customer is given the same time."
)
_YOUNG = (
    f"Customers whose first order is younger than {REPEAT_DAYS} days are left out, and counted as "
    "`repeat_purchase_censored_count`. Orders of one day are one."
)
_of_buyers = partial(
    Measure, rows=BUYERS, n_unit="customers with an order", vendors=_VENDORS, citation="METRICS, repeat-purchase rate."
)

REPEAT_PURCHASE = _of_buyers(
    name="repeat_purchase_share",
    title=f"Ordered again within {REPEAT_DAYS} days",
    value="came_again",
    n="followed",
    statistic="share",
    unit="share",
    better="higher",
    variant=f"second order within {REPEAT_DAYS} days of the first; young customers right-censored",
    definition=f"Share of customers who ordered again within {REPEAT_DAYS} days of their first order.",
    leaves_out=_YOUNG,
    formula="customers with a second order in time / customers old enough to tell",
    settles_after_days=REPEAT_DAYS,
)
REPEAT_PURCHASE_CENSORED = _of_buyers(
    name="repeat_purchase_censored_count",
    title="Customers too young to tell whether they order again",
    value="censored",
    n="buyers",
    statistic="count",
    unit="count",
    better="neither",
    variant=f"first order less than {REPEAT_DAYS} days before the last outcome",
    definition=f"Number of customers whose first order is younger than {REPEAT_DAYS} days.",
    leaves_out="Customers without an order.",
    formula="customers with first order + window after the last outcome",
)
ORDERS_PER_CUSTOMER = _of_buyers(
    name="orders_per_customer",
    title="Orders of a customer",
    value="order_days",
    n="buyers",
    statistic="mean",
    unit="ratio",
    better="higher",
    variant="days with an order, over the whole of the data, by the week of the first order",
    definition="How many orders a customer with at least one has made.",
    leaves_out="Customers without an order. It grows with the age of a customer: compare weeks of one age.",
    formula="days with an order / customers with an order",
)
ORDER_GAP = Measure(
    name="order_gap_calendar_seconds",
    title="Time from order to order",
    rows=GAPS,
    value="gap_seconds",
    n="gaps",
    statistic="quantile",
    quantile=0.5,
    unit="seconds",
    better="lower",
    n_unit="pairs of orders",
    variant="median of closed gaps, in whole days",
    definition="The middle time from one order to the customer's next.",
    leaves_out="The open gap after the last order: the figure is too short for a shop that is losing customers.",
    formula="median of days between successive orders",
    vendors="Some take the mean of each customer's means, which counts rare buyers as much as frequent ones.",
    citation="METRICS; CAPABILITIES BM1.",
)
