"""How far calibration is: what was read, read twice, settled; and whether the machine's figures keep their badge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heard import gate
from heard.actions.review.disagreement import Difference, differences
from heard.actions.review.marks import DRAWS, REVIEWS, VERDICTS, Review, Verdict
from heard.gate.desk import Kept

READERS = 2
LEAST_READ, LEAST_DOUBLE = 12, 4
"""Conversations read, and read by two blind with every difference settled, before there is a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two finished readings of one conversation."""

    draw_id: str
    interaction_id: str
    first: Review
    second: Review
    found: tuple[Difference, ...]
    verdict: Kept[Verdict] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far calibration is.

    Attributes:
        read_count: Conversations with a finished review.
        double_count: Of these, read by two.
        settled_count: Of these, without a difference that nobody settled.
    """

    read_count: int
    double_count: int
    settled_count: int

    @property
    def has_card(self) -> bool:
        """Enough was read, enough twice, and all of that settled."""
        enough = self.read_count >= LEAST_READ and self.double_count >= LEAST_DOUBLE
        return enough and self.settled_count == self.double_count


def reviews_by_draw(workspace: gate.Workspace) -> dict[str, list[Kept[Review]]]:
    """Every reading, by the conversation that was drawn."""
    found: dict[str, list[Kept[Review]]] = {}
    for one in REVIEWS.all(workspace):
        found.setdefault(one.body.draw_id, []).append(one)
    return found


def pairs(workspace: gate.Workspace) -> list[Pair]:
    """Conversations that two people have finished, with what they differ on."""
    read, verdicts = reviews_by_draw(workspace), {one.record_id: one for one in VERDICTS.all(workspace)}
    found = []
    for drawn in DRAWS.all(workspace):
        done = sorted((one for one in read.get(drawn.record_id, []) if one.body.is_done), key=lambda one: one.record_id)
        if len(done) >= READERS:
            first, second = done[0].body, done[1].body
            found.append(
                Pair(
                    draw_id=drawn.record_id,
                    interaction_id=drawn.body.interaction_id,
                    first=first,
                    second=second,
                    found=tuple(differences(first, second)),
                    verdict=verdicts.get(drawn.record_id),
                )
            )
    return found


def status(workspace: gate.Workspace) -> Status:
    """How far calibration is; cheap enough for every page."""
    return counted(reviews_by_draw(workspace), pairs(workspace))


def counted(read: Mapping[str, Sequence[Kept[Review]]], found: Sequence[Pair]) -> Status:
    """The same from what was read."""
    done = sum(any(one.body.is_done for one in each) for each in read.values())
    settled = sum(not pair.found or pair.verdict is not None for pair in found)
    return Status(read_count=done, double_count=len(found), settled_count=settled)


def badge(workspace: gate.Workspace) -> str:
    """What machine figures wear: "uncalibrated: n reviews yet" until there is an agreement card; then nothing."""
    found = status(workspace)
    if found.has_card:
        return ""
    return f"uncalibrated: {found.read_count} review{'' if found.read_count == 1 else 's'} yet"
