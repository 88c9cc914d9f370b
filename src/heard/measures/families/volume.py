"""How much there was to count, and what could not be counted."""

from functools import partial

from heard.measures.base import Measure
from heard.measures.families.contact_rows import CONTACTS
from heard.measures.families.ledger_rows import MOMENTS

_CITATION = "Codebook version 1, section C."
_VENDOR = (
    "Tickets of help desks may be merged or split; an interaction is one contact about one matter, over any channels."
)
_count = partial(
    Measure,
    rows=CONTACTS,
    n="contacts",
    statistic="count",
    unit="count",
    better="neither",
    n_unit="conversations",
    citation=_CITATION,
    vendors=_VENDOR,
)
_share = partial(
    Measure,
    rows=CONTACTS,
    n="contacts",
    statistic="share",
    unit="share",
    better="neither",
    n_unit="conversations",
    citation=_CITATION,
    vendors=_VENDOR,
)

INTERACTIONS = _count(
    name="interaction_count",
    title="Conversations",
    value="contacts",
    variant="conversations that were scored, by the week in which they opened",
    definition="Number of conversations that were read.",
    leaves_out="Conversations without a public turn, and those of customers who objected.",
    formula="conversations",
)
WITH_MOMENT = _count(
    name="interaction_with_moment_count",
    title="Conversations with a moment",
    value="with_moment",
    variant="at least one moment, unanswered included",
    definition="Number of conversations in which a customer showed a feeling or a hardship.",
    leaves_out="Conversations that needed no empathy.",
    formula="conversations with a moment",
)
NOT_NEEDED_COUNT = _count(
    name="not_needed_count",
    title="Conversations that needed none",
    value="contacts - with_moment",
    variant="no moment found",
    definition="Number of conversations in which no feeling or hardship was shown; they count neither for nor "
    "against anybody.",
    leaves_out="Conversations with a moment.",
    formula="conversations - conversations with a moment",
)
NOT_NEEDED_SHARE = _share(
    name="not_needed_share",
    title="Needed no empathy",
    value="contacts - with_moment",
    variant="no moment found, of all conversations",
    definition="Share of conversations in which no feeling or hardship was shown.",
    leaves_out="Nothing.",
    formula="conversations without a moment / conversations",
)
BOT_ONLY_SHARE = _share(
    name="bot_only_share",
    title="Answered by a bot alone",
    value="bot_only",
    variant="a bot wrote and no person did",
    definition="Share of conversations in which a bot wrote and no person did.",
    leaves_out="Nothing: conversations that nobody answered stay in the denominator.",
    formula="conversations with bot turns and no agent turn / conversations",
)
NOT_ENGLISH_COUNT = _count(
    name="not_english_count",
    title="Conversations not in English",
    value="not_english",
    variant="language as the source or the detector gives it",
    definition="Number of conversations in another language than English, which version 1 does not score.",
    leaves_out="Conversations whose language is unknown.",
    formula="conversations with a language other than en",
)
UNSCORED_COUNT = _count(
    name="unscored_count",
    title="Conversations with a turn that could not be scored",
    value="unscored",
    variant="at least one turn about which the signal could say nothing",
    definition="Number of conversations with at least one turn about which the signal could say nothing.",
    leaves_out="Conversations that were scored in full.",
    formula="conversations with an unscored turn",
)
MOMENT_COUNT = Measure(
    name="moment_count",
    title="Moments",
    rows=MOMENTS,
    value="moments",
    n="moments",
    statistic="count",
    unit="count",
    better="neither",
    n_unit="moments",
    variant="all moments, unanswered included, by the week in which they opened",
    definition="Number of points at which a customer showed a feeling, a worry or a hardship that called for "
    "more than the transaction.",
    leaves_out="Plain requests, bare fault reports and positive feelings: they open no moment.",
    formula="met + late + missed + unanswered",
    vendors="It has no counterpart in help desks.",
    citation=_CITATION,
)
