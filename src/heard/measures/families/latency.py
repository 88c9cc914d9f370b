"""How long until a feeling was answered. Durations name their clock."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.ledger_rows import MOMENTS, WAITS

_VENDORS = (
    "First-reply time of help desks starts at creation and stops at any reply; this one starts at the feeling "
    "and stops at the "
    "words that answer it."
)
_NOT_ANSWERED = (
    "Moments that were never answered have no such time and are left out: read it beside the "
    "missed and unanswered shares."
)
_NOT_TIMED = f"{_NOT_ANSWERED} Moments of undated conversations are left out too."
_CITATION = "Codebook version 1, section C; median as robust to a few long waits, interval by order statistics."

_quantile = partial(
    Measure,
    rows=WAITS,
    statistic="quantile",
    better="lower",
    n_unit="answered moments",
    citation=_CITATION,
    vendors=_VENDORS,
)
_within = partial(
    Measure,
    rows=MOMENTS,
    statistic="share",
    unit="share",
    better="higher",
    n="timed",
    n_unit="answered moments",
    citation=_CITATION,
    vendors=_VENDORS,
    leaves_out=_NOT_TIMED,
)

ACKNOWLEDGED_CALENDAR = _quantile(
    name="acknowledged_calendar_seconds",
    title="Median time to acknowledgment",
    value="calendar_seconds",
    n="1",
    quantile=0.5,
    unit="seconds",
    variant="median, calendar time, met and late moments",
    definition="Half of the answered moments were answered within this time after the customer showed the feeling.",
    leaves_out=_NOT_TIMED,
    formula="median(answered at - opened at)",
)
ACKNOWLEDGED_CALENDAR_P90 = _quantile(
    name="acknowledged_calendar_seconds_p90",
    title="Time to acknowledgment, nine in ten",
    value="calendar_seconds",
    n="1",
    quantile=0.9,
    unit="seconds",
    variant="90th percentile, calendar time, met and late moments",
    definition="Nine in ten of the answered moments were answered within this time.",
    leaves_out=_NOT_TIMED,
    formula="90th percentile(answered at - opened at)",
)
ACKNOWLEDGED_BUSINESS = _quantile(
    name="acknowledged_business_seconds",
    title="Median time to acknowledgment in business hours",
    value="business_seconds",
    n="1",
    quantile=0.5,
    unit="seconds",
    variant="median, business hours of heard.toml, met and late moments",
    definition="Half of the answered moments were answered within this much opening time.",
    leaves_out=_NOT_TIMED,
    formula="median(business seconds from opening to answer)",
)
ACKNOWLEDGED_BUSINESS_P90 = _quantile(
    name="acknowledged_business_seconds_p90",
    title="Time to acknowledgment in business hours, nine in ten",
    value="business_seconds",
    n="1",
    quantile=0.9,
    unit="seconds",
    variant="90th percentile, business hours of heard.toml, met and late moments",
    definition="Nine in ten of the answered moments were answered within this much opening time.",
    leaves_out=_NOT_TIMED,
    formula="90th percentile(business seconds from opening to answer)",
)
ACKNOWLEDGED_TURNS = _quantile(
    name="acknowledged_turn_count",
    title="Median turns to acknowledgment",
    value="turns",
    n="1",
    quantile=0.5,
    unit="count",
    variant="median, turns from the opening to the answer, met and late moments",
    definition="Half of the answered moments were answered within this many turns.",
    leaves_out=_NOT_ANSWERED,
    formula="median(turns from opening to answer)",
)
WITHIN_5_MINUTES = _within(
    name="acknowledged_within_5_minutes_share",
    title="Answered within five minutes",
    value="within_5_minutes",
    variant="calendar time, of met and late moments",
    definition="Share of the answered moments that were answered within five minutes.",
    formula="answered within 300 seconds / answered with a time",
)
WITHIN_HOUR = _within(
    name="acknowledged_within_hour_share",
    title="Answered within an hour",
    value="within_hour",
    variant="calendar time, of met and late moments",
    definition="Share of the answered moments that were answered within an hour.",
    formula="answered within 3,600 seconds / answered with a time",
)
WITHIN_DAY = _within(
    name="acknowledged_within_day_share",
    title="Answered within a day",
    value="within_day",
    variant="calendar time, of met and late moments",
    definition="Share of the answered moments that were answered within 24 hours.",
    formula="answered within 86,400 seconds / answered with a time",
)
