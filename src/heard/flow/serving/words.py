"""The words behind a figure: moments in pages, and whole conversations with their evidence. Each look is noted."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from heard import gate
from heard.errors import BadInput
from heard.flow.serving.house import House
from heard.gate.accounts import Person, Readable
from heard.terms.days import date_of, monday_of
from heard.terms.words import CAUSES, CHANNELS, STATES

PAGE = 25
_PICKED = """
SELECT m.moment_id, m.interaction_id, m.opens_turn_id, m.opens_span_start, m.opens_span_end, m.reply_turn_id,
       m.reply_span_start, m.reply_span_end, m.local_day, m.week_start, m.channel, m.team_id, m.issue, m.state, m.kind,
       m.emotion, m.intensity, m.cause, m.is_generic, m.is_overdone, m.is_harmful, m.after, m.opens_epoch_s, m.month,
       m.opens_position, m.acknowledged_calendar_seconds
FROM moment AS m WHERE {where} ORDER BY m.opens_epoch_s DESC NULLS LAST, m.moment_id LIMIT {limit}
"""
_TURNS = """
SELECT turn_id, interaction_id, position, speaker_role, speaker_id, text, sent_at, sent_epoch_s, is_public, month
FROM turn WHERE month IN ({months}) AND interaction_id IN (SELECT interaction_id FROM wanted)
ORDER BY interaction_id, sent_epoch_s NULLS FIRST, position
"""
_FOUND = """
SELECT turn_id, label, score, span_start, span_end FROM signal
WHERE month IN ({months}) AND interaction_id = ? ORDER BY span_start, span_end, label
"""
_HEAD = """
SELECT interaction_id, channel, team_id, issue, local_day, week_start, month, opened_epoch_s, closed_epoch_s, source_url
FROM interaction WHERE interaction_id = ?
"""
_SMALL = """
SELECT team_id FROM interaction GROUP BY team_id HAVING count(DISTINCT first_agent_id) < {least}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which moments; None lets all through."""

    state: str | None = None
    cause: str | None = None
    channel: str | None = None
    team: str | None = None
    issue: str | None = None
    week: date | None = None

    def checked(self) -> "Filter":
        """The same filter.

        Raises:
            BadInput: A value is not one of its words.
        """
        for name, value, known in (
            ("state", self.state, STATES),
            ("cause", self.cause, CAUSES),
            ("channel", self.channel, CHANNELS),
        ):
            if value is not None and value not in known:
                raise BadInput(name, got="another word", expected=", ".join(known))
        return self


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a turn's text and the labels whose evidence it is."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentRow:
    """One moment as a page shows it; `when` is a week only where a team is small (CONTRACTS 19)."""

    moment_id: str
    interaction_id: str
    when: str
    channel: str
    issue: str
    state: str
    marks: tuple[str, ...]
    emotion: str
    intensity: int
    cause: str
    words: str
    reply: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn; `speaker` tells people apart without naming them."""

    turn_id: str
    position: int
    role: str
    speaker: str
    when: str
    is_public: bool
    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation with the machine's evidence, or without it for a blind reader."""

    interaction_id: str
    when: str
    channel: str
    issue: str
    source_url: str
    turns: tuple[Turn, ...]
    moments: tuple[MomentRow, ...]


def week_text(number: int | None) -> str:
    """A Monday counted from 1970 as "week of 2026-11-16"."""
    return "undated" if number is None else f"week of {date_of(number).isoformat()}"


def small_teams(house: House) -> frozenset[str | None]:
    """Teams with fewer agents than `min_agents`: their quotes show the week, not day and channel."""
    least = house.workspace.policy.min_agents

    def made(view: gate.View) -> frozenset[str | None]:
        return frozenset(view.sql(_SMALL.format(least=int(least)))["team_id"].to_pylist())

    return house.remembered("small_teams", made)


def moments(
    house: House, person: Person, wanted: Filter, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[MomentRow], str | None]:
    """A page of moments, newest first, and the cursor of the next page (None at the end). The look is noted.

    Filters by team, channel or day never show conversations of a small team, since they would tell who it was.
    """
    clauses, params = _where(wanted.checked(), small_teams(house), cursor)
    count = max(1, min(100, limit))
    with house.view(person) as view:
        picked = view.sql(_PICKED.format(where=clauses, limit=count + 1), params).to_pylist()
        rows = _rows(view, picked[:count], small_teams(house))
    gate.audit.note(house.workspace, "look", person.person_id, {"what": "moments", "count": len(rows)})
    more = _cursor(picked[count - 1]) if len(picked) > count else None
    return rows, more


def moments_by_id(house: House, view: Readable, ids: Sequence[str]) -> dict[str, MomentRow]:
    """Moments by their ids; those that the view does not show are absent. The caller notes the look."""
    if not ids:
        return {}
    marks = ", ".join("?" for _ in ids)
    picked = view.sql(_PICKED.format(where=f"m.moment_id IN ({marks})", limit=len(ids)), list(ids)).to_pylist()
    return {row.moment_id: row for row in _rows(view, picked, small_teams(house))}


def _where(wanted: Filter, small: frozenset[str | None], cursor: str | None) -> tuple[str, list[Any]]:
    held = {
        "state": wanted.state,
        "cause": wanted.cause,
        "channel": wanted.channel,
        "team_id": wanted.team,
        "issue": wanted.issue,
    }
    clauses = [f"m.{name} = ?" for name, value in held.items() if value is not None]
    params: list[Any] = [value for value in held.values() if value is not None]
    if wanted.week is not None:
        clauses.append("m.week_start = ?")
        params.append(monday_of(wanted.week))
    if wanted.channel is not None or wanted.team is not None:
        named = [team for team in small if team is not None]
        clauses.append(
            f"m.team_id IS NOT NULL{''.join(' AND m.team_id <> ?' for _ in named)}"
            if None in small
            else " AND ".join(["true", *("m.team_id IS DISTINCT FROM ?" for _ in named)])
        )
        params += named
    if cursor is not None:
        at, moment_id = _decoded(cursor)
        if at is None:
            clauses.append("(m.opens_epoch_s IS NULL AND m.moment_id > ?)")
            params.append(moment_id)
        else:
            clauses.append(
                "(m.opens_epoch_s IS NULL OR m.opens_epoch_s < ? OR (m.opens_epoch_s = ? AND m.moment_id > ?))"
            )
            params += [at, at, moment_id]
    return " AND ".join(clauses) or "true", params


def _cursor(row: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([row["opens_epoch_s"], row["moment_id"]]).encode()).decode()


def _decoded(cursor: str) -> tuple[int | None, str]:
    try:
        at, moment_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(moment_id, str) or not (at is None or type(at) is int) or abs(at or 0) > 2**53:
            raise ValueError
    except (ValueError, TypeError) as error:
        raise BadInput("cursor", got="something else", expected="the one that the page before gave") from error
    return at, moment_id


def _months(rows: Sequence[Mapping[str, Any]]) -> str:
    """Months in which turns of these rows can lie: their own, the two after, and undated ones."""
    found = {0}
    for row in rows:
        month = int(row["month"] or 0)
        for _ in range(3):
            found.add(month)
            month = month + 89 if month % 100 == 12 else month + 1
    return ", ".join(str(one) for one in sorted(found))


def _turns_of(view: Readable, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    import pyarrow as pa

    ids = sorted({str(row["interaction_id"]) for row in rows})
    wanted = pa.table({"interaction_id": pa.array(ids, pa.string())})
    found: dict[str, list[dict[str, Any]]] = {one: [] for one in ids}
    for turn in view.sql(_TURNS.format(months=_months(rows)), tables={"wanted": wanted}).to_pylist():
        found[turn["interaction_id"]].append(turn)
    return found


def _rows(view: Readable, picked: Sequence[Mapping[str, Any]], small: frozenset[str | None]) -> list[MomentRow]:
    if not picked:
        return []
    turns = _turns_of(view, picked)
    return [_row(row, turns[row["interaction_id"]], is_small=row["team_id"] in small) for row in picked]


def _row(row: Mapping[str, Any], turns: Sequence[Mapping[str, Any]], *, is_small: bool) -> MomentRow:
    texts = {turn["turn_id"]: turn["text"] for turn in turns}
    words = texts.get(row["opens_turn_id"], "")[row["opens_span_start"] : row["opens_span_end"]]
    if row["reply_turn_id"] is not None:
        reply = texts.get(row["reply_turn_id"], "")[row["reply_span_start"] : row["reply_span_end"]]
    else:
        after = [turn for turn in turns if turn["position"] > row["opens_position"] and _is_reply(turn)]
        reply = after[0]["text"] if after else ""
    day = row["local_day"]
    marks = [name for name in ("generic", "overdone", "harmful") if row[f"is_{name}"]]
    return MomentRow(
        moment_id=row["moment_id"],
        interaction_id=row["interaction_id"],
        when=week_text(row["week_start"]) if is_small or day is None else date_of(day).isoformat(),
        channel="" if is_small else str(row["channel"] or ""),
        issue=str(row["issue"] or ""),
        state=row["state"],
        marks=tuple(marks),
        emotion=row["emotion"],
        intensity=row["intensity"],
        cause=row["cause"],
        words=words,
        reply=reply,
        after=row["after"],
    )


def _is_reply(turn: Mapping[str, Any]) -> bool:
    return turn["speaker_role"] in ("agent", "bot") and bool(turn["is_public"])


def conversation(
    house: House, person: Person, interaction_id: str, *, is_blind: bool = False, purpose: str = "service_quality"
) -> Conversation:
    """A whole conversation. The look is noted.

    Args:
        house: The served workspace.
        person: Who reads; their row rules hold.
        interaction_id: Which.
        is_blind: Leave the machine's labels and moments out.
        purpose: Why it is read.

    Raises:
        BadInput: There is none of that id that this person may read.
    """
    small = small_teams(house)
    with house.view(person, purpose) as view:
        heads = view.sql(_HEAD, (interaction_id,)).to_pylist()
        if not heads:
            raise BadInput("conversation", got="an unknown id", expected="one that you may read", todo="See Moments.")
        months, turns = _months(heads), _turns_of(view, heads)[interaction_id]
        found = [] if is_blind else view.sql(_FOUND.format(months=months), (interaction_id,)).to_pylist()
        picked = (
            []
            if is_blind
            else view.sql(_PICKED.format(where="m.interaction_id = ?", limit=50), (interaction_id,)).to_pylist()
        )
        rows = _rows(view, picked, small)
    gate.audit.note(house.workspace, "look", person.person_id, {"what": "conversation", "id": interaction_id})
    head, is_small = heads[0], heads[0]["team_id"] in small
    return Conversation(
        interaction_id=interaction_id,
        when=week_text(head["week_start"])
        if is_small or head["local_day"] is None
        else date_of(head["local_day"]).isoformat(),
        channel="" if is_small else str(head["channel"] or ""),
        issue=str(head["issue"] or ""),
        source_url=str(head["source_url"] or ""),
        turns=_told(turns, found),
        moments=tuple(rows),
    )


def _told(turns: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    names: dict[tuple[str, str | None], str] = {}
    counts: dict[str, int] = {}
    told = []
    for turn in turns:
        key = (turn["speaker_role"], turn["speaker_id"])
        if key not in names:
            counts[key[0]] = counts.get(key[0], 0) + 1
            names[key] = key[0] if counts[key[0]] == 1 else f"{key[0]} {counts[key[0]]}"
        own = [one for one in found if one["turn_id"] == turn["turn_id"]]
        told.append(
            Turn(
                turn_id=turn["turn_id"],
                position=turn["position"],
                role=turn["speaker_role"],
                speaker=names[key],
                when=turn["sent_at"].strftime("%H:%M") if turn["sent_at"] else "",
                is_public=turn["is_public"],
                text=turn["text"],
                passages=passages(turn["text"], own),
            )
        )
    return tuple(told)


def passages(text: str, found: Sequence[Mapping[str, Any]]) -> tuple[Passage, ...]:
    """A text cut at the borders of its evidence; what overlaps carries the labels of all.

    Example:
        >>> found = [{"label": "apologizes", "span_start": 3, "span_end": 8}]
        >>> [(p.text, p.labels) for p in passages("so sorry", found)]
        [('so ', ()), ('sorry', ('apologizes',))]
    """
    borders = sorted(
        {0, len(text), *(min(len(text), max(0, one[end])) for one in found for end in ("span_start", "span_end"))}
    )
    cut = []
    for start, end in pairwise(borders):
        labels = tuple(one["label"] for one in found if one["span_start"] <= start and one["span_end"] >= end)
        cut.append(Passage(text[start:end], labels))
    return tuple(cut)
