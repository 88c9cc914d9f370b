"""Money and word of mouth: net revenue, concessions, referrals, offers taken (BM4 to BM6, BM18)."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.outcome_rows import OFFER_DAYS, OFFERS, SAVED_DAYS, SPENDERS

_CURRENCY = "Nothing is summed where amounts are in several currencies."
_spent = partial(
    Measure, rows=SPENDERS, n="customers", statistic="mean", n_unit="customers",
    citation="METRICS, CLTV historic, referral; CAPABILITIES BM4, BM5, BM18.",
)  # fmt: skip

NET_REVENUE = _spent(
    name="net_revenue_per_customer",
    title="Net revenue of a customer so far",
    value="net_amount",
    unit="currency",
    better="higher",
    variant="orders and renewals less refunds and credits, over the whole of the data",
    definition="What a customer has paid so far, less what was given back.",
    leaves_out=f"Costs: value on margin is `heard value`. {_CURRENCY}",
    formula="(orders + renewals - refunds - credits) / customers",
    vendors="Often called lifetime value. It is neither on margin nor of a whole life.",
)
GIVEN_BACK = _spent(
    name="given_back_per_customer",
    title="Given back to a customer so far",
    value="given_amount",
    unit="currency",
    better="lower",
    variant="refunds and credits, over the whole of the data",
    definition="What a customer was given back in refunds and credits.",
    leaves_out=f"Discounts that stand in the price of an order. {_CURRENCY}",
    formula="(refunds + credits) / customers",
    vendors="Accounts mix refunds with chargebacks; those are not concessions.",
)
REFERRALS = _spent(
    name="referrals_per_customer",
    title="Referrals of a customer",
    value="referrals",
    unit="ratio",
    better="higher",
    variant="referrals noted by code or list, over the whole of the data",
    definition="How many others a customer has brought; times a hundred is the rate for 100 customers.",
    leaves_out="Word of mouth that nobody noted.",
    formula="referrals / customers with an outcome",
    vendors="Some count invitations sent; here only those who came count.",
)
UPSELL = Measure(
    name="upsell_accepted_share",
    title=f"Offers followed by an upgrade within {OFFER_DAYS} days",
    rows=OFFERS,
    value="accepted",
    n="offers",
    statistic="share",
    unit="share",
    better="higher",
    n_unit="offers",
    variant=f"upgrade within {OFFER_DAYS} days of the offer; younger offers right-censored",
    definition=f"Share of offers after which the customer upgraded within {OFFER_DAYS} days.",
    leaves_out=f"Offers younger than {OFFER_DAYS} days.",
    formula="offers with an upgrade in time / offers old enough to tell",
    vendors="CRMs count the stage that staff set; here the upgrade itself counts.",
    citation="METRICS, upsell; CAPABILITIES BM6.",
    settles_after_days=OFFER_DAYS,
)
SAVED = Measure(
    name="saved_after_concession_share",
    title=f"Still there {SAVED_DAYS} days after a credit",
    rows=OFFERS,
    value="saved",
    n="concessions",
    statistic="share",
    unit="share",
    better="higher",
    n_unit="credits",
    variant=f"no churn within {SAVED_DAYS} days of the credit",
    definition=f"Share of credits after which the customer was still there {SAVED_DAYS} days later.",
    leaves_out=f"Credits younger than {SAVED_DAYS} days. It does not say that the credit kept them.",
    formula="credits without a churn in time / credits old enough to tell",
    vendors="Retention teams count every credited caller as saved.",
    citation="CAPABILITIES BM18.",
    settles_after_days=SAVED_DAYS,
)
CONCESSION_PER_SAVED = Measure(
    name="concession_per_saved_customer",
    title="Credit for each customer still there",
    rows=OFFERS,
    value="given_amount",
    n="saved",
    statistic="mean",
    unit="currency",
    better="lower",
    n_unit="credits after which the customer stayed",
    variant=f"all credits given, over those still there after {SAVED_DAYS} days",
    definition="What was given in credits for each one after which the customer stayed.",
    leaves_out=f"Credits younger than {SAVED_DAYS} days; what the customer would have done without one. {_CURRENCY}",
    formula="credits given / credits without a churn in time",
    vendors="No common definition.",
    citation="METRICS, concessions; CAPABILITIES BM18.",
    settles_after_days=SAVED_DAYS,
)
