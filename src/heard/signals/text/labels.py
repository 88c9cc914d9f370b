"""What the text signal says: the labels of the codebook, and auxiliary labels that the ledger of moments is built from.

Auxiliary labels travel in the same list as the codebook's, each with its span:

* `hardship` (customer): a hardship, a loss, high stakes or repeated effort that opens an implicit moment though no
  feeling is written.
* `generic_sympathy` (agent, bot): sympathetic words that would fit any ticket unchanged.
* `cause:<cause>` (customer): what the feeling or hardship is about; at most one a turn, only where a negative
  emotion or `hardship` is.
* `intensity:<1|2|3>` (customer): how strong; at most one a turn, only where an emotion or `hardship` is.
* `opens` (customer): whether the turn as a whole calls for more than the transaction. Its score is not a probability:
  0.5 is the learned threshold. It stands on every turn that carries a negative emotion, a cue or `hardship`.
* `answers` (agent, bot): whether the turn as a whole answers a feeling, on the same scale; on every turn with an
  answering behaviour.
* `after:<better|same|worse|none>` (customer): what the turn says about a feeling that was shown before; at most one a
  turn, only where the customer has spoken before, and `none` only beside a label of the codebook.
"""

from heard.terms.labels import BEHAVIOR_NAMES, CUE_NAMES, EMOTION_NAMES
from heard.terms.words import CAUSES

HARDSHIP = "hardship"
GENERIC = "generic_sympathy"
OPENS = "opens"
ANSWERS = "answers"
CAUSE_PREFIX = "cause:"
INTENSITY_PREFIX = "intensity:"
CAUSE_LABELS: tuple[str, ...] = tuple(CAUSE_PREFIX + cause for cause in CAUSES)
INTENSITY_LABELS: tuple[str, ...] = tuple(f"{INTENSITY_PREFIX}{level}" for level in (1, 2, 3))
AFTER: tuple[str, ...] = ("better", "same", "worse", "none")
AFTER_LABELS: tuple[str, ...] = tuple(f"after:{value}" for value in AFTER)
AUXILIARY: tuple[str, ...] = (HARDSHIP, GENERIC, OPENS, ANSWERS, *CAUSE_LABELS, *INTENSITY_LABELS, *AFTER_LABELS)

CUSTOMER_SENTENCE: tuple[str, ...] = (*EMOTION_NAMES, *CUE_NAMES, HARDSHIP)
"""Labels decided sentence by sentence in a customer's turn, each by its own threshold."""
STAFF_SENTENCE: tuple[str, ...] = (*BEHAVIOR_NAMES, GENERIC)
"""Labels decided sentence by sentence in an agent's or a bot's turn."""
SENTENCE_LABELS: dict[str, tuple[str, ...]] = {
    "customer": CUSTOMER_SENTENCE,
    "agent": STAFF_SENTENCE,
    "bot": STAFF_SENTENCE,
}
EVERY_LABEL: frozenset[str] = frozenset((*CUSTOMER_SENTENCE, *STAFF_SENTENCE, *AUXILIARY))
