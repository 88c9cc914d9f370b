"""Consents, objections and decisions: what people allowed, and what somebody answers for."""

from datetime import date
from pathlib import Path
from typing import Any

from heard.errors import BadInput
from heard.flow.steps import working_in
from heard.gate import enrolment
from heard.gate import features as gates
from heard.sources.tabular import records_of


def consent(folder: Path, path: Path) -> enrolment.Enrolled:
    """Take in a list of consents, withdrawals and objections.

    Raises:
        BadInput: There is no such file, it is no table, or some of its rows are wrong.
    """
    if not path.is_file():
        raise BadInput(
            "list of consents", "no such file", "a table with customer, purpose, state, at", "Check the path."
        )
    rows = [{str(name): str(value or "") for name, value in record.items()} for _, record in records_of(path, {})]
    with working_in(folder) as workspace:
        return enrolment.enrol(workspace, rows)


def features(folder: Path) -> dict[str, Any]:
    """Every feature that is closed by default, with its state and duties."""
    with working_in(folder) as workspace:
        return gates.to_dict(workspace)


def decide(
    folder: Path, feature: str, *, is_open: bool, by: str, reason: str, review_on: date | None
) -> dict[str, Any]:
    """Record a decision about a feature; its duties are in the answer."""
    with working_in(folder) as workspace:
        today = workspace.now().date()
        due = review_on or date.fromordinal(today.toordinal() + 365)
        made = gates.decide(workspace, feature, is_open=is_open, by=by, reason=reason, review_on=due)
    word = "open" if made.is_open else "closed"
    lines = [f"{gates.FEATURES[feature].title}: {word} since {made.at}, answered for by {made.by}."]
    if made.is_open:
        lines += [f"  duty: {duty}" for duty in gates.FEATURES[feature].duties]
        lines.append(f"To be looked at again by {made.review_on}; it closes by itself when nobody does.")
    return {"ok": True, "feature": feature, "is_open": made.is_open, "review_on": made.review_on, "lines": lines}
