"""What is known about the text model: its card, and the audit of its gaps between writers."""

from collections.abc import Sequence
from pathlib import Path

from heard.flow.steps import OnProgress, silent
from heard.inference.agreement import read
from heard.inference.bias import Audit, audit
from heard.sample.corpus import folder
from heard.signals.base import load
from heard.signals.text.card import Card, load_card

PART = "b.jsonl"
"""The part of the corpus that is audited where no file is given: e-mail, tickets, social media."""


def model_card() -> Card:
    """The card of the packaged text model.

    Raises:
        Damaged: The card belongs to another model.
    """
    return load_card()


def audit_bias(
    files: Sequence[Path] = (), *, seed: int = 1, resamples: int = 1000, on_progress: OnProgress = silent
) -> Audit:
    """Rewrite customers' words as if others had written them, score both, and say the gaps.

    Args:
        files: Conversations in the codebook's format; none means a part of the project's own corpus.
        seed: Seed of the bootstrap.
        resamples: Bootstrap resamples of conversations.
        on_progress: Told of the rewritings done.

    Raises:
        BadInput: A file is not in the codebook's format.
    """
    raters = read(list(files) or [folder() / PART])
    conversations = [conversation for told in raters.values() for conversation in told]
    return audit(
        conversations,
        load("text"),
        seed=seed,
        resamples=resamples,
        on_swap=lambda done, of: on_progress("rewriting", done, of),
    )
