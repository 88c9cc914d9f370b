"""What a session answers, as plain values: the moment, the draft, the suggestions, and what must be disclosed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from heard.actions.assist.drafts import Draft
from heard.actions.assist.openings import Open
from heard.actions.assist.policy import Rule, Standards
from heard.actions.assist.session import Session
from heard.actions.assist.suggesting import Suggestion

DISCLOSURE = "Part of this conversation was written by a machine: say so to the customer (AI Act Art. 50)."
NOT_READ = "written in a language that is not read yet"


def answer_of(
    session: Session, draft: Draft | None, suggestions: Sequence[Suggestion], *, is_canned: bool, standards: Standards
) -> dict[str, Any]:
    """The body of an answer."""
    opened = session.open_moment()
    reading = session.reading()
    return {
        "moment": None if opened is None else _moment(opened, standards),
        "open_count": len(reading.open),
        "moment_count": reading.moment_count,
        "draft": None if draft is None else _draft(draft, is_canned=is_canned),
        "suggestions": [_suggestion(one) for one in suggestions],
        "turn_count": session.turn_count,
        "fallen_out_count": session.fallen_out_count,
        "disclosure": DISCLOSURE if session.has_machine_drafted else None,
    }


def _moment(opened: Open, standards: Standards) -> dict[str, Any]:
    told = asdict(opened) | {"said": opened.said, "standard_seconds": standards.acknowledge_within_seconds}
    told["counts_as"] = "met" if opened.blocks_left > 1 else "late"
    return told


def _draft(draft: Draft, *, is_canned: bool) -> dict[str, Any]:
    return {
        "does": [asdict(one) for one in draft.does],
        "answers": draft.answers,
        "is_generic": draft.is_generic,
        "is_overdone": draft.is_overdone,
        "is_canned": is_canned,
        "is_readable": draft.is_readable,
        "hint": hint_of(draft, is_canned=is_canned),
    }


def hint_of(draft: Draft, *, is_canned: bool) -> str:
    """One line about a draft: what it lacks, or nothing."""
    if not draft.is_readable:
        return NOT_READ
    if draft.harms:
        return "These words may read as brushing them off."
    if draft.is_overdone:
        return "Much sympathy, no step forward yet."
    if draft.answers is None:
        return ""
    if not draft.answers:
        return "It does not answer what they wrote yet."
    if is_canned or draft.is_generic:
        return "It answers in words that would fit anybody: name what is theirs."
    return ""


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "suggestion_id": one.suggestion_id,
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "steps": list(one.steps),
        "avoid": list(one.avoid),
        "caused_by": one.caused_by,
        "reason": one.reason,
        "option": _option(one.option),
        "is_machine_drafted": one.is_machine_drafted,
    }


def _option(rule: Rule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {"name": rule.name, "action": rule.action, "limit": rule.limit, "who": rule.who, "say": rule.say}
