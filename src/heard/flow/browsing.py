"""The ledger as it is read, and the way of a figure back to its words."""

from datetime import date
from pathlib import Path
from typing import Any

from heard import gate, measures
from heard.errors import BadInput
from heard.flow.steps import working_in
from heard.terms.days import date_of, monday_of
from heard.terms.words import CAUSES, CHANNELS, STATES

LEDGER = """
WITH first_reply AS (
  SELECT m.moment_id, min(t.position) AS position
  FROM moment AS m JOIN turn AS t ON t.interaction_id = m.interaction_id
  WHERE t.position > m.opens_position AND t.speaker_role IN ('agent', 'bot') AND t.is_public GROUP BY m.moment_id
)
SELECT m.moment_id, m.interaction_id, m.local_day, m.channel, m.team_id, m.issue, m.state, m.kind, m.emotion,
       m.intensity, m.cause, m.is_generic, m.is_overdone, m.is_harmful, m.after, m.acknowledged_calendar_seconds,
       i.source_url,
       substr(o.text, m.opens_span_start + 1, m.opens_span_end - m.opens_span_start) AS words,
       coalesce(substr(r.text, m.reply_span_start + 1, m.reply_span_end - m.reply_span_start), n.text) AS reply
FROM moment AS m
JOIN turn AS o ON o.turn_id = m.opens_turn_id
JOIN interaction AS i ON i.interaction_id = m.interaction_id
LEFT JOIN turn AS r ON r.turn_id = m.reply_turn_id
LEFT JOIN first_reply ON first_reply.moment_id = m.moment_id
LEFT JOIN turn AS n ON n.interaction_id = m.interaction_id AND n.position = first_reply.position
WHERE {where}
ORDER BY m.opens_epoch_s DESC NULLS LAST, m.moment_id LIMIT {limit}
"""
TURNS = """
SELECT t.turn_id, t.position, t.speaker_role, t.text, t.sent_at, t.is_public FROM turn AS t
WHERE t.interaction_id = ? ORDER BY t.sent_epoch_s NULLS FIRST, t.position
"""
FOUND = """
SELECT turn_id, label, score, span_start, span_end, signal, version FROM signal WHERE interaction_id = ? ORDER BY ALL
"""


def moments(
    folder: Path,
    *,
    state: str | None = None,
    cause: str | None = None,
    channel: str | None = None,
    week: date | None = None,
    limit: int = 20,
) -> list[dict[str, Any]]:
    """Moments with their words, newest first; the look is noted in the audit log.

    Raises:
        BadInput: A filter is not one of its words.
    """
    asked = {"state": (state, STATES), "cause": (cause, CAUSES), "channel": (channel, CHANNELS)}
    for name, (value, known) in asked.items():
        if value is not None and value not in known:
            raise BadInput(name, got=value, expected=", ".join(known))
    clauses: dict[str, Any] = {f"m.{name} = ?": value for name, (value, _) in asked.items() if value is not None}
    if week is not None:
        clauses["m.week_start = ?"] = monday_of(week)
    with working_in(folder) as workspace:
        rows = _ledger(workspace, " AND ".join(clauses) or "true", tuple(clauses.values()), limit)
        gate.audit.note(workspace, "look", "owner", {"what": "moments", "count": len(rows)})
        return rows


def _ledger(workspace: gate.Workspace, where: str, params: tuple[Any, ...], limit: int) -> list[dict[str, Any]]:
    with gate.view(workspace, "service_quality") as view:
        rows = view.sql(LEDGER.format(where=where, limit=int(limit)), params).to_pylist()
    return [{"moment_id": row["moment_id"], "when": _when(row["local_day"])} | row for row in rows]


def _when(day: int | None) -> str:
    return "undated" if day is None else date_of(day).isoformat()


def explain(folder: Path, identifier: str) -> dict[str, Any]:
    """Take a measure, a moment or an interaction down to what it is made of.

    Args:
        folder: The workspace.
        identifier: Name of a measure, or id of a moment or an interaction; or worth, hazards or cohorts, with a state
            behind a colon if wanted.

    Raises:
        BadInput: There is nothing of that name.
    """
    if identifier in measures.REGISTRY:
        return _explain_measure(folder, identifier)
    if identifier.partition(":")[0] in ("worth", "hazards", "cohorts"):
        from heard.flow.worth.behind import behind

        return behind(folder, identifier)
    with working_in(folder) as workspace:
        told = _explain_words(workspace, identifier)
        gate.audit.note(workspace, "look", "owner", {"what": "explain", "id": identifier})
        return told


def _explain_measure(folder: Path, name: str) -> dict[str, Any]:
    from heard.flow.figuring import figures, readable

    measure = measures.REGISTRY[name]
    rows = figures(folder, measure=name)
    return {
        "measure": measure.title,
        "definition": measure.definition,
        "formula": measure.formula,
        "variant": measure.variant,
        "leaves out": measure.leaves_out,
        "reads": ", ".join(sorted(measure.tables)),
        "source": measure.citation,
        "figures": readable(rows),
        "moments under it": "heard moments, with --state, --cause, --channel or --week",
        "sql": measure.sql,
    }


def _explain_words(workspace: gate.Workspace, identifier: str) -> dict[str, Any]:
    rows = _ledger(workspace, "m.moment_id = ? OR m.interaction_id = ?", (identifier, identifier), 50)
    interaction = rows[0]["interaction_id"] if rows else identifier
    with gate.view(workspace, "service_quality") as view:
        turns = view.sql(TURNS, (interaction,)).to_pylist()
        found = view.sql(FOUND, (interaction,)).to_pylist()
    if not turns:
        raise BadInput(
            "id",
            got=identifier,
            expected="a measure, or the id of a moment or an interaction",
            todo="See `heard moments`.",
        )
    return {"interaction": interaction, "moments": rows, "turns": [_turn(turn, found) for turn in turns]}


def _turn(turn: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    own = [one for one in found if one["turn_id"] == turn["turn_id"]]
    quotes = [
        {"label": one["label"], "score": one["score"], "quote": turn["text"][one["span_start"] : one["span_end"]]}
        for one in own
    ]
    return turn | {"found": quotes}
