"""Check, audit, objection, erasure, undo: what the gate answers for."""

from pathlib import Path
from typing import Any

from heard import gate
from heard.errors import BadInput
from heard.flow.steps import working_in
from heard.gate import extract


def check(folder: Path) -> list[str]:
    """What is missing, a line each; empty when nothing is."""
    with working_in(folder) as workspace:
        return [str(finding) for finding in gate.check(workspace)]


def audit(folder: Path, action: str) -> dict[str, Any]:
    """Verify the chain, or list its entries.

    Raises:
        BadInput: The action is neither verify nor log.
    """
    with working_in(folder) as workspace:
        if action == "log":
            entries = gate.audit.log(workspace)
            return {"ok": True, "lines": [f"{e.position:>5} {e.at} {e.kind}" for e in entries]}
        if action != "verify":
            raise BadInput("audit", got=action, expected="verify or log")
        verdict = gate.audit.verify(workspace)
    if verdict.is_sound:
        lines = [f"The chain of {verdict.entry_count} entries holds. Its head: {verdict.head}"]
    else:
        lines = [f"The chain is broken at entry {verdict.broken_at} of {verdict.entry_count}."]
    return {"ok": verdict.is_sound, "entry_count": verdict.entry_count, "head": verdict.head, "lines": lines}


def audit_extract(folder: Path, path: Path) -> dict[str, Any]:
    """Write a signed extract of the audit log; where the file is there, say whether it is true and unchanged."""
    with working_in(folder) as workspace:
        if path.exists():
            is_true = extract.is_true(workspace, path)
            told = "is a true extract, unchanged." if is_true else "was changed, or another workspace signed it."
            return {"ok": is_true, "lines": [f"{path} {told}"]}
        count = extract.write(workspace, path)
    return {"ok": True, "lines": [f"Wrote {count} entries, signed, to {path}."]}


def erase(folder: Path, subject: str) -> dict[str, Any]:
    """Erase a customer; the certificate."""
    with working_in(folder) as workspace:
        return _certificate(gate.erase(workspace, subject))


def object_(folder: Path, subject: str, *, purpose: str) -> dict[str, Any]:
    """Record an objection; the certificate."""
    with working_in(folder) as workspace:
        return _certificate(gate.object_to(workspace, subject, purpose=purpose))


def _certificate(made: gate.Certificate) -> dict[str, Any]:
    again = "Reports, exports and logs that told of them are gone too: write reports anew with `heard run`."
    return made.to_dict() | {"lines": [*made.to_lines(), again]}


def undo(folder: Path, batch_id: str) -> dict[str, Any]:
    """Take an import back."""
    with working_in(folder) as workspace:
        return gate.undo(workspace, batch_id).to_dict()
