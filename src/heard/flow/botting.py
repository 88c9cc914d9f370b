"""Bots on a workspace: one ruler for bots and people, the seam, routing rules on a test set, failures of the week."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from heard import gate
from heard.actions.assist import policy as policies
from heard.actions.assist.scoring import Line, Scorer
from heard.actions.bots import failing, routing
from heard.actions.bots.mix import Adjusted, adjusted
from heard.actions.bots.seam import Said, Seam, seam_of
from heard.errors import BadInput
from heard.flow import figuring
from heard.flow.steps import OnProgress, silent, working_in
from heard.gate.desk import Shelf
from heard.measures.families.journeys import JOURNEYS
from heard.measures.families.ledger_rows import CANNED, JUDGED
from heard.measures.frame import MIN_N
from heard.measures.interval import Sums, share
from heard.signals.base import load
from heard.terms.days import date_of, monday_of

PURPOSE = "service_quality"
FIXED = Shelf("bot_failure_fixed", failing.Fixed)
ROW = ("containment_share", "containment_strict_share", "durable_resolution_share", "felt_understood_bot_only_share")
"""Efficiency beside humanity, always in one row (AU8)."""
TURNS = """
SELECT t.interaction_id, t.turn_id, t.speaker_role, t.text, t.sent_epoch_s, i.customer_id, i.issue, f.week_start
FROM turn AS t JOIN interaction AS i ON i.interaction_id = t.interaction_id
JOIN interaction_fact AS f ON f.interaction_id = t.interaction_id
WHERE f.bot_turn_count > 0 AND f.agent_turn_count > 0 AND t.is_public
ORDER BY t.interaction_id, t.sent_epoch_s NULLS FIRST, t.position
"""
LABELS = """
SELECT s.turn_id, s.label FROM signal AS s JOIN interaction_fact AS f ON f.interaction_id = s.interaction_id
WHERE f.bot_turn_count > 0 AND f.agent_turn_count > 0
"""
CASES = f"""
WITH {CANNED.strip()}, {JUDGED.strip()}
SELECT CASE WHEN f.bot_turn_count > 0 AND f.agent_turn_count = 0 THEN 'bot_only'
    WHEN f.bot_turn_count > 0 THEN 'hybrid' ELSE 'human_only' END AS journey,
  coalesce(j.issue, '') || ' · ' || j.cause || ' · ' || j.intensity AS kind, j.heard, j.customer_id, j.interaction_id
FROM judged AS j JOIN interaction_fact AS f ON f.interaction_id = j.interaction_id
WHERE j.state <> 'unanswered' AND f.bot_turn_count + f.agent_turn_count > 0
"""
FAILED = """
WITH asking AS (SELECT interaction_id FROM signal WHERE label = 'asks_for_person' GROUP BY interaction_id),
went AS (
  SELECT m.interaction_id, bool_or(m.is_harmful) AS is_harmed, bool_or(m.state = 'missed') AS is_missed
  FROM moment AS m JOIN interaction_fact AS f ON f.interaction_id = m.interaction_id
  WHERE f.bot_turn_count > 0 AND f.agent_turn_count = 0 GROUP BY m.interaction_id
)
SELECT f.interaction_id, f.customer_id, f.issue, f.week_start,
  a.interaction_id IS NOT NULL AND f.agent_turn_count = 0 AS is_refused,
  coalesce(w.is_harmed, false) AS is_harmed, coalesce(w.is_missed, false) AS is_missed
FROM interaction_fact AS f LEFT JOIN asking AS a ON a.interaction_id = f.interaction_id
LEFT JOIN went AS w ON w.interaction_id = f.interaction_id
WHERE f.bot_turn_count > 0
"""


def bots(folder: Path) -> dict[str, Any]:
    """Heard rate by journey, raw and under one mix; efficiency beside humanity; the seam.

    Raises:
        BadInput: Nothing was released yet.
    """
    with working_in(folder) as workspace:
        policy = workspace.policy
        wait = policies.read(folder, currency=policy.currency).standards.handover_wait_seconds
        with gate.view(workspace, PURPOSE) as view:
            seams = list(_seams(view))
            cases = view.sql(CASES).to_pylist()
    names = (*_by_journey(), *ROW, "escalation_share", "person_refused_share")
    figures = {name: _figure(rows) for name, rows in figuring.whole_business(folder, names).items()}
    mixed, compared = _mixed(cases, policy.k)
    seam = _seam(seams, wait, policy.k)
    told = {
        "ok": True, "figures": figures, "adjusted": [asdict(one) for one in mixed], "compared_share": compared,
        "seam": seam, "wait_within_seconds": wait,
    }  # fmt: skip
    return told | {"lines": _lines(figures, mixed, compared, seam, wait)}


def _by_journey() -> tuple[str, ...]:
    felt = tuple(f"felt_understood_{key}_share" for key in JOURNEYS)
    csat = tuple(f"csat_5_top_two_{key}_share" for key in JOURNEYS)
    return (*(f"{key}_heard_rate" for key in JOURNEYS), *felt, *csat, "bot_items_score")


def _figure(rows: pa.Table) -> dict[str, Any]:
    found = rows.to_pylist()
    # A release of an older Heard lacks measures that came later.
    row = found[0] if found else {"undefined_because": "not released yet: run heard run"}
    kept = ("value", "ci_lower", "ci_upper", "n", "undefined_because")
    return {key: row.get(key) for key in kept}


def _seams(view: gate.View) -> Iterator[Seam]:
    labels: dict[str, set[str]] = defaultdict(set)
    for row in view.sql(LABELS).to_pylist():
        labels[row["turn_id"]].add(row["label"])
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in view.sql(TURNS).to_pylist():
        held[row["interaction_id"]].append(row)
    for rows in held.values():
        turns = [
            Said(
                role=row["speaker_role"], text=row["text"], sent_epoch_s=row["sent_epoch_s"],
                labels=frozenset(labels[row["turn_id"]]),
            )
            for row in rows
        ]  # fmt: skip
        if (found := seam_of(turns, rows[0])) is not None:
            yield found


def _mixed(cases: list[dict[str, Any]], k: int) -> tuple[tuple[Adjusted, ...], float | None]:
    """Hidden as a whole where a journey has fewer than k customers: the others would give it away."""
    people: dict[str, set[str]] = defaultdict(set)
    for row in cases:
        people[row["journey"]].add(row["customer_id"] or row["interaction_id"])
    if len(people) < 2 or min(map(len, people.values())) < k:
        return (), None
    return adjusted((row["journey"], row["kind"], bool(row["heard"])) for row in cases)


def _seam(seams: list[Seam], wait: int, k: int) -> dict[str, Any]:
    """Shares over hand-overs, clustered by customer; None below k customers."""
    told: dict[str, list[tuple[Seam, bool | None]]] = {
        "seamless": [(one, one.is_seamless(wait)) for one in seams],
        "carried": [(one, one.is_carried) for one in seams],
        "asked_again": [(one, bool(one.repeated)) for one in seams],
        "in_time": [(one, None if one.wait_seconds is None else one.wait_seconds <= wait) for one in seams],
        **{f"caused_by_{who}": [(one, one.cause == who) for one in seams] for who in ("customer", "bot", "person")},
    }
    return {name: _share([(one, bool(v)) for one, v in rows if v is not None], k) for name, rows in told.items()}


def _share(rows: list[tuple[Seam, bool]], k: int) -> dict[str, Any]:

    by: dict[str, list[bool]] = defaultdict(list)
    for one, value in rows:
        by[one.customer_id or one.interaction_id].append(value)
    if len(by) < max(k, MIN_N):
        return {"value": None, "ci_lower": None, "ci_upper": None, "n": None, "undefined_because": "too few"}
    v, n = (np.array([f(values) for values in by.values()], float) for f in (sum, len))
    bounds = share(Sums(*(np.array([x]) for x in (v.sum(), n.sum(), v @ v, v @ n, n @ n, float(len(by))))))
    return {
        "value": float(v.sum() / n.sum()), "ci_lower": float(bounds.lower[0]), "ci_upper": float(bounds.upper[0]),
        "n": int(n.sum()), "undefined_because": None,
    }  # fmt: skip


def _lines(
    figures: dict[str, dict[str, Any]],
    mixed: tuple[Adjusted, ...],
    compared: float | None,
    seam: dict[str, Any],
    wait: int,
) -> list[str]:
    lines = [f"Heard rate, {JOURNEYS[key][0]}: {_told(figures[f'{key}_heard_rate'])}" for key in JOURNEYS]
    for one in mixed:
        shown = (
            "no case in common" if one.value is None else f"{one.value:.0%} ({one.ci_lower:.0%} to {one.ci_upper:.0%})"
        )
        lines.append(f"  under one mix, {JOURNEYS[one.journey][0]}: {shown}, {one.n_compared} of {one.n} moments")
    if compared is not None:
        lines.append(f"  {compared:.0%} of all moments are in cases that every journey had; the rest is not compared.")
    names = ("ended with the bot", "and no contact in two days", "settled for good", "felt understood")
    lines.append("; ".join(f"{name}: {_told(figures[m])}" for name, m in zip(names, ROW, strict=True)))
    lines.append(f"Handed to a person: {_told(figures['escalation_share'])}")
    lines.append(f"Asked for a person and got none: {_told(figures['person_refused_share'])}")
    lines.append(f"Seamless (carried, nothing asked twice, within {wait} s): {_told(seam['seamless'])}")
    parts = {"carried": "carried", "asked again": "asked_again", "in time": "in_time"}
    lines.append("  " + "; ".join(f"{name} {_told(seam[key])}" for name, key in parts.items()))
    return lines


def _told(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return figure["undefined_because"] or "too few to say"
    bounds = "" if figure["ci_lower"] is None else f" ({figure['ci_lower']:.0%} to {figure['ci_upper']:.0%})"
    return f"{figure['value']:.0%}{bounds}, n {figure['n']}"


def bot_failures(folder: Path, *, week: date | None = None) -> dict[str, Any]:
    """What bots got wrong in a week, by kind and issue, with what was said to be fixed; the look is noted.

    Args:
        folder: The workspace.
        week: Any day of the week; the last week with a contact of a bot when None.
    """
    with working_in(folder) as workspace:
        with gate.view(workspace, PURPOSE) as view:
            found = failing.failures_of(view.sql(FAILED).to_pylist(), _seams(view))
        fixed = [one.body for one in FIXED.all(workspace)]
        dated = [one.week_start for one in found if one.week_start is not None]
        start = max(dated, default=0) if week is None else monday_of(week)
        groups = failing.weekly(found, start, k=workspace.policy.k, fixed=fixed)
        gate.audit.note(workspace, "look", "owner", {"what": "failures of bots", "count": len(groups)})
    monday = date_of(start)
    rows = [asdict(one) for one in groups]
    few = f"fewer than {workspace.policy.k}"
    lines = [f"Week of {monday.isoformat()}"] if dated else []
    lines += [f"{one.state}: {one.kind}, {one.issue}: {few if one.count is None else one.count}" for one in groups]
    undated = len(found) - len(dated)
    lines += [f"{undated} failures without a date are in no week."] if undated else []
    lines = lines or ["No failure of a bot was found."]
    return {"ok": True, "week": monday.isoformat(), "failures": rows, "lines": lines}


def bot_fixed(folder: Path, kind: str, issue: str, *, since: date) -> dict[str, Any]:
    """Say that a group of failures was mended; it shows as "back" if it comes again from that week on."""
    if kind not in failing.KINDS:
        raise BadInput("kind of failure", got="another word", expected=", ".join(failing.KINDS))
    start = monday_of(since)
    with working_in(folder) as workspace:
        body = failing.Fixed(kind=kind, issue=issue, week_start=start)
        FIXED.put(workspace, body, by="owner", record_id=f"{kind} · {issue}", expected_version=None)
    return {
        "ok": True,
        "lines": [f"{kind}, {issue}: said to be fixed since the week of {date_of(start)}"],
    }


def bot_routing(folder: Path, test: Path, *, on_progress: OnProgress = silent) -> dict[str, Any]:
    """Recall of the routing rules on conversations that people labelled.

    Args:
        folder: The workspace, whose `routing.toml` is judged; the starting rules where it has none.
        test: JSON Lines in the codebook's format, with labels.

    Raises:
        BadConfig: A rule is impossible.
        BadInput: The test set cannot be read.
    """
    rules = routing.read(folder)
    scorer = Scorer(load("text"))
    labelled = list(_labelled(test))
    pairs = []
    for done, one in enumerate(labelled, 1):
        pairs.append((str(one.get("id", done)), _by_people(one), _by_machine(one, scorer)))
        on_progress("routing", done, len(labelled))
    found = routing.recall(rules, pairs)
    is_enough = found.value is not None and found.value >= rules.recall_at_least
    told = "too few sensitive cases to say" if found.value is None else (
        f"recall {found.value:.0%} ({found.ci_lower:.0%} to {found.ci_upper:.0%}), {found.found} of {found.n}; "
        f"precision {found.precision or 0:.0%}; agreed level {rules.recall_at_least:.0%}"
    )  # fmt: skip
    return {"ok": True, "is_enough": is_enough, **asdict(found), "agreed": rules.recall_at_least, "lines": [told]}


def _labelled(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        raise BadInput("test set", got=f"no file that can be read at {path}", expected="JSON Lines") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = orjson.loads(line)
            shape = one["turns"], one.get("moments", [])
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            shape = (None, None)
        if not all(isinstance(part, list) for part in shape):
            expected = "a conversation with turns and moments"
            raise BadInput("test set", got="another shape", expected=expected, where=f"{path.name}, line {number}")
        yield one


def _by_people(one: dict[str, Any]) -> routing.Shown:
    labels = {label for turn in one["turns"] for group in ("emotions", "cues") for label in turn.get(group, {})}
    moments = one.get("moments", [])
    return routing.Shown(
        labels=frozenset(labels),
        causes=frozenset(moment["cause"] for moment in moments),
        intensity=max((moment["intensity"] for moment in moments), default=0),
    )


def _by_machine(one: dict[str, Any], scorer: Scorer) -> routing.Shown:
    lines = [
        Line(str(n), turn["who"], turn["text"], None, True, turn.get("t"), "") for n, turn in enumerate(one["turns"])
    ]
    found = [scorer.found(line, context) for line, context in zip(lines, scorer.contexts(lines), strict=True)]
    moments = scorer.ledger(lines, found, "chat").moments.to_pylist()
    labels = {f[0] for line, answer in zip(lines, found, strict=True) if line.role == "customer" for f in answer or ()}
    return routing.Shown(
        labels=frozenset(labels),
        causes=frozenset(row["cause"] for row in moments),
        intensity=max((row["intensity"] for row in moments), default=0),
    )
