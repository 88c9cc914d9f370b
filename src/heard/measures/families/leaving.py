"""Staying and leaving: retention and churn of customers and of recurring revenue (BM2, BM3)."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.outcome_rows import CHURNS, QUARTER, QUARTER_DAYS

_WINDOW = f"the last {QUARTER_DAYS} days of the data; who subscribed before them and had not left"
_FIXED = (
    "Who joined within the window, and who never subscribed. A return counts as staying only where no churn was noted."
)
_VENDORS = (
    "ChartMogul's standard churn is the same; Shopify's daily formula divides by the mean of the days. Baremetrics "
    "leaves contraction out of net churn in its text."
)
_fixed = partial(
    Measure, rows=QUARTER, leaves_out=_FIXED, vendors=_VENDORS, variant=f"fixed cohort over {_WINDOW}",
    citation="METRICS, CRR and churn; ChartMogul's and Baremetrics' definitions.",
)  # fmt: skip
_customers = partial(_fixed, n="stood", statistic="share", unit="share", n_unit="customers at the start")
_revenue = partial(
    _fixed, n="standing_cents", statistic="mean", unit="share", n_unit="cents of monthly revenue at the start"
)

CRR = _customers(
    name="crr_quarter_share",
    title="Customers retained over a quarter",
    value="stayed",
    better="higher",
    definition=f"Share of the customers of {QUARTER_DAYS} days ago who are still there (CRR).",
    formula="(customers at the end - new customers) / customers at the start",
)
CUSTOMER_CHURN = _customers(
    name="customer_churn_quarter_share",
    title="Customers lost over a quarter",
    value="left_since",
    better="lower",
    definition=f"Share of the customers of {QUARTER_DAYS} days ago who have left since.",
    formula="customers lost / customers at the start",
)
GROSS_MRR_CHURN = _revenue(
    name="gross_mrr_churn_quarter_share",
    title="Recurring revenue lost over a quarter, gross",
    value="lost_cents",
    better="lower",
    definition="Share of the recurring revenue at the start that left or shrank.",
    formula="(churned + contracted revenue) / revenue at the start",
)
NET_MRR_CHURN = _revenue(
    name="net_mrr_churn_quarter_share",
    title="Recurring revenue lost over a quarter, net",
    value="lost_cents - expanded_cents",
    better="lower",
    definition="Share of the recurring revenue at the start that left or shrank, less what the same customers added.",
    formula="(churned + contracted - expanded revenue) / revenue at the start",
)
GRR = _revenue(
    name="grr_quarter_share",
    title="Gross revenue retention over a quarter",
    value="standing_cents - lost_cents",
    better="higher",
    definition="Share of the recurring revenue at the start that is still there, expansion not counted.",
    formula="1 - gross churn",
)
NRR = _revenue(
    name="nrr_quarter_share",
    title="Net revenue retention over a quarter",
    value="standing_cents - lost_cents + expanded_cents",
    better="higher",
    definition="Recurring revenue of the customers at the start, today over then; above one where they grew.",
    formula="1 - net churn",
)

_of_churns = partial(
    Measure,
    rows=CHURNS,
    unit="share",
    statistic="share",
    n_unit="churns",
    vendors="Most tools show one churn. A failed card is mended by dunning, not by empathy: it stands apart here.",
    citation="METRICS, churn; CAPABILITIES BM3.",
)
CHURN_COUNT = partial(_of_churns, statistic="count")(
    name="churn_count",
    title="Churns",
    value="churns",
    n="churns",
    unit="count",
    better="lower",
    variant="by the week of leaving; a customer who left twice counts twice",
    definition="Number of churns that were noted; by issue it gives the stated reasons.",
    leaves_out="Customers who stopped buying without a word.",
    formula="churns",
)
VOLUNTARY_CHURN = _of_churns(
    name="voluntary_churn_share",
    title="Left of their own will",
    value="voluntary",
    n="known",
    better="neither",
    variant="of churns whose kind is known",
    definition="Share of churns that the customer asked for.",
    leaves_out="Churns of unknown kind.",
    formula="voluntary churns / churns of known kind",
)
PAYMENT_CHURN = _of_churns(
    name="payment_churn_share",
    title="Left through a failed payment",
    value="by_payment",
    n="known",
    better="lower",
    variant="of churns whose kind is known",
    definition="Share of churns that followed from a payment that failed.",
    leaves_out="Churns of unknown kind.",
    formula="churns by failed payment / churns of known kind",
)
CHURN_WITH_REASON = _of_churns(
    name="churn_with_reason_share",
    title="Churns with a stated reason",
    value="with_reason",
    n="churns",
    better="higher",
    variant="any reason in the business's own list",
    definition="Share of churns for which a reason was noted.",
    leaves_out="Nothing; without a reason nobody can tell policy from people.",
    formula="churns with a reason / churns",
)
