"""Papers from the running configuration, and the signing off of what they say."""

from datetime import date
from pathlib import Path
from typing import Any

from heard import gate
from heard.actions.papers import facts, write
from heard.actions.review.progress import badge
from heard.errors import HeardError
from heard.flow.steps import working_in
from heard.gate import features, printed, scorers, signing
from heard.signals.text.card import load_card

YEAR_DAYS = 365


def papers(folder: Path) -> dict[str, Any]:
    """Write notices, record, assessments, the pack for the staff and the dictionary into out/papers/."""
    with working_in(folder) as workspace:
        told = facts.gather(workspace, _figures(workspace))
        paths = write.write(printed.folder_of(workspace), told)
        details = {"what": "papers", "count": len(paths), "configuration": told.digest}
        gate.audit.note(workspace, "papers", "owner", details)
    lines = [f"Wrote {len(paths)} papers from configuration {told.digest} into {paths[0].parent}."]
    lines += [f"  left open: {gap}" for gap in told.gaps]
    lines.append("They are drafts from what is configured and counted: read them before you publish or sign them.")
    return {
        "ok": True,
        "digest": told.digest,
        "paths": [str(p) for p in paths],
        "gaps": list(told.gaps),
        "lines": lines,
    }


def _figures(workspace: gate.Workspace) -> facts.Figures:
    return facts.Figures(
        model=_model(), agreement=_agreement(workspace), audited=_audited(workspace), hidden=_hidden(workspace)
    )


def _model() -> str:
    try:
        return load_card().version
    except HeardError:
        return "no card of the model is installed"


def _agreement(workspace: gate.Workspace) -> str:
    told = badge(workspace)
    return f"{told}; see the agreement card" if told else "see the agreement card on the business's own reviews"


def _audited(workspace: gate.Workspace) -> str:
    last = scorers.last_of(workspace)
    if not last:
        return "not audited by group yet"
    return "; ".join(_told(one) for one in last.values())


def _told(one: scorers.Audited) -> str:
    failing = f"fails for {'; '.join(one.failing)}" if one.failing else "passes for every group that is large enough"
    answered = f", {one.accepted_by} answers for it" if one.accepted_by else ""
    return f"{one.version} {failing} on {one.at[:10]}{answered}"


def _hidden(workspace: gate.Workspace) -> str:
    cells = gate.released(workspace)
    hidden = sum(one == gate.HIDDEN for one in cells["undefined_because"].to_pylist())
    return (
        f"{hidden:,} of {cells.num_rows:,} released cells are hidden" if cells.num_rows else "nothing is released yet"
    )


def sign(folder: Path, purpose: str, *, by: str, review_on: date | None) -> dict[str, Any]:
    """Sign a purpose off as it stands; due again in a year unless another day is given."""
    with working_in(folder) as workspace:
        due = review_on or date.fromordinal(workspace.now().date().toordinal() + YEAR_DAYS)
        made = signing.sign(workspace, purpose, by=by, review_on=due)
    lines = [f"{made.by} answers for {purpose} as it stands, from {made.at[:10]}; review by {made.review_on}."]
    return {"ok": True, "purpose": purpose, "by": made.by, "review_on": made.review_on, "lines": lines}


def owners(folder: Path) -> list[dict[str, str]]:
    """Who answers for each purpose and each open feature, signed when, due when, and in which state that is."""
    with working_in(folder) as workspace:
        today, signed = workspace.now().date(), signing.signed(workspace)
        rows = [_purpose_row(workspace, name, signed.get(name), today) for name in workspace.policy.purposes]
        for name, one in features.standing(workspace).items():
            state = "closed" if not one.is_open else "overdue" if one.is_overdue(today) else "in force"
            rows.append(_row(f"feature {name}", one.by, one.by, one.at[:10], one.review_on, state))
    return rows


def _purpose_row(workspace: gate.Workspace, name: str, made: signing.SignOff | None, today: date) -> dict[str, str]:
    held = workspace.policy.purposes[name]
    if made is None:
        return _row(f"purpose {name}", held.owner, "nobody", "", "", "not signed")
    state = "overdue" if made.is_overdue(today) else "in force" if made.is_of(held) else "changed since"
    return _row(f"purpose {name}", held.owner, made.by, made.at[:10], made.review_on, state)


def _row(of: str, owner: str, by: str, on: str, review_on: str, state: str) -> dict[str, str]:
    return {"of": of, "owner": owner or "nobody", "signed by": by, "on": on, "review by": review_on, "state": state}
