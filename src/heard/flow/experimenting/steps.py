"""From plan to exposure: register, assign, ask for an arm, log what was shown."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from heard import gate
from heard.actions.experiments import playbook
from heard.errors import BadInput, NotReleased
from heard.flow.experiment_rows import contacts_in
from heard.flow.experimenting.files import (
    PURPOSE,
    folder_of,
    read_plan,
    registered_plan,
    registration,
    table_of,
    toml_of,
    write_csv,
)
from heard.flow.steps import working_in
from heard.gate.naming import pseudonym_in
from heard.inference.experiments.assigning import Assigned, arm_of, assign
from heard.inference.experiments.contacts import block_name
from heard.inference.experiments.plan import SWITCHED, Plan
from heard.inference.experiments.reading import arms_from
from heard.terms.days import day_of


def register(folder: Path, name: str) -> dict[str, Any]:
    """Hash the plan into the audit chain.

    Raises:
        BadInput: No such plan; it is registered already; its start is past or outcomes of its window are there; or it
            overlaps another registered experiment.
    """
    with working_in(folder) as workspace:
        made = read_plan(folder, name)
        if registration(workspace, name):
            raise BadInput(f"experiment {name}", got="a plan that is registered already", expected="a new name")
        today = workspace.now().date()
        if made.starts_on <= today:
            raise BadInput(
                f"experiment {name}", got=f"a start on {made.starts_on.isoformat()}, which is past",
                expected=f"a Monday after {today.isoformat()}",
                todo="A plan counts only from before its data. Plan anew with a later start.",
            )  # fmt: skip
        _not_started(workspace, made)
        _not_overlapping(workspace, folder, made)
        (folder_of(folder, name) / "registered.toml").write_text(toml_of(made), encoding="utf-8")
        head = gate.audit.note(workspace, "experiment_registered", "user", {"name": name, "plan_digest": made.digest})
    line = f"Registered {name}: plan {made.digest[:16]}. Nothing in it may change now; what does is printed in red."
    return {"ok": True, "name": name, "digest": made.digest, "audit_head": head, "lines": [line]}


def _not_started(workspace: gate.Workspace, made: Plan) -> None:
    first = day_of(made.starts_on)
    with gate.view(workspace, PURPOSE) as view:
        found = int(view.sql(f"SELECT count(*) AS n FROM interaction WHERE local_day >= {first}")["n"][0].as_py())
    if found:
        raise BadInput(
            f"experiment {made.name}", got=f"{found:,} contacts from its window already", expected="none yet",
            todo="A plan made with its data in hand proves nothing. Plan anew with a later start.",
        )  # fmt: skip


def _not_overlapping(workspace: gate.Workspace, folder: Path, made: Plan) -> None:
    for entry in gate.audit.log(workspace):
        if entry.kind != "experiment_registered" or entry.details["name"] == made.name:
            continue
        other = registered_plan(folder, entry.details["name"])
        if other is None or other.ends_on < made.starts_on or made.ends_on < other.starts_on:
            continue
        if all(made.population.get(k, v) == v for k, v in other.population.items()):
            raise BadInput(
                f"experiment {made.name}", got=f"the same contacts and weeks as {other.name}", expected="one at a time",
                todo=f"Start after {other.ends_on.isoformat()}, or give each its own channel or queue.",
            )  # fmt: skip


def assignment(folder: Path, name: str) -> dict[str, Any]:
    """Draw the arms and write assignment.csv and the playbook; the draw's digest goes into the audit chain.

    Raises:
        BadInput: The plan is not registered, or was changed since.
        NotIdentified: Too few units.
    """
    with working_in(folder) as workspace:
        made = read_plan(folder, name)
        noted = registration(workspace, name)
        if noted != made.digest:
            got = "a plan that is not registered" if noted is None else "a plan that was changed after registration"
            raise BadInput(f"experiment {name}", got=got, expected="the registered plan",
                           todo=f"Run: heard experiment register WORKSPACE {name}")  # fmt: skip
        drawn = _draw(workspace, made)
        place = folder_of(folder, name)
        path, book = place / "assignment.csv", place / "playbook.md"
        book.write_text(playbook(made, drawn), encoding="utf-8")
        if made.unit != "customer":
            write_csv(path, [asdict(one) for one in drawn])
        gate.audit.note(workspace, "experiment_assigned", "user", {"name": name, "units": len(drawn)})
    counts = {arm: sum(one.arm == arm for one in drawn) for arm in ("control", "treatment")}
    if made.unit == "customer":
        lines = ["Customers get their arm when they come: heard experiment arm WORKSPACE NAME --customer ID"]
    else:
        lines = [f"{counts['treatment']} {made.unit}s with the change, {counts['control']} without: {path}"]
    lines.append(f"What to do stands in {book}")
    return {"ok": True, "counts": counts, "path": str(path), "playbook": str(book), "lines": lines}


def _draw(workspace: gate.Workspace, made: Plan) -> list[Assigned]:
    """Arms of the units that the workspace knows; the same plan on the same units gives the same draw."""
    if made.unit == "customer":
        return []
    with gate.view(workspace, PURPOSE) as view:
        past = contacts_in(view, made.metric, until=made.starts_on - timedelta(days=1)).within(made.population)
    column = "queue" if made.unit == "queue-day" else "agent" if made.unit == "agent" else "team"
    units = sorted({str(name) for name in past.column(column) if name is not None})
    strata: dict[str, str] = {}
    if made.strata == "team":
        pairs = zip(past.column("agent"), past.column("team"), strict=True)
        strata = {str(agent): str(team) for agent, team in pairs if agent is not None and team is not None}
    drawn = assign(made, units, strata=strata)
    smallest = min(sum(one.arm == arm for one in drawn) for arm in ("control", "treatment"))
    if made.unit == "agent" and smallest < workspace.policy.min_agents:
        raise NotReleased(
            "assignment of agents", got=f"an arm of {smallest}", expected=f"{workspace.policy.min_agents} at least",
            todo="A result about so few would be about persons. Assign queue-days or shifts.",
        )  # fmt: skip
    return drawn


def arm(
    folder: Path, name: str, *, customer: str | None = None, source: str | None = None, place: str | None = None,
    agent: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The arm that holds now, for a help desk that asks before each contact.

    Args:
        folder: The workspace.
        name: The experiment.
        customer: The customer's id in the help desk, for experiments by customer.
        source: The help desk's name, as `heard sources` lists it.
        place: Queue or team, for experiments by day, shift or week.
        agent: The agent's id in the help desk, or a pseudonym.

    Raises:
        BadInput: What the experiment needs to know was not given, or the unit was not assigned.
    """
    with working_in(folder) as workspace:
        made = read_plan(folder, name)
        now = workspace.now()
        if made.unit == "customer":
            if not customer or not source:
                raise BadInput("arm", got="no customer", expected="--customer ID --from SOURCE")
            subject = pseudonym_in(workspace, "customer", source, customer)
            found = arm_of(made, subject)
            return {"ok": True, "arm": found, "unit": "customer", "lines": [found]}
        table = table_of(folder_of(folder, name) / "assignment.csv")
        arms = arms_from(table).arm
        unit = _unit_now(workspace, made, now, place=place, agent=agent, source=source)
    if unit not in arms:
        raise BadInput("arm", got="a unit that was not assigned", expected=f"one of {len(arms)} {made.unit}s")
    return {"ok": True, "arm": arms[unit], "unit": unit, "lines": [arms[unit]]}


def _unit_now(
    workspace: gate.Workspace, made: Plan, now: datetime, *, place: str | None, agent: str | None, source: str | None
) -> str:
    if made.unit == "agent":
        if not agent:
            raise BadInput("arm", got="no agent", expected="--agent ID")
        return pseudonym_in(workspace, "agent", source, agent) if source else agent
    if not place:
        raise BadInput("arm", got="no place", expected="--queue NAME" if made.unit == "queue-day" else "--team NAME")
    if made.unit not in SWITCHED:
        return place
    local = now.astimezone(ZoneInfo(workspace.policy.timezone))
    if not made.starts_on <= local.date() <= made.ends_on:
        window = f"{made.starts_on.isoformat()} to {made.ends_on.isoformat()}"
        raise BadInput("arm", got=f"{local.date().isoformat()}, outside of the experiment", expected=window)
    return block_name(made.unit, place, day_of(local.date()), int(local.hour >= 13))


def expose(folder: Path, name: str, log: Path, *, source: str) -> dict[str, Any]:
    """Take in an exposure log: contact, shown, used, edited, ignored (1 or 0; blank is 0).

    Ids are pseudonymised before anything is written; rows that came before are replaced by contact.

    Raises:
        BadInput: A column is missing, or a cell is neither 1 nor 0.
    """
    columns = ("shown", "used", "edited", "ignored")
    rows = table_of(log).to_pylist()
    if not rows or "contact" not in rows[0] or "shown" not in rows[0]:
        raise BadInput("exposure log", got="other columns", expected=f"contact, {', '.join(columns)}")
    with working_in(folder) as workspace:
        read_plan(folder, name)
        path = folder_of(folder, name) / "exposure.csv"
        known = {row["contact"]: row for row in (table_of(path).to_pylist() if path.exists() else [])}
        for number, row in enumerate(rows, start=2):
            values = {column: _flag(row.get(column), column, number) for column in columns}
            contact = pseudonym_in(workspace, "interaction", source, str(row["contact"]))
            known[contact] = {"contact": contact, **values}
        write_csv(path, [known[key] for key in sorted(known)])
        gate.audit.note(workspace, "experiment_exposure", "user", {"name": name, "rows": len(rows)})
    shares = {c: sum(int(row[c]) for row in known.values()) / len(known) for c in columns}
    line = f"{len(known):,} contacts logged: " + ", ".join(f"{share:.0%} {c}" for c, share in shares.items())
    return {"ok": True, "contacts": len(known), "shares": shares, "lines": [line]}


def _flag(value: Any, column: str, row: int) -> int:
    text = str(value if value is not None else "0").strip().lower()
    if text in ("1", "1.0", "true", "yes"):
        return 1
    if text in ("0", "0.0", "false", "no", ""):
        return 0
    raise BadInput(f"exposure log, column {column}", got=f"something else in row {row}", expected="1 or 0")
