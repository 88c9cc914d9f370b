"""Reaching customers and being used: acquisition, bounce, personal items, leads, dips in usage (BM7, BM12 to BM16)."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.reach_rows import (
    ACQUIRED,
    BASELINE_PERIODS,
    FELT,
    IMPRESSIONS,
    LEAD_DAYS,
    LEADS,
    USAGE,
    USAGE_DAYS,
    VISITS,
)

_acquired = partial(
    Measure, rows=ACQUIRED, value="spent_amount", statistic="mean", unit="currency", better="lower",
    vendors="Some leave out salaries and tools, or count leads in place of customers: say what stands in the list.",
    citation="CAPABILITIES BM7. The interval is over weeks.",
)  # fmt: skip
_CURRENCY = "Nothing is summed where amounts are in several currencies."
CAC = _acquired(
    name="cac_blended",
    title="Cost of winning a customer (CAC), blended",
    n="newcomers",
    n_unit="new customers",
    variant="all spend over all new customers of the same weeks; new is a first order or subscription",
    definition="What was spent to be found, for each new customer.",
    leaves_out=f"Spend that is not in the list, and the time from spending to winning. {_CURRENCY}",
    formula="spend / new customers",
)
CAC_PAID = _acquired(
    name="cac_paid",
    title="Cost of winning a customer (CAC), paid",
    n="newcomers - referred",
    n_unit="new customers less referrals",
    variant="all spend over new customers less those whom others brought, of the same weeks",
    definition="What was spent to be found, for each new customer whom nobody referred.",
    leaves_out=f"Word of mouth that nobody noted counts as paid. {_CURRENCY}",
    formula="spend / (new customers - referrals)",
)
BOUNCE = Measure(
    name="bounce_share",
    title="Visits that ended on their first page",
    rows=VISITS,
    value="bounces",
    n="visits",
    statistic="share",
    unit="share",
    better="neither",
    n_unit="visits",
    variant="as the web analytics flags them; by issue it gives the pages, beside complaints of the same name",
    definition="Share of visits that ended on the page where they began.",
    leaves_out="Whether the visitor found what they came for: a page that answers at once bounces too.",
    formula="bounces / visits",
    vendors="GA4 calls a visit bounced when it was not engaged: under 10 seconds, one page, no key event.",
    citation="CAPABILITIES BM12.",
)
_shown = partial(
    Measure, rows=IMPRESSIONS, unit="share", citation="CAPABILITIES BM13.",
    vendors="Ad servers count every click, also several on one impression.",
    leaves_out="Clicks beyond the impressions of the same customer and week. Who is shown what was not drawn by lot: "
    "a lift shows a difference, not an effect.",
)  # fmt: skip
PERSONAL_CTR = _shown(
    name="personal_click_share",
    title="Clicks on what was personal",
    value="personal_clicks",
    n="personal",
    statistic="share",
    better="higher",
    n_unit="personal impressions",
    variant="clicks over impressions, personal items only",
    definition="Share of personal impressions that were clicked.",
    formula="personal clicks / personal impressions",
)
PERSONAL_LIFT = partial(_shown, unit="points")(
    name="personal_click_lift",
    title="Clicks on what was personal, more than on the rest",
    value="personal_clicks",
    n="personal",
    value_less="other_clicks",
    n_less="other",
    statistic="difference",
    better="higher",
    n_unit="impressions, personal and other",
    variant="difference of click rates, personal less other items",
    definition="By how many points personal items are clicked more often than others.",
    formula="personal clicks / personal impressions - other clicks / other impressions",
)
FELT_INTRUSIVE = Measure(
    name="felt_intrusive_share",
    title="Felt watched by what was personal",
    rows=FELT,
    value="intruded",
    n="reached",
    statistic="share",
    unit="share",
    better="lower",
    n_unit="customers who were shown something personal",
    variant="customers who said so at least once, of all who were shown something personal",
    definition="Share of customers who said that something personal felt intrusive.",
    leaves_out="Customers who felt so and said nothing: a lower bound.",
    formula="customers who said so / customers who were shown something personal",
    vendors="Not reported by ad servers.",
    citation="CAPABILITIES BM13.",
)
_leads = partial(
    Measure, rows=LEADS, settles_after_days=LEAD_DAYS, citation="CAPABILITIES BM14.",
    vendors="CRMs count the stage that staff set; here the order itself counts.",
    leaves_out=f"Leads younger than {LEAD_DAYS} days. Moments after the order are not counted.",
)  # fmt: skip
LEAD_WON = _leads(
    name="lead_conversion_share",
    n_unit="leads",
    title=f"Leads that became customers within {LEAD_DAYS} days",
    value="won",
    n="leads",
    statistic="share",
    unit="share",
    better="higher",
    variant=f"first order or subscription within {LEAD_DAYS} days of the first lead; younger leads right-censored",
    definition=f"Share of leads who ordered or subscribed within {LEAD_DAYS} days.",
    formula="leads with an order in time / leads old enough to tell",
)
LEAD_DIFFERENCE = _leads(
    name="lead_conversion_difference",
    title="Leads won after being heard, less after being missed",
    value="heard_won",
    n="heard",
    n_unit="leads who were heard or missed",
    value_less="missed_won",
    n_less="missed",
    statistic="difference",
    unit="points",
    better="neither",
    variant="all moments before the order met, against one missed at least; not adjusted for anything",
    definition="By how many points leads who were heard became customers more often than those who were missed.",
    formula="won of heard leads / heard leads - won of missed leads / missed leads",
)
USAGE_DIP = Measure(
    name="usage_dip_share",
    title="Use the product less than half as much as before",
    rows=USAGE,
    value="dipped",
    n="users",
    statistic="share",
    unit="share",
    better="lower",
    n_unit="customers with a baseline",
    variant=f"last {USAGE_DAYS} days of the data under half of the customer's own mean of the "
    f"{BASELINE_PERIODS * USAGE_DAYS} days before",
    definition=f"Share of customers whose use in the last {USAGE_DAYS} days fell below half of their own baseline.",
    leaves_out=f"Customers seen for less than {(BASELINE_PERIODS + 1) * USAGE_DAYS} days. Seasons dip too.",
    formula=f"customers with recent use < half of baseline use / {BASELINE_PERIODS} / customers with a baseline",
    vendors="Health scores of suites mix usage with guesses of their own.",
    citation="CAPABILITIES BM16.",
)
