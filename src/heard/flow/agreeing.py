"""The agreement card: raters' files against each other and against the machine as it ships."""

from collections.abc import Sequence
from pathlib import Path

from heard.flow.steps import OnProgress, silent
from heard.inference.agreement import MACHINE, Card, card, machine, read
from heard.signals.text import DEFAULT, EngineName, load


def agreement(
    files: Sequence[Path],
    *,
    engine: EngineName = DEFAULT,
    seed: int = 1,
    resamples: int = 2000,
    on_progress: OnProgress = silent,
) -> Card:
    """Score the raters' texts with the machine and compare every pair.

    Args:
        files: Labelled conversations, one file a rater, with the same ids; raters are named after their files.
        engine: Which of the text signal's engines reads.
        seed: Seed of the bootstrap.
        resamples: Bootstrap resamples of conversations.
        on_progress: Told of the steps done.

    Raises:
        BadInput: A file is not in the codebook's format, ids differ, or a file is named after the machine.
    """
    raters = read(files)
    on_progress("reading", 1, 3)
    texts = next(iter(raters.values()))
    everybody = {**raters, MACHINE: machine(texts, load(engine))}
    on_progress("scoring", 2, 3)
    made = card(everybody, seed=seed, resamples=resamples)
    on_progress("comparing", 3, 3)
    return made
