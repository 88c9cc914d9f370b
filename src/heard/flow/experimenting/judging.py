"""The verdict: the registered plan against what came."""

from datetime import date, timedelta
from pathlib import Path

import orjson
import pyarrow as pa
import tomlkit

from heard import gate
from heard.actions.experiments import page
from heard.errors import BadInput, NotIdentified, NotSupported
from heard.flow.experiment_rows import contacts_in, metric_of
from heard.flow.experimenting.files import (
    PURPOSE,
    folder_of,
    read_plan,
    registered_plan,
    registration,
    table_of,
    text_of,
)
from heard.flow.steps import working_in
from heard.inference.experiments.assigning import arm_of
from heard.inference.experiments.contacts import Contacts
from heard.inference.experiments.cutting import Arms, Metric
from heard.inference.experiments.plan import Plan, plan_of
from heard.inference.experiments.reading import arms_from, arms_in, contacts_from
from heard.inference.experiments.verdict import Verdict, verdict
from heard.terms.days import date_of


def judge(folder: Path, name: str, *, as_of: date | None = None) -> tuple[Verdict, list[Path]]:
    """The verdict on a registered experiment, and where its page lies.

    Raises:
        BadInput: No such plan.
        NotIdentified: Nothing to compare yet.
    """
    with working_in(folder) as workspace:
        made = read_plan(folder, name)
        noted = registration(workspace, name)
        departures = _changed(folder, made, noted)
        shown = _shown(folder_of(folder, name) / "exposure.csv")
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
    made = plan_of(tomlkit.parse(text_of(plan_path)).unwrap(), where=plan_path.name)
    table = table_of(data)
    contacts = contacts_from(table)
    main = Metric(name=made.metric, title=_title(made.metric), unit="points", contacts=contacts)
    guards = [
        Metric(name=one, title=_title(one), unit="points", contacts=contacts_from(table, value=one, n=f"{one}_n"))
        for one in made.guards
    ]
    in_force = arms_from(table_of(arms)) if arms else arms_in(contacts, made)
    read_on = date_of(contacts.day.max()) if len(contacts) else made.starts_on
    found = verdict(made, main, in_force, read_on=read_on, registered=False, guards=guards)
    return found, write_page(out, made.name, found)


def write_page(folder: Path, name: str, found: Verdict) -> list[Path]:
    """The verdict as HTML and JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    html, plain = folder / f"{name}.html", folder / f"{name}.json"
    html.write_text(page(found), encoding="utf-8")
    plain.write_bytes(orjson.dumps(found.to_dict(), option=orjson.OPT_INDENT_2))
    return [html, plain]


def _arms(folder: Path, made: Plan, contacts: Contacts) -> Arms:
    if made.unit == "customer":
        return Arms(arm={str(c): arm_of(made, str(c)) for c in set(contacts.column("customer")) if c is not None})
    path = folder_of(folder, made.name) / "assignment.csv"
    if not path.exists():
        raise BadInput(f"experiment {made.name}", got="no assignment", expected="assignment.csv",
                       todo=f"Run: heard experiment assign WORKSPACE {made.name}")  # fmt: skip
    return arms_from(table_of(path))


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
    last = date_of(day)
    sunday = last + timedelta(days=6 - last.weekday())
    known: date = at.date() - timedelta(days=1)
    return max(last, min(sunday, known))


def _changed(folder: Path, made: Plan, noted: str | None) -> list[str]:
    """Which fields of the plan are not what was registered."""
    if noted is None or noted == made.digest:
        return []
    first = registered_plan(folder, made.name)
    if first is None or first.digest != noted:
        return ["The plan is not the registered one, and the registered copy is gone."]
    old, new = first.model_dump(mode="json"), made.model_dump(mode="json")
    return [
        f"{field} was {old[field]} when registered and is {new[field]} now."
        for field in old
        if old[field] != new[field]
    ]


def _shown(path: Path) -> pa.Table | None:
    return table_of(path) if path.exists() else None


def _title(name: str) -> str:
    try:
        return metric_of(name).title
    except (BadInput, NotSupported):
        return name.replace("_", " ")
