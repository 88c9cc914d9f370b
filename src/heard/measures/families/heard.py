"""Were customers heard: shares and counts of moments by what the reply did (CODEBOOK C)."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.ledger_rows import MOMENTS

_CODEBOOK = "Codebook version 1, section C; after Suchman et al. (1997), JAMA 277(8), and Bylund & Makoul (2002)."
_NO_VENDOR = (
    "Suites score every conversation for empathy; Heard counts only where a customer showed that empathy was "
    "called for, so "
    "a polite line where nothing was felt moves nothing."
)
_UNANSWERED = "Moments after which nobody wrote are left out and shown apart as the unanswered share."
_ANSWERED = "met + late + missed"

_share = partial(
    Measure,
    rows=MOMENTS,
    statistic="share",
    unit="share",
    n=_ANSWERED,
    n_unit="moments",
    citation=_CODEBOOK,
    vendors=_NO_VENDOR,
)
_count = partial(
    Measure,
    rows=MOMENTS,
    statistic="count",
    unit="count",
    n="moments",
    n_unit="moments",
    citation=_CODEBOOK,
    vendors="A plain count; it has no counterpart in help desks.",
)

HEARD_RATE = _share(
    name="heard_rate",
    title="Heard rate",
    value="heard",
    better="higher",
    variant="specific answers in the first reply, boilerplate not counted",
    definition="Of the moments in which a customer showed a feeling or a hardship, the share that the first "
    "reply answered in "
    "words that belong to this customer.",
    leaves_out=f"{_UNANSWERED} Generic answers and sentences that are boilerplate stay in the denominator and "
    "do not count as heard.",
    formula="specific met / (met + late + missed)",
)
ACKNOWLEDGED_RATE = _share(
    name="acknowledged_rate",
    title="Acknowledged rate",
    value="met",
    better="higher",
    variant="any answer in the first reply, generic included",
    definition="Of the moments in which a customer showed a feeling or a hardship, the share that the first "
    "reply answered, in "
    "whatever words.",
    leaves_out=_UNANSWERED,
    formula="met / (met + late + missed)",
)
GENERIC_SHARE = _share(
    name="generic_share",
    title="Answered in generic words",
    value="met - heard",
    better="lower",
    variant="generic by the codebook, or boilerplate",
    definition="Share of moments that the first reply answered only in words that would fit any ticket.",
    leaves_out=_UNANSWERED,
    formula="(met - specific met) / (met + late + missed)",
)
LATE_SHARE = _share(
    name="late_share",
    title="Answered late",
    value="late",
    better="lower",
    variant="answered in the second block of replies",
    definition="Share of moments that were answered only after the customer had written again.",
    leaves_out=_UNANSWERED,
    formula="late / (met + late + missed)",
)
MISSED_SHARE = _share(
    name="missed_share",
    title="Missed",
    value="missed",
    better="lower",
    variant="not answered within two blocks of replies",
    definition="Share of moments that no reply answered, although somebody wrote.",
    leaves_out=_UNANSWERED,
    formula="missed / (met + late + missed)",
)
UNANSWERED_SHARE = _share(
    name="unanswered_share",
    title="Nobody wrote",
    value="unanswered",
    n="moments",
    better="lower",
    variant="of all moments; in asynchronous channels only until the set business hours have passed",
    definition="Share of all moments after which nobody wrote at all, so that silence cannot look good.",
    leaves_out="Nothing: every moment is counted. In asynchronous channels an old unanswered moment counts as "
    "missed instead.",
    formula="unanswered / (met + late + missed + unanswered)",
)
HARMFUL_SHARE = _share(
    name="harmful_share",
    title="Dismissed, deflected or stonewalled",
    value="harmful",
    better="lower",
    variant="any reply in the window, whether or not another one answers",
    definition="Share of moments in which a reply made light of the feeling, sent the customer away or quoted "
    "a rule as the end of "
    "the matter.",
    leaves_out=_UNANSWERED,
    formula="moments with a harmful reply / (met + late + missed)",
)
OVERDONE_SHARE = _share(
    name="overdone_share",
    title="Too much sympathy, too little progress",
    value="overdone",
    better="lower",
    variant="three or more sorry-or-sympathy statements where progress was due",
    definition="Share of moments that were met with a pile of sympathy where the customer needed a step forward.",
    leaves_out=_UNANSWERED,
    formula="overdone / (met + late + missed)",
)
EXPLAINED_CONFUSION_SHARE = _share(
    name="explained_confusion_share",
    title="Confusion that was explained",
    value="explained",
    better="neither",
    variant="counted as missed in version 1 of the codebook",
    definition="Share of moments in which a confusion was met by an explanation: good work, and no answer to "
    "the feeling.",
    leaves_out=_UNANSWERED,
    formula="missed confusions with an explanation / (met + late + missed)",
)

HEARD_COUNT = _count(
    name="heard_count",
    title="Moments heard",
    value="heard",
    better="neither",
    variant="specific answers in the first reply, boilerplate not counted",
    definition="Number of moments that the first reply answered in words that belong to this customer.",
    leaves_out="Generic and boilerplate answers.",
    formula="specific met",
)
GENERIC_COUNT = _count(
    name="generic_count",
    title="Moments answered in generic words",
    value="met - heard",
    better="neither",
    variant="generic by the codebook, or boilerplate",
    definition="Number of moments that the first reply answered only in words that would fit any ticket.",
    leaves_out="Late answers, whatever their words.",
    formula="met - specific met",
)
MET_COUNT = _count(
    name="met_count",
    title="Moments met",
    value="met",
    better="neither",
    variant="any answer in the first reply, generic included",
    definition="Number of moments that the first reply answered, in whatever words.",
    leaves_out="Late answers.",
    formula="met",
)
LATE_COUNT = _count(
    name="late_count",
    title="Moments answered late",
    value="late",
    better="neither",
    variant="answered in the second block of replies",
    definition="Number of moments that were answered only after the customer had written again.",
    leaves_out="Answers after the second block of replies: those moments are missed.",
    formula="late",
)
MISSED_COUNT = _count(
    name="missed_count",
    title="Moments missed",
    value="missed",
    better="neither",
    variant="not answered within two blocks of replies",
    definition="Number of moments that no reply answered, although somebody wrote.",
    leaves_out="Moments after which nobody wrote.",
    formula="missed",
)
UNANSWERED_COUNT = _count(
    name="unanswered_count",
    title="Moments after which nobody wrote",
    value="unanswered",
    better="neither",
    variant="in asynchronous channels only until the set business hours have passed",
    definition="Number of moments after which nobody wrote at all.",
    leaves_out="Old unanswered moments in asynchronous channels: they are missed.",
    formula="unanswered",
)
