"""Experiments on a workspace: plan from its past, register, assign, log exposure, judge."""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import tomlkit

from heard import gate
from heard.actions.experiments import page, playbook
from heard.errors import BadInput, HeardError, NotIdentified, NotSupported
from heard.flow.experiment_rows import contacts_in, metric_of
from heard.flow.steps import OnProgress, silent, working_in
from heard.inference.experiments.assigning import Assigned, arm_of, assign
from heard.inference.experiments.contacts import EPOCH, Contacts, block_name
from heard.inference.experiments.cutting import Arms, Metric
from heard.inference.experiments.plan import SWITCHED, Plan, plan_of
from heard.inference.experiments.power import Power, past_of, power_of
from heard.inference.experiments.reading import arms_from, arms_in, contacts_from
from heard.inference.experiments.verdict import Verdict, verdict

PURPOSE = "service_quality"
FASTER: tuple[str, ...] = ("heard_rate", "acknowledged_rate")
"""Metrics counted on every conversation, offered where a survey would take too long."""
FITTING: dict[str, tuple[str, ...]] = {
    "training": ("agent", "team"),
    "policy": ("customer", "queue-day", "team-week"),
    "staffing": ("shift", "queue-day", "team-week"),
}
ANY_FITTING: tuple[str, ...] = ("queue-day", "shift", "customer", "team-week", "agent")
"""Units that can carry a change that can be switched off again. The agent's own choice is never one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan that was written, and what the past says about it.

    Attributes:
        plan: The plan.
        path: Where it was written.
        proposals: Power for each unit that can carry the change, the fastest first.
        refused: Unit → why it cannot be used.
        faster: Metric → power with the same unit and effect, where that needs fewer weeks.
    """

    plan: Plan
    path: Path
    proposals: tuple[Power, ...]
    refused: Mapping[str, str]
    faster: Mapping[str, Power]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "plan": self.plan.model_dump(mode="json"),
            "path": str(self.path),
            "digest": self.plan.digest,
            "proposals": [_power(one) for one in self.proposals],
            "refused": dict(self.refused),
            "faster": {name: _power(one) for name, one in self.faster.items()},
        }

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        own = next((one for one in self.proposals if one.unit == self.plan.unit), None)
        made = [f"The plan lies in {self.path}; assigned by {self.plan.unit}."]
        if own:
            effect = f"{self.plan.smallest_effect:g}"
            made.append(f"{own.said} In {self.plan.weeks} weeks the chance to find {effect} is {own.power:.0%}.")
        made += [f"  {one.unit}: {one.said} {one.units} units in {self.plan.weeks} weeks." for one in self.proposals]
        made += [f"  {unit}: not possible, {why}" for unit, why in self.refused.items()]
        made += [f"Faster: {name}. {one.said}" for name, one in self.faster.items()]
        return [*made, f"Next: heard experiment register WORKSPACE {self.plan.name}"]


def _power(one: Power) -> dict[str, Any]:
    return asdict(one) | {"said": one.said}


def plan(folder: Path, answers: Mapping[str, Any], *, on_progress: OnProgress = silent) -> Planned:
    """Write a plan, with the unit that the past says is fastest where none was named.

    Args:
        folder: The workspace.
        answers: Values of `Plan`; `unit` may be left out or "auto", `starts_on` may be left out (next Monday).

    Raises:
        BadInput: An answer is missing or wrong, or a plan of that name is registered.
        NotIdentified: There is no past to draw from.
    """
    with working_in(folder) as workspace:
        given = {"starts_on": _next_monday(workspace.now().date()).isoformat(), **answers}
        asked = given.get("unit", "auto")
        kinds = FITTING.get(str(given.get("kind")), ANY_FITTING)
        first = plan_of({**given, "unit": kinds[0] if asked == "auto" else asked})
        if _registration(workspace, first.name):
            raise BadInput(f"experiment {first.name}", got="a registered plan", expected="a new name")
        with gate.view(workspace, PURPOSE) as view:
            past = contacts_in(view, first.metric, until=first.starts_on - timedelta(days=1)).within(first.population)
            proposals, refused = _proposals(first, past, kinds if asked == "auto" else (first.unit,), on_progress)
            if not proposals:
                raise NotIdentified(
                    "unit", got="; ".join(f"{u}: {why}" for u, why in refused.items()) or "none",
                    expected="one unit that can carry the change", todo="Choose another metric, or import more.",
                )  # fmt: skip
            lag = metric_of(first.metric).settles_after_days
            chosen = plan_of({**given, "unit": proposals[0].unit, "lag_days": given.get("lag_days", lag)})
            faster = _faster(chosen, view, proposals[0])
        place = _folder(folder, chosen.name)
        place.mkdir(parents=True, exist_ok=True)
        path = place / "plan.toml"
        path.write_text(_toml(chosen), encoding="utf-8")
    return Planned(plan=chosen, path=path, proposals=tuple(proposals), refused=refused, faster=faster)


def _proposals(
    base: Plan, past: Contacts, kinds: Iterable[str], on_progress: OnProgress
) -> tuple[list[Power], dict[str, str]]:
    made: list[Power] = []
    refused: dict[str, str] = {}
    kinds = tuple(kinds)
    for done, kind in enumerate(kinds):
        on_progress("running it on the past", done, len(kinds))
        try:
            own = base.model_copy(update={"unit": kind, "strata": base.strata if kind == "agent" else ""})
            power = power_of(own, past_of(past, kind))
        except HeardError as error:
            refused[kind] = str(error)
            continue
        if power.units < 4:
            refused[kind] = f"{power.units} units in {base.weeks} weeks are too few to tell a change from chance"
        else:
            made.append(power)
    on_progress("running it on the past", len(kinds), len(kinds))
    return sorted(made, key=lambda one: one.weeks_needed or math.inf), refused


def _faster(chosen: Plan, view: gate.View, own: Power) -> dict[str, Power]:
    """Metrics on every conversation that would find the same effect sooner; only where the own one takes long."""
    if own.weeks_needed is not None and own.weeks_needed <= chosen.weeks:
        return {}
    made: dict[str, Power] = {}
    for name in FASTER:
        if name == chosen.metric:
            continue
        try:
            past = contacts_in(view, name, until=chosen.starts_on - timedelta(days=1)).within(chosen.population)
            power = power_of(chosen, past_of(past, chosen.unit))
        except HeardError:
            continue
        if power.weeks_needed is not None and power.weeks_needed < (own.weeks_needed or math.inf):
            made[name] = power
    return made


def register(folder: Path, name: str) -> dict[str, Any]:
    """Hash the plan into the audit chain.

    Raises:
        BadInput: No such plan; it is registered already; its start is past or outcomes of its window are there; or it
            overlaps another registered experiment.
    """
    with working_in(folder) as workspace:
        made = _read_plan(folder, name)
        if _registration(workspace, name):
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
        (_folder(folder, name) / "registered.toml").write_text(_toml(made), encoding="utf-8")
        head = gate.audit.note(workspace, "experiment_registered", "user", {"name": name, "plan_digest": made.digest})
    line = f"Registered {name}: plan {made.digest[:16]}. Nothing in it may change now; what does is printed in red."
    return {"ok": True, "name": name, "digest": made.digest, "audit_head": head, "lines": [line]}


def _not_started(workspace: gate.Workspace, made: Plan) -> None:
    first = (made.starts_on - EPOCH).days
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
        other = _registered_plan(folder, entry.details["name"])
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
        made = _read_plan(folder, name)
        noted = _registration(workspace, name)
        if noted != made.digest:
            got = "a plan that is not registered" if noted is None else "a plan that was changed after registration"
            raise BadInput(f"experiment {name}", got=got, expected="the registered plan",
                           todo=f"Run: heard experiment register WORKSPACE {name}")  # fmt: skip
        drawn = _draw(workspace, made)
        place = _folder(folder, name)
        path, book = place / "assignment.csv", place / "playbook.md"
        book.write_text(playbook(made, drawn), encoding="utf-8")
        if made.unit != "customer":
            _write_csv(path, [asdict(one) for one in drawn])
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
    return assign(made, units, strata=strata)


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
        made = _read_plan(folder, name)
        now = workspace.now()
        if made.unit == "customer":
            if not customer or not source:
                raise BadInput("arm", got="no customer", expected="--customer ID --from SOURCE")
            subject = gate.pseudonym_of(workspace.key, "customer", source, customer)
            found = arm_of(made, subject)
            return {"ok": True, "arm": found, "unit": "customer", "lines": [found]}
        table = _table(_folder(folder, name) / "assignment.csv")
        arms = arms_from(table).arm
        unit = _unit_now(workspace, made, now, place=place, agent=agent, source=source)
    if unit not in arms:
        raise BadInput("arm", got="a unit that was not assigned", expected=f"one of {len(arms)} {made.unit}s")
    return {"ok": True, "arm": arms[unit], "unit": unit, "lines": [arms[unit]]}


def _unit_now(
    workspace: gate.Workspace, made: Plan, now: Any, *, place: str | None, agent: str | None, source: str | None
) -> str:
    if made.unit == "agent":
        if not agent:
            raise BadInput("arm", got="no agent", expected="--agent ID")
        return gate.pseudonym_of(workspace.key, "agent", source, agent) if source else agent
    if not place:
        raise BadInput("arm", got="no place", expected="--queue NAME" if made.unit == "queue-day" else "--team NAME")
    if made.unit not in SWITCHED:
        return place
    from zoneinfo import ZoneInfo

    local = now.astimezone(ZoneInfo(workspace.policy.timezone))
    return block_name(made.unit, place, local.date().toordinal() - EPOCH.toordinal(), int(local.hour >= 13))


def expose(folder: Path, name: str, log: Path, *, source: str) -> dict[str, Any]:
    """Take in an exposure log: contact, shown, used, edited, ignored (1 or 0; blank is 0).

    Ids are pseudonymised before anything is written; rows that came before are replaced by contact.

    Raises:
        BadInput: A column is missing, or a cell is neither 1 nor 0.
    """
    columns = ("shown", "used", "edited", "ignored")
    rows = _table(log).to_pylist()
    if not rows or "contact" not in rows[0] or "shown" not in rows[0]:
        raise BadInput("exposure log", got="other columns", expected=f"contact, {', '.join(columns)}")
    with working_in(folder) as workspace:
        _read_plan(folder, name)
        path = _folder(folder, name) / "exposure.csv"
        known = {row["contact"]: row for row in (_table(path).to_pylist() if path.exists() else [])}
        for number, row in enumerate(rows, start=2):
            values = {column: _flag(row.get(column), column, number) for column in columns}
            contact = gate.pseudonym_of(workspace.key, "interaction", source, str(row["contact"]))
            known[contact] = {"contact": contact, **values}
        _write_csv(path, [known[key] for key in sorted(known)])
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


def judge(folder: Path, name: str, *, as_of: date | None = None) -> tuple[Verdict, list[Path]]:
    """The verdict on a registered experiment, and where its page lies.

    Raises:
        BadInput: No such plan.
        NotIdentified: Nothing to compare yet.
    """
    with working_in(folder) as workspace:
        made = _read_plan(folder, name)
        noted = _registration(workspace, name)
        departures = _changed(folder, made, noted)
        shown = _shown(_folder(folder, name) / "exposure.csv")
        with gate.view(workspace, PURPOSE, as_of=as_of) as view:
            read_on = as_of or _last_day(view)
            metrics = [_metric(view, one, made, shown) for one in (made.metric, *made.guards)]
        found = verdict(
            made, metrics[0], _arms(folder, made, metrics[0].contacts), read_on=read_on,
            registered=noted is not None, guards=metrics[1:], departures=departures, k=workspace.policy.k,
            min_agents=workspace.policy.min_agents,
        )  # fmt: skip
        gate.audit.note(workspace, "experiment_read", "user", {"name": name, "as_of": read_on.isoformat()})
        paths = write_page(folder / "out" / "experiments", name, found)
    return found, paths


def judge_files(plan_path: Path, data: Path, out: Path, *, arms: Path | None = None) -> tuple[Verdict, list[Path]]:
    """The verdict on a plan file and a table of contacts, without a workspace; nobody registered it.

    Args:
        plan_path: The plan, as TOML.
        data: CSV of contacts: day, value, n, the unit's column, and arm when no assignment is given.
        out: Folder for the page.
        arms: CSV of the assignment: unit, arm, stratum.
    """
    made = plan_of(tomlkit.parse(_text(plan_path)).unwrap(), where=plan_path.name)
    table = _table(data)
    contacts = contacts_from(table)
    main = Metric(name=made.metric, title=_title(made.metric), unit="points", contacts=contacts)
    guards = [
        Metric(name=one, title=_title(one), unit="points", contacts=contacts_from(table, value=one, n=f"{one}_n"))
        for one in made.guards
    ]
    in_force = arms_from(_table(arms)) if arms else arms_in(contacts, made)
    read_on = EPOCH + timedelta(days=int(contacts.day.max())) if len(contacts) else made.starts_on
    found = verdict(made, main, in_force, read_on=read_on, registered=False, guards=guards)
    return found, write_page(out, made.name, found)


def write_page(folder: Path, name: str, found: Verdict) -> list[Path]:
    """The verdict as HTML and JSON."""
    import orjson

    folder.mkdir(parents=True, exist_ok=True)
    html, plain = folder / f"{name}.html", folder / f"{name}.json"
    html.write_text(page(found), encoding="utf-8")
    plain.write_bytes(orjson.dumps(found.to_dict(), option=orjson.OPT_INDENT_2))
    return [html, plain]


def _arms(folder: Path, made: Plan, contacts: Contacts) -> Arms:
    if made.unit == "customer":
        return Arms(arm={str(c): arm_of(made, str(c)) for c in set(contacts.column("customer")) if c is not None})
    path = _folder(folder, made.name) / "assignment.csv"
    if not path.exists():
        raise BadInput(f"experiment {made.name}", got="no assignment", expected="assignment.csv",
                       todo=f"Run: heard experiment assign WORKSPACE {made.name}")  # fmt: skip
    return arms_from(_table(path))


def _metric(view: gate.View, name: str, made: Plan, shown: pa.Table | None) -> Metric:
    measure = metric_of(name)
    contacts = contacts_in(view, name, exposure=shown, starts_on=made.starts_on)
    unit = "points" if measure.unit == "share" else measure.unit
    return Metric(name=name, title=measure.title, unit=unit, contacts=contacts)


def _last_day(view: gate.View) -> date:
    """Last day that the data can speak of: a quiet Sunday after the last contact counts when the import came later."""
    found = view.sql("SELECT max(local_day) AS day, max(imported_at) AS at FROM interaction")
    day, at = found["day"][0].as_py(), found["at"][0].as_py()
    if day is None:
        raise NotIdentified("experiment", got="a workspace without dated contacts", expected="dated contacts")
    last = EPOCH + timedelta(days=int(day))
    sunday = last + timedelta(days=6 - last.weekday())
    known: date = at.date() - timedelta(days=1)
    return max(last, min(sunday, known))


def _changed(folder: Path, made: Plan, noted: str | None) -> list[str]:
    """Which fields of the plan are not what was registered."""
    if noted is None or noted == made.digest:
        return []
    first = _registered_plan(folder, made.name)
    if first is None or first.digest != noted:
        return ["The plan is not the registered one, and the registered copy is gone."]
    old, new = first.model_dump(mode="json"), made.model_dump(mode="json")
    return [
        f"{field} was {old[field]} when registered and is {new[field]} now."
        for field in old
        if old[field] != new[field]
    ]


def _shown(path: Path) -> pa.Table | None:
    return _table(path) if path.exists() else None


def _registration(workspace: gate.Workspace, name: str) -> str | None:
    """Digest that was noted for a plan; None when none was."""
    for entry in gate.audit.log(workspace):
        if entry.kind == "experiment_registered" and entry.details["name"] == name:
            return str(entry.details["plan_digest"])
    return None


def _registered_plan(folder: Path, name: str) -> Plan | None:
    path = _folder(folder, name) / "registered.toml"
    return plan_of(tomlkit.parse(_text(path)).unwrap(), where=path.name) if path.exists() else None


def _read_plan(folder: Path, name: str) -> Plan:
    path = _folder(folder, name) / "plan.toml"
    if not path.exists():
        known = ", ".join(sorted(p.parent.name for p in (folder / "experiments").glob("*/plan.toml"))) or "none"
        raise BadInput("experiment", got=name, expected=f"one of: {known}", todo="Run: heard experiment plan")
    return plan_of(tomlkit.parse(_text(path)).unwrap(), where=path.name)


def _folder(folder: Path, name: str) -> Path:
    return folder / "experiments" / name


def _toml(made: Plan) -> str:
    head = "# A plan of Heard. Change it before registering; afterwards every change is printed in red.\n"
    return head + tomlkit.dumps(made.model_dump(mode="json"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise BadInput("file", got=f"none that can be read at {path}", expected="a file") from None


def _table(path: Path) -> pa.Table:
    try:
        return pyarrow.csv.read_csv(path)
    except (OSError, pa.ArrowInvalid):
        raise BadInput("table", got=f"no CSV that can be read at {path}", expected="CSV with a header line") from None


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write whole or not at all."""
    draft = path.with_suffix(".draft")
    with draft.open("w", newline="", encoding="utf-8") as file:
        made = csv.DictWriter(file, list(rows[0]) if rows else ["unit", "arm"], lineterminator="\n")
        made.writeheader()
        made.writerows(rows)
    draft.replace(path)


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _title(name: str) -> str:
    try:
        return metric_of(name).title
    except (BadInput, NotSupported):
        return name.replace("_", " ")
