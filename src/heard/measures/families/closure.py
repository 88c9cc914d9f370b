"""Closing the loop: did somebody check that the matter was settled."""

from heard.measures.base import Measure
from heard.measures.families.contact_rows import CONTACTS

CLOSURE_RATE = Measure(
    name="closure_rate",
    title="Loop closed",
    rows=CONTACTS,
    value="closed",
    n="with_moment",
    statistic="share",
    unit="share",
    better="higher",
    n_unit="conversations with a moment",
    variant="conversations with a moment in which an agent or a bot checked that the matter was settled",
    definition="Of the conversations in which a customer showed a feeling or a hardship, the share in which "
    "somebody checked that the "
    "matter was settled or the person was all right.",
    leaves_out="Conversations without a moment: a plain question needs no such check.",
    formula="conversations with a moment and a closed loop / conversations with a moment",
    vendors="Not the solved rate of help desks, which counts a status that an agent sets; asking 'does that "
    "work for you?' is counted "
    "here.",
    citation="Codebook version 1, `closes_loop`. The full closure of METRICS (summary, next step and "
    "confirmation) is stricter.",
)
