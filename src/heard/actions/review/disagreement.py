"""Where two readings differ, and the reading that adjudication makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from heard.actions.review.marks import Mark, OpenedMoment, Review
from heard.errors import BadInput

Choice = Literal["first", "second"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing on which two reviewers differ.

    Attributes:
        key: Its name among the choices.
        turn_id: Where; empty for the whole conversation.
        what: What it is about.
        first: What the first says.
        second: What the second says.
    """

    key: str
    turn_id: str
    what: str
    first: str
    second: str


def differences(first: Review, second: Review) -> list[Difference]:
    """Everything on which two finished reviews differ; quotes of the same label on the same turn are no difference."""
    found = [*_of_marks(first, second), *_of_moments(first, second)]
    if first.overall is not None and second.overall is not None and abs(first.overall - second.overall) > 1:
        found.append(
            Difference(key="overall", turn_id="", what="overall", first=str(first.overall), second=str(second.overall))
        )
    return found


def _of_marks(first: Review, second: Review) -> list[Difference]:
    ours, theirs = ({(m.turn_id, m.label) for m in one.marks} for one in (first, second))
    return [
        Difference(
            key=f"mark:{turn}:{label}",
            turn_id=turn,
            what=label.replace("_", " "),
            first="yes" if (turn, label) in ours else "no",
            second="yes" if (turn, label) in theirs else "no",
        )
        for turn, label in sorted(ours ^ theirs)
    ]


def _of_moments(first: Review, second: Review) -> list[Difference]:
    ours, theirs = ({m.turn_id: m for m in one.moments} for one in (first, second))
    found = []
    for turn in sorted({*ours, *theirs}):
        a, b = ours.get(turn), theirs.get(turn)
        if a is None or b is None or _judged(a) != _judged(b):
            found.append(Difference(key=f"moment:{turn}", turn_id=turn, what="moment", first=_told(a), second=_told(b)))
    return found


def _judged(moment: OpenedMoment) -> tuple[str, str, bool]:
    return moment.state, moment.cause, moment.is_generic


def _told(moment: OpenedMoment | None) -> str:
    if moment is None:
        return "no moment"
    generic = ", generic" if moment.is_generic else ""
    return f"{moment.state}{generic}: {moment.emotion} {moment.intensity}, about {moment.cause}"


def settled(first: Review, second: Review, choices: Mapping[str, Choice]) -> Review:
    """The reading that results: what both say, and of each difference what was chosen.

    Raises:
        BadInput: A difference has no choice.
    """
    open_ones = [one.key for one in differences(first, second) if one.key not in choices]
    if open_ones:
        raise BadInput(
            "adjudication", got=f"{len(open_ones)} differences without a choice", expected="a choice for each"
        )
    return Review(
        draw_id=first.draw_id,
        rubric_version=first.rubric_version,
        is_done=True,
        marks=_marks(first, second, choices),
        moments=_moments(first, second, choices),
        overall=second.overall if choices.get("overall") == "second" else first.overall,
        cannot_judge=tuple(sorted({*first.cannot_judge, *second.cannot_judge})),
    )


def _marks(first: Review, second: Review, choices: Mapping[str, Choice]) -> tuple[Mark, ...]:
    ours, theirs = ({(m.turn_id, m.label): m for m in one.marks} for one in (first, second))
    kept = []
    for place in sorted({*ours, *theirs}):
        chosen = choices.get(f"mark:{place[0]}:{place[1]}")
        mark = {"first": ours.get(place), "second": theirs.get(place), None: ours.get(place)}[chosen]
        if mark is not None:
            kept.append(mark)
    return tuple(kept)


def _moments(first: Review, second: Review, choices: Mapping[str, Choice]) -> tuple[OpenedMoment, ...]:
    ours, theirs = ({m.turn_id: m for m in one.moments} for one in (first, second))
    kept = []
    for turn in sorted({*ours, *theirs}):
        chosen = choices.get(f"moment:{turn}")
        moment = {"first": ours.get(turn), "second": theirs.get(turn), None: ours.get(turn)}[chosen]
        if moment is not None:
            kept.append(moment)
    return tuple(kept)
