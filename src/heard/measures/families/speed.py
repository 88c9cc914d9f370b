"""First reply and resolution: medians, on both clocks."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.contact_rows import SPEEDS

_FIRST = "Bots do not count as a reply; conversations that no person answered, and undated ones, are left out."
_LAST = (
    "Conversations that were never set to solved, and undated ones, are left out; a reopened one counts to "
    "its last solving."
)

_median = partial(
    Measure,
    rows=SPEEDS,
    n="1",
    statistic="quantile",
    quantile=0.5,
    unit="seconds",
    better="lower",
    citation="Definitions as in the open dbt models of Zendesk (calendar and business hours apart); interval "
    "by order statistics.",
)

FIRST_REPLY_CALENDAR = _median(
    name="first_reply_calendar_seconds",
    title="Median first reply",
    value="first_reply_calendar_seconds",
    n_unit="conversations with a human reply",
    variant="median, calendar time, first human reply after the first customer turn",
    definition="Half of the customers who got a human reply had it within this time.",
    leaves_out=_FIRST,
    formula="median(first human reply - first customer turn)",
    vendors="Help desks start at the creation of the ticket, which may come before the customer wrote.",
)
FIRST_REPLY_BUSINESS = _median(
    name="first_reply_business_seconds",
    title="Median first reply in business hours",
    value="first_reply_business_seconds",
    n_unit="conversations with a human reply",
    variant="median, business hours of heard.toml, first human reply after the first customer turn",
    definition="Half of the customers who got a human reply had it within this much opening time.",
    leaves_out=_FIRST,
    formula="median(business seconds from the first customer turn to the first human reply)",
    vendors="Help desks use the schedule of the group at creation; Heard uses the one schedule of heard.toml.",
)
RESOLUTION_CALENDAR = _median(
    name="resolution_calendar_seconds",
    title="Median resolution",
    value="resolution_calendar_seconds",
    n_unit="solved conversations",
    variant="median, calendar time, opening to last solving",
    definition="Half of the solved conversations were solved within this time.",
    leaves_out=_LAST,
    formula="median(last solved - opened)",
    vendors="Full resolution time of help desks; 'first resolution' stops at the first solving and looks shorter.",
)
RESOLUTION_BUSINESS = _median(
    name="resolution_business_seconds",
    title="Median resolution in business hours",
    value="resolution_business_seconds",
    n_unit="solved conversations",
    variant="median, business hours of heard.toml, opening to last solving",
    definition="Half of the solved conversations were solved within this much opening time.",
    leaves_out=_LAST,
    formula="median(business seconds from opening to last solving)",
    vendors="Full resolution time of help desks on one schedule for the whole business.",
)
