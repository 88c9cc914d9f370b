"""Agreement on the business's own reviews: the card, drift, adjudication to do, the gold set, and the badge."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from heard import gate
from heard.actions.review.drawing import weighted_share
from heard.actions.review.marks import DRAWS, Review
from heard.actions.review.progress import Status, reviews_by_draw, status
from heard.flow.serving.house import House
from heard.gate.accounts import people
from heard.inference.calibration.alpha import alpha
from heard.inference.calibration.bootstrap import Bounded, bounded
from heard.inference.calibration.card import MACHINE, Judged, Line, line, reviewer_pairs, severity, table
from heard.measures.families.perception import ANSWERS
from heard.terms.labels import GROUP_OF_ROLE, LABELS
from heard.terms.words import STATES

MIN_USED = 3
"""A label that was given less often has no line: its agreement would be about its absence."""
MOST_ANSWERS = 5_000
SEED = 20_260_101
_TURNS = """
SELECT turn_id, interaction_id, speaker_role FROM turn
WHERE is_public AND interaction_id IN (SELECT interaction_id FROM wanted) ORDER BY interaction_id, position
"""
_SIGNALS = """
SELECT DISTINCT turn_id, label FROM signal WHERE interaction_id IN (SELECT interaction_id FROM wanted)
"""
_MOMENTS = """
SELECT interaction_id, opens_turn_id, state, intensity FROM moment
WHERE interaction_id IN (SELECT interaction_id FROM wanted)
"""
_ANSWERED = f"""
SELECT cluster_id, felt_heard AS machine, felt_heard_yes + felt_missed_yes AS customer FROM ({ANSWERS.sql}) AS given
WHERE felt_heard + felt_missed = 1 ORDER BY cluster_id LIMIT {MOST_ANSWERS}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The agreement card as a page shows it; reviewers are numbered, not named (CONTRACTS 20)."""

    status: Status
    lines: tuple[Line, ...]
    pairs: tuple[tuple[str, str, Bounded, Bounded], ...]
    customer: Bounded
    drift: tuple[tuple[int, Bounded], ...]
    heard_by_people: tuple[float, int] | None
    versions: tuple[str, ...]


def card(house: House) -> Card:
    """The card of all finished reviews so far."""
    read = {draw: [one for one in each if one.body.is_done] for draw, each in reviews_by_draw(house.workspace).items()}
    drawn = {one.record_id: one.body for one in DRAWS.all(house.workspace)}
    readings = [(drawn[k].interaction_id, one.written_by, one.body) for k, v in read.items() for one in v if k in drawn]
    names = _numbered(sorted({person for _, person, _ in readings}))
    machine = house.remembered(f"machine {_key(readings)}", partial(_machine, ids=sorted({r[0] for r in readings})))
    scores = [
        Judged(unit="overall", conversation=i, rater=names[person], value=float(review.overall))
        for i, person, review in readings
        if review.overall is not None
    ]
    months = {body.interaction_id: body.month for body in drawn.values()}
    return Card(
        status=status(house.workspace),
        lines=_lines(readings, machine, names),
        pairs=tuple(reviewer_pairs(scores, seed=SEED)),
        customer=house.remembered("customer agreement", _customer),
        drift=_drift(scores, months),
        heard_by_people=_weighted(readings, {body.interaction_id: body.probability for body in drawn.values()}),
        versions=tuple(sorted({review.rubric_version for _, _, review in readings})),
    )


def own_severity(house: House, person_id: str) -> tuple[float, int] | None:
    """A reviewer's mean score less that of the others on the same conversations; for that person alone."""
    scores = [
        Judged(unit="overall", conversation=draw, rater=one.written_by, value=float(one.body.overall))
        for draw, each in reviews_by_draw(house.workspace).items()
        for one in each
        if one.body.is_done and one.body.overall is not None
    ]
    return severity(scores).get(person_id)


def _numbered(ids: Sequence[str]) -> dict[str, str]:
    return {one: f"reviewer {number}" for number, one in enumerate(ids, start=1)}


def _key(readings: Sequence[tuple[str, str, Review]]) -> int:
    return hash(tuple(sorted({one[0] for one in readings})))


@dataclass(frozen=True, slots=True)
class _Machine:
    turns: tuple[tuple[str, str, str], ...]
    labels: frozenset[tuple[str, str]]
    moments: dict[str, tuple[str, int]]


def _machine(view: gate.View, *, ids: Sequence[str]) -> _Machine:
    wanted = {"wanted": pa.table({"interaction_id": pa.array(ids, pa.string())})}
    turns = view.sql(_TURNS, tables=wanted).to_pylist()
    labels = view.sql(_SIGNALS, tables=wanted).to_pylist()
    moments = view.sql(_MOMENTS, tables=wanted).to_pylist()
    return _Machine(
        tuple((row["interaction_id"], row["turn_id"], row["speaker_role"]) for row in turns),
        frozenset((row["turn_id"], row["label"]) for row in labels),
        {row["opens_turn_id"]: (row["state"], row["intensity"]) for row in moments},
    )


def _lines(readings: Sequence[tuple[str, str, Review]], machine: _Machine, names: dict[str, str]) -> tuple[Line, ...]:
    turns: dict[str, list[tuple[str, str]]] = {}
    for conversation, turn, role in machine.turns:
        turns.setdefault(conversation, []).append((turn, role))
    found = [
        _opens(readings, turns, machine, names),
        _state(readings, machine, names),
        _intensity(readings, machine, names),
    ]
    for label in LABELS:
        given = sum(mark.label == label for _, _, review in readings for mark in review.marks)
        if given >= MIN_USED:
            judged = _labelled(label, readings, turns, machine, names)
            found.append(line(label, judged, level="nominal", kind=LABELS[label].group, seed=SEED))
    return tuple(found)


def _labelled(
    label: str,
    readings: Sequence[tuple[str, str, Review]],
    turns: dict[str, list[tuple[str, str]]],
    machine: _Machine,
    names: dict[str, str],
) -> list[Judged]:
    group, judged = LABELS[label].group, []
    for conversation, person, review in readings:
        marked = {mark.turn_id for mark in review.marks if mark.label == label}
        for turn, role in turns.get(conversation, ()):
            if group in GROUP_OF_ROLE[role]:
                value = None if group in review.cannot_judge else float(turn in marked)
                judged.append(Judged(unit=turn, conversation=conversation, rater=names[person], value=value))
    for conversation in {one[0] for one in readings}:
        for turn, role in turns.get(conversation, ()):
            if group in GROUP_OF_ROLE[role]:
                value = float((turn, label) in machine.labels)
                judged.append(Judged(unit=turn, conversation=conversation, rater=MACHINE, value=value))
    return judged


def _opens(
    readings: Sequence[tuple[str, str, Review]],
    turns: dict[str, list[tuple[str, str]]],
    machine: _Machine,
    names: dict[str, str],
) -> Line:
    judged = []
    for conversation, person, review in readings:
        opened = {moment.turn_id for moment in review.moments}
        for turn, role in turns.get(conversation, ()):
            if role == "customer":
                told = float(turn in opened)
                judged.append(Judged(unit=turn, conversation=conversation, rater=names[person], value=told))
    for conversation in {one[0] for one in readings}:
        for turn, role in turns.get(conversation, ()):
            if role == "customer":
                told = float(turn in machine.moments)
                judged.append(Judged(unit=turn, conversation=conversation, rater=MACHINE, value=told))
    return line("a moment opens", judged, level="nominal", kind="moments", seed=SEED)


def _state(readings: Sequence[tuple[str, str, Review]], machine: _Machine, names: dict[str, str]) -> Line:
    judged = [
        Judged(unit=m.turn_id, conversation=i, rater=names[p], value=float(STATES.index(m.state)))
        for i, p, review in readings
        for m in review.moments
    ]
    judged += [
        Judged(unit=one.unit, conversation=one.conversation, rater=MACHINE, value=float(STATES.index(held[0])))
        for one in _once(judged)
        if (held := machine.moments.get(one.unit))
    ]
    return line("how it was answered", judged, level="nominal", kind="moments", seed=SEED)


def _intensity(readings: Sequence[tuple[str, str, Review]], machine: _Machine, names: dict[str, str]) -> Line:
    judged = [
        Judged(unit=m.turn_id, conversation=i, rater=names[p], value=float(m.intensity))
        for i, p, review in readings
        for m in review.moments
    ]
    judged += [
        Judged(unit=one.unit, conversation=one.conversation, rater=MACHINE, value=float(held[1]))
        for one in _once(judged)
        if (held := machine.moments.get(one.unit))
    ]
    return line("how strong it was", judged, level="ordinal", kind="moments", seed=SEED)


def _once(judged: Sequence[Judged]) -> list[Judged]:
    return list({(one.conversation, one.unit): one for one in judged}.values())


def _customer(view: gate.View) -> Bounded:
    """Alpha of "the machine calls the contact heard" with "the customer felt understood" (4 or 5 of 5)."""
    rows = view.sql(_ANSWERED)
    if not rows.num_rows:
        return Bounded(float("nan"), None, None, 0, 0)
    ratings = np.array([rows[name].to_numpy() for name in ("machine", "customer")], np.float64)
    clusters = np.unique(rows["cluster_id"].to_numpy(), return_inverse=True)[1].astype(np.float64)
    return bounded(ratings, clusters, partial(alpha, level="nominal"), seed=SEED, resamples=200)


def _drift(scores: Sequence[Judged], months: dict[str, int]) -> tuple[tuple[int, Bounded], ...]:
    found = []
    for month in sorted({months.get(one.conversation, 0) for one in scores}):
        ratings, clusters, _ = table([one for one in scores if months.get(one.conversation, 0) == month])
        found.append((month, bounded(ratings, clusters, partial(alpha, level="ordinal"), seed=SEED)))
    return tuple(found)


def _weighted(readings: Sequence[tuple[str, str, Review]], probabilities: dict[str, float]) -> tuple[float, int] | None:
    """Heard rate by people, weighed back to the real mix by the chance of being drawn; None without moments."""
    values, weights = [], []
    for conversation, _, review in readings:
        for moment in review.moments:
            if moment.state != "unanswered":
                values.append(float(moment.state == "met" and not moment.is_generic))
                weights.append(1 / probabilities[conversation])
    return (weighted_share(values, weights), len(values)) if values else None


def login_of(house: House, person_id: str) -> str:
    """The login of a person by id, for whoever may see it."""
    found = people.found(house.workspace, person_id)
    return found.login if found else "somebody who left"
