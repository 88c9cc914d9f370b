"""Handling: how long live contacts take, one-touch and reopened contacts. None of these is a target (BM9, BM10)."""

from functools import partial

from heard.measures.base import Measure, Rows
from heard.measures.families.contact_rows import _KEYS

HANDLED = Rows(
    name="handled",
    grain="interaction",
    clusters="interaction",
    tables=frozenset({"interaction_fact", "interaction"}),
    sql=f"""
SELECT {_KEYS},
  CASE WHEN f.channel IN ('chat', 'phone') THEN f.closed_epoch_s - f.opened_epoch_s END AS handled_seconds,
  CASE WHEN f.channel IN ('chat', 'phone') AND f.closed_epoch_s IS NOT NULL AND f.opened_epoch_s IS NOT NULL THEN 1
    ELSE 0 END AS live,
  CASE WHEN f.resolution_calendar_seconds IS NOT NULL THEN 1 ELSE 0 END AS solved,
  CASE WHEN f.resolution_calendar_seconds IS NOT NULL AND f.customer_turn_count <= 1 THEN 1 ELSE 0 END AS one_touch,
  CASE WHEN f.resolution_calendar_seconds IS NOT NULL AND i.reopen_count > 0 THEN 1 ELSE 0 END AS reopened
FROM interaction_fact AS f LEFT JOIN interaction AS i ON i.interaction_id = f.interaction_id
""",
)
_TARGET = "Not a target: hurrying shortens it, and listening lengthens it."
_time = partial(
    Measure,
    rows=HANDLED,
    value="handled_seconds",
    n="live",
    unit="seconds",
    better="neither",
    n_unit="chats and calls",
    leaves_out=f"E-mail and the like, where the time between turns is waiting; work after the contact. {_TARGET}",
    vendors="Contact centres add hold and after-call work, which exports of words do not hold.",
    citation="METRICS, AHT; CAPABILITIES BM9.",
)
HANDLE_MEAN = _time(
    name="handle_mean_calendar_seconds",
    title="Handle time, mean (AHT)",
    statistic="mean",
    variant="first to last turn of chats and calls, mean",
    definition="Mean time from the first to the last turn of a chat or call.",
    formula="sum of times / chats and calls",
)
HANDLE_MEDIAN = _time(
    name="handle_median_calendar_seconds",
    title="Handle time, middle",
    statistic="quantile",
    quantile=0.5,
    variant="first to last turn of chats and calls, median",
    definition="The time within which half of the chats and calls are over.",
    formula="median of times",
)
HANDLE_P90 = _time(
    name="handle_calendar_seconds_p90",
    title="Handle time, nine of ten",
    statistic="quantile",
    quantile=0.9,
    variant="first to last turn of chats and calls, 90th percentile: how far they spread",
    definition="The time within which nine of ten chats and calls are over.",
    formula="90th percentile of times",
)
_solved = partial(
    Measure,
    rows=HANDLED,
    n="solved",
    statistic="share",
    unit="share",
    n_unit="solved conversations",
    citation="METRICS, one-touch, reopen.",
)
ONE_TOUCH = _solved(
    name="one_touch_share",
    title="Solved at one touch",
    value="one_touch",
    better="neither",
    variant="solved, and the customer wrote once",
    definition="Share of solved conversations in which the customer had to write only once.",
    leaves_out="Conversations without a time of solving. A customer who gives up looks the same: read it beside the "
    "Heard rate.",
    formula="solved with one customer turn / solved",
    vendors="Freshservice calls this first-contact resolution.",
)
REOPENED = _solved(
    name="reopened_share",
    title="Reopened after solving",
    value="reopened",
    better="lower",
    variant="reopened at least once, as the help desk counts it",
    definition="Share of solved conversations that were opened again.",
    leaves_out="Conversations without a time of solving; a new ticket about the same matter (see repeat contact).",
    formula="solved and reopened / solved",
    vendors="Desks differ in whether a thank-you reopens.",
)
