"""Raters by the names of their files, and the check that they read the same conversations."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from heard.errors import BadInput
from heard.inference.agreement.machine import MACHINE
from heard.sources.labelled import LabelledConversation, read_labelled

LISTED = 10  # ids named in an error; the count says how many more there are
Raters = dict[str, list[LabelledConversation]]


def read(paths: Sequence[Path]) -> Raters:
    """Labelled conversations of each file, under the file's name without its ending.

    Raises:
        BadInput: No file, two files of one name, a file named machine, or labels against the codebook.
    """
    names = [path.stem for path in paths]
    if not names:
        raise BadInput("agreement", got="no file", expected="one file of labelled conversations a rater")
    if MACHINE in names:
        raise BadInput(
            "rater", got=MACHINE, expected="another name", todo="Rename the file: this name is the machine's."
        )
    if len(set(names)) < len(names):
        raise BadInput("raters", got="two files of one name", expected="each rater once", todo="Rename one file.")
    return {path.stem: list(read_labelled(path)) for path in paths}


def aligned(raters: Mapping[str, Sequence[LabelledConversation]]) -> Raters:
    """The same conversations in the same order for every rater: that of the first.

    Raises:
        BadInput: Nothing to compare, ids that not every rater has, or other turns under the same id; ids are listed.
    """
    if not raters or not all(raters.values()):
        raise BadInput("agreement", got="no conversation", expected="labelled conversations of every rater")
    by_id = {name: {c.id: c for c in conversations} for name, conversations in raters.items()}
    reference, order = next(iter(by_id.items()))
    for name, held in by_id.items():
        _check(f"{name} against {reference}", "ids of one rater only", sorted(set(held) ^ set(order)))
        _check(f"{name} against {reference}", "other turns", [i for i in order if _shape(held[i]) != _shape(order[i])])
    return {name: [held[i] for i in order] for name, held in by_id.items()}


def _check(where: str, what: str, ids: Sequence[str]) -> None:
    if ids:
        more = f" and {len(ids) - LISTED} more" if len(ids) > LISTED else ""
        listed = ", ".join(ids[:LISTED])
        expected = "the same conversations for every rater"
        raise BadInput("agreement", where=where, got=f"{what}: {listed}{more}", expected=expected)


def _shape(conversation: LabelledConversation) -> list[tuple[str, str]]:
    """Who said what; only a digest of it would be kept if it were kept."""
    return [(turn.who, turn.text) for turn in conversation.turns]
