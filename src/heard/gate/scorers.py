"""Scorers that failed an audit by group: their figures are not released until somebody answers for it (EG4)."""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from heard.errors import BadInput, NotReleased
from heard.gate import audit, imports

if TYPE_CHECKING:
    from heard.gate.workspace import Workspace

scorer_audit = sa.Table(
    "scorer_audit",
    imports.METADATA,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Audited:
    """One audit, or the decision about it; the last one of a version counts.

    Attributes:
        version: Version of the signal that was audited.
        failing: Groups for which it works worse, "dimension value: label" each; empty when none.
        accepted_by: Who answers for releasing it all the same; empty when nobody does.
        reason: Why.
    """

    version: str
    at: str
    failing: tuple[str, ...]
    accepted_by: str = ""
    reason: str = ""


def record(workspace: "Workspace", version: str, failing: tuple[str, ...]) -> Audited:
    """Keep the result of an audit, in the state and in the audit chain."""
    return _put(workspace, Audited(version, _now(workspace), failing), "scorer_audit", "audit")


def accept(workspace: "Workspace", version: str, *, by: str, reason: str) -> Audited:
    """Record the decision to release a scorer although its audit failed.

    Raises:
        BadInput: It has no failing audit, or nobody answers, or no reason is given.
    """
    last = last_of(workspace).get(version)
    if last is None or not last.failing:
        raise BadInput("scorer", f"{version} without a failing audit", "one that failed", "See heard audit groups.")
    if not by.strip() or not reason.strip():
        raise BadInput("decision", "nobody, or no reason", "who answers for it, and why", "Give --by and --reason.")
    made = Audited(version, _now(workspace), last.failing, by.strip(), reason.strip())
    return _put(workspace, made, "decision", made.accepted_by)


def last_of(workspace: "Workspace") -> dict[str, Audited]:
    """Version → its last audit or decision."""
    with workspace.store.state() as connection:
        bodies = connection.execute(sa.select(scorer_audit.c.body).order_by(scorer_audit.c.position)).scalars()
        told = [json.loads(body) for body in bodies]
    return {one["version"]: Audited(**one | {"failing": tuple(one["failing"])}) for one in told}


def require_released(workspace: "Workspace") -> None:
    """Refuse to release figures of a scorer whose audit failed and nobody answers for.

    Raises:
        NotReleased: Names the version and its groups.
    """
    blocked = {v: one for v, one in last_of(workspace).items() if one.failing and not one.accepted_by}
    if not blocked:
        return
    with workspace.store.snapshot() as snapshot:
        used = snapshot.sql("SELECT DISTINCT version FROM stored.signal")["version"].to_pylist()
    for version in (one for one in used if one in blocked):
        groups = "; ".join(blocked[version].failing[:5])
        todo = "Mend it, or record who answers for it: heard audit accept WORKSPACE --by --reason."
        raise NotReleased(f"figures of {version}", f"an audit that fails for {groups}", "one that passes", todo)


def _now(workspace: "Workspace") -> str:
    return workspace.now().isoformat(timespec="seconds")


def _put(workspace: "Workspace", made: Audited, kind: str, actor: str) -> Audited:
    body = asdict(made)
    with workspace.store.state() as connection:
        connection.execute(
            scorer_audit.insert().values(version=made.version, body=json.dumps(body, ensure_ascii=False))
        )
        audit.append(connection, workspace.key, at=made.at, kind=kind, actor=actor, details=body)
    return made
