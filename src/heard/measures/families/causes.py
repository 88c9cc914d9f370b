"""People or policy: what the hurt was about (CONTRACTS 22)."""

from functools import partial

from heard.measures.base import Measure, Split
from heard.measures.families.ledger_rows import MOMENTS
from heard.terms.words import CAUSES, side_of

_SIDES = (
    "People: staff, information. Policy: delay, defect, billing, policy, bot, access. Personal and other "
    "causes belong to neither."
)
_shared = partial(
    Measure,
    rows=MOMENTS,
    statistic="share",
    unit="share",
    better="neither",
    citation="Codebook version 1, field `cause`; the two sides are Heard's own (terms.words).",
    vendors="Help desks tag contact reasons, not what a feeling was about; the two often differ.",
)

POLICY_SHARE = _shared(
    name="policy_share",
    title="Moments about a rule, a product or a process",
    value="policy",
    n="moments",
    n_unit="moments",
    variant="of all moments, unanswered included",
    definition="Share of all moments whose cause is a rule, a product or a process, and not what somebody said or did.",
    leaves_out=f"Nothing: causes of neither side stay in the denominator. {_SIDES}",
    formula="moments with a policy cause / moments",
)
PEOPLE_SHARE = _shared(
    name="people_share",
    title="Moments about people",
    value="people",
    n="moments",
    n_unit="moments",
    variant="of all moments, unanswered included",
    definition="Share of all moments whose cause is what somebody said, did or told.",
    leaves_out=f"Nothing: causes of neither side stay in the denominator. {_SIDES}",
    formula="moments with a people cause / moments",
)
MOMENTS_BY_CAUSE = _shared(
    name="moments_by_cause",
    title="Moments by cause",
    value="moments",
    n="moments",
    n_unit="moments",
    splits=tuple(Split(value=f"cause_{cause}", cause=cause, cause_side=side_of(cause)) for cause in CAUSES),  # type: ignore[arg-type]
    variant="of all moments, one line a cause",
    definition="Of all moments, the share that is about each cause.",
    leaves_out=f"Nothing. {_SIDES}",
    formula="moments with the cause / moments",
)
MISSED_BY_CAUSE = _shared(
    name="missed_by_cause",
    title="Missed moments by cause",
    value="missed",
    n="missed",
    n_unit="missed moments",
    splits=tuple(
        Split(
            value="missed_policy_cause" if cause == "policy" else f"missed_{cause}",
            cause=cause,  # type: ignore[arg-type]
            cause_side=side_of(cause),
        )
        for cause in CAUSES
    ),
    variant="of missed moments, one line a cause",
    definition="Of the missed moments, the share that is about each cause.",
    leaves_out=f"Moments that were met, late or unanswered. {_SIDES}",
    formula="missed moments with the cause / missed moments",
)
MISSED_BY_SIDE = _shared(
    name="missed_by_side",
    title="Missed moments: people or policy",
    value="missed",
    n="missed",
    n_unit="missed moments",
    splits=(Split(value="missed_people", cause_side="people"), Split(value="missed_policy", cause_side="policy")),
    variant="of missed moments, one line a side",
    definition="Of the missed moments, the share whose cause is people and the share whose cause is policy.",
    leaves_out=f"Moments that were met, late or unanswered; the two lines do not add up to one. {_SIDES}",
    formula="missed moments with a cause of the side / missed moments",
)
